"""What all columns whose values are made anew share: only whether a value is there is learned."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from parhelion.codecs.contract import Codes
from parhelion.codecs.types import common_type, is_text, one_array


@dataclass(frozen=True)
class Presence:
    """How many values are there, how many are missing."""

    type: pa.DataType
    filled: int
    missing: int

    @classmethod
    def of(cls, values: pa.Array | pa.ChunkedArray) -> Self:
        array = one_array(values)
        return cls(array.type, len(array) - array.null_count, array.null_count)

    def merge(self, other: Self, /) -> Self:
        kind = common_type(self.type, other.type)
        return type(self)(kind, self.filled + other.filled, self.missing + other.missing)

    @property
    def has_missing(self) -> bool:
        """Whether missing has a code: where it occurs, and where nothing else does."""
        return self.missing > 0 or not self.filled


def there(column: pa.Array | pa.ChunkedArray, *, missing: bool, filled: bool) -> Codes:
    """Codes of missing (0, if it has a code) and of all else (the code after)."""
    array = one_array(column)
    return (np.asarray(array.is_valid()) | (not missing)).astype(np.int32) * np.int32(missing and filled)


def with_missing(values: pa.Array, missing: npt.NDArray[np.bool_]) -> pa.Array:
    """The array with some of its values missing."""
    return pc.if_else(pa.array(~missing), values, pa.scalar(None, values.type)) if missing.any() else values


def can_be_made(kind: pa.DataType) -> bool:
    """Whether `of_type` makes values of a type."""
    whole = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    return whole or is_text(kind) or bool(pa.types.is_null(kind))


def of_type(texts: pa.Array, kind: pa.DataType) -> pa.Array:
    """Texts as a column's type; numbers are made of their digits, as many as fit.

    >>> of_type(pa.array(["+49 30-1"]), pa.int64()).to_pylist()
    [49301]
    """
    if pa.types.is_null(kind):
        return pa.nulls(len(texts))
    if is_text(kind):
        return texts.cast(kind)
    digits = pc.utf8_slice_codeunits(pc.replace_substring_regex(texts, r"\D", ""), 0, _room(kind))
    return pc.if_else(pc.equal(digits, ""), "0", digits).cast(kind)


def _room(kind: pa.DataType) -> int:
    """How many digits, whichever they are, a type of numbers holds."""
    if pa.types.is_decimal(kind):
        return max(int(kind.precision - kind.scale), 1)
    return len(str(np.iinfo(kind.to_pandas_dtype()).max)) - 1 if pa.types.is_integer(kind) else 15
