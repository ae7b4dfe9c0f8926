"""What one part of the measuring tells, and how it is worded."""

from collections.abc import Iterable
from typing import NamedTuple

from parhelion.evaluation.scores import Score

UNSEEN = (
    "no held-out rows were given: the generator may have learned from all real rows, so that nobody is known to be "
    "unknown to it; give held-out rows"
)


class Finding(NamedTuple):
    """A plain sentence on what is bad. weight: how bad, a share or a little more, to put the worst first."""

    weight: float
    sentence: str


class Told(NamedTuple):
    scores: tuple[Score, ...] = ()
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()


def together(parts: Iterable[Told]) -> Told:
    """Scores and notes in the order of the parts; the worst findings first."""
    every = list(parts)
    findings = sorted((finding for part in every for finding in part.findings), key=lambda each: -each.weight)
    return Told(
        tuple(score for part in every for score in part.scores),
        tuple(findings),
        tuple(note for part in every for note in part.notes),
    )


def untold(scores: Iterable[Score], why: str) -> Told:
    """The same scores without values."""
    cleared = {"value": None, "reference": None, "interval": None, "spread": "", "untold": why}
    return Told(scores=tuple(score.model_copy(update=cleared) for score in scores))
