"""Columns that say the same in every row."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Self

import numpy as np
import pyarrow as pa
from pydantic import Field, StrictBool, model_validator

from parhelion.codecs.category import CategorySummary, observe_category
from parhelion.codecs.contract import Codes, Draw, Protection
from parhelion.codecs.model import CodecModel
from parhelion.codecs.presence import there
from parhelion.codecs.types import from_json, parse_type, to_json
from parhelion.schema.columns import Column


def observe_constant(values: pa.Array | pa.ChunkedArray, spec: Column) -> "ConstantSummary":
    """Which value a column says, and how often."""
    return ConstantSummary(observe_category(values, spec))


@dataclass(frozen=True)
class ConstantSummary:
    """Counts as of a category: the most frequent value is the constant."""

    counted: CategorySummary

    def merge(self, other: Self, /) -> Self:
        return type(self)(self.counted.merge(other.counted))

    def codec(self, protection: Protection, /) -> "ConstantCodec":
        values, counts = self.counted.by_frequency()
        shown = values[: int(len(counts) > 0 and counts[0] >= protection.rows)]
        return ConstantCodec(
            type=str(values.type),
            value=to_json(shown),
            missing=self.counted.missing > 0 or not len(shown),
            withheld=len(counts) > 0 and not len(shown),
            others=len(counts) > 1,
        )


class ConstantCodec(CodecModel):
    """Codes: missing (if there are missing values, or the value may not be shown), then the value (if it may).

    withheld: there is a value, in too few rows to be shown. others: it is not the only one, whatever was said.
    """

    kind: Literal["constant"] = "constant"
    type: str = Field(max_length=100)
    value: list[Any] = Field(max_length=1)
    missing: StrictBool
    withheld: StrictBool
    others: StrictBool

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self._value.null_count or not self.size:
            raise ValueError("neither a value nor a missing one")
        return self

    @property
    def size(self) -> int:
        return self.missing + len(self.value)

    @property
    def note(self) -> str:
        if self.others:
            return "it is taken for a constant, and holds other values, which are left out: give it another kind"
        return "the value is in too few rows to be shown: it is left out" if self.withheld else ""

    @cached_property
    def _value(self) -> pa.Array:
        return from_json(self.value, parse_type(self.type))

    def encode(self, column: pa.Array) -> Codes:
        return there(column, missing=self.missing, filled=bool(self.value))

    def decode(self, codes: Codes, draw: Draw) -> pa.Array:  # noqa: ARG002  # the contract's shape
        places = codes.astype(np.int64) - self.missing
        return self._value.take(pa.array(places, mask=places < 0))
