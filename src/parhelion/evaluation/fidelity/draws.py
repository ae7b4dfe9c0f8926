"""Rows that are drawn to be compared: equally many train and synthetic rows, so that chance is equal on both sides."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from parhelion.evaluation.codes import Coded
from parhelion.evaluation.scores import Counts

DRAWS = 4
FULL = 100  # rows of a bin
LEAST, MOST = 3, 10  # bins of a column

Indices = npt.NDArray[np.int64]
Groups = npt.NDArray[Any]


class Sets(NamedTuple):
    """Codes of drawn rows: holdout (rows), train and synthetic (draws, rows)."""

    holdout: Groups
    train: Groups
    synthetic: Groups

    @property
    def one(self) -> "OneEach":
        """A set of each table, as large as the others of its table."""
        return OneEach(self.train[0], self.synthetic[0], self.holdout)


class OneEach(NamedTuple):
    """One set of rows of each table, or their codes."""

    train: Groups
    synthetic: Groups
    holdout: Groups


@dataclass(frozen=True)
class Drawn:
    """Rows of the three tables. The sets of train rows and of synthetic rows are all equally large.

    The sets of one table have no row in common. There are several where a table is several times as large as the other.
    whole: as many rows of each table as were asked for at most, so often all of them.
    """

    holdout: Indices
    train: Indices
    synthetic: Indices
    whole: OneEach

    @property
    def sizes(self) -> tuple[int, int]:
        """Rows of the held-out set, and of each of the others."""
        return len(self.holdout), int(self.train.shape[1])

    def bins(self, columns: int) -> int:
        """Bins of each of so many columns, so that their joint bins hold a hundred rows on average; 3 to 10.

        Finer bins of few rows differ by chance, and hide what differs.
        """
        wanted = float((min(self.sizes) / FULL) ** (1 / columns))
        return max(LEAST, min(MOST, round(wanted)))

    def of(self, column: Coded, of_code: Groups | None = None) -> Sets:
        """The codes of a column in all sets, or what `of_code` says instead of each."""
        sets = column.holdout[self.holdout], column.train[self.train], column.synthetic[self.synthetic]
        return Sets(*sets) if of_code is None else Sets(*(of_code[codes] for codes in sets))

    def whole_of(self, column: Coded) -> OneEach:
        """The codes of a column in `whole`."""
        rows = self.whole
        return OneEach(column.train[rows.train], column.synthetic[rows.synthetic], column.holdout[rows.holdout])


def draw(counts: Counts, most: int, rng: np.random.Generator) -> Drawn:
    """At most so many rows of each table, without replacement.

    >>> drawn = draw(Counts(train=900, synthetic=200, holdout=50), 1000, np.random.default_rng(0))
    >>> drawn.holdout.shape, drawn.train.shape, drawn.synthetic.shape
    ((50,), (4, 200), (1, 200))
    """
    rows = min(counts.train, counts.synthetic, most)
    train, synthetic, holdout = (
        rng.permutation(there)[:most] for there in (counts.train, counts.synthetic, counts.holdout)
    )

    def sets(order: Indices) -> Indices:
        many = min(DRAWS, len(order) // rows)
        return order[: many * rows].reshape(many, rows)

    return Drawn(holdout, sets(train), sets(synthetic), OneEach(train, synthetic, holdout))
