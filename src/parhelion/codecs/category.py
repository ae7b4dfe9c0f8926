"""Categories, and yes or no: one of a set of values."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field, StrictBool, StrictInt, model_validator

from parhelion.codecs.contract import Codes, Draw, Protection
from parhelion.codecs.model import CodecModel
from parhelion.codecs.types import common_type, from_json, is_text, one_array, parse_type, to_json
from parhelion.errors import DataError
from parhelion.schema.columns import Column

OTHER = "_other"
"""Stands for values where none is frequent enough to be shown."""

_MOST = 1 << 18
"""So many different values are counted; beyond, the rarest are counted together."""


def observe_category(values: pa.Array | pa.ChunkedArray, spec: Column) -> "CategorySummary":
    """How often each value comes."""
    array = one_array(values)
    coded = array.dictionary_encode()
    indices = coded.indices.drop_null() if array.null_count else coded.indices
    values = coded.dictionary.drop_null()  # a column of type null has a dictionary of null
    counts = np.bincount(np.asarray(indices), minlength=len(values)).astype(np.int64)
    return CategorySummary(spec.kind, values, counts, array.null_count).bounded()


@dataclass(frozen=True)
class CategorySummary:
    """Different values and their counts. Exact up to 262,144 values; beyond, `rest` counts rows of the rarest."""

    kind: str
    values: pa.Array
    counts: npt.NDArray[np.int64]
    missing: int
    rest: int = 0

    def merge(self, other: Self, /) -> Self:
        kind = common_type(self.values.type, other.values.type)
        coded = pa.concat_arrays([self.values.cast(kind), other.values.cast(kind)]).dictionary_encode()
        counts = np.zeros(len(coded.dictionary), np.int64)
        np.add.at(counts, np.asarray(coded.indices), np.concatenate([self.counts, other.counts]))
        merged = type(self)(self.kind, coded.dictionary, counts, self.missing + other.missing, self.rest + other.rest)
        return merged.bounded()

    def bounded(self) -> Self:
        if len(self.counts) <= _MOST:
            return self
        kept = np.sort(np.argsort(-self.counts, kind="stable")[: _MOST // 2])
        rest = self.rest + int(self.counts.sum() - self.counts[kept].sum())
        return type(self)(self.kind, self.values.take(pa.array(kept)), self.counts[kept], self.missing, rest)

    def codec(self, protection: Protection, /) -> "CategoryCodec":
        values, counts = self.by_frequency()
        shown = int(np.searchsorted(-counts, -protection.rows, side="right"))
        other = not shown and (len(counts) > 0 or self.rest > 0)
        return CategoryCodec(
            kind=self.kind,
            type=str(values.type),
            values=to_json(_other(values.type) if other else values[:shown]),
            counts=(self.rest + int(counts.sum()),) if other else tuple(counts[:shown].tolist()),
            missing=self.missing > 0 or (not shown and not other),
            other=other,
            hidden_code=shown > 0 and (shown < len(counts) or self.rest > 0),
        )

    def by_frequency(self) -> tuple[pa.Array, npt.NDArray[np.int64]]:
        """Values and counts, the most frequent first, equally frequent ones in the order of the values."""
        order = np.asarray(pc.array_sort_indices(self.values))
        order = order[np.argsort(-self.counts[order], kind="stable")]
        return self.values.take(pa.array(order)), self.counts[order]


def _other(kind: pa.DataType) -> pa.Array:
    return pa.array([OTHER if is_text(kind) else None], kind)


class CategoryCodec(CodecModel):
    """Codes: missing (if there are missing values), the values by falling frequency, the hidden one (if any is rare).

    counts: rows of each value.
    other: no value is frequent enough to be shown; the only one stands for them all.
    """

    kind: Literal["category", "boolean"]
    type: str = Field(max_length=100)
    values: list[Any] = Field(max_length=_MOST)
    counts: tuple[StrictInt, ...] = Field(max_length=_MOST)
    missing: StrictBool
    other: StrictBool
    hidden_code: StrictBool

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if len(self._values) != len(self.counts) or min(self.counts, default=1) < 1 or sum(self.counts) >= 2**53:
            raise ValueError("values and counts that do not pair up")
        if (self.other and len(self.counts) != 1) or (not self.other and self._values.null_count):
            raise ValueError("a missing value among the values")
        if self.counts and len(self._values.unique()) != len(self.counts):
            raise ValueError("a value that comes twice")
        if not self.size or (self.hidden_code and not self.counts):
            raise ValueError("no code that can be drawn")
        return self

    @property
    def size(self) -> int:
        return self.missing + len(self.counts) + self.hidden_code

    @property
    def hidden(self) -> int | None:
        return self.size - 1 if self.hidden_code else None

    @property
    def note(self) -> str:
        shown = repr(OTHER) if self.values and self.values[0] == OTHER else "a missing value"
        return f"no value is shared by enough rows to be shown: {shown} stands for all" if self.other else ""

    @cached_property
    def _values(self) -> pa.Array:
        return from_json(self.values, parse_type(self.type))

    def encode(self, column: pa.Array) -> Codes:
        array = one_array(column)
        unknown = self.size - 1 if self.hidden_code else int(self.missing and len(self.counts) > 0)
        if self.other or not self.counts:
            codes = np.full(len(array), unknown, np.int32)
        else:
            found = pc.index_in(_as(array, self._values.type), value_set=self._values)
            codes = np.asarray(found.fill_null(unknown - self.missing)).astype(np.int32) + np.int32(self.missing)
        if self.missing and array.null_count:
            codes[np.asarray(array.is_null())] = 0
        return codes

    def decode(self, codes: Codes, draw: Draw) -> pa.Array:
        places = codes.astype(np.int64) - self.missing
        if self.hidden_code and (rare := codes == self.size - 1).any():
            share = np.array(self.counts) / sum(self.counts)
            places[rare] = draw.rng.choice(len(share), int(rare.sum()), p=share)
        return self._values.take(pa.array(places, mask=places < 0))


def _as(array: pa.Array, kind: pa.DataType) -> pa.Array:
    if array.type == kind:
        return array
    try:
        return array.cast(kind)
    except pa.ArrowException as error:
        raise DataError(f"the column was learned from {kind}, and now holds {array.type} that does not fit") from error
