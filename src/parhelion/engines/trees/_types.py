"""What the compiled kernels take: named tuples of arrays, which numba knows as they are."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


class Predictors(NamedTuple):
    """What a column is learned from.

    bins: (p, n) uint8. widths: (p,), how many bins each has. rank, inverse: (p, 256) uint8, the order in which a
    predictor's bins are cut, and back. bonus: (p,), nats that a cut on it counts besides.
    """

    bins: Array
    widths: Array
    rank: Array
    inverse: Array
    bonus: Array


class Target(NamedTuple):
    """The column that is learned: codes are 0 .. size - 1; the first `specials` have no place in the order."""

    size: int
    specials: int
    ordered: bool


class Limits(NamedTuple):
    """When a node is cut, and between how many classes of the target; see `TreesConfig`."""

    penalty: float
    class_penalty: float
    min_leaf: int
    classes: int
    rows_per_class: int


class Nodes(NamedTuple):
    """A tree in preorder: the left child of node i is node i + 1, and the leaves below a node are one range.

    feature: predictor that it is cut on, -1 for a leaf. threshold: rows of at most this rank go left. right: the right
    child. begin, end: its rows.
    """

    feature: Array
    threshold: Array
    right: Array
    begin: Array
    end: Array


class Copulas(NamedTuple):
    """See `_copula`. group: (nodes,), -1 for none; mean, scale: (nodes, TERMS) of the group's predictors in the leaf;
    which, beta: (groups, TERMS), predictors (-1: no more) and coefficients; rest: (groups,), sqrt(1 - R^2).
    """

    group: Array
    mean: Array
    scale: Array
    which: Array
    beta: Array
    rest: Array


class Histograms(NamedTuple):
    """codes[i] has cumulated[i + 1] - cumulated[i] rows in its leaf; node j holds the pairs first[j] .. last[j] - 1."""

    codes: Array
    cumulated: Array
    first: Array
    last: Array


class Walks(NamedTuple):
    """How a row finds its leaf; see `Nodes`. rank: (p, 256). smoothing: pseudo-rows of a node's parent."""

    rank: Array
    feature: Array
    threshold: Array
    right: Array
    smoothing: float


class Room(NamedTuple):
    """Scratch arrays of the growing, so that no node allocates."""

    local: Array
    total: Array
    left: Array
    right: Array
    ends: Array
    classes: Array
    histogram: Array
    tally: Array
    class_of: Array
    spare: Array

    @classmethod
    def of(cls, rows: int, target: Target, limits: Limits, small: int) -> "Room":
        widest = limits.classes + target.specials + 1
        local, classes = np.zeros(rows, np.uint8), np.zeros(small, np.uint8)
        total, left, right = (np.zeros(widest, np.int32) for _ in range(3))
        tally, class_of = np.zeros(target.size, np.int32), np.zeros(target.size, np.int32)
        ends, histogram = np.zeros(258, np.int32), np.zeros(256 * widest, np.int32)
        return cls(local, total, left, right, ends, classes, histogram, tally, class_of, np.empty((rows, 2), np.int32))
