"""Thresholds: what a release must hold, read from YAML that a person can edit."""

from collections.abc import Mapping
from importlib.resources import files
from math import inf
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from parhelion.errors import ConfigError, nearest, problems
from parhelion.evaluation.scores import Better, Figures, Score
from parhelion.evaluation.shown import gap, shown
from parhelion.strict_yaml import read_yaml

KEYS = (
    "privacy.membership", "privacy.distance", "privacy.density", "privacy.tpr", "privacy.copies",
    "privacy.near_copies", "privacy.copied_values", "privacy.singling_out", "privacy.linkability",
    "privacy.inference", "privacy.dcr", "privacy.nndr", "privacy.unique",
    "fidelity.columns", "fidelity.pairs", "fidelity.information", "fidelity.triples", "fidelity.association",
    "fidelity.missing", "fidelity.coverage", "fidelity.unseen", "fidelity.shapes", "fidelity.trends",
    "detection.unseen", "detection.train", "detection.logistic", "detection.propensity", "detection.precision",
    "detection.recall", "detection.authenticity",
    "utility.predict", "utility.agreement", "utility.conclusions", "utility.overlap", "utility.augment",
    "utility.rarest", "utility.others",
    "fairness.representation", "fairness.lost", "fairness.parity", "fairness.opportunity", "fairness.worst_group",
    "fairness.worst_prediction",
    "rules.kept",
    "text.utility", "text.accuracy", "text.f1", "text.detection", "text.length", "text.words", "text.pairs",
    "text.known", "text.coverage", "text.distinct_1", "text.distinct_2", "text.distinct_3", "text.self_bleu",
    "text.duplicates", "text.copies", "text.verbatim", "text.spans", "text.sequences", "text.personal",
    "text.membership", "text.tpr", "text.canaries", "text.exposure", "text.embedding", "text.precision", "text.recall",
)  # fmt: skip
"""The keys of all scores that a report may have."""

# Figures are sums of floats: what is over by less than this is not over.
_ROUNDING = 1e-9

Band = tuple[float, float]
Bound = Annotated[float | None, Field(default=None, allow_inf_nan=False)]


class Threshold(Figures):
    """What one score must hold.

    at_most, at_least: hard limits of its value. over_reference_at_most, times_reference_at_most: how much worse than
    its reference it may be, in the direction that is worse for this score; of the two the looser one counts, since a
    multiple is harsh where the reference is nearly 0, and a difference where it is large. why: what it is for.

    >>> auc = Score(key="utility.predict", title="AUC", value=0.86, reference=0.9, better="higher", meaning="")
    >>> Threshold(score="utility.predict", over_reference_at_most=0.03).expected(auc)
    'at least 0.87 (its reference 0.9, less 0.03)'
    """

    score: str
    at_most: Bound
    at_least: Bound
    over_reference_at_most: Annotated[float | None, Field(default=None, ge=0, allow_inf_nan=False)]
    times_reference_at_most: Annotated[float | None, Field(default=None, ge=1, allow_inf_nan=False)]
    why: str = ""

    @property
    def relative(self) -> bool:
        """Whether it needs the reference."""
        return self.over_reference_at_most is not None or self.times_reference_at_most is not None

    def allowed(self, score: Score) -> Band:
        """The least and the largest value that hold it, as far as they can be told."""
        low = -inf if self.at_least is None else self.at_least
        high = inf if self.at_most is None else self.at_most
        if self.relative and score.reference is not None:
            lowest, highest = self._about(score.reference, score.better)
            low, high = max(low, lowest), min(high, highest)
        return low - _ROUNDING, high + _ROUNDING

    def _about(self, reference: float, better: Better) -> Band:
        """The values no worse than the reference by more than the slack."""
        over, times = self.over_reference_at_most or 0.0, self.times_reference_at_most or 1.0
        below = max(over, abs(reference) * (1 - 1 / times))
        above = max(over, abs(reference) * (times - 1))
        return (
            -inf if better == "lower" else reference - below,
            inf if better == "higher" else reference + above,
        )

    def expected(self, score: Score) -> str:
        """What holds it, in words."""
        hard = (("at least", self.at_least), ("at most", self.at_most))
        words = [f"{side} {shown(limit, score.unit)}" for side, limit in hard if limit is not None]
        if self.relative:
            words.append(self._beside(score))
        return " and ".join(words)

    def _beside(self, score: Score) -> str:
        """The part of the expectation that is about the reference."""
        if score.reference is None:
            return f"no more than {self._slack(score.unit, 'worse')} than its reference"
        low, high = self._about(score.reference, score.better)
        side = {
            "lower": f"at most {shown(high, score.unit)}",
            "higher": f"at least {shown(low, score.unit)}",
            "reference": f"from {shown(low, score.unit)} to {shown(high, score.unit)}",
        }
        joined = {"lower": "plus", "higher": "less", "reference": "give or take"}[score.better]
        return (
            f"{side[score.better]} (its reference {shown(score.reference, score.unit)}, "
            f"{self._slack(score.unit, joined)})"
        )

    def _slack(self, unit: str, joined: str) -> str:
        over, times = self.over_reference_at_most, self.times_reference_at_most
        first = joined != "worse"
        words = [] if over is None else [f"{joined} {gap(over, unit)}" if first else f"{gap(over, unit)} worse"]
        words += [] if times is None else [f"a factor of {shown(times)}" + ("" if first else " worse")]
        return " or ".join(words)

    @field_validator("score")
    @classmethod
    def _known(cls, key: str) -> str:
        if key not in KEYS:
            raise ValueError(f"{key!r} is no score{nearest(key, KEYS)}")
        return key

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.at_most is None and self.at_least is None and not self.relative:
            raise ValueError(f"says nothing; give at least one of {', '.join(_BOUNDS)}")
        if self.at_most is not None and self.at_least is not None and self.at_least > self.at_most:
            raise ValueError(
                f"can never be held: at_least is {self.at_least:g} and at_most is {self.at_most:g}; swap them?"
            )
        return self


