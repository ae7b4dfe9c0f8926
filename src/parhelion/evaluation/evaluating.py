"""`evaluate`: from tables to the report."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import version
from itertools import zip_longest
from typing import Any, TypeVar

from parhelion.configs import config_of
from parhelion.evaluation.canaries import Canaries
from parhelion.evaluation.case import Case
from parhelion.evaluation.config import EvaluateConfig
from parhelion.evaluation.detection.figures import Detection
from parhelion.evaluation.kept_out import check_kept_out
from parhelion.evaluation.privacy.figures import Privacy
from parhelion.evaluation.reading import Places, Read, read
from parhelion.evaluation.report import Compared, Report
from parhelion.evaluation.rules_kept import Rules
from parhelion.evaluation.scores import Score, Section
from parhelion.evaluation.text.figures import Text
from parhelion.evaluation.threads import load_ahead
from parhelion.evaluation.thresholds import Thresholds
from parhelion.evaluation.verdicts import judge
from parhelion.progress import Progress, silent
from parhelion.schema import Schema, Table, described

# Of each, the first score that has a value is a headline.
HEADLINES = (
    ("fidelity.pairs", "fidelity.columns"),
    ("detection.unseen", "detection.train"),
    ("utility.predict",),
    ("privacy.membership", "privacy.copies"),
)
# Where there is free text, these too; and they alone where it has the other columns for labels only.
OF_TEXT = (("text.utility", "text.words"), ("text.detection",), ("text.membership",), ("text.copies",))
FEW = 1  # columns that can be compared, so few that the table is nothing but labelled text
# What is wrong is told in turns, a sentence of each part at a time, in this order.
TURNS = ("privacy", "text", "rules", "fidelity", "detection", "utility", "fairness")
MOST = 12  # sentences

S = TypeVar("S", bound=Section)
Parts = dict[str, Section]


def evaluate(
    real: Any,
    synthetic: Any,
    holdout: Any = None,
    *,
    schema: Schema | Table | str | os.PathLike[str] | None = None,
    kinds: Mapping[str, str] | None = None,
    thresholds: Thresholds | str | os.PathLike[str] | None = None,
    canaries: Canaries | None = None,
    progress: Progress = silent,
    **options: Any,
) -> Report:
    """Judge synthetic rows of whatever origin: how faithful, useful, private and fair they are, beside real rows.

    real: the rows that the generator learned from. synthetic: those that it made. holdout: real rows that it never saw;
    without them the real rows are cut in halves, and what needs unseen rows is not told. Each may be a file, a folder
    of parts, or any dataframe. schema, kinds: what the columns are, where discovery is not to be trusted, as in `fit`.
    thresholds: what a release must hold, Thresholds or a YAML file; `default_yaml` has those used otherwise. canaries:
    secrets that were planted in the texts learned from. The other options are those of `EvaluateConfig`: target, label,
    embedder, sensitive, quasi, seed, quick, rows, protect.

    Raises DataError for tables that cannot be compared, SchemaError, ConfigError.

    >>> import pyarrow as pa
    >>> table = pa.table({"age": [20, 30, 40] * 40, "member": [True, False, False] * 40})
    >>> report = evaluate(table, table, target="member", quick=True)
    >>> report.compared.cut, report.score("privacy.copies").value, report.score("privacy.membership").value
    (True, 1.0, None)
    >>> evaluate(table, table.rename_columns(["aeg", "member"]))
    Traceback (most recent call last):
    parhelion.errors.DataError: 2 problems:
      - the synthetic rows have no column 'age'; did you mean 'aeg'?
      - the synthetic rows have a column 'aeg' that the real rows do not have; leave it out, or rename it
    """
    config = config_of(EvaluateConfig, options, "evaluate")
    limits = thresholds_of(thresholds)
    known = described(schema, kinds)
    load_ahead()
    found = read((real, synthetic, holdout), known, kinds, config, progress)
    check_kept_out(found.case)
    return judged(found.planted(canaries), limits, progress)


def judged(found: Read, thresholds: Thresholds, progress: Progress) -> Report:
    """The report on what was read."""
    return _report(found, _numbered(_measured(found.case, progress), found), thresholds)


def thresholds_of(given: Thresholds | str | os.PathLike[str] | None) -> Thresholds:
    """Thresholds as they are given: themselves, a YAML file, or the default ones. Raises ConfigError."""
    if given is None:
        return Thresholds.default()
    return given if isinstance(given, Thresholds) else Thresholds.from_yaml(os.fspath(given))


def _measured(case: Case, progress: Progress) -> Parts:
    """All parts of the evidence; fairness asks the models of utility."""
    from parhelion.evaluation import detection, fairness, fidelity, privacy, rules_kept, text, utility  # noqa: PLC0415

    measures: Sequence[Callable[[Case], Section]] = (
        fidelity.measure, rules_kept.measure, detection.measure, privacy.measure, text.measure,
    )  # fmt: skip
    parts: Parts = {}
    for name, measure in zip(("fidelity", "rules", "detection", "privacy", "text"), measures, strict=True):
        progress("judging", len(parts), len(TURNS))
        parts[name] = measure(case)
    progress("judging", len(parts), len(TURNS))
    parts["utility"], predicted = utility.measure(case)
    progress("judging", len(parts), len(TURNS))
    parts["fairness"] = fairness.measure(case, predicted)
    progress("judging", len(parts), len(TURNS))
    return parts


def _numbered(parts: Parts, found: Read) -> Parts:
    """Rows by their numbers in the sources instead of their places in the case."""
    privacy, detection, rules, text = (parts[name] for name in ("privacy", "detection", "rules", "text"))
    assert isinstance(privacy, Privacy)
    assert isinstance(detection, Detection)
    assert isinstance(rules, Rules)
    assert isinstance(text, Text)
    return parts | {
        "privacy": privacy.model_copy(update={"at_risk": _renumbered(privacy.at_risk, found.train)}),
        "detection": detection.model_copy(update={"examples": _renumbered(detection.examples, found.synthetic)}),
        "rules": rules.renumbered(found.synthetic),
        "text": text.renumbered(found.synthetic),
    }


def _renumbered(rows: Sequence[Any], places: Places) -> tuple[Any, ...]:
    return tuple(each.model_copy(update={"row": int(places[each.row])}) for each in rows)


def _report(found: Read, parts: Parts, thresholds: Thresholds) -> Report:
    scores = {score.key: score for part in parts.values() for score in part.scores}
    given: dict[str, Any] = {**parts}
    return Report(
        parhelion=version("parhelion"),
        compared=_compared(found),
        headline=tuple(_headlines(scores, found.case)),
        verdict=judge(scores, thresholds),
        worst=tuple(_turns([parts[name].findings for name in TURNS]))[:MOST],
        **given,
    )


def _compared(found: Read) -> Compared:
    case, (real, synthetic, holdout) = found.case, found.names
    return Compared(
        real=real,
        synthetic=synthetic,
        holdout=holdout,
        counts=case.counts,
        kinds={column.name: column.kind for column in case.table.columns},
        target=case.config.target,
        sensitive=case.config.sensitive,
        cut=case.cut,
        quick=case.config.quick,
        seed=case.config.seed,
        twin=found.twin,
        notes=found.notes,
    )


def _headlines(scores: Mapping[str, Score], case: Case) -> Iterator[Score]:
    """Of each group the first score that can be told; where there is text beside columns, its use and its copies."""
    with_text, columns = "text.copies" in scores, len(case.columns)
    few = with_text and columns <= FEW
    for choices in OF_TEXT if few else (*HEADLINES, *((OF_TEXT[0], OF_TEXT[3]) if with_text else ())):
        there = [scores[key] for key in choices if key in scores]
        yield from [score for score in there if score.value is not None][:1] or there[:1]


def _turns(said: Sequence[Sequence[str]]) -> Iterator[str]:
    for turn in zip_longest(*said):
        yield from (sentence for sentence in turn if sentence is not None)
