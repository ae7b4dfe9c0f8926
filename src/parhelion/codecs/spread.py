"""Where the ticks of a column lie: a mergeable summary, and its packing into atoms and bins.

A summary is an empirical distribution function at knots: entries (low, high, count), ascending, where `count` rows lie
above the entry before and at or below `high`, the lowest of them at `low`. An entry with low == high is exact.
"""

from bisect import bisect_left
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from parhelion.codecs.ticks import Ticks, shrink

Counts = npt.NDArray[np.int64]

EXACT = 65_536
"""Up to this many distinct values a summary is exact."""

_GROUPS = 16_384
_TAIL = 1_024
"""So many entries at each end are never grouped, so that the protected ends are exact."""

FEW = 1_000
"""Up to this many distinct values, each that enough rows share has a code of its own; beyond, so many bins."""


@dataclass(frozen=True)
class Spread:
    """The entries of a summary, and the step of the grid that all ticks lie on (0 for one value alone, and for floats).

    Merging is exact while the distinct values stay within EXACT. Beyond, light neighbours are grouped, and each
    grouping moves the rank of a value by less than rows / 8192.
    """

    low: Ticks
    high: Ticks
    count: Counts
    step: int = 0

    @classmethod
    def of(cls, ticks: Ticks) -> Self:
        """The spread of unmarked ticks.

        >>> Spread.of(np.array([30, 10, 10, 50]))
        Spread(low=array([10, 30, 50]), high=array([10, 30, 50]), count=array([2, 1, 1]), step=20)
        """
        values, count = _distinct(ticks)
        return cls(values, values, count, _step(values)).grouped()

    @property
    def rows(self) -> int:
        return int(self.count.sum())

    def merge(self, other: Self) -> Self:
        """The spread of both parts' rows. Both must be on the same scale."""
        if not len(other.high) or not len(self.high):
            return self if len(self.high) else other
        high, where = np.unique(np.concatenate([self.high, other.high]), return_inverse=True)
        count = np.zeros(len(high), np.int64)
        np.add.at(count, where, np.concatenate([self.count, other.count]))
        low = high.copy()
        np.minimum.at(low, where, np.concatenate([self.low, other.low]))
        step = _common_step(self, other) if high.dtype != np.float64 else 0
        return type(self)(low, high, count, step).grouped()

    def grouped(self) -> Self:
        """Light neighbours (fewer than rows / 16384 rows each) grouped, if there are more than EXACT entries."""
        if len(self.high) <= EXACT:
            return self
        share = max(self.rows / _GROUPS, 1.0)
        heavy = self.count >= share
        heavy[:_TAIL] = heavy[-_TAIL:] = True
        before = np.cumsum(self.count) - self.count
        group = (before / share).astype(np.int64)
        first = np.r_[True, (group[1:] != group[:-1]) | heavy[1:] | heavy[:-1]]
        starts = np.flatnonzero(first)
        ends = np.r_[starts[1:], len(first)] - 1
        return type(self)(self.low[starts], self.high[ends], np.add.reduceat(self.count, starts), self.step)


def _distinct(ticks: Ticks) -> tuple[Ticks, Counts]:
    """Distinct ticks, ascending, and how many rows hold each. Integers in a narrow range need no sorting."""
    if ticks.dtype == np.int64 and len(ticks):
        low, high = int(ticks.min()), int(ticks.max())
        if high - low < 2 * len(ticks):
            counts = np.bincount(ticks - low)
            held = np.flatnonzero(counts)
            return held + low, counts[held]
    values, count = np.unique(ticks, return_counts=True)
    return shrink(values), count.astype(np.int64)


def distance(high: Ticks, low: Ticks) -> npt.NDArray[Any]:
    """high - low >= 0, exact: uint64 for int64 ticks, whose differences may need 64 bits."""
    if high.dtype == np.int64:
        return np.asarray(high.view(np.uint64) - low.view(np.uint64))
    return np.asarray(high - low)


