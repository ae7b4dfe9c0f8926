"""The figures of the verdict: thresholds, what was measured, and which are held."""

from typing import Literal

from parhelion.evaluation.scores import Figures

Outcome = Literal["held", "unsure", "missed", "untold"]


class Judged(Figures):
    """One threshold and what became of it.

    outcome: held; missed, even at the favourable end of the interval; unsure, missed by the value but not by its whole
    interval; untold where the score has no value. expected: in words ("at most 0.55"). why: what the threshold is for.
    """

    score: str
    title: str
    outcome: Outcome
    expected: str
    value: float | None
    reference: float | None
    why: str


class Verdict(Figures):
    """passed: no threshold is missed (with `strict` thresholds: none is unsure or untold either)."""

    passed: bool
    sentence: str
    judged: tuple[Judged, ...] = ()
