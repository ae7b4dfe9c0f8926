"""Rows that are drawn to be compared, and rows that are copies."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from parhelion.evaluation.codes import Coded, Codes
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
