"""Values as integer codes, the same in all three tables, and bins of them."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Codes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

BINS = 10


@dataclass(frozen=True)
class Coded:
    """One column of the three tables. Code 0 is a missing value; the others follow the order of the values.

    values: what the codes from 1 on stand for, in order.
    """

    train: Codes
    synthetic: Codes
    holdout: Codes
    size: int
    values: pa.Array = field(repr=False, compare=False)

    @property
    def tables(self) -> tuple[Codes, Codes, Codes]:
        """The codes of train, synthetic, holdout."""
        return self.train, self.synthetic, self.holdout


def coded(train: pa.Array, synthetic: pa.Array, holdout: pa.Array) -> Coded:
    """Codes of the values that the three tables have; NaN counts as missing.

    >>> coded(pa.array([5, None, 9]), pa.array([7]), pa.array([9, 5]))
    Coded(train=array([1, 0, 3], dtype=int32), synthetic=array([2], dtype=int32), holdout=array([3, 1], dtype=int32),
          size=4)
    """
    encoded = _known(pa.concat_arrays([train, synthetic, holdout])).dictionary_encode()
    sorting = pc.array_sort_indices(encoded.dictionary)
    order = sorting.to_numpy()
    rank = np.zeros(len(order) + 1, np.int32)  # the last one is that of missing values, whose index is -1
    rank[order] = np.arange(1, len(order) + 1)
    codes = rank[pc.fill_null(encoded.indices, -1).to_numpy()]
    first, second = len(train), len(train) + len(synthetic)
    values = encoded.dictionary.take(sorting)
    return Coded(codes[:first], codes[first:second], codes[second:], len(order) + 1, values)


def _known(values: pa.Array) -> pa.Array:
    if pa.types.is_null(values.type):
        return values.cast(pa.int8())
    if not pa.types.is_floating(values.type):
        return values
    return pc.if_else(pc.is_nan(values), None, pc.add(values, 0.0))  # -0 is 0


def equal_mass(masses: Floats, bins: int = BINS) -> Codes:
    """Bins of consecutive codes of nearly equal mass: one for each code. Invariant: they never decrease.

    A code heavier than a bin has one of its own, and the others share what is left.

    >>> equal_mass(np.array([5.0, 1, 1, 1, 1, 1]), bins=3)
    array([0, 1, 1, 1, 2, 2], dtype=int32)
    """
    upto = np.cumsum(masses, dtype=np.float64)
    cuts, start, before = [], 0, 0.0
    for left in range(bins, 1, -1):
        target = before + (upto[-1] - before) / left
        end = max(start + 1, int(np.searchsorted(upto, target * (1 - 1e-12))) + 1)
        if end >= len(upto):
            break
        cuts.append(end)
        start, before = end, float(upto[end - 1])
    return np.searchsorted(np.array(cuts, np.int64), np.arange(len(masses)), side="right").astype(np.int32)


def binned(column: Coded, *, ordered: bool, bins: int = BINS) -> tuple[npt.NDArray[np.uint8], int]:
    """The bin of every code, and how many bins: missing values have one, and so have categories unknown to train rows.

    Values of an order are binned in it; categories by how frequent they are in the train rows. There are at most `bins`
    others.
    """
    masses = np.bincount(column.train, minlength=column.size)[1:].astype(np.float64)
    of_code = np.zeros(column.size, np.uint8)
    if not masses.any():
        return (np.arange(column.size) > 0).astype(np.uint8), 2
    if ordered:
        of_code[1:] = equal_mass(masses, bins) + 1
    else:
        order = np.argsort(-masses, kind="stable")
        order = order[masses[order] > 0]
        of_code[1:] = bins + 1
        of_code[1 + order] = equal_mass(masses[order], bins) + 1
    return of_code, int(of_code.max()) + 1


def total_variation(p: Floats, q: Floats) -> Floats:
    """Half the sum of |p - q| over codes: the share of rows that would have to change.

    >>> float(total_variation(np.array([0.75, 0.25]), np.array([0.5, 0.5])))
    0.25
    """
    return np.asarray(np.abs(p - q).sum(-1) / 2)
