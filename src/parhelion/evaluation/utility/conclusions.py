"""Do the same conclusions follow? One regression on each table, with the same terms and equally many rows."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parhelion.evaluation.case import Case
from parhelion.evaluation.utility.design import TERMS, terms
from parhelion.evaluation.utility.regression import Fitted, agrees, linear, logistic, overlap
from parhelion.evaluation.utility.targets import Target

Floats = npt.NDArray[np.float64]
Rows = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]

_ROWS = 10  # that a term needs, of each table


@dataclass(frozen=True)
class Conclusions:
    """The same regression on the rows of each table. in_all: the terms to choose from. rows: of each table."""

    names: tuple[str, ...]
    train: Fitted
    synthetic: Fitted
    holdout: Fitted
    rows: int
    in_all: int

    def agreeing(self, other: Fitted) -> float:
        """The share of terms about which a table leads to the same conclusion as the train rows."""
        return float(agrees(self.train, other).mean())

    def overlapping(self, other: Fitted) -> float:
        """The mean overlap of intervals with those of the train rows."""
        return float(np.mean(self.overlaps(other)))

    def overlaps(self, other: Fitted) -> list[float]:
        return [overlap(self.train.interval(place), other.interval(place)) for place in range(len(self.names))]


def conclusions(case: Case, target: Target, known: Rows) -> Conclusions | None:
    """known: rows of each table whose target is known, in random order. None where they are too few for one term."""
    many = min(map(len, known))
    rng = case.rng(f"utility.conclusions.{target.name}")
    train, synthetic, holdout = (rng.permutation(each)[:many] for each in known)
    rows = (train, synthetic, holdout)
    truths = [each[taken] for each, taken in zip((target.train, target.synthetic, target.holdout), rows, strict=True)]
    numbers = _coded(target, truths)
    if many < _ROWS or not np.ptp(numbers[0]):
        return None
    chosen = terms(case, target.name, rows, numbers[0], min(TERMS, many // _ROWS))
    if not chosen.names:
        return None
    fit = logistic if target.classes else linear
    tables = (chosen.train, chosen.synthetic, chosen.holdout)
    of_train, of_synthetic, of_holdout = (fit(each, truth) for each, truth in zip(tables, numbers, strict=True))
    return Conclusions(chosen.names, of_train, of_synthetic, of_holdout, many, chosen.in_all)


def _coded(target: Target, truths: list[Floats]) -> list[Floats]:
    """1 where the outcome is that of the target, else 0; or numbers in deviations from the mean of the train rows."""
    if target.classes:
        return [(each == target.positive).astype(np.float64) for each in truths]
    if not len(truths[0]):
        return truths
    centre, scale = float(np.mean(truths[0])), float(np.std(truths[0])) or 1.0
    return [np.clip((each - centre) / scale, -10, 10) for each in truths]
