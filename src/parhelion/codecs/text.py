"""Free text: whether there is one. What it says is no matter of codes: a marked placeholder stands in its place, for
which a model puts texts where it has learned to write them."""

from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field, StrictBool, model_validator

from parhelion.codecs.contract import Codes, Draw, Protection
from parhelion.codecs.model import CodecModel
from parhelion.codecs.presence import Presence
from parhelion.codecs.types import is_text, one_array, parse_type
from parhelion.errors import DataError
from parhelion.schema.columns import Column

PLACEHOLDER = "[text]"


def is_blank(values: pa.Array) -> pa.Array:
    """Which texts say nothing: empty, or white space alone; missing ones are neither.

    >>> is_blank(pa.array(["", " ", "a", None])).to_pylist()
    [True, True, False, False]
    """
    return pc.fill_null(pc.equal(pc.utf8_trim_whitespace(values), pa.scalar("", values.type)), False)


def observe_text(values: pa.Array | pa.ChunkedArray, spec: Column) -> "TextSummary":
    """How many texts are there, how many say nothing, how many are missing."""
    presence = Presence.of(values)
    if not presence.filled:
        return TextSummary(presence, 0)
    if not is_text(presence.type):
        raise DataError(
            f"column {spec.name!r} is said to be text, and holds {presence.type}; choose another kind for it"
        )
    return TextSummary(presence, int(pc.sum(is_blank(one_array(values))).as_py()))


@dataclass(frozen=True)
class TextSummary:
    """Presence, and how many of those that are there are blank."""

    presence: Presence
    blank: int

    def merge(self, other: Self, /) -> Self:
        return type(self)(self.presence.merge(other.presence), self.blank + other.blank)

    def codec(self, protection: Protection, /) -> "TextCodec":  # noqa: ARG002  # nothing of a text is shown
        seen = self.presence
        return TextCodec(
            type=str(seen.type), missing=seen.has_missing, blank=self.blank > 0, filled=seen.filled > self.blank
        )


class TextCodec(CodecModel):
    """Codes: missing, blank, a text; of these, those that there are."""

    kind: Literal["text"] = "text"
    type: str = Field(max_length=100)
    missing: StrictBool
    blank: StrictBool
    filled: StrictBool

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if not self.size or ((self.filled or self.blank) and not is_text(parse_type(self.type))):
            raise ValueError("neither a text nor a missing one")
        return self

    @property
    def size(self) -> int:
        return self.missing + self.blank + self.filled

    def encode(self, column: pa.Array) -> Codes:
        values = one_array(column)
        text = np.int32(self.size - 1)
        if not self.filled and not self.blank:
            return np.zeros(len(values), np.int32)
        blank = np.asarray(is_blank(values)) & self.blank
        missing = ~np.asarray(values.is_valid()) & self.missing
        return np.where(missing, np.int32(0), np.where(blank, np.int32(self.missing), text)).astype(np.int32)

    def decode(self, codes: Codes, draw: Draw) -> pa.Array:  # noqa: ARG002  # the contract's shape
        kind = parse_type(self.type)
        if not self.filled and not self.blank:
            return pa.nulls(len(codes), kind)
        said = [*[None] * self.missing, *[""] * self.blank, *[PLACEHOLDER] * self.filled]
        return pa.array(said, pa.string()).take(pa.array(codes)).cast(kind)

    def written(self, codes: Codes) -> npt.NDArray[np.bool_]:
        """Which rows have a text that says something."""
        return np.asarray((codes == self.size - 1) & self.filled)
