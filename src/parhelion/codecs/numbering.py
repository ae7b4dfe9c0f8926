"""Identifiers that are integers: running ones, and ones scattered over a range."""

from functools import cached_property
from itertools import pairwise
from typing import Literal, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field, StrictBool, StrictFloat, StrictInt, model_validator

from parhelion.codecs.contract import Codes, Draw
from parhelion.codecs.keyed import WIDEST, Words, hashed, key_of, permuted
from parhelion.codecs.model import CodecModel
from parhelion.codecs.presence import can_be_made, there
from parhelion.codecs.spread import Spread
from parhelion.codecs.ticks import MISSING, Scale, Ticks, shrink
from parhelion.codecs.types import is_text, one_array, parse_type
from parhelion.errors import DataError

_BINS = 64


def as_numbers(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Texts of whole numbers as int64; 0 for other texts. Numbers stay what they are.

    >>> as_numbers(pa.array(["17", None, "x"])).to_pylist()
    [17, None, 0]
    """
    array = one_array(column)
    if not is_text(array.type):
        return array
    return pc.if_else(are_whole_numbers(array), array, pa.scalar("0", array.type)).cast(pa.int64())


def are_whole_numbers(texts: pa.Array) -> pa.Array:
    """Which texts are integers, written as integers are: no leading zero, no plus."""
    return pc.match_substring_regex(texts, r"^(0|-?[1-9][0-9]{0,17})$")


def capacity(draw: Draw, pool: float | None) -> int:
    """How many different identifiers the whole result needs."""
    return max(draw.rows if pool is None else int(np.ceil(pool * draw.rows)), 1)


def numbers(draw: Draw, rows: int, pool: float | None, key: int) -> Words:
    """The number of each row's identifier, below `capacity`: its own, or one of the pool's."""
    assert draw.first + rows <= draw.rows, "a part beyond the end of the result"
    own = np.arange(draw.first, draw.first + rows, dtype=np.uint64)
    return own if pool is None else hashed(own, key_of(key, 0)) % np.uint64(capacity(draw, pool))


class _Numbered(CodecModel):
    """Integers of a type. pool: different identifiers for each row, where they repeat; None where none comes twice."""

    kind: Literal["identifier"] = "identifier"
    type: str = Field(max_length=100)
    missing: StrictBool
    step: StrictInt = Field(gt=0, lt=2**62)
    pool: StrictFloat | None = Field(gt=0, lt=1e10)
    salt: StrictInt = Field(ge=0, lt=2**32)

    @model_validator(mode="after")
    def _of_a_type(self) -> Self:
        if not can_be_made(self._type):
            raise ValueError(f"no identifier is a {self.type}")
        return self

    @cached_property
    def _type(self) -> pa.DataType:
        return parse_type(self.type)

    @cached_property
    def _scale(self) -> Scale:
        kind = pa.int64() if is_text(self._type) else self._type
        return Scale(kind, kind.scale if pa.types.is_decimal(kind) else 0)

    def _largest(self) -> int:
        """The largest number that the type holds."""
        kind = self._scale.type
        if pa.types.is_integer(kind):
            return int(np.iinfo(kind.to_pandas_dtype()).max)
        return int(10**kind.precision - 1) if pa.types.is_decimal(kind) else 2**53

    def _write(self, ticks: Ticks, codes: Codes) -> pa.Array:
        marks = np.where(codes < self.missing, MISSING, 0).astype(np.int8) if self.missing else None
        return self._scale.write(ticks, marks).cast(self._type)


class RunningCodec(_Numbered):
    """Codes: missing (if there are missing values), then any identifier (if there is one).

    Row i gets start + i * step: they run on as the real ones do, so they are bound to meet.
    """

    form: Literal["running"] = "running"
    start: StrictInt | None

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        kind = self._scale.type
        if not self.size or (self.start is not None and not -(10**76) < self.start <= self._largest()):
            raise ValueError(f"no start that {kind} holds")
        return self

    @property
    def size(self) -> int:
        return self.missing + (self.start is not None)

    def encode(self, column: pa.Array) -> Codes:
        return there(column, missing=self.missing, filled=self.start is not None)

    def decode(self, codes: Codes, draw: Draw) -> pa.Array:
        if self.start is None:
            return pa.nulls(len(codes), self._type)
        last = self.start + self.step * (capacity(draw, self.pool) - 1)
        if last > self._largest():
            raise DataError(
                f"{self.type} does not hold {draw.rows:,} numbers from {self.start}; ask for fewer rows, "
                "or learn from a column of a wider type"
            )
        index = numbers(draw, len(codes), self.pool, key_of(draw.seed, self.salt))
        if abs(last) < 2**62 and abs(self.start) < 2**62:
            return self._write(self.start + self.step * index.astype(np.int64), codes)
        return self._write(shrink(self.start + self.step * index.astype(object)), codes)


class SparseCodec(_Numbered):
    """Codes: missing (if there are missing values), then stretches of the numbers' range, ascending, of equal mass.

    The identifier of row i is number i of a keyed order of its stretch: none comes twice, nothing is remembered.
    Where identifiers repeat, each stretch has its share of the pool. A new one equals one of the N real ones with
    probability N / S, where S is how many numbers the range has. Where a stretch has fewer numbers than the result
    has rows, all are made longer by the same factor, upward; where the type does not hold that, numbers are taken
    from the whole range of the type, in no order.

    low: the first number of each stretch; end: the last of all.
    """

    form: Literal["sparse"] = "sparse"
    low: tuple[StrictInt, ...] = Field(min_length=1, max_length=_BINS)
    end: StrictInt

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        bounds = [*self.low, self.end + 1]
        if any(low >= high for low, high in pairwise(bounds)) or min(self._widths) < 1:
            raise ValueError("stretches that are not ascending, or hold no number")
        if self.end > self._largest() or abs(self.low[0]) > 10**76:
            raise ValueError(f"numbers beyond what {self._scale.type} holds")
        return self

    @property
    def size(self) -> int:
        return self.missing + len(self.low)

    @property
    def ordered(self) -> bool:
        return True

    @property
    def _widths(self) -> list[int]:
        """How many numbers each stretch has."""
        bounds = [*self.low, self.end + self.step]
        return [(high - low) // self.step for low, high in pairwise(bounds)]

    def encode(self, column: pa.Array) -> Codes:
        cells = self._scale.read(as_numbers(column))
        cuts = shrink(np.array(self.low[1:], object)) if len(self.low) > 1 else np.zeros(0, np.int64)
        codes = (np.searchsorted(cuts, cells.ticks, side="right") + self.missing).astype(np.int32)
        return codes if cells.marks is None else np.where(cells.marks, np.int32(0), codes)

    def decode(self, codes: Codes, draw: Draw) -> pa.Array:
        key = key_of(draw.seed, self.salt)
        index = numbers(draw, len(codes), self.pool, key)
        stretch = np.maximum(codes - self.missing, 0)
        low, width = self._stretches(capacity(draw, self.pool))
        if len(low) == 1:
            stretch = np.zeros_like(stretch)
        if self.pool is not None:
            index //= np.uint64(len(low))  # each stretch has its share of the pool, so that repeats come as often
        space = np.array([min(each, WIDEST) for each in width], np.uint64)
        jump = np.array([self.step * max(each // WIDEST, 1) for each in width], object)
        place = permuted(index, space[stretch], key_of(key, 1))
        if max(abs(low[0]), abs(low[-1] + self.step * width[-1])) < 2**62:
            first, step = np.array(low, np.int64), jump.astype(np.int64)
            return self._write(first[stretch] + step[stretch] * place.astype(np.int64), codes)
        return self._write(shrink(np.array(low, object)[stretch] + jump[stretch] * place.astype(object)), codes)

    def _stretches(self, least: int) -> tuple[list[int], list[int]]:
        """Where each stretch begins and how many numbers it has, at least `least`."""
        widths = self._widths
        factor = -(-least // min(widths))
        if self.low[0] + factor * (self.end + self.step - self.low[0]) <= self._largest() + 1:
            return [self.low[0] + factor * (low - self.low[0]) for low in self.low], [factor * each for each in widths]
        whole = (self._largest() - self.low[0]) // self.step + 1
        if whole < least:
            raise DataError(
                f"{self.type} holds only {whole:,} numbers from {self.low[0]}, and {least:,} are needed; "
                "ask for fewer rows, or learn from a column of a wider type"
            )
        return [self.low[0]], [whole]


def running(kind: pa.DataType, spread: Spread, *, missing: bool, pool: float | None, salt: int) -> RunningCodec:
    """The codec of numbers that fill their range."""
    start = int(spread.low[0]) if len(spread.low) else None
    return RunningCodec(type=str(kind), missing=missing, start=start, step=max(spread.step, 1), pool=pool, salt=salt)


def sparse(
    kind: pa.DataType, spread: Spread, *, missing: bool, pool: float | None, salt: int, rows: int
) -> SparseCodec:
    """The codec of numbers scattered over a range: up to 64 stretches, each of at least `rows` rows (and ten).

    A stretch is at least twice as long as there are rows, so that a result of as many rows fits into each. It begins
    in the middle between two real numbers, so as to name none.
    """
    total, step = spread.rows, max(spread.step, 1)
    upto = np.cumsum(spread.count)
    kept = min(rows, (total + 1) // 2)
    first = _below(spread, int(np.searchsorted(upto, kept)), step)
    last = min(int(np.searchsorted(upto, total - kept, side="right")), len(upto) - 1)
    end = max(_below(spread, last + 1, step), first)
    count = min(_BINS, total // max(rows, 10)) if total >= 10 * _BINS else 1
    low = [first]
    for at in (np.searchsorted(upto, np.arange(1, count) * total / count) + 1).tolist():
        mark = _below(spread, at, step)
        if min(mark - low[-1], end + step - mark) >= 2 * total * step:
            low.append(mark)
    return SparseCodec(type=str(kind), missing=missing, low=tuple(low), end=end, step=step, pool=pool, salt=salt)


def _below(spread: Spread, at: int, step: int) -> int:
    """A number in the middle between entry `at` and the one before; one of the two where nothing lies between."""
    if at == len(spread.low):
        return int(spread.high[-1])
    upper = int(spread.low[at])
    gap = upper - int(spread.high[at - 1]) if at else 0
    return upper - max(gap, 0) // step // 2 * step
