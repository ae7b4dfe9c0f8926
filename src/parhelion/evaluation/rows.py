"""Rows that are drawn to be compared, and rows that are copies."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from parhelion.evaluation.codes import Coded, Codes, Floats
from parhelion.evaluation.figures import Counts, Figure

CELLS = 1_000_000
DRAWS = 4

Indices = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Drawn:
    """Rows of the three tables, in sets of one size: holdout (1, rows), train and synthetic (draws, rows).

    The sets of one table have no row in common.
    """

    train: Indices
    synthetic: Indices
    holdout: Indices

    @property
    def draws(self) -> int:
        return len(self.train)

    @property
    def rows(self) -> int:
        return int(self.train.shape[1])

    def of(self, column: Coded) -> Codes:
        """The codes of a column in all sets: the held-out one, those of train rows, the synthetic ones."""
        return np.concatenate(
            [column.holdout[self.holdout], column.train[self.train], column.synthetic[self.synthetic]]
        )


def draw(counts: Counts, columns: int, rng: np.random.Generator) -> Drawn:
    """Sets of equally many rows: as many as the smallest table has, fewer where there are very many columns."""
    rows = min(counts.train, counts.synthetic, counts.holdout, max(500, CELLS // columns))
    draws = min(DRAWS, counts.train // rows, counts.synthetic // rows)

    def sets(there: int, many: int) -> Indices:
        return rng.permutation(there)[: many * rows].reshape(many, rows)

    return Drawn(sets(counts.train, draws), sets(counts.synthetic, draws), sets(counts.holdout, 1))


class Fingerprints:
    """A number for every row of the three tables that rows of equal codes share, and practically no others."""

    def __init__(self, counts: Counts) -> None:
        self._of = [np.zeros(rows, np.uint64) for rows in (counts.train, counts.synthetic, counts.holdout)]
        self._any = False

    def add(self, column: Coded) -> None:
        self._any = True
        for hashes, codes in zip(self._of, (column.train, column.synthetic, column.holdout), strict=True):
            _mix(hashes, codes)

    def copies(self) -> Figure | None:
        """The share of synthetic rows that are train rows, beside that of held-out rows; None without columns."""
        if not self._any:
            return None
        train, synthetic, holdout = self._of
        known = pa.array(train)
        return Figure(value=_share_in(synthetic, known), reference=_share_in(holdout, known))


def _mix(hashes: Hashes, codes: Codes) -> None:
    """One step of splitmix64 (Steele et al. 2014) over the hash so far and the next code."""
    hashes += codes.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    hashes ^= hashes >> np.uint64(30)
    hashes *= np.uint64(0xBF58476D1CE4E5B9)
    hashes ^= hashes >> np.uint64(27)
    hashes *= np.uint64(0x94D049BB133111EB)
    hashes ^= hashes >> np.uint64(31)


def _share_in(hashes: Hashes, known: pa.Array) -> float:
    return float(pc.mean(pc.is_in(pa.array(hashes), known)).as_py())


def dense(groups: npt.NDArray[Any], size: int) -> tuple[npt.NDArray[Any], int]:
    """The same codes without those that no row has, where these are many; their order stays."""
    if size <= groups.size:
        return groups, size
    there = np.zeros(size, bool)
    there[groups] = True
    return (np.cumsum(there) - 1)[groups], int(there.sum())


def shares(groups: npt.NDArray[Any], size: int) -> Floats:
    """The share of each code in each group of rows: (groups, rows) to (groups, size)."""
    many, rows = groups.shape
    at = groups + np.arange(many)[:, None] * size
    counts = np.bincount(at.ravel(), minlength=many * size).reshape(many, size)
    return np.asarray(counts / rows, np.float64)


def total_variation(p: Floats, q: Floats) -> Floats:
    """Half the sum of |p - q| over codes: the share of rows that would have to change.

    >>> float(total_variation(np.array([0.75, 0.25]), np.array([0.5, 0.5])))
    0.25
    """
    return np.asarray(np.abs(p - q).sum(-1) / 2)


def kolmogorov_smirnov(p: Floats, q: Floats) -> Floats:
    """The largest difference between the two distribution functions; missing values come before all others.

    >>> float(kolmogorov_smirnov(np.array([0, 0.5, 0.5]), np.array([0, 0.25, 0.75])))
    0.25
    """
    return np.asarray(np.abs(np.cumsum(p - q, -1)).max(-1))


def beside(distance: Callable[[Floats, Floats], Floats], found: Floats) -> Figure:
    """The mean distance of synthetic sets to the held-out set, beside that of sets of train rows.

    found: shares of the held-out set, of the sets of train rows, of as many synthetic sets: (1 + 2 draws, size).
    """
    distances = distance(found[1:], found[0])
    draws = len(distances) // 2
    return Figure(value=float(distances[draws:].mean()), reference=float(distances[:draws].mean()))
