"""Pairs of columns: how far their joint distributions are apart, and whether they go together alike."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log

import numpy as np

from parhelion.evaluation.case import ORDERED, Case
from parhelion.evaluation.codes import Coded, Floats, binned
from parhelion.evaluation.features import numbers
from parhelion.evaluation.fidelity import trends
from parhelion.evaluation.fidelity.associations import Levelled, Side, association, levels, measure_of, ranked
from parhelion.evaluation.fidelity.distances import Apart, apart
from parhelion.evaluation.fidelity.draws import Drawn, Sets
from parhelion.evaluation.fidelity.figures import PairFidelity
from parhelion.evaluation.scores import Three
from parhelion.schema import Column

WORK = 75_000_000  # rows x pairs, of each table
CELLS = 12_000_000  # rows x columns


def chosen(names: Sequence[str], most: int, rng: np.random.Generator) -> list[tuple[str, str]]:
    """The pairs to compare: all of them, or as many as are compared at most, drawn at random.

    >>> chosen(["a", "b", "c"], 10, np.random.default_rng(0))
    [('a', 'b'), ('a', 'c'), ('b', 'c')]
    """
    many = len(names) * (len(names) - 1) // 2
    if many <= most:
        return list(combinations(names, 2))
    places = np.sort(rng.choice(many, most, replace=False))
    ends = np.cumsum(np.arange(len(names) - 1, 0, -1))  # of the pairs that start with each name
    first = np.searchsorted(ends, places, side="right")
    second = len(names) - (ends[first] - places)
    return [(names[one], names[other]) for one, other in zip(first, second, strict=True)]


def rows_of(limit: int, pairs: int, columns: int) -> int:
    """So many rows of each table, so that time and memory stay bounded."""
    return max(1000, min(limit, WORK // max(pairs, 1), CELLS // max(columns, 1)))


@dataclass(frozen=True)
class Prepared:
    """A column in the drawn rows: in bins; for associations and as SDMetrics sees it, in train, synthetic, holdout."""

    name: str
    bins: Sets
    size: int
    sides: Sequence[Side]
    trends: Sequence[trends.Side]


def prepared(case: Case, column: Column, drawn: Drawn) -> Prepared:
    codes = case.coded(column.name)
    of_code, size = binned(codes, ordered=column.kind in ORDERED, bins=drawn.bins(2))
    seen = _ordered if column.kind in ORDERED else _unordered
    return Prepared(column.name, drawn.of(codes, of_code), size, *seen(codes, drawn))


def _ordered(codes: Coded, drawn: Drawn) -> tuple[Sequence[Side], Sequence[trends.Side]]:
    values = np.append(np.nan, numbers(codes.values)[0])
    return (
        [ranked(each, codes.size) for each in drawn.of(codes).one],
        [trends.continuous(values[each]) for each in drawn.whole_of(codes)],
    )


def _unordered(codes: Coded, drawn: Drawn) -> tuple[Sequence[Side], Sequence[trends.Side]]:
    level, many = levels(codes)
    return (
        [Levelled(level[each], many) for each in drawn.of(codes).one],
        [trends.Side(each, codes.size) for each in drawn.whole_of(codes)],
    )


@dataclass(frozen=True)
class Pair:
    """The figures of a pair, its joint bins, where synthetic rows differ, and its trend."""

    figures: PairFidelity
    joint: Sets
    apart: Apart
    trend: trends.Trend


def compared(columns: Sequence[Prepared], pairs: Sequence[tuple[str, str]]) -> Iterator[Pair]:
    known = {column.name: column for column in columns}
    for first, second in pairs:
        yield _pair(known[first], known[second])


def _pair(one: Prepared, other: Prepared) -> Pair:
    joint = Sets(*(a.astype(np.intp) * other.size + b for a, b in zip(one.bins, other.bins, strict=True)))
    found, trend = apart(joint, one.size * other.size), trends.trend(one.trends, other.trends)
    associations = [association(a, b) for a, b in zip(one.sides, other.sides, strict=True)]
    told = [information(each, one.size, other.size) for each in joint.one]
    figures = PairFidelity(
        first=one.name,
        second=other.name,
        distance=found.figure,
        measure=measure_of(one.sides[0], other.sides[0]),
        association=_three(associations),
        information=_three(told),
        to_train=None if trend.synthetic is None else max(0.0, 1 - trend.synthetic),
    )
    return Pair(figures, joint, found, trend)


def _three(values: Sequence[float | None]) -> Three:
    train, synthetic, holdout = values
    return Three(train=train, synthetic=synthetic, holdout=holdout)


def information(joint: np.ndarray, size: int, other: int) -> float:
    """Mutual information in bits, less its bias (Miller and Madow 1955); at least 0.

    >>> round(information(np.repeat([0, 3], 5000), 2, 2), 3), information(np.tile([0, 1, 2, 3], 50), 2, 2)
    (1.0, 0.0)
    """
    counts = np.bincount(joint, minlength=size * other).reshape(size, other)
    rows = len(joint)
    table, first, second = (each[each > 0].astype(np.float64) for each in (counts, counts.sum(1), counts.sum(0)))
    bias = (len(table) - len(first) - len(second) + 1) / (2 * rows * log(2))
    return max(0.0, entropy(first / rows) + entropy(second / rows) - entropy(table / rows) - bias)


def entropy(shares: Floats) -> float:
    """In bits; of shares above 0."""
    return -float((shares * np.log2(shares)).sum())
