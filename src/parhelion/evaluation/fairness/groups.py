"""Groups of rows by sensitive columns, the same in all three tables."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from parhelion.evaluation.case import ORDERED, UNORDERED, Case
from parhelion.evaluation.fairness.bands import banded, cuts, names
from parhelion.evaluation.fairness.sensitive import is_age
from parhelion.evaluation.features import numbers
from parhelion.evaluation.utility.targets import value_names
from parhelion.schema import Column

Codes = npt.NDArray[np.int64]

GROUPS = 40  # named, of one attribute
CROSSED = 5  # columns that are crossed with each other, the first ones

_DAYS = {"date": 1.0, "datetime": 86_400.0}  # of a day, in the units of their numbers


@dataclass(frozen=True)
class Grouping:
    """The groups of one sensitive column, or of two together.

    parts: of the groups that at least `protect` train rows have, the largest first: a word for each column.
    train, synthetic, holdout: the group of each row, len(parts) where it has none of them.
    left_out: how many groups of train rows are not among them.
    """

    columns: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...]
    train: Codes
    synthetic: Codes
    holdout: Codes
    left_out: int

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(", ".join(words) for words in self.parts)

    def called(self, group: int) -> str:
        """A group as findings name it: `sex = Female and race = Other`."""
        return " and ".join(f"{name} = {word}" for name, word in zip(self.columns, self.parts[group], strict=True))

    def counts(self) -> npt.NDArray[np.int64]:
        """Rows of train, synthetic and holdout in each group, those without a group last: (3, groups + 1)."""
        tables = (self.train, self.synthetic, self.holdout)
        return np.array([np.bincount(each, minlength=len(self.names) + 1) for each in tables])


def groupings(case: Case, columns: Sequence[Column]) -> list[Grouping]:
    """Of each column that has two groups at least, and of pairs of the first of them."""
    single = [found for column in columns if groupable(column) for found in [_single(case, column)]]
    single = [each for each in single if len(each.names) + (each.left_out > 0) > 1]
    return [*single, *_crossed(case, single[:CROSSED])]


def groupable(column: Column) -> bool:
    return column.kind in ORDERED + UNORDERED


def _single(case: Case, column: Column) -> Grouping:
    raw, words = (_bands if column.kind in ORDERED else _values)(case, column)
    return _named((column.name,), raw, words, case.config.protect)


def _values(case: Case, column: Column) -> tuple[list[Codes], dict[int, tuple[str, ...]]]:
    """Codes of a category, and what those of train rows are called."""
    codes = case.coded(column.name)
    counts = np.bincount(codes.train, minlength=codes.size)
    order = np.argsort(-counts, kind="stable")[: GROUPS + 1]
    known = order[(counts[order] > 0) & (order > 0)]
    words = dict(zip(known.tolist(), value_names(codes, known), strict=True))
    return [each.astype(np.int64) for each in (codes.train, codes.synthetic, codes.holdout)], {
        0: ("missing",),
        **{code: (word,) for code, word in words.items()},
    }


def _bands(case: Case, column: Column) -> tuple[list[Codes], dict[int, tuple[str, ...]]]:
    tables = [_in_years(each, column) for each in numbers(*case.values(column.name))]
    known = tables[0][np.isfinite(tables[0])]
    at = cuts(known, age=is_age(column.name))
    whole = bool((known == np.floor(known)).all())
    words = dict(enumerate(((name,) for name in names(at, whole=whole)), 1))
    return [banded(each, at) for each in tables], {0: ("missing",), **words}


def _in_years(values: npt.NDArray[np.float64], column: Column) -> npt.NDArray[np.float64]:
    """Days and moments as the year that they are in; everything else as it is."""
    if column.kind not in _DAYS:
        return values
    return np.asarray(np.floor(1970 + values / _DAYS[column.kind] / 365.2425), np.float64)


def _named(columns: tuple[str, ...], raw: list[Codes], words: dict[int, tuple[str, ...]], protect: int) -> Grouping:
    """Groups that enough train rows have, renumbered, the largest first."""
    size = max(int(each.max(initial=0)) for each in raw) + 1
    counts = np.bincount(raw[0], minlength=size)
    order = np.argsort(-counts, kind="stable")
    kept = [int(code) for code in order[: GROUPS + 1] if counts[code] >= protect and int(code) in words][:GROUPS]
    code = np.full(size, len(kept), np.int64)
    code[kept] = np.arange(len(kept))
    left_out = int((counts > 0).sum()) - len(kept)
    train, synthetic, holdout = (code[each] for each in raw)
    return Grouping(columns, tuple(words[each] for each in kept), train, synthetic, holdout, left_out)


def _crossed(case: Case, single: Sequence[Grouping]) -> Iterator[Grouping]:
    for one, other in combinations(single, 2):
        columns, across = (*one.columns, *other.columns), len(other.parts) + 1
        words = {
            first * across + second: (*one.parts[first], *other.parts[second])
            for first in range(len(one.parts))
            for second in range(len(other.parts))
        }
        tables = ((one.train, other.train), (one.synthetic, other.synthetic), (one.holdout, other.holdout))
        yield _named(columns, [first * across + second for first, second in tables], words, case.config.protect)
