"""Which bin a tick belongs to: the nearest."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt

from parhelion.codecs.spread import distance
from parhelion.codecs.ticks import Ticks

_TABLE = 1 << 17
_CELLS = 1 << 18
_LONG = 100_000
"""Longer columns are worth a table of cells."""


@dataclass(frozen=True)
class Search:
    """Ticks belong to bin i iff cuts[i-1] < tick <= cuts[i]."""

    cuts: Ticks

    @classmethod
    def between(cls, low: Ticks, high: Ticks) -> Self:
        """The search among bins. A cut lies in the middle between two of them; a tie belongs to the lower.

        >>> Search.between(np.array([0, 10]), np.array([3, 12])).find(np.array([-5, 3, 6, 7, 99]), 0)
        array([0, 0, 0, 1, 1], dtype=int32)
        """
        return cls(_middles(high[:-1], low[1:]))

    def find(self, ticks: Ticks, first: int) -> npt.NDArray[np.int32]:
        """first + the bin of each tick."""
        if self._table is not None and ticks.dtype == np.int64:
            base, last = self.cuts[0], self.cuts[-1]
            # one place beyond the last cut: everything above it is of the last bin
            where = np.clip(ticks, base, last) - base + (ticks > last)
            return np.asarray(self._table[where] + np.int32(first))
        if len(ticks) > _LONG and len(self.cuts) and object not in (ticks.dtype, self.cuts.dtype):
            return self._cells.find(ticks, self.cuts) + np.int32(first)
        return (np.searchsorted(self.cuts, ticks) + first).astype(np.int32)

    @cached_property
    def _table(self) -> npt.NDArray[np.int32] | None:
        """The bins of cuts[0], cuts[0] + 1, ..., of all that is above the last cut; for integers in a narrow range."""
        cuts = self.cuts
        if not len(cuts) or cuts.dtype != np.int64 or int(cuts[-1]) - int(cuts[0]) >= _TABLE:
            return None
        reach = np.arange(int(cuts[0]), int(cuts[-1]) + 1)
        return np.append(np.searchsorted(cuts, reach), len(cuts)).astype(np.int32)

    @cached_property
    def _cells(self) -> "_Cells":
        return _Cells.of(self.cuts)


@dataclass(frozen=True)
class _Cells:
    """A table over the leading bits of floats, which lie in the floats' order: three times as fast as bisection.

    bins: the bin of each cell, from cell number `base` on; -1 where a cut lies inside the cell.
    """

    shift: int
    base: int
    bins: npt.NDArray[np.int32]

    @classmethod
    def of(cls, cuts: Ticks) -> Self:
        bits = _ordered_bits(cuts)
        shift = max(int(bits[-1] - bits[0]).bit_length() - _CELLS.bit_length() + 1, 0)
        where = (bits >> shift) - (bits[0] >> shift)
        below = np.searchsorted(where, np.arange(int(where[-1]) + 2)).astype(np.int32)
        below[where] = -1
        return cls(shift, int(bits[0] >> shift), below)

    def find(self, ticks: Ticks, cuts: Ticks) -> npt.NDArray[np.int32]:
        where = np.clip((_ordered_bits(ticks) >> self.shift) - self.base, -1, len(self.bins) - 1)
        found = np.where(where < 0, np.int32(0), self.bins[where])
        unsure = np.flatnonzero(found < 0)
        found[unsure] = np.searchsorted(cuts, ticks[unsure])
        return found


def _ordered_bits(ticks: Ticks) -> npt.NDArray[np.int64]:
    """Integers in the order of the numbers; those of numbers that are nearly equal may be equal."""
    bits = ticks.astype(np.float64).view(np.int64)
    return np.asarray(np.where(bits < 0, np.int64(-(2**63)) - bits, bits) >> 1)


def _middles(high: Ticks, low: Ticks) -> Ticks:
    if high.dtype == np.float64:
        return np.clip(high / 2 + low / 2, high, np.nextafter(low, -np.inf))
    half = distance(low, high) // 2
    return np.asarray((high.view(np.uint64) + half).view(np.int64) if high.dtype == np.int64 else high + half)
