"""Pairs of columns as SDMetrics compares them in its Column Pair Trends, so that its figures can be told beside ours.

Agreement is to rounding, on all rows of the train and of the other table. Only where tables are larger than what is
drawn do other rows count: SDMetrics draws 50,000 of its own for pairs with categories.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

import numpy as np

from parhelion.evaluation.codes import Floats, total_variation
from parhelion.evaluation.fidelity.associations import Ordered, correlation, ordered
from parhelion.evaluation.fidelity.draws import Groups

BINS = 10
CORRELATED, ASSOCIATED = 0.5, 0.3  # a pair counts in its QualityReport from so strong an association in train rows


@dataclass(frozen=True)
class Side:
    """A column in one table. bins: codes of categories, or equal steps of the table's own range of values.

    values: of an ordered kind.
    """

    bins: Groups
    size: int
    values: Ordered | None = None


class Trend(NamedTuple):
    """The similarity of the train rows to the two others, 0 to 1; None where SDMetrics has none.

    counts: whether its QualityReport counts the pair.
    """

    synthetic: float | None
    holdout: float | None
    counts: bool


def continuous(values: Floats) -> Side:
    """Values of an ordered kind; a missing one is in the bin of the largest.

    >>> continuous(np.array([0, 1, 10, np.nan])).bins
    array([ 1,  2, 11, 11], dtype=uint8)
    """
    values = np.where(np.isfinite(values), values, np.nan)
    known = values[~np.isnan(values)]
    return Side(np.digitize(values, _edges(known)).astype(np.uint8), BINS + 2, ordered(values))


def _edges(known: Floats) -> Floats:
    """numpy's `histogram_bin_edges`, which refuses ranges that are very large or very small."""
    if not len(known):
        return np.arange(BINS + 1.0)
    low, high = float(known.min()), float(known.max())
    if low == high:
        low, high = low - 0.5, high + 0.5
    return 4 * np.linspace(low / 4, high / 4, BINS + 1)  # a quarter, because twice the largest float is infinite


def trend(first: Sequence[Side], second: Sequence[Side]) -> Trend:
    """first, second: a column each, in train, synthetic, holdout."""
    found = [_correlation(one, other) for one, other in zip(first, second, strict=True)]
    if first[0].values and second[0].values:
        train, *others = found
        synthetic, holdout = (_nearness(train, other) for other in others)
        return Trend(synthetic, holdout, counts=train is not None and abs(train) > CORRELATED)
    return _contingency(first, second)


def _correlation(first: Side, second: Side) -> float | None:
    return correlation(first.values, second.values) if first.values and second.values else None


def _nearness(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else 1 - abs(one - other) / 2


def _contingency(first: Sequence[Side], second: Sequence[Side]) -> Trend:
    joint = [one.bins.astype(np.intp) * other.size + other.bins for one, other in zip(first, second, strict=True)]
    size, many = first[0].size * second[0].size, second[0].size
    cells = np.arange(size)
    if size > 4 * sum(map(len, joint)):  # most cells are empty
        cells, dense = np.unique(np.concatenate(joint), return_inverse=True)
        joint, size = np.split(dense, np.cumsum([len(each) for each in joint])[:-1]), len(cells)
    train, *others = (np.bincount(each, minlength=size) / len(each) for each in joint)
    synthetic, holdout = (1 - float(total_variation(train, other)) for other in others)
    there = train > 0
    return Trend(synthetic, holdout, counts=_cramer(*np.divmod(cells[there], many), train[there]) > ASSOCIATED)


def _cramer(first: Groups, second: Groups, shares: Floats) -> float:
    """Cramer's V without correction for bias; 0 where a column does not vary.

    first, second: the codes of the cells of a contingency table, whose shares of all rows are above 0.

    >>> _cramer(np.array([0, 1]), np.array([2, 0]), np.array([0.5, 0.5]))
    1.0
    """
    rows, columns = np.bincount(first, weights=shares), np.bincount(second, weights=shares)
    least = min(np.count_nonzero(rows), np.count_nonzero(columns)) - 1
    if least < 1:
        return 0.0
    return sqrt(max(0.0, float((shares**2 / (rows[first] * columns[second])).sum()) - 1) / least)
