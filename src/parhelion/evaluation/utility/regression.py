"""Linear and logistic regression with standard errors, and whether two of them say the same."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from parhelion.evaluation.scores import Interval

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_RIDGE = 1.0  # worth one row: terms that the rows cannot tell apart, or that separate classes, stay finite
_STEPS = 30
_Z = 1.96


class Fitted(NamedTuple):
    """Coefficients of the terms, the intercept left out, and their standard errors."""

    value: Floats
    error: Floats

    def interval(self, place: int) -> Interval:
        low, high = self.value - _Z * self.error, self.value + _Z * self.error
        return float(low[place]), float(high[place])

    @property
    def conclusion(self) -> npt.NDArray[np.int64]:
        """1 or -1 where a coefficient differs from 0 by its 95 % interval, else 0."""
        return np.where(np.abs(self.value) > _Z * self.error, np.sign(self.value), 0).astype(np.int64)


def linear(terms: Floats, truth: Floats) -> Fitted:
    """Least squares: of a truth of mean 0 and deviation 1."""
    rows = _with_intercept(terms)
    information = rows.T @ rows + _penalty(rows)
    value = np.asarray(np.linalg.solve(information, rows.T @ truth), np.float64)
    freedom = max(len(rows) - rows.shape[1], 1)
    variance = float(((truth - rows @ value) ** 2).sum()) / freedom
    return _fitted(value, information / max(variance, 1e-12))


def logistic(terms: Floats, truth: Floats) -> Fitted:
    """Maximum likelihood by Newton's method, steps halved until they gain; truth is 0 or 1."""
    rows, value = _with_intercept(terms), np.zeros(terms.shape[1] + 1)
    penalty = _penalty(rows)

    def loss(tried: Floats) -> float:
        odds = rows @ tried
        return float((np.logaddexp(0, odds) - truth * odds).sum() + tried @ penalty @ tried / 2)

    before = loss(value)
    for _ in range(_STEPS):
        chance = _chance(rows @ value)
        information = (rows * (chance * (1 - chance))[:, None]).T @ rows + penalty
        uphill = rows.T @ (truth - chance) - penalty @ value
        step = np.asarray(np.linalg.solve(information, uphill), np.float64)
        value, after = _gained(loss, value, step, before)
        if before - after < 1e-9 * len(rows):
            break
        before = after
    return _fitted(value, information)


def _gained(loss: Callable[[Floats], float], value: Floats, step: Floats, before: float) -> tuple[Floats, float]:
    for halvings in range(10):
        tried = value + step / 2**halvings
        after = loss(tried)
        if after <= before:
            return tried, after
    return value, before


def _chance(odds: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))))


def _with_intercept(terms: Floats) -> Floats:
    return np.column_stack([np.ones(len(terms)), terms])


def _penalty(rows: Floats) -> Floats:
    """On all but the intercept, which has next to none."""
    return np.diag([1e-6] + [_RIDGE] * (rows.shape[1] - 1))


def _fitted(value: Floats, information: Floats) -> Fitted:
    error = np.sqrt(np.maximum(np.diag(np.linalg.inv(information)), 0))
    return Fitted(value[1:], error[1:])


def agrees(one: Fitted, other: Fitted) -> Bools:
    """Which coefficients lead to the same conclusion: more, less, or no difference that the rows can tell."""
    return np.asarray(one.conclusion == other.conclusion)


def overlap(one: Interval, other: Interval) -> float:
    """The mean of the shares of two intervals that their overlap is (Karr et al. 2006), 0 where there is none.

    >>> overlap((0.0, 2.0), (1.0, 3.0)), overlap((0.0, 1.0), (0.0, 1.0)), overlap((0.0, 1.0), (2.0, 3.0))
    (0.5, 1.0, 0.0)
    """
    shared = min(one[1], other[1]) - max(one[0], other[0])
    widths = one[1] - one[0], other[1] - other[0]
    if shared < 0:
        return 0.0
    return sum(shared / width if width else 1.0 for width in widths) / 2
