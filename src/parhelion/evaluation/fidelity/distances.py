"""How far two distributions are apart, where they are, and how sure that is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from parhelion.evaluation.codes import Floats, total_variation
from parhelion.evaluation.fidelity.draws import Drawn, Groups, Sets
from parhelion.evaluation.fidelity.figures import Measure
from parhelion.evaluation.scores import Figure, Interval

Flags = npt.NDArray[np.bool_]
SURE = 1.959964  # standard errors on either side of 95 %


class Gap(NamedTuple):
    """A distance is the difference of shares of one set of codes, the one where it is largest.

    Invariant: p[apart].sum() - q[apart].sum() == size.
    """

    size: float
    apart: Flags


def variation_gap(p: Floats, q: Floats) -> Gap:
    """The total variation distance.

    >>> variation_gap(np.array([0.75, 0.25]), np.array([0.5, 0.5]))
    Gap(size=0.25, apart=array([ True, False]))
    """
    return Gap(float(total_variation(p, q)), p > q)


def step_gap(p: Floats, q: Floats) -> Gap:
    """The Kolmogorov-Smirnov distance: the largest difference between the two distribution functions.

    >>> step_gap(np.array([0.25, 0.25, 0.5]), np.array([0, 0.5, 0.5]))
    Gap(size=0.25, apart=array([ True, False, False]))
    """
    between = np.cumsum(p - q)
    at = int(np.argmax(np.abs(between)))
    lower = np.arange(len(p)) <= at
    return Gap(abs(float(between[at])), lower if between[at] >= 0 else ~lower)


def wasserstein(p: Floats, q: Floats, at: Floats) -> float:
    """The mean distance that values have to move to turn one distribution into the other, in the unit of `at`.

    >>> wasserstein(np.array([1.0, 0, 0]), np.array([0, 0.5, 0.5]), np.array([10.0, 20, 50]))
    25.0
    """
    return float((np.abs(np.cumsum(p - q)[:-1]) * np.diff(at)).sum())


MEASURES: dict[Measure, Callable[[Floats, Floats], Gap]] = {
    "total variation": variation_gap,
    "Kolmogorov-Smirnov": step_gap,
}


def shares(codes: Groups, size: int) -> Floats:
    """The share of each code among them; zeros where there are none.

    >>> shares(np.array([0, 2, 2, 2]), 3)
    array([0.25, 0.  , 0.75])
    """
    return np.asarray(np.bincount(codes, minlength=size) / max(len(codes), 1), np.float64)


class Apart(NamedTuple):
    """The distance of the synthetic rows to the held-out rows, beside that of the train rows.

    weights: over codes; 1 where a set of synthetic rows is apart, the mean over its draws. See `Weights`.
    """

    figure: Figure
    weights: Floats


def apart(sets: Sets, size: int, measure: Callable[[Floats, Floats], Gap] = variation_gap) -> Apart:
    """Mean distances over draws, to one set of held-out rows."""
    real = shares(sets.holdout, size)
    gaps = [measure(shares(codes, size), real) for codes in sets.synthetic]
    reference = mean(measure(shares(codes, size), real).size for codes in sets.train)
    weights = np.mean([gap.apart for gap in gaps], axis=0)
    return Apart(Figure(value=mean(gap.size for gap in gaps), reference=reference), weights)


@dataclass
class Weights:
    """What every drawn row adds to a mean of distances, for the interval of that mean.

    A distance is a share among the synthetic rows less one among the held-out rows, so a mean of distances is a mean
    over synthetic rows less one over held-out rows, whatever the dependence between columns; both have a plain
    standard error. This leaves out that the codes apart were found in the same rows (of second order, where the
    distance is well above that of equal distributions).
    """

    drawn: Drawn
    values: list[float] = field(default_factory=list)
    synthetic: Floats = field(init=False)
    holdout: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.synthetic = np.zeros(self.drawn.synthetic.shape)
        self.holdout = np.zeros(self.drawn.holdout.shape)

    def add(self, sets: Sets, apart: Apart) -> None:
        self.values.append(apart.figure.value)
        self.synthetic += apart.weights[sets.synthetic]
        self.holdout += apart.weights[sets.holdout]

    def interval(self) -> Interval | None:
        """Of the mean; None where nothing was added."""
        many = len(self.values)
        return around(mean(self.values), standard_error(self.synthetic / many, self.holdout / many)) if many else None


def interval(sets: Sets, apart: Apart) -> Interval:
    """Of one distance."""
    error = standard_error(apart.weights[sets.synthetic], apart.weights[sets.holdout])
    return around(apart.figure.value, error)


def standard_error(*samples: Floats) -> float:
    """Of the difference of the means of samples from 0 to 1.

    Each has two more rows at 0 and two at 1, so that a few rows that agree are not sure (Agresti and Coull 1998).

    >>> round(standard_error(np.ones(1)), 2), round(standard_error(np.ones(10_000)), 5)
    (0.22, 0.00014)
    """
    squared = 0.0
    for each in samples:
        rows = each.size + 4
        middle = (float(each.sum()) + 2) / rows
        squared += ((float((each**2).sum()) + 2) / rows - middle**2) / rows
    return sqrt(squared)


def around(value: float, error: float, least: float = 0.0, most: float = 1.0) -> Interval:
    """The 95 % interval of a value with a standard error, within what is possible."""
    return max(least, value - SURE * error), min(most, value + SURE * error)


def mean(values: Iterable[float]) -> float:
    """The mean; 0 of none."""
    every = list(values)
    return sum(every) / len(every) if every else 0.0
