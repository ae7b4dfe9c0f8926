"""Pieces of arrays by number: equal pieces have one number."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from parhelion.overlap._dictionary import find, intern

Ids = npt.NDArray[np.int32]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Dictionary:
    """Different pieces of an array of integers: number i is values[starts[i]:stops[i]]. Exact: hashes only help.

    >>> values = np.array([7, 8, 7, 8, 9])
    >>> known, ids = Dictionary.of(values, np.array([0, 2, 3]), np.array([2, 4, 5]))
    >>> ids.tolist(), known.find(np.array([8, 9, 7]), np.array([0, 1]), np.array([2, 3])).tolist()
    ([0, 0, 1], [1, -1])
    """

    values: npt.NDArray[Any]
    starts: Places
    stops: Places
    hashes: npt.NDArray[np.uint64]
    table: Ids

    @classmethod
    def of(cls, values: npt.NDArray[Any], starts: Places, stops: Places) -> tuple[Self, Ids]:
        """The dictionary of pieces, numbered as they first appear, and the number of each."""
        n = len(starts)
        ids, firsts, lasts = np.empty(n, np.int32), np.empty(n, np.int64), np.empty(n, np.int64)
        hashes = np.empty(n, np.uint64)
        count, table = intern(values, starts, stops, ids, firsts, lasts, hashes)
        return cls(values, firsts[:count].copy(), lasts[:count].copy(), hashes[:count].copy(), table), ids

    def __len__(self) -> int:
        return len(self.starts)

    def find(self, values: npt.NDArray[Any], starts: Places, stops: Places) -> Ids:
        """The number of each piece of another array; -1 for one that is not there."""
        ids = np.empty(len(starts), np.int32)
        find(values, starts, stops, self.table, self.hashes, self.values, self.starts, self.stops, ids)
        return ids