_BOUNDS = ("at_most", "at_least", "over_reference_at_most", "times_reference_at_most")


class Thresholds(Figures):
    """All that a release must hold. strict: what is unsure or cannot be told fails as well.

    >>> Thresholds.from_yaml('''
    ... thresholds:
    ... - {score: privacy.membreship, at_most: 0.55}
    ... - {score: privacy.copies, at_mots: 1}
    ... ''')
    Traceback (most recent call last):
    parhelion.errors.ConfigError: 2 problems:
      - thresholds[0].score: 'privacy.membreship' is no score; did you mean 'privacy.membership'?
      - thresholds[1].at_mots is no field of a threshold; did you mean 'at_most'?
    """

    version: Annotated[Literal[1], BeforeValidator(lambda got: 1 if got == "1" else got)] = 1
    strict: bool = False
    thresholds: tuple[Threshold, ...]

    @classmethod
    def from_yaml(cls, source: str | Path) -> Self:
        """Thresholds from a YAML file or from YAML text (text has a line break, a path has none).

        Raises ConfigError, which names all that is wrong.
        """
        return cls.from_dict(_parsed(_text(source)))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Thresholds from plain values; ConfigError names all that is wrong."""
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise ConfigError(problems(map(_complaint, error.errors(include_url=False)))) from None

    @classmethod
    def default(cls) -> Self:
        """Those that are used where none are given; `default_yaml` explains each."""
        return cls.from_yaml(default_yaml())

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        keys = [threshold.score for threshold in self.thresholds]
        if not keys:
            raise ValueError("there are no thresholds; give at least one")
        twice = [key for key in dict.fromkeys(keys) if keys.count(key) > 1]
        if twice:
            raise ValueError(problems(f"{key} has more than one threshold; make them one" for key in twice))
        return self


def default_yaml() -> str:
    """The default thresholds as YAML with a comment on each, to print, edit and pass back with --thresholds."""
    return files("parhelion.evaluation").joinpath("thresholds.yaml").read_text(encoding="utf-8")


def _parsed(text: str) -> Mapping[str, Any]:
    expected = "`thresholds:` and a list of them"
    return read_yaml(text, "thresholds", error=ConfigError, is_are="are", expected=expected)


def _text(source: str | Path) -> str:
    if isinstance(source, str) and "\n" in source:
        return source
    try:
        return Path(source).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        why = "it is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else getattr(error, "strerror", error)
        raise ConfigError(f"the file of thresholds {str(source)!r} cannot be read: {why}; expected YAML") from None


def _complaint(detail: ErrorDetails) -> str:
    where, field, got = _where(detail["loc"]), str(detail["loc"][-1]) if detail["loc"] else "", detail["input"]
    match detail["type"]:
        case "extra_forbidden":
            what, fields = ("a threshold", Threshold) if len(detail["loc"]) > 1 else ("the thresholds", Thresholds)
            return f"{where} is no field of {what}{nearest(field, fields.model_fields)}"
        case "missing":
            return f"{where} is missing; add it"
        case "value_error":
            return f"{where}: {detail['ctx']['error']}" if where else str(detail["ctx"]["error"])
        case "literal_error":
            return f"{where} is {got!r}; this parhelion reads version 1"
        case _:
            return f"{where} is {_short(got)}: {detail['msg'][:1].lower()}{detail['msg'][1:]}"


def _where(place: tuple[int | str, ...]) -> str:
    """`thresholds, 3, at_most` as `thresholds[3].at_most`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).removeprefix(".")


def _short(got: object) -> str:
    text = repr(got)
    return text if len(text) <= 40 else text[:40] + "…"
