"""Queries that single out: made from synthetic rows, asked of real ones."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parhelion.evaluation.threads import in_parts

Codes = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]
_CHUNK = 64  # queries that a thread takes at a time
_ATTEMPTS = 60  # times as many queries as are wanted are tried at most


@dataclass(frozen=True)
class Queries:
    """Conjunctions: for each column of a query, low <= code <= high, or not so where `other`: (queries, width)."""

    columns: Ints
    low: Codes
    high: Codes
    other: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.columns)

    def take(self, rows: Ints | npt.NDArray[np.bool_]) -> "Queries":
        return Queries(self.columns[rows], self.low[rows], self.high[rows], self.other[rows])


@dataclass(frozen=True)
class Coding:
    """A table as codes, (columns, rows): 0 is missing. sizes, ordered: of each column, how many codes it has in all
    tables, and whether their order means something."""

    codes: Codes
    sizes: Ints
    ordered: npt.NDArray[np.bool_]

    def answers(self, queries: Queries, most: int | None = None) -> Ints:
        """How many rows answer each query. most: where that is all one needs to know, more than it is any number."""
        from parhelion.evaluation.privacy._search import count  # noqa: PLC0415 (compiled code is loaded when it is used)

        counts = np.zeros(len(queries), np.int64)
        limit = self.codes.shape[1] if most is None else most

        def part(start: int) -> None:
            some = queries.take(np.arange(start, min(start + _CHUNK, len(queries))))
            count(self.codes, some.columns, some.low, some.high, some.other, limit, counts[start : start + _CHUNK])

        in_parts(part, len(queries), _CHUNK)
        return counts


def univariate(synthetic: Coding, wanted: int, rng: np.random.Generator) -> Queries:
    """Values, and least and greatest values, that one row alone has (Giomi et al. 2023)."""
    found = np.concatenate([_alone(synthetic, column) for column in range(len(synthetic.codes))])
    drawn = found[rng.permutation(len(found))[:wanted]]
    columns, low, high = drawn[:, :1], drawn[:, 1:2].astype(np.int32), drawn[:, 2:].astype(np.int32)
    return Queries(columns, low, high, np.zeros(columns.shape, bool))


def _alone(synthetic: Coding, column: int) -> Ints:
    """What one row alone has in a column: (queries, 3), the column, the least and the greatest code."""
    size = int(synthetic.sizes[column])
    counts = np.bincount(synthetic.codes[column], minlength=size)
    single, known = np.flatnonzero(counts == 1), np.flatnonzero(counts[1:]) + 1
    low, high = single, single
    if synthetic.ordered[column] and len(known):
        ends = counts[known[[0, -1]]] == 1
        low = np.append(low, np.array([1, known[-1]])[ends])
        high = np.append(high, np.array([known[0], size - 1])[ends])
    return np.column_stack([np.full(len(low), column), low, high])


def multivariate(synthetic: Coding, wanted: int, width: int, rng: np.random.Generator) -> Queries:
    """Conjunctions over columns drawn by chance that one synthetic row alone answers (Giomi et al. 2023).

    Each is made from a row: equal to its categories, at least its numbers above the median, at most the others. Most
    single nobody out, so that there may be fewer than are wanted.
    """
    found, medians = _none(width), _medians(synthetic)
    for _ in range(_ATTEMPTS):
        columns = _columns(len(synthetic.sizes), wanted, width, rng)
        tried = _from_rows(synthetic, medians, columns, rng)
        found = _different(_both(found, tried.take(synthetic.answers(tried, most=1) == 1)))
        if len(found) >= wanted:
            return found.take(np.arange(wanted))
    return found


def _from_rows(synthetic: Coding, medians: npt.NDArray[np.float64], columns: Ints, rng: np.random.Generator) -> Queries:
    codes = synthetic.codes[columns, rng.integers(synthetic.codes.shape[1], size=len(columns))[:, None]]
    greater = codes > medians[columns]
    bounded = synthetic.ordered[columns] & (codes > 0)
    low = np.where(bounded & ~greater, 1, codes).astype(np.int32)
    high = np.where(bounded & greater, synthetic.sizes[columns] - 1, codes).astype(np.int32)
    return Queries(columns, low, high, np.zeros(columns.shape, bool))


def _medians(table: Coding) -> npt.NDArray[np.float64]:
    known = (codes[codes > 0] for codes in table.codes)
    return np.array([np.median(codes) if len(codes) else 0.0 for codes in known])


def _columns(there: int, many: int, width: int, rng: np.random.Generator) -> Ints:
    """Different columns for each query, in their order."""
    return np.sort(np.argsort(rng.random((many, there)), axis=1)[:, :width], axis=1)


def _none(width: int) -> Queries:
    codes = np.zeros((0, width), np.int32)
    return Queries(np.zeros((0, width), np.int64), codes, codes, np.zeros((0, width), bool))


def _both(first: Queries, second: Queries) -> Queries:
    return Queries(
        np.concatenate([first.columns, second.columns]), np.concatenate([first.low, second.low]),
        np.concatenate([first.high, second.high]), np.concatenate([first.other, second.other]),
    )  # fmt: skip


def _different(queries: Queries) -> Queries:
    """Each once, in their order."""
    text = np.hstack([queries.columns, queries.low, queries.high])
    return queries.take(np.sort(np.unique(text, axis=0, return_index=True)[1])) if len(queries) else queries


def by_chance(synthetic: Coding, many: int, width: int, rng: np.random.Generator) -> Queries:
    """Values, columns and comparisons (=, not =, <, <=, >, >=) drawn by chance: the naive attack."""
    columns = _columns(len(synthetic.sizes), many, width, rng)
    there = [np.unique(codes) for codes in synthetic.codes]
    sizes = np.array([len(values) for values in there])
    places = (rng.random(columns.shape) * sizes[columns]).astype(np.int64)
    codes = np.array([there[c][p] for c, p in zip(columns.ravel(), places.ravel(), strict=True)], np.int32)
    codes = codes.reshape(columns.shape)
    how = np.where(
        synthetic.ordered[columns] & (codes > 0),
        rng.integers(6, size=columns.shape),
        rng.integers(2, size=columns.shape),
    )
    low = np.choose(how, [codes, codes, np.ones_like(codes), np.ones_like(codes), codes + 1, codes])
    last = (synthetic.sizes[columns] - 1).astype(np.int32)
    high = np.choose(how, [codes, codes, codes - 1, codes, last, last])
    return Queries(columns, low.astype(np.int32), high.astype(np.int32), how == 1)


def unseen_successes(train: Ints, holdout: Ints, rows: tuple[int, int]) -> npt.NDArray[np.float64]:
    """How far each query singles out a held-out row, as if the train rows were others, of the same number.

    train, holdout: how many rows of each answer it; rows: how many rows each has. Fewer held-out rows take the places
    of as many train rows, drawn by chance: a success is one held-out row and none of the train rows that stay. That is
    expected over the draws, times train rows for each held-out row, so that with nothing given away the mean is that
    of the attack on the train rows, whatever the sizes. Of more held-out rows as many as train rows are drawn.

    >>> unseen_successes(np.array([0, 1, 2]), np.array([1, 1, 0]), rows=(100, 50))
    array([2., 1., 0.])
    >>> unseen_successes(np.array([0, 0]), np.array([1, 2]), rows=(50, 100))
    array([0.5, 0.5])
    """
    share = rows[1] / rows[0]
    if share < 1:
        return np.asarray((holdout == 1) * share ** (train - 1.0))
    return np.asarray(holdout / share * (1 - 1 / share) ** np.maximum(holdout - 1, 0))
