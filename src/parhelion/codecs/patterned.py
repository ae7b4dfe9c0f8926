"""Identifiers that are texts: new texts of the same look."""

from typing import Literal, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr, model_validator

from parhelion.codecs.checks import Check, check_places, write_check
from parhelion.codecs.contract import Codes, Draw
from parhelion.codecs.keyed import WIDEST, Words, below, hashed, key_of
from parhelion.codecs.model import CodecModel
from parhelion.codecs.numbering import capacity, numbers
from parhelion.codecs.presence import can_be_made, of_type, there, with_missing
from parhelion.codecs.shapes import Shape, as_texts
from parhelion.codecs.types import parse_type


class WrittenShape(BaseModel):
    """A `Shape` in a codec's state."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    places: tuple[StrictStr, ...] = Field(max_length=1_000)
    weight: StrictInt = Field(gt=0, lt=2**53)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        for place in self.places:
            if not place or len(set(place)) != len(place) or (len(place) > 1 and not place.isascii()):
                raise ValueError("a place of no characters, of repeated ones, or of many outside ASCII")
        return self


class PatternCodec(CodecModel):
    """Codes: missing (if there are missing values), then any identifier (if there is one).

    The identifier of row i is text number i of a keyed order of all texts of the shape: none comes twice, nothing is
    remembered. It equals one of the N real ones with probability N / S, where S is the number of texts of the shape:
    they are not kept, so that no one can look for them in the file. A shape of too few texts gets more digits.

    pool: different identifiers for each row, where they repeat; None where none comes twice.
    """

    kind: Literal["identifier"] = "identifier"
    form: Literal["pattern"] = "pattern"
    type: str = Field(max_length=100)
    missing: StrictBool
    filled: StrictBool
    shapes: tuple[WrittenShape, ...] = Field(min_length=1, max_length=100)
    check: Check | None
    pool: StrictFloat | None = Field(gt=0, lt=1e10)
    salt: StrictInt = Field(ge=0, lt=2**32)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if not self.size or not can_be_made(parse_type(self.type)):
            raise ValueError("neither an identifier nor a missing one")
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
        made = of_type(self._texts(draw, len(codes)), kind)
        return with_missing(made, codes < self.missing)

    def _texts(self, draw: Draw, rows: int) -> pa.Array:
        key = key_of(draw.seed, self.salt)
        index = numbers(draw, rows, self.pool, key)
        shapes, roomy = self._roomy(capacity(draw, self.pool))
        chosen = self._chosen(index, shapes, roomy, key)
        parts = [self._write(shape, index[chosen == at], key) for at, shape in enumerate(shapes)]
        order = np.argsort(np.concatenate([np.flatnonzero(chosen == at) for at in range(len(shapes))]))
        return pa.concat_arrays(parts).take(pa.array(order))

    def _roomy(self, least: int) -> tuple[list[Shape], int]:
        """The shapes, and which of them has room for all rows: if none has, the longest gets more digits."""
        shapes = [Shape(shape.places, shape.weight) for shape in self.shapes]
        longest = max(range(len(shapes)), key=lambda at: len(shapes[at].places))
        room = [shape.space(self._fixed(shape)) for shape in shapes]
        roomy = room.index(max(room)) if max(room) >= least else longest
        shapes[roomy] = shapes[roomy].widened(self._fixed(shapes[roomy]), least)
        return shapes, roomy

    def _fixed(self, shape: Shape) -> frozenset[int]:
        return check_places(self.check, _signs(shape, self.check))

    def _chosen(self, index: Words, shapes: list[Shape], roomy: int, key: int) -> npt.NDArray[np.int64]:
        """Which shape each text has: by weight, but the roomy one where another has not that many texts."""
        upto = np.cumsum([shape.weight for shape in shapes]) / sum(shape.weight for shape in shapes)
        lot = below(hashed(index, key_of(key, 1)), 2**32) / 2.0**32
        chosen = np.minimum(np.searchsorted(upto, lot, side="right"), len(shapes) - 1)
        room = np.array([min(shape.space(self._fixed(shape)), WIDEST) for shape in shapes], np.uint64)
        return np.where(index >= room[chosen], roomy, chosen)

    def _write(self, shape: Shape, index: Words, key: int) -> pa.Array:
        fixed = self._fixed(shape)
        written = shape.write(index, fixed, key_of(key, 2))
        if self.check and fixed and len(index):
            write_check(self.check, [written[at][:, 0] for at in _signs(shape, self.check)])
        return as_texts(written, len(index))


def _signs(shape: Shape, check: Check | None) -> list[int]:
    """Places that a check digit is about: the others only separate. Letters count only where they have a number."""
    letters = check in ("iban", "mod97")
    found = [
        at
        for at, place in enumerate(shape.places)
        if place.isascii() and (place.isalnum() if letters else place.isdigit())
    ]
    last = len(shape.places) - 1
    return [*found, last] if check == "isbn" and last not in found else found
