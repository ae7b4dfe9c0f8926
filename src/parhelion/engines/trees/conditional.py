"""One column given the columns before it: a tree, or a table where it simply follows from one of them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parhelion.engines.contract import Codes, ColumnInfo
from parhelion.engines.trees import _copula, _density, _draw, _grow, _pairs, _scan, _screen
from parhelion.engines.trees._types import (
    Array,
    Copulas,
    Histograms,
    Limits,
    Predictors,
    Room,
    Target,
    Walks,
)
from parhelion.engines.trees.bins import Bytes, bin_of_code, order_of_bins
from parhelion.engines.trees.config import TreesConfig

SPECIALS_MOST = 8
_TABLE = _scan.xlogx_table()


@dataclass(frozen=True)
class View:
    """Columns as the kernels see them: bins (d, n) uint8 and codes (d, n) int32, columns in the order of generation."""

    bins: Bytes
    codes: Codes

    def only(self, rows: npt.NDArray[np.bool_], filled: int) -> "View":
        """Some of the rows, in views of the same columns of which the first `filled` are filled."""
        if rows.all():
            return self
        shape = len(self.codes), int(rows.sum())
        view = View(np.zeros(shape, np.uint8), np.zeros(shape, np.int32))
        view.bins[:filled], view.codes[:filled] = self.bins[:filled, rows], self.codes[:filled, rows]
        return view


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
    """A fitted tree over `parents`, the columns it looks at, which its arrays number 0, 1, ..."""

    size: int
    parents: Array
    walks: Walks
    held: Histograms
    copulas: Copulas

    def _path(self) -> Array:
        return np.zeros(len(self.walks.feature) + 1, np.int32)

    def draw(self, view: View, state: Array) -> Codes:
        """A code for every row. state: (1,) uint64, advanced."""
        n = view.bins.shape[1]
        nodes, out, order = np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.int32)
        _draw.walk(view.bins[self.parents], self.walks, self.held, state, self._path(), nodes)
        count = np.empty(len(self.walks.feature), np.int32)
        _draw.draw(nodes, self.held, view.codes[self.parents], self.copulas, state, count, order, out)
        return out

    def density(self, view: View, y: Codes) -> npt.NDArray[np.float64]:
        """p(code | what comes before) of every row."""
        pairs = np.argsort(self.held.codes, kind="stable").astype(np.int64)
        starts = np.searchsorted(self.held.codes[pairs], np.arange(self.size + 1))
        counts = np.concatenate([[0], np.cumsum(np.diff(self.held.cumulated)[pairs])])
        out = np.empty(len(y))
        bins, values = view.bins[self.parents], view.codes[self.parents]
        by_code = pairs, starts, counts
        _density.densities(bins, self.walks, self.held, values, self.copulas, by_code, y, self._path(), out)
        return out


Conditional = Tree | Lookup


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
    rows = np.flatnonzero(y != (-1 if info.hidden is None else info.hidden)).astype(np.int32)
    if not len(rows):  # nothing but what must not be drawn: draw another code
        rows, y = np.arange(len(y), dtype=np.int32), (y + 1) % np.int32(info.size)
    classes = bin_of_code(y, info, config.classes)[y]
    parents = _parents(view, target, classes, config, rng)
    bonus = np.array([config.target_bonus * (int(p) in favoured) for p in parents], float)
    known = _predictors(view.bins[parents], [infos[p] for p in parents], classes, bonus)
    shape = Target(info.size, min(info.specials, SPECIALS_MOST), info.ordered)
    min_leaf = config.smallest_leaf(len(y))
    limits = Limits(config.penalty, config.class_penalty, min_leaf, config.classes, config.rows_per_class)
    y = y[rows]
    nodes = _grow.grow(known, rows, y, shape, limits, _TABLE, Room.of(len(rows), shape, limits, _scan.SMALL))
    numbers = [i for i, p in enumerate(parents) if infos[p].ordered] if info.ordered and info.size > 2 else []
    copulas = _copula.fit_copulas(view.codes[parents[numbers]], rows, y, nodes, config.copula_penalty)
    copulas = copulas._replace(which=np.append(numbers, -1).astype(np.int32)[copulas.which])
    held = _pairs.leaf_pairs(y, rows, nodes)
    used, feature, which = _only_used(nodes.feature, copulas.which)
    walks = Walks(known.rank[used], feature, nodes.threshold, nodes.right, config.smoothing)
    return Tree(info.size, parents[used], walks, held, copulas._replace(which=which))


def _predictors(bins: Bytes, infos: list[ColumnInfo], classes: Bytes, bonus: Array) -> Predictors:
    widths = bins.max(axis=1, initial=0).astype(np.int64) + 1
    rank, inverse = _orders(bins, widths, infos, classes)
    return Predictors(bins, widths, rank, inverse, bonus)


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
    """The predictors that the tree looks at, and feature and which renumbered to them; -1 stays, as the last number."""
    used = np.union1d(feature[feature >= 0], which[which >= 0]).astype(np.int64)
    number = np.full(int(used.max(initial=0)) + 2, -1, np.int32)
    number[used] = np.arange(len(used))
    return used, number[feature], number[which]
