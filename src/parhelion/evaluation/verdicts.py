"""The figures of the verdict: thresholds, what was measured, and which are held."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Literal

from parhelion.evaluation.scores import NEEDS_TWO, Figures, Score
from parhelion.evaluation.shown import shown
from parhelion.evaluation.thresholds import Threshold, Thresholds

Outcome = Literal["held", "unsure", "missed", "untold"]
_NAMED = 3
_PRIVATE_TEXT = ("text.copies", "text.verbatim", "text.spans", "text.sequences", "text.personal", "text.membership",
                 "text.tpr", "text.canaries", "text.exposure")  # fmt: skip


class Judged(Figures):
    """One threshold and what became of it.

    outcome: held; missed, even at the favourable end of the interval; unsure, missed by the value but not by its whole
    interval; untold where the score has no value. expected: in words ("at most 0.55"). why: what the threshold is for.
    unit: of the value, as the score's. untold: why it cannot be told.
    """

    score: str
    title: str
    outcome: Outcome
    expected: str
    value: float | None
    reference: float | None
    why: str
    unit: str = ""
    untold: str = ""


class Verdict(Figures):
    """passed: no threshold is missed (with `strict` thresholds: none is unsure or untold either)."""

    passed: bool
    sentence: str
    judged: tuple[Judged, ...] = ()
    strict: bool = False

    def of(self, *outcomes: Outcome) -> tuple[Judged, ...]:
        """The thresholds with one of these outcomes."""
        return tuple(one for one in self.judged if one.outcome in outcomes)

    @property
    def against(self) -> tuple[Judged, ...]:
        """The thresholds that keep it from passing."""
        return self.of("missed", "unsure", "untold") if self.strict else self.of("missed")

    @property
    def undecided(self) -> tuple[Judged, ...]:
        """The doubts about privacy that leave it open whether rows that pass may be released."""
        return tuple(one for one in self.of("unsure", "untold") if _is_private(one)) if self.passed else ()


def judge(scores: Mapping[str, Score], thresholds: Thresholds, *, guarantee: str = "") -> Verdict:
    """What speaks against a release. guarantee: of privacy, that the generator's maker states (of its budget).

    >>> auc = Score(key="privacy.membership", title="Membership attack", value=0.7, interval=(0.66, 0.74), meaning="")
    >>> rule = Threshold(score="privacy.membership", at_most=0.55)
    >>> judge({auc.key: auc}, Thresholds(thresholds=(rule,))).sentence
    'Do not release: "Membership attack" is 0.7, expected at most 0.55.'
    """
    judged = tuple(_judged(one, scores.get(one.score)) for one in _applying(thresholds.thresholds, scores))
    silent = Verdict(passed=False, sentence="", judged=judged, strict=thresholds.strict)
    decided = silent.model_copy(update={"passed": not silent.against})
    return decided.model_copy(update={"sentence": _sentence(decided, guarantee)})


def _applying(thresholds: Sequence[Threshold], scores: Mapping[str, Score]) -> Sequence[Threshold]:
    """Without those of free text where there is none, of canaries where none was planted, and of attacks on columns
    beside each other where there is one beside free text; but never none."""
    texts = any(key.startswith("text.") for key in scores)
    alone = {key for key, score in scores.items() if texts and score.untold == NEEDS_TWO}
    there = [one for one in thresholds if one.score in scores or not one.score.startswith("text.")]
    return [one for one in there if one.score not in alone] or thresholds


def _judged(threshold: Threshold, score: Score | None) -> Judged:
    known = score or Score(key=threshold.score, title=threshold.score, value=None, meaning="")
    outcome, untold = _outcome(threshold, known)
    return Judged(
        score=known.key,
        title=known.title,
        outcome=outcome,
        expected=threshold.expected(known),
        value=known.value,
        reference=known.reference,
        why=threshold.why,
        unit=known.unit,
        untold=untold,
    )


def _outcome(threshold: Threshold, score: Score) -> tuple[Outcome, str]:
    """What became of it, and why it cannot be told where it cannot."""
    value = score.value
    if value is None or not isfinite(value):
        return "untold", score.untold or "it was not measured"
    low, high = threshold.allowed(score)
    if not low <= value <= high:
        least, most = score.interval or (value, value)
        return ("unsure" if least <= high and most >= low else "missed"), ""
    if threshold.relative and score.reference is None:
        return "untold", score.untold or "it has no reference"
    return "held", ""


def _sentence(verdict: Verdict, guarantee: str) -> str:
    if verdict.of("missed"):
        return f"Do not release: {_list([_gap(one) for one in verdict.of('missed')])}."
    if verdict.against:
        return f"Do not release: {_list(_doubts(verdict.against))}; and the thresholds are strict."
    return f"{_nothing(verdict)} {_limits(verdict, guarantee)}"


def _nothing(verdict: Verdict) -> str:
    """What is said where nothing speaks against it: how much that is worth."""
    held, every, doubts = len(verdict.of("held")), len(verdict.judged), verdict.of("unsure", "untold")
    if verdict.undecided:
        return (
            f"It cannot be said whether it may be released: {_list(_doubts(verdict.undecided))}. "
            f"{held} of {every} thresholds {'is' if held == 1 else 'are'} held and none is clearly missed."
        )
    if doubts:
        return (
            f"Nothing was found that clearly speaks against releasing it: {held} of {every} thresholds are held; "
            f"{_list(_doubts(doubts))}."
        )
    return "Nothing was found against releasing it: " + (
        f"all {every} thresholds are held." if every > 1 else "the one threshold is held."
    )


def _limits(verdict: Verdict, guarantee: str) -> str:
    """What the verdict does not cover."""
    if not any(map(_is_private, verdict.judged)):
        return "No threshold is about privacy, so this says nothing about it."
    stated = f"its maker states {guarantee}" if guarantee else "no differential privacy is claimed"
    return f"That is evidence from the attacks that were tried, no proof of privacy; {stated}."


def _is_private(one: Judged) -> bool:
    return one.score.startswith("privacy.") or one.score in _PRIVATE_TEXT


def _gap(one: Judged) -> str:
    return f"{_quoted(one)} is {shown(one.value or 0.0, one.unit)}, expected {one.expected}"


def _doubts(doubtful: Sequence[Judged]) -> list[str]:
    """What is unsure, then what is untold: those of one reason together."""
    reasons: dict[str, list[str]] = {}
    for one in doubtful:
        if one.outcome == "untold":
            reasons.setdefault(one.untold.rstrip("."), []).append(_quoted(one))
    unsure = [f"{_gap(one)}, which may be chance" for one in doubtful if one.outcome == "unsure"]
    return unsure + [f"{_and(titles)} not told ({reason})" for reason, titles in reasons.items()]


def _and(titles: Sequence[str]) -> str:
    """
    >>> _and(['"A"']), _and(['"A"', '"B"', '"C"'])
    ('"A" is', '"A", "B" and "C" are')
    """
    *others, last = titles
    return f"{', '.join(others)} and {last} are" if others else f"{last} is"


def _quoted(one: Judged) -> str:
    """Titles are phrases ("Who was in the data"), which read oddly within a sentence."""
    return f'"{one.title}"'


def _list(said: Sequence[str]) -> str:
    """
    >>> _list(["a", "b", "c", "d"])
    'a; b; c; and 1 more'
    """
    more = len(said) - _NAMED
    return "; ".join([*said[:_NAMED], *([f"and {more} more"] if more > 0 else [])])
