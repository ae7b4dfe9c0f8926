"""Free text: a marked placeholder stands in its place."""

from dataclasses import dataclass
from typing import Literal, Self

import pyarrow as pa
from pydantic import Field, StrictBool, model_validator

from parhelion.codecs.contract import Codes, Draw, Protection
from parhelion.codecs.model import CodecModel
from parhelion.codecs.presence import Presence, there, with_missing
from parhelion.codecs.types import is_text, parse_type
from parhelion.errors import DataError
from parhelion.schema.columns import Column

PLACEHOLDER = "[text]"


def observe_text(values: pa.Array | pa.ChunkedArray, spec: Column) -> "TextSummary":
    """How many texts are there, how many are missing."""
    presence = Presence.of(values)
    if not is_text(presence.type) and presence.filled:
        raise DataError(
            f"column {spec.name!r} is said to be text, and holds {presence.type}; choose another kind for it"
        )
    return TextSummary(presence)


@dataclass(frozen=True)
class TextSummary:
    """Presence alone."""

    presence: Presence

    def merge(self, other: Self, /) -> Self:
        return type(self)(self.presence.merge(other.presence))

    def codec(self, protection: Protection, /) -> "TextCodec":  # noqa: ARG002  # nothing of a text is shown
        seen = self.presence
        return TextCodec(type=str(seen.type), missing=seen.has_missing, filled=seen.filled > 0)


class TextCodec(CodecModel):
    """Codes: missing (if there are missing values), then the placeholder (if there are texts)."""

    kind: Literal["text"] = "text"
    type: str = Field(max_length=100)
    missing: StrictBool
    filled: StrictBool

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if not self.size or (self.filled and not is_text(parse_type(self.type))):
            raise ValueError("neither a text nor a missing one")
        return self

    @property
    def size(self) -> int:
        return self.missing + self.filled

    @property
    def note(self) -> str:
        return f"free text is not learned yet: {PLACEHOLDER!r} stands in its place"

    def encode(self, column: pa.Array) -> Codes:
        return there(column, missing=self.missing, filled=self.filled)

    def decode(self, codes: Codes, draw: Draw) -> pa.Array:  # noqa: ARG002  # the contract's shape
        kind = parse_type(self.type)
        if not self.filled:
            return pa.nulls(len(codes), kind)
        return with_missing(pa.repeat(pa.scalar(PLACEHOLDER, kind), len(codes)), codes < self.missing)
