"""A column as a chart: shares of the three tables in few bins, in which no real row can be recognised."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from parhelion.evaluation.codes import Coded, Floats
from parhelion.evaluation.fidelity.figures import Distribution
from parhelion.evaluation.fidelity.scales import Edges, candidates, informative, labels, places, rising
from parhelion.schema import BooleanColumn, Column, NumberColumn

SHOWN = 12
OTHERS = "(others)"
TAIL = 0.01  # of the real rows on either side are beyond the outer edges
GAIN = 0.3  # bits that decades must show beyond equal steps

Indices = npt.NDArray[np.intp]


class Counted(NamedTuple):
    """The known values of a column, and how often they come in each table; each (values,)."""

    train: Floats
    synthetic: Floats
    holdout: Floats

    @property
    def real(self) -> Floats:
        return self.train + self.holdout


def counted(column: Coded) -> Counted:
    """
    >>> from parhelion.evaluation.codes import coded
    >>> counted(coded(pa.array([5, 5]), pa.array([7]), pa.array([None], pa.int64()))).train
    array([2., 0.])
    """
    return Counted(*(np.bincount(codes, minlength=column.size)[1:].astype(np.float64) for codes in column.tables))


def of_categories(column: Column, values: pa.Array, counts: Counted, protect: int) -> Distribution | None:
    """The most frequent categories of the real rows; the others are one. None where no value is known."""
    if not len(values):
        return None
    order = np.argsort(-counts.real, kind="stable")[:SHOWN]
    named = order[counts.real[order] >= protect]
    place = np.full(len(values), len(named))
    place[named] = np.arange(len(named))
    others = len(named) < len(values)
    names = tuple(name(column, values[int(code)]) for code in named) + (OTHERS,) * others
    return _distribution(counts, place, len(names), (), names)


def name(column: Column, value: pa.Scalar) -> str:
    """A category as its source spells it."""
    plain = value.as_py()
    if isinstance(column, BooleanColumn):
        return column.true if plain else column.false
    return str(plain)


def of_numbers(column: Column, values: Floats, counts: Counted, protect: int) -> Distribution | None:
    """Bins on the scale that shows most. None where fewer real rows than twice `protect` have a known value.

    values: in order, finite.
    """
    total = counts.real.sum()
    if total < 2 * protect or not counts.real.any():
        return None
    edges = _edges(column, values, counts.real, max(TAIL, protect / total))
    if edges is None:
        return None
    return _distribution(counts, places(edges, values), len(edges) - 1, tuple(edges), labels(column.kind, edges))


def _edges(column: Column, values: Floats, masses: Floats, tail: float) -> Edges | None:
    low, high = _quantiles(values, masses, (tail, 1 - tail))
    whole = isinstance(column, NumberColumn) and bool((values == np.floor(values)).all())
    if low == high:
        step = _step(column, low, whole=whole)
        low, high = low - step, high + step
    if not np.isfinite(high - low):
        return None
    scales = [
        edges for edges in candidates(column.kind, low, high, _small(values, masses), whole=whole) if rising(edges)
    ]
    if not scales:
        return None
    first, *rest = scales
    told = informative(first, values, masses)
    return next((edges for edges in rest if informative(edges, values, masses) > told + GAIN), first)


def _quantiles(values: Floats, masses: Floats, at: tuple[float, ...]) -> list[float]:
    upto = np.cumsum(masses)
    return [float(values[np.searchsorted(upto, share * upto[-1])]) for share in at]


def _step(column: Column, value: float, *, whole: bool) -> float:
    """The width of a bin around a value that nearly all rows have."""
    if whole or value == 0 or column.kind in {"date", "datetime", "duration"}:
        return 1.0
    return float(10.0 ** np.floor(np.log10(abs(value))))


def _small(values: Floats, masses: Floats) -> float | None:
    """The size that nearly all values other than 0 exceed."""
    there = (values != 0) & (masses > 0)
    if not there.any():
        return None
    sizes, weights = np.abs(values[there]), masses[there]
    order = np.argsort(sizes)
    return _quantiles(sizes[order], weights[order], (0.05,))[0]


def _distribution(
    counts: Counted, place: Indices, size: int, edges: tuple[float, ...], names: tuple[str, ...]
) -> Distribution:
    train, synthetic, holdout = (
        tuple((np.bincount(place, weights=table, minlength=size) / max(table.sum(), 1)).tolist()) for table in counts
    )
    return Distribution(edges=edges, labels=names, train=train, synthetic=synthetic, holdout=holdout)
