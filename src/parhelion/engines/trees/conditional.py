"""One column given the columns before it: a tree, or a table where it simply follows from one of them."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from parhelion.engines.contract import Codes, ColumnInfo
from parhelion.engines.trees import _copula, _density, _draw, _grow, _pairs, _scan, _screen
from parhelion.engines.trees.bins import Bytes, bin_of_code, order_of_bins
from parhelion.engines.trees.config import TreesConfig

Array = npt.NDArray[Any]
SPECIALS_MOST = 8
_TABLE = _scan.xlogx_table()


@dataclass(frozen=True)
class View:
    """Columns as the kernels see them: bins (d, n) uint8 and codes (d, n) int32, columns in the order of generation."""

    bins: Bytes
    codes: Codes


@dataclass(frozen=True)
class Lookup:
    """A column that follows from another one: code = table[code of source]."""

    source: int
    table: Array

    def draw(self, view: View, state: Array) -> Codes:
        del state
        return np.asarray(self.table[view.codes[self.source]])

    def density(self, view: View, y: Codes) -> npt.NDArray[np.float64]:
        return np.asarray(self.table[view.codes[self.source]] == y, np.float64)


@dataclass(frozen=True)
class Tree:
    """A fitted tree over `parents`, the columns it looks at. Arrays as the kernels take them; see `_grow`, `_copula`,
    `_pairs`.

    Nodes are in preorder. codes[i] has cumulated[i + 1] - cumulated[i] rows in its leaf; node j holds the pairs
    first[j] .. last[j] - 1.
    """

    size: int
    smoothing: float
    parents: Array
    rank: Array
    feature: Array
    threshold: Array
    right: Array
    first: Array
    last: Array
    codes: Array
    cumulated: Array
    group: Array
    mean: Array
    scale: Array
    which: Array
    beta: Array
    rest: Array

    @property
    def _walk(self) -> tuple[Array, ...]:
        return self.rank, self.feature, self.threshold, self.right

    @property
    def _copula(self) -> tuple[Array, ...]:
        return self.group, self.mean, self.scale, self.which, self.beta, self.rest

    def _path(self) -> Array:
        return np.zeros(len(self.feature) + 1, np.int32)

    def draw(self, view: View, state: Array) -> Codes:
        """A code for every row. state: (1,) uint64, advanced."""
        n = view.bins.shape[1]
        nodes, out, order = np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.int32)
        span = self.first, self.last, self.cumulated
        _draw.walk(view.bins[self.parents], *self._walk, *span, self.smoothing, state, self._path(), nodes)
        values = view.codes[self.parents]
        count = np.empty(len(self.feature), np.int32)
        _draw.draw(
            nodes, self.codes, self.cumulated, self.first, self.last, values, *self._copula, state, count, order, out
        )
        return out

    def density(self, view: View, y: Codes) -> npt.NDArray[np.float64]:
        """p(code | what comes before) of every row."""
        pairs = np.argsort(self.codes, kind="stable").astype(np.int64)
        starts = np.searchsorted(self.codes[pairs], np.arange(self.size + 1))
        counts = np.concatenate([[0], np.cumsum(np.diff(self.cumulated)[pairs])])
        out = np.empty(len(y))
        span = self.first, self.last, self.cumulated
        known = view.bins[self.parents], *self._walk, *span, self.smoothing, view.codes[self.parents], *self._copula
        _density.densities(*known, pairs, starts, counts, y, self._path(), out)
        return out


Conditional = Tree | Lookup
TREE_ARRAYS = [f.name for f in fields(Tree) if f.name not in ("size", "smoothing")]


def fit_tree(
    view: View,
    infos: list[ColumnInfo],
    target: int,
    *,
    favoured: range,
    config: TreesConfig,
    rng: np.random.Generator,
) -> Tree:
    """Learn column `target` given the columns 0 .. target - 1 of view. Cuts on favoured ones get the target's bonus."""
    info, y = infos[target], view.codes[target]
    rows = (
        np.arange(len(y), dtype=np.int32) if info.hidden is None else np.flatnonzero(y != info.hidden).astype(np.int32)
    )
    classes = bin_of_code(y, info, config.classes)[y]
    parents = _parents(view, target, classes, config, rng)
    bins = view.bins[parents]
    counts = bins.max(axis=1, initial=0).astype(np.int64) + 1
    rank, inverse = _orders(bins, counts, [infos[p] for p in parents], classes)
    bonus = np.array([config.target_bonus * (int(p) in favoured) for p in parents])
    limits = config.penalty, config.class_penalty, config.min_leaf, config.classes, config.rows_per_class
    y = y[rows]
    feature, threshold, right, begin, end = _grow.grow(
        bins,
        counts,
        rank,
        inverse,
        bonus,
        rows,
        y,
        info.size,
        min(info.specials, SPECIALS_MOST),
        info.ordered,
        *limits,
        _TABLE,
    )
    numbers = [i for i, p in enumerate(parents) if infos[p].ordered] if info.ordered and info.size > 2 else []
    copula = _copula.fit_copulas(view.codes[parents[numbers]], rows, y, feature, begin, end, config.copula_penalty)
    group, mean, scale, which, beta, rest = copula
    which = np.where(which >= 0, np.array([*numbers, 0], np.int32)[which], -1).astype(np.int32)
    codes, cumulated, first, last = _pairs.leaf_pairs(y, rows, feature, begin, end)
    used, feature, which = _only_used(feature, which)
    return Tree(
        info.size, config.smoothing, parents[used], rank[used], feature, threshold, right, first, last, codes,
        cumulated, group, mean, scale, which, beta, rest,
    )  # fmt: skip


def _parents(
    view: View, target: int, classes: Bytes, config: TreesConfig, rng: np.random.Generator
) -> npt.NDArray[np.int64]:
    """The columns before `target`; where there are more than `config.predictors`, those that tell most about it, in
    order."""
    if target <= config.predictors:
        return np.arange(target)
    rows = rng.choice(len(classes), min(len(classes), _screen.ROWS), replace=False)
    told = _screen.information(view.bins[:target, rows], classes[rows], _TABLE)
    return np.sort(np.argsort(-told, kind="stable")[: config.predictors])


def _orders(bins: Bytes, counts: Array, infos: list[ColumnInfo], classes: Bytes) -> tuple[Bytes, Bytes]:
    rank = np.tile(np.arange(256, dtype=np.uint8), (len(infos), 1))
    inverse = rank.copy()
    kinds = int(classes.max(initial=0)) + 1
    for i, info in enumerate(infos):
        if not info.ordered and counts[i] > 2:
            rank[i], inverse[i] = order_of_bins(bins[i], int(counts[i]), classes, kinds)
    return rank, inverse


def _only_used(feature: Array, which: Array) -> tuple[Array, Array, Array]:
    """The predictors that the tree looks at, and feature and which renumbered to them."""
    used = np.union1d(feature[feature >= 0], which[which >= 0]).astype(np.int64)
    number = np.full(int(used.max(initial=0)) + 2, -1, np.int32)
    number[used] = np.arange(len(used))
    return used, number[feature], number[which]
