"""Rows by Gower's distance, as Anonymeter measures it (Giomi et al. 2023; Gower 1971)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parhelion.evaluation.case import ORDERED, Case
from parhelion.evaluation.features import Floats, numbers
from parhelion.evaluation.threads import in_parts

Rows = npt.NDArray[np.int64]
_CHUNK = 64  # rows that a thread asks about at a time


@dataclass(frozen=True)
class Mixed:
    """Rows: numbers (rows, columns) float32 from 0 to 1, NaN where missing; categories (rows, columns) int32 codes.

    names: of the columns, numbers first.
    """

    names: tuple[str, ...]
    numbers: npt.NDArray[np.float32]
    categories: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.numbers)

    def take(self, rows: Rows) -> "Mixed":
        return Mixed(self.names, self.numbers[rows], self.categories[rows])

    def view(self, names: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Which columns are among the names."""
        return np.isin(self.names, names)


def mixed(case: Case) -> tuple[Mixed, Mixed, Mixed]:
    """All columns that can be compared, of train, synthetic and holdout."""
    ordered = [column.name for column in case.columns if column.kind in ORDERED]
    others = [column.name for column in case.columns if column.kind not in ORDERED]
    scaled = [_scaled(numbers(*case.values(name))) for name in ordered]
    coded = [case.coded(name) for name in others]
    codes = [[each.train, each.synthetic, each.holdout] for each in coded]
    train, synthetic, holdout = (
        Mixed(
            (*ordered, *others),
            np.array([column[table] for column in scaled], np.float32).reshape(len(scaled), rows).T,
            np.array([column[table] for column in codes], np.int32).reshape(len(codes), rows).T,
        )
        for table, rows in enumerate((case.counts.train, case.counts.synthetic, case.counts.holdout))
    )
    return train, synthetic, holdout


def _scaled(column: Sequence[Floats]) -> list[Floats]:
    """Values of three tables from 0 to 1; infinite ones stand at the ends.

    >>> [values.tolist() for values in _scaled([np.array([2.0, 4.0]), np.array([np.nan]), np.array([3.0, np.inf])])]
    [[0.0, 1.0], [nan], [0.5, 1.0]]
    """
    every = np.concatenate(column)
    finite = every[np.isfinite(every)]
    low, high = (finite.min(), finite.max()) if len(finite) else (0.0, 1.0)
    width = high / 2 - low / 2  # halves, because the whole range may be too large for a number
    return [(np.clip(values, low, high) / 2 - low / 2) / (width or 1.0) for values in column]


def nearest_in_views(asked: Mixed, rows: Mixed, views: npt.NDArray[np.bool_], k: int) -> Rows:
    """The k nearest rows to each row asked about, in each view (views, columns): (asked, views, k).

    Of rows equally far the first comes first. Fewer than k rows are all given.
    """
    from parhelion.evaluation.privacy._search import search_views  # noqa: PLC0415 (compiled code is loaded when it is used)

    shape = len(asked), len(views), min(k, len(rows))
    distances, indices = np.full(shape, np.inf, np.float32), np.zeros(shape, np.int64)
    columns = np.ascontiguousarray(rows.numbers.T), np.ascontiguousarray(rows.categories.T)
    own = np.ascontiguousarray(asked.numbers), np.ascontiguousarray(asked.categories)

    def part(start: int) -> None:
        at = slice(start, start + _CHUNK)
        search_views(own[0][at], own[1][at], *columns, views, distances[at], indices[at])

    in_parts(part, len(asked), _CHUNK)
    return indices
