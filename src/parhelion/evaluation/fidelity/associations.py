"""How strongly two columns go together, for every pair of kinds."""

from dataclasses import dataclass
from math import isfinite, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from parhelion.evaluation.codes import Coded, Floats
from parhelion.evaluation.fidelity.draws import Groups
from parhelion.evaluation.fidelity.figures import Association

LEVELS = 50  # categories that are told apart; rarer ones are one, so that tables stay small


def levels(column: Coded) -> tuple[Groups, int]:
    """For every code, 0 where missing, else the rank of its frequency in the train rows, the rarest together.

    >>> import pyarrow as pa
    >>> from parhelion.evaluation.codes import coded
    >>> levels(coded(pa.array(["b", "a", "b"]), pa.array([None], pa.string()), pa.array(["c"])))
    (array([0, 2, 1, 3], dtype=uint8), 4)
    """
    counts = np.bincount(column.train, minlength=column.size)[1:]
    of_code = np.zeros(column.size, np.uint8)
    of_code[1 + np.argsort(-counts, kind="stable")] = np.minimum(np.arange(1, column.size), LEVELS)
    return of_code, int(of_code.max()) + 1


@dataclass(frozen=True)
class Ordered:
    """An ordered column in one set of rows, with mean 0 and length 1 (all 0 where it does not vary); missing is NaN.

    full: no value is missing.
    """

    values: Floats
    full: bool


@dataclass(frozen=True)
class Levelled:
    """Categories in one set of rows; 0 is missing."""

    levels: Groups
    size: int


Side = Ordered | Levelled


def ordered(values: Floats) -> Ordered:
    """
    >>> ordered(np.array([2.0, 6.0])).values
    array([-0.70710678,  0.70710678])
    """
    known = values[~np.isnan(values)]
    if not len(known):
        return Ordered(values, full=False)
    scale = float(np.abs(known).max()) or 1.0
    centred = values / scale - float((known / scale).mean())
    length = sqrt(float(np.nansum(centred**2)))
    varies = length > 1e-12 * sqrt(len(known))
    return Ordered(centred / length if varies else centred * 0, len(known) == len(values))


def ranked(codes: Groups, size: int) -> Ordered:
    """The mean ranks of known values."""
    counts = np.bincount(codes, minlength=size)[1:]
    return ordered(np.append(np.nan, np.cumsum(counts) - counts / 2)[codes])


def measure_of(first: Side, second: Side) -> Association:
    """How two columns are compared.

    Ranks rather than values, because a few very large values decide Pearson's correlation and change from sample to
    sample; and because dates, moments and durations then need no unit.
    """
    if isinstance(first, Ordered) and isinstance(second, Ordered):
        return "correlation"
    if isinstance(first, Levelled) and isinstance(second, Levelled):
        return "Cramer's V"
    return "correlation ratio"


def association(first: Side, second: Side) -> float | None:
    """In rows where both are known; None where there is one row at most, or a column does not vary in them."""
    if isinstance(first, Ordered):
        return correlation(first, second) if isinstance(second, Ordered) else correlation_ratio(first, second)
    if isinstance(second, Ordered):
        return correlation_ratio(second, first)
    joint = first.levels.astype(np.intp) * second.size + second.levels
    table = np.bincount(joint, minlength=first.size * second.size).reshape(first.size, second.size)
    return cramer(table[1:, 1:])


def _dot(x: Floats, y: Floats) -> float:
    """Without BLAS, whose threads wait for each other where the machine is busy."""
    return float((x * y).sum())


def correlation(first: Ordered, second: Ordered) -> float | None:
    """Pearson's, of mean ranks among the known values of each column: Spearman's where no value is missing."""
    x, y = first.values, second.values
    if not (first.full and second.full):
        both = ~(np.isnan(x) | np.isnan(y))
        x, y = x[both], y[both]
        if not len(x):
            return None
        x, y = x - x.mean(), y - y.mean()
    length = sqrt(_dot(x, x) * _dot(y, y))
    return max(-1.0, min(1.0, _dot(x, y) / length)) if length > 1e-12 else None


def correlation_ratio(values: Ordered, groups: Levelled) -> float | None:
    """The root of the share of the ranks' variance that lies between groups, corrected for bias (Kelley's epsilon)."""
    x, g = values.values, groups.levels
    known = g > 0
    if not values.full:
        known &= ~np.isnan(x)
    if not known.all():
        x, g = x[known], g[known]
    counts = np.bincount(g, minlength=groups.size)
    rows, there = len(x), int((counts > 0).sum())
    if there < 2 or rows <= there:
        return None
    sums = np.bincount(g, weights=x, minlength=groups.size)
    centre = float(x.mean())
    total = _dot(x, x) - rows * centre**2
    if total <= 1e-12:
        return None
    between = float((sums**2 / np.maximum(counts, 1)).sum()) - rows * centre**2
    return sqrt(min(1.0, max(0.0, 1 - (1 - between / total) * (rows - 1) / (rows - there))))


def cramer(table: npt.NDArray[Any]) -> float | None:
    """Cramer's V with Bergsma's correction for bias (2013), of counts.

    >>> cramer(np.array([[50, 0], [0, 50]])), cramer(np.array([[30, 20], [30, 20]])), cramer(np.array([[5, 5]]))
    (1.0, 0.0, None)
    """
    counts = table[table.sum(1) > 0][:, table.sum(0) > 0].astype(np.float64)
    rows, (r, c) = float(counts.sum()), counts.shape
    if min(r, c) < 2 or rows < 2:
        return None
    expected = np.outer(counts.sum(1), counts.sum(0)) / rows
    phi = float((counts**2 / expected).sum()) / rows - 1
    phi = max(0.0, phi - (r - 1) * (c - 1) / (rows - 1))
    most = min(r - (r - 1) ** 2 / (rows - 1), c - (c - 1) ** 2 / (rows - 1)) - 1
    value = sqrt(phi / most) if most > 0 else float("nan")
    return min(1.0, value) if isfinite(value) else None
