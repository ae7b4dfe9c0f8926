"""Rows as points, and how far they are from each other: the same space for all three tables."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parhelion.evaluation.case import ORDERED, Case
from parhelion.evaluation.features import Floats, numbers
from parhelion.evaluation.threads import in_parts

Rows = npt.NDArray[np.int64]
_CHUNK = 256  # queries a thread takes at a time
_FAR = 1e15  # where infinite values stand: the squared distance between two of them is a float32 still


@dataclass(frozen=True)
class Points:
    """numbers: (rows, columns) float32. categories: (rows, columns) int32 codes.

    The squared distance of two points is the sum of the squared differences of numbers, and 2 for every category in
    which they differ (which is what two one-hot columns come to).
    """

    numbers: npt.NDArray[np.float32]
    categories: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.numbers)

    def take(self, rows: npt.NDArray[np.integer] | npt.NDArray[np.bool_]) -> "Points":
        """The points of some rows, by number or by a mask."""
        return Points(self.numbers[rows], self.categories[rows])


@dataclass(frozen=True)
class Space:
    """The three tables as points.

    Numbers are standardised by the mean and the deviation of the real rows; missing ones stand at the mean, and a
    category of their own says that they are missing.
    """

    train: Points
    synthetic: Points
    holdout: Points


def space(case: Case, names: Sequence[str] | None = None) -> Space:
    """The space of the columns named, by default of all that can be compared. With no column all points are one."""
    chosen = [case.table.column(name) for name in names] if names is not None else list(case.columns)
    ordered = [numbers(*case.values(column.name)) for column in chosen if column.kind in ORDERED]
    coded = [case.coded(column.name) for column in chosen if column.kind not in ORDERED]
    places = [_standardised(column) for column in ordered]
    codes = [[each.train, each.synthetic, each.holdout] for each in coded]
    codes += [marks for column in ordered if any((marks := _missing(column))[table].any() for table in range(3))]
    counts = (case.counts.train, case.counts.synthetic, case.counts.holdout)
    return Space(*(_points(places, codes, table, rows) for table, rows in enumerate(counts)))


def _points(
    places: Sequence[Sequence[Floats]], codes: Sequence[Sequence[npt.NDArray[np.int32]]], table: int, rows: int
) -> Points:
    """The points of one of the three tables."""
    numbers, categories = np.zeros((rows, len(places)), np.float32), np.zeros((rows, len(codes)), np.int32)
    for column, place in enumerate(places):
        numbers[:, column] = place[table]
    for column, code in enumerate(codes):
        categories[:, column] = code[table]
    return Points(numbers, categories)


def _missing(column: Sequence[Floats]) -> list[npt.NDArray[np.int32]]:
    return [np.isnan(values).astype(np.int32) for values in column]


def _standardised(column: Sequence[Floats]) -> list[Floats]:
    """Train, synthetic, holdout values, the real ones' mean at 0 and their deviation 1; missing values at 0.

    Where the real values do not vary, their own size is 1. Without any, the synthetic ones take their part.

    >>> train, synthetic, holdout = _standardised([np.array([1.0, 3.0]), np.array([np.nan, 5.0]), np.array([2.0])])
    >>> train.round(2), synthetic.round(2), holdout
    (array([-1.22,  1.22]), array([0.  , 3.67]), array([0.]))
    """
    train, synthetic, holdout = column
    known = np.concatenate([train, holdout])
    known = known[np.isfinite(known)] if np.isfinite(known).any() else synthetic[np.isfinite(synthetic)]
    size = np.abs(known).max(initial=0.0) or 1.0  # squares of huge values would overflow, of tiny ones vanish
    mean, deviation = ((known / size).mean(), (known / size).std() or 1.0) if len(known) else (0.0, 1.0)
    with np.errstate(over="ignore"):
        places = [np.nan_to_num((values / size - mean) / deviation, posinf=_FAR, neginf=-_FAR) for values in column]
    return [np.clip(values, -_FAR, _FAR) for values in places]


def nearest(queries: Points, points: Points, k: int = 1) -> tuple[Floats, Rows]:
    """The distances of the k nearest points to each query, ascending, and which points they are: (queries, k).

    Of points equally far the first comes first. Fewer than k points are all given.

    >>> def line(*places): return Points(np.array(places, np.float32)[:, None], np.zeros((len(places), 0), np.int32))
    >>> nearest(line(0.0, 9.0), line(7.0, 1.0, -1.0), 2)
    (array([[1., 1.], [2., 8.]]), array([[1, 2], [0, 1]]))
    """
    from parhelion.evaluation._nearest import search  # noqa: PLC0415 - compiled code is loaded when it is used

    k = min(k, len(points))
    squares, indices = np.full((len(queries), k), np.inf, np.float32), np.zeros((len(queries), k), np.int64)
    if not k:
        return squares.astype(np.float64), indices
    if not points.numbers.shape[1] and not points.categories.shape[1]:
        return np.zeros((len(queries), k)), np.tile(np.arange(k), (len(queries), 1))
    columns = np.ascontiguousarray(points.numbers.T), np.ascontiguousarray(points.categories.T)

    def part(start: int) -> None:
        rows = slice(start, start + _CHUNK)
        search(queries.numbers[rows], queries.categories[rows], *columns, squares[rows], indices[rows])

    in_parts(part, len(queries), _CHUNK)
    return np.sqrt(squares.astype(np.float64)), indices
