"""Personal values: made anew, so that those of one row are of one person."""

from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
import pyarrow as pa
from pydantic import Field, StrictBool, model_validator

from parhelion.codecs.contract import Codes, Draw, Protection
from parhelion.codecs.model import CodecModel
from parhelion.codecs.namelists import check_locale
from parhelion.codecs.people import made_up
from parhelion.codecs.presence import Presence, can_be_made, of_type, there, with_missing
from parhelion.codecs.types import parse_type
from parhelion.errors import DataError, SchemaError
from parhelion.schema.columns import Column, Personal, PersonalColumn


def observe_personal(values: pa.Array | pa.ChunkedArray, spec: Column) -> "PersonalSummary":
    """How many values are there, how many are missing."""
    assert isinstance(spec, PersonalColumn)
    try:
        check_locale(spec.locale)
    except SchemaError as error:
        raise SchemaError(f"column {spec.name!r}: {error}") from error
    presence = Presence.of(values)
    if not can_be_made(presence.type):
        raise DataError(
            f"column {spec.name!r} is said to be personal ({spec.what}), and holds {presence.type}; "
            "choose another kind for it"
        )
    return PersonalSummary(spec.what, spec.locale, presence)


@dataclass(frozen=True)
class PersonalSummary:
    """Presence alone: nothing else of a person is learned."""

    what: Personal
    locale: str
    presence: Presence

    def merge(self, other: Self, /) -> Self:
        return type(self)(self.what, self.locale, self.presence.merge(other.presence))

    def codec(self, protection: Protection, /) -> "PersonalCodec":  # noqa: ARG002  # no real value is shown
        seen = self.presence
        return PersonalCodec(
            what=self.what,
            locale=self.locale,
            type=str(seen.type),
            missing=seen.has_missing,
            filled=seen.filled > 0,
        )


class PersonalCodec(CodecModel):
    """Codes: missing (if there are missing values), then a value made anew (if there are values)."""

    kind: Literal["personal"] = "personal"
    what: Personal
    locale: str = Field(max_length=10)
    type: str = Field(max_length=100)
    missing: StrictBool
    filled: StrictBool

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        check_locale(self.locale)
        if not self.size or not can_be_made(parse_type(self.type)):
            raise ValueError("neither a value nor a missing one")
        return self

    @property
    def size(self) -> int:
        return self.missing + self.filled

    def encode(self, column: pa.Array) -> Codes:
        return there(column, missing=self.missing, filled=self.filled)

    def decode(self, codes: Codes, draw: Draw) -> pa.Array:
        kind = parse_type(self.type)
        if not self.filled:
            return pa.nulls(len(codes), kind)
        rows = np.arange(draw.first, draw.first + len(codes), dtype=np.uint64)
        made = made_up(self.what, self.locale, rows, draw.seed)
        return with_missing(of_type(made, kind), codes < self.missing)
