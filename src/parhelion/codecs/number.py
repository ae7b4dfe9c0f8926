"""Quantities: numbers, coordinates, dates, moments and lengths of time. All are ticks on a line."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import Field, StrictBool, StrictFloat, StrictInt, model_validator

from parhelion.codecs.contract import Codes, Draw, Protection
from parhelion.codecs.model import CodecModel
from parhelion.codecs.search import Search
from parhelion.codecs.spread import Spread, distance, pack
from parhelion.codecs.ticks import (
    HIGHEST,
    LOWEST,
    MISSING,
    NAN,
    Scale,
    Ticks,
    common_scale,
    is_measured,
    rescale,
    scale_of,
    shrink,
)
from parhelion.codecs.types import one_array, parse_type
from parhelion.schema.columns import Column

Quantity = Literal["number", "place", "date", "datetime", "duration"]
Marks = tuple[StrictBool, StrictBool, StrictBool, StrictBool]


def observe_quantity(values: pa.Array, spec: Column) -> "QuantitySummary":
    """What a column of quantities holds. Floats lie on the grid of `spec.decimals` where that is exact."""
    array = one_array(values)
    scale = scale_of(array, getattr(spec, "decimals", None))
    cells = scale.read(array)
    return QuantitySummary(spec.kind, scale, Spread.of(cells.plain()), cells.marked())


@dataclass(frozen=True)
class QuantitySummary:
    """Where the ticks lie, and how many cells are missing, NaN, -inf and +inf."""

    kind: str
    scale: Scale
    spread: Spread
    marked: tuple[int, int, int, int]

    def merge(self, other: Self, /) -> Self:
        scale = common_scale(self.scale, other.scale)
        parts = [_on_scale(part.spread, part.scale, scale) for part in (self, other)]
        marked = tuple(map(sum, zip(self.marked, other.marked, strict=True)))
        return type(self)(self.kind, scale, parts[0].merge(parts[1]), marked)  # type: ignore[arg-type]  # still four

    def codec(self, protection: Protection, /) -> "QuantityCodec":
        bins = pack(self.spread, protection.rows) if len(self.spread.high) else None
        marks = self._coded_marks(protection.rows, alone=bins is None)
        return QuantityCodec(
            kind=self.kind,
            type=str(self.scale.type),
            decimals=self.scale.decimals,
            low=tuple(bins.low.tolist()) if bins else (),
            high=tuple(bins.high.tolist()) if bins else (),
            step=self.spread.step,
            marks=marks,
            usual=sum(marks) + bins.usual if bins else 0,
        )

    def _coded_marks(self, rows: int, *, alone: bool) -> Marks:
        """Which marks have codes: missing always, the others where enough rows bear them."""
        missing, *special = self.marked
        nan, lowest, highest = (count >= (1 if alone else rows) for count in special)
        return (missing > 0 or (alone and not (nan or lowest or highest)), nan, lowest, highest)


def _on_scale(spread: Spread, old: Scale, new: Scale) -> Spread:
    if old.decimals == new.decimals or not len(spread.high):
        return spread
    low, high = rescale(spread.low, old, new), rescale(spread.high, old, new)
    step = 0 if new.decimals is None else spread.step * 10 ** (new.decimals - (old.decimals or 0))
    return Spread(low, high, spread.count, step)


class QuantityCodec(CodecModel):
    """Codes: missing, NaN, -inf, +inf (those of them that `marks` says), then the bins in order.

    A code is decoded to a tick drawn uniformly from its bin's grid points `low, low + step, ..., high`.
    """

    kind: Quantity
    type: str = Field(max_length=100)
    decimals: StrictInt | None = Field(ge=0, le=76)
    low: tuple[StrictInt, ...] | tuple[StrictFloat, ...] = Field(max_length=100_000)
    high: tuple[StrictInt, ...] | tuple[StrictFloat, ...] = Field(max_length=100_000)
    step: StrictInt = Field(ge=0, lt=2**256)
    marks: Marks
    usual: StrictInt = Field(ge=0)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        kind = parse_type(self.type)
        if not is_measured(kind):
            raise ValueError(f"{kind} is no quantity")
        if self.decimals is None and not pa.types.is_floating(kind):
            raise ValueError(f"ticks of {kind} are integers")
        if self.decimals is not None and not all(isinstance(tick, int) for tick in (*self.low, *self.high)):
            raise ValueError("ticks with fractions")
        if len(self.low) != len(self.high) or not self.usual < self.size:
            raise ValueError("bounds of bins that do not pair up, or no code at all")
        if any(not low <= high for low, high in zip(self.low, self.high, strict=True)):
            raise ValueError("a bin whose lowest value is above its highest")
        if any(not high < low for high, low in zip(self.high, self.low[1:], strict=False)):
            raise ValueError("bins that overlap or are out of order")
        _check_range([*self.low[:1], *self.high[-1:]], kind, self.decimals)
        return self

    @property
    def size(self) -> int:
        return sum(self.marks) + len(self.low)

    @property
    def ordered(self) -> bool:
        return True

    @property
    def specials(self) -> int:
        return sum(self.marks)

    @property
    def ends(self) -> pa.Array | None:
        """The least and the greatest value that it makes: protected ones. None where there are none."""
        if not self.low:
            return None
        low, high = self._bins
        return self._scale.write(np.array([low[0], high[-1]], low.dtype), None)

    @cached_property
    def _scale(self) -> Scale:
        return Scale(parse_type(self.type), self.decimals)

    @cached_property
    def _bins(self) -> tuple[Ticks, Ticks]:
        if self.decimals is None:
            return np.array(self.low, np.float64), np.array(self.high, np.float64)
        low, high = (shrink(np.array(bound, object)) for bound in (self.low, self.high))
        return (low, high) if low.dtype == high.dtype else (low.astype(object), high.astype(object))

    @cached_property
    def _search(self) -> Search:
        return Search.between(*self._bins)

    @cached_property
    def _code_of_mark(self) -> Codes:
        """Code of each mark; one without a code of its own gets the nearest."""
        first = sum(self.marks)
        codes = [self.usual] * 5
        codes[LOWEST], codes[HIGHEST] = min(first, self.size - 1), self.size - 1
        if self.marks[0]:
            codes[NAN] = 0
        for code, mark in enumerate(self._coded):
            codes[mark] = code
        return np.array(codes, np.int32)

    @property
    def _coded(self) -> list[int]:
        return [mark for mark, has in zip((MISSING, NAN, LOWEST, HIGHEST), self.marks, strict=True) if has]

    def encode(self, column: pa.Array) -> Codes:
        cells = self._scale.read(column)
        first = sum(self.marks)
        codes = self._search.find(cells.ticks, first) if self.low else np.zeros(len(cells.ticks), np.int32)
        return codes if cells.marks is None else np.where(cells.marks, self._code_of_mark[cells.marks], codes)

    def decode(self, codes: Codes, draw: Draw) -> pa.Array:
        first = sum(self.marks)
        ticks = self._draw(np.maximum(codes - first, 0), draw.rng) if self.low else np.zeros(len(codes), np.int64)
        if not first:
            return self._scale.write(ticks, None)
        mark_of_code = np.zeros(self.size, np.int8)
        mark_of_code[:first] = self._coded
        return self._scale.write(ticks, mark_of_code[codes])

    def _draw(self, place: Codes, rng: np.random.Generator) -> Ticks:
        low, high = self._bins
        if low.dtype == np.float64:
            share = rng.random(len(place))
            return np.clip(low[place] * (1 - share) + high[place] * share, low[place], high[place])
        # the step of values beyond the protected ends may be too long for 64 bits; then no bin has room for one
        step = max(self.step, 1) if low.dtype == object else min(max(self.step, 1), 2**64 - 1)
        steps = distance(high, low) // step
        if not steps.any():
            return low[place]
        if low.dtype == object:
            return np.asarray(low[place] + step * _whole_below(steps[place] + 1, rng))
        jump = _whole_upto(steps[place], int(steps.max()), rng) * np.uint64(step)
        return (low[place].view(np.uint64) + jump).view(np.int64)


def _whole_upto(most: npt.NDArray[np.uint64], largest: int, rng: np.random.Generator) -> npt.NDArray[np.uint64]:
    """Integers drawn uniformly from 0 .. most, each with its own bound."""
    if largest < 2**50:
        return (rng.random(len(most)) * (most + np.uint64(1))).astype(np.uint64)
    return rng.integers(0, most, dtype=np.uint64, endpoint=True)


def _whole_below(count: Ticks, rng: np.random.Generator) -> Ticks:
    """Python integers drawn uniformly from 0 .. count - 1; the bias is below count / 2^192."""
    words = rng.integers(0, 2**64, (3, len(count)), dtype=np.uint64).astype(object)
    return np.asarray(((words[0] << 128) + (words[1] << 64) + words[2]) * count >> 192, object)


def _check_range(ends: list[int] | list[float], kind: pa.DataType, decimals: int | None) -> None:
    """Raises ValueError where a tick cannot be a value of the type."""
    if any(not lowest <= end <= highest for end in ends for lowest, highest in [_range(kind, decimals)]):
        raise ValueError(f"bins beyond what {kind} holds")


def _range(kind: pa.DataType, decimals: int | None) -> tuple[float, float]:
    if decimals is None:
        limits = np.finfo(kind.to_pandas_dtype())
        return float(limits.min), float(limits.max)
    if pa.types.is_decimal(kind):
        return 1 - 10**kind.precision, 10**kind.precision - 1
    if pa.types.is_integer(kind):
        whole = np.iinfo(kind.to_pandas_dtype())
        return int(whole.min), int(whole.max)
    narrow = pa.types.is_temporal(kind) and kind.bit_width == 32
    return (-(2**31), 2**31 - 1) if narrow else (-(2**63), 2**63 - 1)
