"""Counts of keys, numbered in the order in which they come."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from parhelion.text.ngram import _count

Array = npt.NDArray[Any]


class Numbered(NamedTuple):
    """ids: (m,) the number of each key, -1 for keys below 0. keys, counts, owners: of each number, what it is, how
    often it comes, and with how many owners."""

    ids: npt.NDArray[np.int32]
    keys: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]
    owners: npt.NDArray[np.int64]


def numbered(keys: Array, owners: Array) -> Numbered:
    """Number the different keys. owners: of each key, in ascending order.

    >>> found = numbered(np.array([7, 7, -1, 5, 7]), np.array([0, 0, 0, 1, 2]))
    >>> found.ids.tolist(), found.keys.tolist(), found.counts.tolist(), found.owners.tolist()
    ([0, 0, -1, 1, 0], [7, 5], [3, 1], [2, 1])
    """
    m = len(keys)
    ids, unique = np.empty(m, np.int32), np.empty(m, np.int64)
    counts, people = np.empty(m, np.int64), np.empty(m, np.int64)
    n = _count.count(
        keys.astype(np.int64, copy=False), owners.astype(np.int64, copy=False), bits_for(m), ids, unique, counts, people
    )
    return Numbered(ids, unique[:n].copy(), counts[:n].copy(), people[:n].copy())


def bits_for(keys: int) -> int:
    """The size of a hash table for so many keys: 2**bits slots, two thirds of them filled at most."""
    return max(4, int(np.ceil(np.log2(1.5 * keys + 2))))


class Index(NamedTuple):
    """Different keys that can be looked up."""

    keys: npt.NDArray[np.int64]
    table: npt.NDArray[np.int32]
    bits: int


def index(keys: Array) -> Index:
    """A hash table of different keys."""
    whole = np.ascontiguousarray(keys, np.int64)
    bits = bits_for(len(whole))
    return Index(whole, _count.fill(whole, bits), bits)