def _step(values: Ticks) -> int:
    """The largest step whose grid holds all values, 0 for a single value or floats.

    >>> _step(np.array([-5, 10, 40])), _step(np.array([7]))
    (15, 0)
    """
    if values.dtype == np.float64 or len(values) < 2:
        return 0
    beyond = distance(values[1:], np.broadcast_to(values[:1], len(values) - 1).copy())
    head = int(np.gcd.reduce(beyond[:64]))
    return head if head == 1 else int(np.gcd.reduce(beyond))


def _common_step(one: Spread, other: Spread) -> int:
    return int(np.gcd.reduce(np.array([one.step, other.step, abs(int(one.low[0]) - int(other.low[0]))], object)))


@dataclass(frozen=True)
class Bins:
    """What the codes of ticks stand for.

    Bin i holds x iff low[i] <= x <= high[i]; bins are disjoint and ascending; low[i] == high[i] makes an atom. Values
    in none belong to the nearest bin.
    """

    low: Ticks
    high: Ticks
    usual: int
    """The bin of the median row."""


def pack(spread: Spread, rows: int) -> Bins:
    """Atoms and bins; the ends are those of the `rows`-th row from each end.

    Up to FEW distinct values, each has a code: an atom where at least `rows` rows share it, else a bin that reaches
    towards the values beside it, so that it is not shown as it was, yet stays on its side of them. Beyond, there are
    atoms, and equal-mass bins of about max(rows, n / 1000) rows in the runs between them; a run of fewer than `rows`
    rows is one bin that reaches towards the atoms beside it. With fewer than 2 * `rows` rows there is one atom, the
    median.

    >>> pack(Spread.of(np.repeat([1, 2, 9, 1000], [20, 20, 20, 1])), rows=10)
    Bins(low=array([1, 2, 9]), high=array([1, 2, 9]), usual=1)
    >>> pack(Spread.of(np.repeat([10, 35, 50], [20, 3, 20])), rows=10)
    Bins(low=array([10, 25, 50]), high=array([10, 40, 50]), usual=1)
    """
    held = _clipped(spread, rows)
    share = max(rows, -(-spread.rows // FEW))
    exact = bool((spread.low == spread.high).all())
    if len(spread.high) <= FEW and exact:
        starts = ends = np.arange(len(held.high))
        atoms = held.count >= rows
    else:
        atoms = held.count >= max(rows, 2 * share + 1)
        starts, ends = _bounds(held, atoms, rows if exact else max(rows, share // 2), share)  # groups blur the counts
    low, high = _disjoint(held.low[starts], held.high[ends], spread.step)
    low = np.where(atoms[starts], high, low)
    upto = np.concatenate([[0], np.cumsum(held.count)])
    low, high = _widened(low, high, upto[ends + 1] - upto[starts] < rows, spread.step)
    middle = int(np.searchsorted(upto[1:], upto[-1] / 2))
    return Bins(low, high, min(int(np.searchsorted(ends, middle)), len(ends) - 1))


def _clipped(spread: Spread, rows: int) -> Spread:
    """Entries between the protected ends, those included; the median alone where nothing lies between them.

    What lies beyond the ends is not counted with them: it would make spikes of them.
    """
    upto = np.cumsum(spread.count)
    total = int(upto[-1])
    first = int(np.searchsorted(upto, rows))
    last = int(np.searchsorted(upto, total - rows, side="right"))
    if first >= last:
        middle = int(np.searchsorted(upto, total / 2))
        value = spread.high[middle : middle + 1]
        return Spread(value, value, np.array([total]), spread.step)
    kept = slice(first, last + 1)
    return Spread(spread.low[kept], spread.high[kept], spread.count[kept], spread.step)


def _bounds(held: Spread, atoms: npt.NDArray[np.bool_], rows: int, share: int) -> tuple[Counts, Counts]:
    """First and last entry of each atom and bin, ascending; of all as one bin where they are too few for any."""
    low, high = held.low.astype(np.float64) / 2, held.high.astype(np.float64) / 2  # halves: differences cannot overflow
    upto = [0, *np.cumsum(held.count).tolist()]
    packing = _Packing(upto, low[1:] - high[:-1], low.tolist(), high.tolist(), rows, share)
    runs = np.flatnonzero(np.diff(np.r_[True, atoms, True].astype(np.int8))).reshape(-1, 2)
    cuts = [(at, at) for at in np.flatnonzero(atoms).tolist()]
    for start, stop in runs.tolist():
        cuts += packing.run(start, stop)
    pairs = np.array(sorted(cuts) or [(0, len(atoms) - 1)], np.int64)
    return pairs[:, 0], pairs[:, 1]


@dataclass(frozen=True)
class _Packing:
    """Lists where single items are read: that is what takes time here.

    upto[i]: rows below entry i. gap[i]: from entry i to the next. low, high, gap: halves, so that none overflows.
    """

    upto: list[int]
    gap: npt.NDArray[np.float64]
    low: list[float]
    high: list[float]
    rows: int
    share: int

    def run(self, start: int, stop: int) -> list[tuple[int, int]]:
        """Bins of the entries start .. stop - 1, each of at least `rows` rows; one bin if all of them are fewer."""
        upto, bins = self.upto, []
        if upto[stop] - upto[start] < self.rows:
            return [(start, stop - 1)]
        while start < stop:
            rest = upto[stop] - upto[start]
            aim = rest / max(1, rest // self.share)
            end = min(bisect_left(upto, upto[start] + aim, start), stop)
            if upto[stop] - upto[end] < self.rows:
                end = stop
            end = self._at_gap(start, end, stop)
            bins.append((start, end - 1))
            start = end
        return bins

    def _at_gap(self, start: int, end: int, stop: int) -> int:
        """`end`, or one nearby at a gap wider than all the rest of the bin, so that no bin bridges a void."""
        upto = self.upto
        # a few rows beyond, which would be too few on this side of a gap in the next bin
        ahead = min(bisect_left(upto, upto[end] + self.rows, end), stop)
        if ahead - start < 2:
            return end
        widest = start + int(self.gap[start : ahead - 1].argmax())
        wide = 2 * self.gap[widest] > self.high[ahead - 1] - self.low[start]
        enough = min(upto[widest + 1] - upto[start], upto[stop] - upto[widest + 1]) >= self.rows
        return widest + 1 if wide and enough else end


def _widened(low: Ticks, high: Ticks, thin: npt.NDArray[np.bool_], step: int) -> tuple[Ticks, Ticks]:
    """Thin bins reach towards the neighbours they have, on the grid, up to a cut in each gap.

    Where a gap is cut, between a quarter and three quarters of it, comes from a generator that all values together
    seed: the same for the same column, and nobody who sees the bins can reckon back to the values in them.
    """
    if not thin.any():
        return low, high
    below, above = low.copy(), high.copy()
    lows, highs = low.tolist(), high.tolist()
    shares = _rng_of(lows).uniform(0.25, 0.75, len(lows)).tolist()
    for i in range(len(lows) - 1):
        left = _part(lows[i + 1] - highs[i], shares[i], step)
        up, down = highs[i] + left, lows[i + 1] - _rest(lows[i + 1] - highs[i], left, step)
        if not up < down:  # floats so near each other that there is none between
            continue
        if thin[i]:
            above[i] = up
        if thin[i + 1]:
            below[i + 1] = down
    return below, above


def _rng_of(values: list[Any]) -> np.random.Generator:
    return np.random.default_rng(int.from_bytes(sha256(repr(values).encode()).digest()[:16]))


def _part(gap: Any, share: float, step: int) -> Any:
    """The share of a gap that goes to its left side; of the steps between its ends at least one, if both can have
    one."""
    if isinstance(gap, float):
        return share * gap
    between = gap // max(step, 1) - 1
    return min(max(int(share * between), 1), between - 1) * max(step, 1) if between > 1 else 0


def _rest(gap: Any, left: Any, step: int) -> Any:
    """What is left for the right side, so that the two do not meet."""
    return 0.98 * (gap - left) if isinstance(gap, float) else max(gap - left - max(step, 1), 0)


def _disjoint(low: Ticks, high: Ticks, step: int) -> tuple[Ticks, Ticks]:
    """Lows raised above the high before, which grouped entries may overlap (there are none on a grid of huge steps)."""
    floor = np.nextafter(high[:-1], np.inf) if low.dtype == np.float64 else high[:-1] + min(max(step, 1), 2**62)
    return np.concatenate([low[:1], np.maximum(low[1:], floor)]), high
