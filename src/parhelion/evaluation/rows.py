"""Which rows are the same in all columns, over the three tables."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from parhelion.evaluation.case import Case

Hashes = npt.NDArray[np.uint64]


class Alike(NamedTuple):
    """A number for every row, that rows of equal values share, and practically no others (64 bits)."""

    train: Hashes
    synthetic: Hashes
    holdout: Hashes


def alike(case: Case, names: Sequence[str] | None = None) -> Alike:
    """By the columns named, by default by all that can be compared, and by texts."""
    texts = [column.name for column in case.table.columns if column.kind == "text"]
    chosen = [*(column.name for column in case.columns), *texts] if names is None else names
    return case.once(("alike", *chosen), lambda: _alike(case, chosen))


def _alike(case: Case, names: Sequence[str]) -> Alike:
    found = Alike(*(np.zeros(table.num_rows, np.uint64) for table in (case.train, case.synthetic, case.holdout)))
    for name in names:
        for hashes, own in zip(found, case.coded(name).tables, strict=True):
            _mix(hashes, own)
    return found


def _mix(hashes: Hashes, codes: npt.NDArray[np.int32]) -> None:
    """One step of splitmix64 (Steele et al. 2014) over the hash so far and the next code."""
    hashes += codes.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    hashes ^= hashes >> np.uint64(30)
    hashes *= np.uint64(0xBF58476D1CE4E5B9)
    hashes ^= hashes >> np.uint64(27)
    hashes *= np.uint64(0x94D049BB133111EB)
    hashes ^= hashes >> np.uint64(31)


def first_of_each(hashes: Hashes) -> npt.NDArray[np.int64]:
    """The first of the rows that are the same, in their order.

    >>> first_of_each(np.array([7, 5, 7], np.uint64))
    array([0, 1])
    """
    return np.sort(np.unique(hashes, return_index=True)[1])


def alone(hashes: Hashes) -> npt.NDArray[np.bool_]:
    """Which rows are the only ones of their kind.

    >>> alone(np.array([7, 5, 7], np.uint64))
    array([False,  True, False])
    """
    _, kinds, counts = np.unique(hashes, return_inverse=True, return_counts=True)
    return np.asarray(counts[kinds] == 1)
