"""Identifiers: they name rows and say nothing else, so all of them are made anew."""

from dataclasses import dataclass, replace
from typing import Annotated, Any, Self
from zlib import crc32

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from parhelion.codecs.checks import Check
from parhelion.codecs.contract import Codec, Protection
from parhelion.codecs.distinct import Distinct, pool_share
from parhelion.codecs.numbering import RunningCodec, SparseCodec, are_whole_numbers, as_numbers, running, sparse
from parhelion.codecs.patterned import PatternCodec, WrittenShape
from parhelion.codecs.presence import Presence, can_be_made
from parhelion.codecs.shapes import Looks
from parhelion.codecs.spread import Spread
from parhelion.codecs.ticks import Scale, common_scale, scale_of
from parhelion.codecs.types import is_text, one_array
from parhelion.errors import DataError
from parhelion.schema.columns import Column, IdentifierColumn

IdentifierCodec = Annotated[RunningCodec | SparseCodec | PatternCodec, Field(discriminator="form")]


def observe_identifier(values: pa.Array | pa.ChunkedArray, spec: Column) -> "NumberedSummary | WrittenSummary":
    """Where identifiers lie (integers), or what they look like (texts, and integers with a check digit)."""
    assert isinstance(spec, IdentifierColumn)
    array = one_array(values)
    about = _About(Presence.of(array), spec.unique, crc32(spec.name.encode()))
    if is_text(array.type) or spec.check:
        whole = array.cast(pa.int64()) if pa.types.is_floating(array.type) else array
        texts = whole.drop_null().cast(pa.large_string())
        sketch = None if spec.unique else Distinct.of_texts(texts)
        plain = not spec.pattern and not spec.check and pc.all(are_whole_numbers(texts)).as_py() is not False
        numbers = _numbered(about, as_numbers(array)) if plain else None
        return WrittenSummary(about, Looks.of(texts), sketch, spec.pattern, spec.check, numbers)
    if not can_be_made(array.type):
        raise DataError(
            f"column {spec.name!r} is said to be an identifier, and holds {array.type}; "
            "identifiers are texts or integers: choose another kind for it"
        )
    return _numbered(about, array)


def _numbered(about: "_About", array: pa.Array) -> "NumberedSummary":
    scale = scale_of(array, 0)
    ticks = scale.read(array).plain()
    return NumberedSummary(about, scale, Spread.of(ticks), None if about.unique else Distinct.of_ticks(ticks))


@dataclass(frozen=True)
class _About:
    """What identifiers of both sorts are. `salt` tells one column's numbers from another's."""

    presence: Presence
    unique: bool
    salt: int

    def merge(self, other: Self) -> Self:
        return type(self)(self.presence.merge(other.presence), self.unique, self.salt)

    def pool(self, sketch: Distinct | None) -> float | None:
        """Different identifiers for each row; None where none comes twice."""
        return None if sketch is None else pool_share(sketch.estimate(), max(self.presence.filled, 1))


@dataclass(frozen=True)
class NumberedSummary:
    """Integers."""

    about: _About
    scale: Scale
    spread: Spread
    sketch: Distinct | None

    def merge(self, other: Self, /) -> Self:
        if not isinstance(other, NumberedSummary):
            return _alone(self, other)
        return type(self)(
            self.about.merge(other.about),
            common_scale(self.scale, other.scale),
            self.spread.merge(other.spread),
            self.sketch and other.sketch and self.sketch.merge(other.sketch),
        )

    def codec(self, protection: Protection, /) -> Codec:
        pool = self.about.pool(self.sketch)
        distinct = self.spread.rows if self.sketch is None else self.sketch.estimate()
        kind, missing = self.about.presence.type, self.about.presence.has_missing
        if _dense(self.spread, distinct):
            return running(kind, self.spread, missing=missing, pool=pool, salt=self.about.salt)
        return sparse(kind, self.spread, missing=missing, pool=pool, salt=self.about.salt, rows=protection.rows)


def _dense(spread: Spread, distinct: float) -> bool:
    """Whether more than half of the numbers between the lowest and the highest are taken."""
    if not len(spread.high):
        return True
    span = (int(spread.high[-1]) - int(spread.low[0])) // max(spread.step, 1) + 1
    return 2 * distinct > span


@dataclass(frozen=True)
class WrittenSummary:
    """Texts, or integers with a check digit. numbers: the same as integers, while all texts are plain integers."""

    about: _About
    looks: Looks
    sketch: Distinct | None
    pattern: str | None
    check: Check | None
    numbers: NumberedSummary | None

    def merge(self, other: Self, /) -> Self:
        if not isinstance(other, WrittenSummary):
            return _alone(self, other)
        return type(self)(
            self.about.merge(other.about),
            self.looks.merge(other.looks),
            self.sketch and other.sketch and self.sketch.merge(other.sketch),
            self.pattern,
            self.check,
            self.numbers and other.numbers and self.numbers.merge(other.numbers),
        )

    def codec(self, protection: Protection, /) -> Codec:
        if self.numbers:
            return replace(self.numbers, about=self.about).codec(protection)
        looks, rows = self.looks, protection.rows
        shapes = [looks.shape(self.pattern, rows)] if self.pattern else looks.shapes(rows)
        if not is_text(self.about.presence.type):
            shapes = [shape.without_leading_zero() for shape in shapes]
        return PatternCodec(
            type=str(self.about.presence.type),
            missing=self.about.presence.has_missing,
            filled=self.about.presence.filled > 0,
            shapes=tuple(WrittenShape(places=shape.places, weight=shape.weight) for shape in shapes),
            check=self.check,
            pool=self.about.pool(self.sketch),
            salt=self.about.salt,
        )


def _alone(one: Any, other: Any) -> Any:
    """The summary of two parts of different sorts, one of which has no values (and so no type of its own)."""
    filled, empty = (one, other) if one.about.presence.filled else (other, one)
    return replace(filled, about=filled.about.merge(empty.about))
