"""Coarse views of code columns: the at most 256 bins in which the trees see a predictor, and the order of those
bins."""

import numpy as np
import numpy.typing as npt

from parhelion.engines.contract import Codes, ColumnInfo

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]

PSEUDO_ROWS = 5.0


def bin_of_code(codes: Codes, info: ColumnInfo, most: int) -> Bytes:
    """The bin of each code, (size,), at most `most` bins.

    Ordered codes are cut into bins of equal mass, special codes have a bin each; of unordered codes the frequent ones
    have a bin each, and the rarest share the last.

    >>> bin_of_code(np.array([0, 0, 1, 2, 3, 3]), ColumnInfo(4, True), 2)
    array([0, 0, 1, 1], dtype=uint8)
    >>> bin_of_code(np.array([0, 1, 2, 2]), ColumnInfo(3, False), 2)
    array([1, 1, 0], dtype=uint8)
    """
    if info.size <= most:
        return np.arange(info.size, dtype=np.uint8)
    mass = np.bincount(codes, minlength=info.size)
    if not info.ordered:
        place = np.empty(info.size, np.int64)
        place[np.argsort(-mass, kind="stable")] = np.arange(info.size)
        return np.minimum(place, most - 1).astype(np.uint8)
    alone = min(info.specials, most - 1)
    return np.concatenate([np.arange(info.size)[:alone], alone + _equal_mass(mass[alone:], most - alone)]).astype(
        np.uint8
    )


def _equal_mass(mass: Ints, most: int) -> Ints:
    """Number each entry by its share of the mass before its middle; numbers run without gaps."""
    total = max(int(mass.sum()), 1)
    middle = np.cumsum(mass) - mass / 2
    number = np.minimum((middle * most / total).astype(np.int64), most - 1)
    return np.unique(number, return_inverse=True)[1]


def order_of_bins(bins: Bytes, count: int, classes: Bytes, kinds: int) -> tuple[Bytes, Bytes]:
    """The order in which a target sees unordered bins: rank of each bin and bin of each rank, (256,) each.

    Bins are ordered by the first principal component of P(class | bin), shrunk by `PSEUDO_ROWS` (Coppersmith, Hong &
    Hosking 1999), so that a threshold on the rank is a good split.
    """
    table = (
        np.bincount(bins.astype(np.int64) * kinds + classes, minlength=count * kinds)
        .reshape(count, kinds)
        .astype(float)
    )
    rows = table.sum(axis=1, keepdims=True)
    share = table.sum(axis=0) / max(table.sum(), 1)
    centred = (table + PSEUDO_ROWS * share) / (rows + PSEUDO_ROWS) - share
    _, axes = np.linalg.eigh((centred * rows).T @ centred)
    axis = axes[:, -1] * np.sign(axes[np.argmax(np.abs(axes[:, -1])), -1])
    inverse = np.arange(256, dtype=np.uint8)
    inverse[:count] = np.argsort(centred @ axis, kind="stable")
    rank = np.arange(256, dtype=np.uint8)
    rank[inverse[:count]] = np.arange(count)
    return rank, inverse
