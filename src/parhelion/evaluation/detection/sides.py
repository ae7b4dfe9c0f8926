"""Two tables of equal size to be told apart, and folds that keep identical rows together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from parhelion.evaluation.case import Case, sample
from parhelion.evaluation.features import Features, features
from parhelion.evaluation.rows import Alike, alike

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Name = Literal["train", "synthetic", "holdout"]

FOLDS = 3
FEWEST = 20  # rows a side without which nothing is told
WIDE = 50  # columns from which classifiers look at fewer rows and take less trouble, to take no more time
_MANY = 30  # identical rows, and a hundredth of all, beyond which they need not share a fold
_FAR = 1e300  # beyond it the middle of two values is no longer a number


class Drawn(NamedTuple):
    """As many rows of each table. rows: their numbers in their tables. hashes: equal for identical rows."""

    features: Features
    hashes: Alike
    rows: dict[Name, Ints]

    @property
    def size(self) -> int:
        return len(self.rows["train"])

    def of(self, name: Name) -> Floats:
        found: Floats = getattr(self.features, name)
        return found


@dataclass(frozen=True)
class Sides:
    """The rows of two tables, one below the other.

    second: which are of the second table. fold: of each row. repeated: the share of rows kept together with others
    equal to them.
    """

    values: Floats
    second: Bools
    fold: Ints
    repeated: float
    categorical: Bools


def draw(case: Case, rng: np.random.Generator) -> Drawn:
    """As many rows of each table as classifiers may learn from; columns that do not vary among them are left out."""
    counts, columns = case.counts, max(len(case.columns), 1)
    most = max(case.limits.learned * WIDE // max(columns, WIDE), FEWEST)
    size = min(most, counts.train, counts.synthetic, counts.holdout)
    train, synthetic, holdout = (sample(rng, count, size) for count in (counts.train, counts.synthetic, counts.holdout))
    every = alike(case)
    return Drawn(
        _varying(features(case, rows=(train, synthetic, holdout))),
        Alike(every.train[train], every.synthetic[synthetic], every.holdout[holdout]),
        {"train": train, "synthetic": synthetic, "holdout": holdout},
    )


def _varying(found: Features) -> Features:
    """The columns that vary; infinite values stand at the largest finite ones."""
    train, synthetic, holdout = (np.clip(each, -_FAR, _FAR) for each in (found.train, found.synthetic, found.holdout))
    every = np.nan_to_num(np.vstack([train, synthetic, holdout]), nan=-np.inf)
    constant = [name for name, same in zip(found.names, (every == every[:1]).all(0), strict=True) if same]
    return Features(found.names, found.categorical, train, synthetic, holdout).without(*constant)


def sides(drawn: Drawn, first: Name, second: Name, rng: np.random.Generator) -> Sides:
    """The second table's rows are to be told from the first's."""
    hashes = np.concatenate([getattr(drawn.hashes, first), getattr(drawn.hashes, second)])
    belongs = np.repeat([False, True], drawn.size)
    fold, repeated = folds(hashes, belongs, rng)
    return Sides(np.vstack([drawn.of(first), drawn.of(second)]), belongs, fold, repeated, drawn.features.categorical)


def folds(hashes: npt.NDArray[np.uint64], second: Bools, rng: np.random.Generator) -> tuple[Ints, float]:
    """The fold of each row, and the share of rows that are kept together with others equal to them.

    Identical rows share a fold: a classifier that has seen a row's twin on the other side would be surely wrong about
    it. Groups of identical rows are dealt out in turns, those of equal share of both sides together, so that every
    fold has about as many rows of either side.

    Rows of which there are very many are dealt out one by one, whatever their side: no twin matters among so many, and
    in one fold they would hide a generator that makes little else.

    >>> folds(np.array([5, 7, 5, 9], np.uint64), np.array([False, False, True, True]), np.random.default_rng(0))
    (array([2, 0, 2, 1]), 0.5)
    """
    _, group, sizes = np.unique(hashes, return_inverse=True, return_counts=True)
    share = np.bincount(group, weights=second) / sizes
    fold = _dealt((rng.random(len(sizes)), share, sizes))[group]
    many = sizes[group] > max(_MANY, len(hashes) // 100)
    fold[many] = _dealt((rng.random(int(many.sum())), group[many]))
    return fold, float(((sizes[group] > 1) & ~many).mean())


def _dealt(by: Sequence[npt.NDArray[Any]]) -> Ints:
    """Folds in turns, in the order of the last, then of the one before it, ..."""
    order = np.lexsort(by)
    fold = np.empty(len(order), np.int64)
    fold[order] = np.arange(len(order)) % FOLDS
    return fold
