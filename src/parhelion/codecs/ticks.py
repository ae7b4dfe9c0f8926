"""Values as *ticks*: exact numbers on a line, whatever the Arrow type that stores them.

Whole numbers, decimals, dates, moments and lengths of time become integers (decimals are counted in 10^-decimals);
other numbers stay floats. Integers beyond 64 bits become Python integers in an object array.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from parhelion.codecs.types import common_type, one_array
from parhelion.errors import DataError

Ticks = npt.NDArray[Any]
"""int64, float64, or object (Python integers)."""

MISSING, NAN, LOWEST, HIGHEST = 1, 2, 3, 4
"""Marks of cells that have no tick: missing, not a number, minus and plus infinity. 0 marks a cell with a tick."""

_INT64 = (-(2**63), 2**63 - 1)
_EXACT_FLOAT = 2.0**53


@dataclass(frozen=True)
class Cells:
    """A column as ticks. `marks` is None where every cell has a tick; a marked cell's tick means nothing."""

    ticks: Ticks
    marks: npt.NDArray[np.int8] | None

    def plain(self) -> Ticks:
        """The ticks of unmarked cells."""
        return self.ticks if self.marks is None else self.ticks[self.marks == 0]

    def marked(self) -> tuple[int, int, int, int]:
        """How many cells bear each mark."""
        if self.marks is None:
            return (0, 0, 0, 0)
        counts = np.bincount(self.marks, minlength=5)
        return (int(counts[1]), int(counts[2]), int(counts[3]), int(counts[4]))


@dataclass(frozen=True)
class Scale:
    """Which Arrow type holds the values, and what one tick is.

    decimals: ticks are integers that count 10^-decimals. None: ticks are floats.
    """

    type: pa.DataType
    decimals: int | None

    def read(self, column: pa.Array | pa.ChunkedArray) -> Cells:
        """The column's ticks, on this scale."""
        array = one_array(column)
        if array.type != self.type:
            array = _convert(array, self.type)
        if pa.types.is_floating(array.type):
            return self._read_floats(array)
        marks = _missing(array)
        return Cells(_integers(array), marks)

    def _read_floats(self, array: pa.Array) -> Cells:
        values, marks = _floats(array), _missing(array)
        if not np.isfinite(values).all():
            marks = np.zeros(len(values), np.int8) if marks is None else marks
            special = np.where(np.isnan(values), NAN, np.where(values > 0, HIGHEST, LOWEST)).astype(np.int8)
            marks = np.where((marks == 0) & ~np.isfinite(values), special, marks)
            values = np.where(np.isfinite(values), values, 0.0)
        if self.decimals is None:
            return Cells(values + 0.0, marks)  # -0.0 becomes 0.0
        counted = np.rint(values * 10.0**self.decimals)
        return Cells(np.clip(counted, -(2.0**63), 2.0**63 - 1024).astype(np.int64), marks)

    def write(self, ticks: Ticks, marks: npt.NDArray[np.int8] | None) -> pa.Array:
        """An array of the scale's type. Marked cells get their mark's value."""
        if pa.types.is_floating(self.type):
            return self._write_floats(ticks, marks)
        null = None if marks is None else marks != 0
        if ticks.dtype == np.float64:
            ticks = np.rint(ticks).astype(np.int64)
        return _build(ticks, null, self.type)

    def _write_floats(self, ticks: Ticks, marks: npt.NDArray[np.int8] | None) -> pa.Array:
        values = ticks.astype(np.float64) / 10.0 ** (self.decimals or 0)
        null = None
        if marks is not None:
            for mark, value in ((NAN, np.nan), (LOWEST, -np.inf), (HIGHEST, np.inf)):
                values[marks == mark] = value
            null = marks == MISSING
        return pa.array(values.astype(self.type.to_pandas_dtype()), mask=null)


def scale_of(array: pa.Array, decimals: int | None) -> Scale:
    """The scale that keeps an array's values exactly, if it can: floats count 10^-decimals while they are exact there.

    >>> scale_of(pa.array([0.5, 2.25]), 2)
    Scale(type=DataType(double), decimals=2)
    >>> scale_of(pa.array([0.5, 1e300]), 2)
    Scale(type=DataType(double), decimals=None)
    """
    kind = array.type
    if not is_measured(kind):
        raise DataError(f"values to be measured are needed here (numbers, dates, lengths of time), got {kind}")
    if pa.types.is_floating(kind):
        return Scale(kind, decimals if decimals is not None and _countable(array, decimals) else None)
    if pa.types.is_decimal(kind):
        return Scale(kind, max(kind.scale, 0))
    return Scale(kind, 0)


def is_measured(kind: pa.DataType) -> bool:
    """Whether values of a type have ticks."""
    number = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    return bool(number or pa.types.is_temporal(kind) or pa.types.is_null(kind))


def common_scale(one: Scale, other: Scale) -> Scale:
    """The scale on which the ticks of both lie; floats where there is no exact one."""
    kind = common_type(one.type, other.type)
    if one.decimals is None or other.decimals is None:
        return Scale(kind if pa.types.is_floating(kind) else pa.float64(), None)
    return Scale(kind, max(one.decimals, other.decimals))


def rescale(ticks: Ticks, old: Scale, new: Scale) -> Ticks:
    """Ticks of one scale on another that `common_scale` gave."""
    if old.decimals == new.decimals:
        return ticks
    if old.decimals is None:
        return ticks
    if new.decimals is None:
        return ticks.astype(np.float64) / 10.0**old.decimals
    return shrink(ticks.astype(object) * 10 ** (new.decimals - old.decimals))


def shrink(ticks: Ticks) -> Ticks:
    """Python integers as int64 where all of them fit.

    >>> shrink(np.array([1, 2], object)).dtype, shrink(np.array([2**64], object)).dtype
    (dtype('int64'), dtype('O'))
    """
    if ticks.dtype != object:
        return ticks
    fits = all(_INT64[0] <= tick <= _INT64[1] for tick in ticks.tolist())
    return ticks.astype(np.int64) if fits else ticks


def _countable(array: pa.Array, decimals: int) -> bool:
    values = np.abs(_floats(array))
    values = values[np.isfinite(values)]
    return not values.size or float(values.max()) * 10.0**decimals < _EXACT_FLOAT


def _missing(array: pa.Array) -> npt.NDArray[np.int8] | None:
    if not array.null_count:
        return None
    return np.asarray(array.is_null().to_numpy(zero_copy_only=False)).astype(np.int8)


def _floats(array: pa.Array) -> npt.NDArray[np.float64]:
    if array.null_count:
        array = array.fill_null(0.0) if not pa.types.is_float16(array.type) else array.cast(pa.float32()).fill_null(0.0)
    return np.asarray(array.to_numpy(zero_copy_only=False)).astype(np.float64, copy=False)


def _integers(array: pa.Array) -> Ticks:
    """The integers an array of integers, decimals, dates, moments or lengths of time stores; 0 where missing."""
    kind = array.type
    if pa.types.is_null(kind):
        return np.zeros(len(array), np.int64)
    if pa.types.is_decimal(kind):
        return _limbs(array)
    if kind.bit_width == 32 and not pa.types.is_integer(kind):
        array = array.view(pa.int32())
    elif not pa.types.is_integer(kind):
        array = array.view(pa.int64())
    values = np.asarray((array.fill_null(0) if array.null_count else array).to_numpy(zero_copy_only=False))
    if values.dtype == np.uint64 and values.size and values.max() > _INT64[1]:
        return values.astype(object)
    return values.astype(np.int64, copy=False)


def _limbs(array: pa.Array) -> Ticks:
    """Unscaled integers of a decimal array, from its little-endian 64-bit limbs."""
    if array.type.bit_width < 128:
        array = array.cast(pa.decimal128(38, array.type.scale))
    width = array.type.bit_width // 64
    if not len(array):
        return np.zeros(0, np.int64)
    flat = np.frombuffer(array.buffers()[1], np.int64)
    limbs = flat[array.offset * width : (array.offset + len(array)) * width].reshape(-1, width)
    limbs = np.where(_valid(array)[:, None], limbs, 0)
    if (limbs[:, 1:] == (limbs[:, :1] >> 63)).all():
        return limbs[:, 0].copy()
    whole = limbs[:, -1].astype(object)
    for place in range(width - 2, -1, -1):
        whole = whole * 2**64 + limbs[:, place].view(np.uint64).astype(object)
    return whole


def _valid(array: pa.Array) -> npt.NDArray[np.bool_]:
    return np.asarray(array.is_valid().to_numpy(zero_copy_only=False))


def _build(ticks: Ticks, null: npt.NDArray[np.bool_] | None, kind: pa.DataType) -> pa.Array:
    if pa.types.is_null(kind):
        return pa.nulls(len(ticks))
    if pa.types.is_decimal(kind):
        return _build_decimals(ticks, null, kind)
    if ticks.dtype == object or kind == pa.uint64():
        return pa.array(ticks.astype(np.uint64) if kind == pa.uint64() else ticks.tolist(), kind, mask=null)
    store = kind if pa.types.is_integer(kind) else pa.int32() if kind.bit_width == 32 else pa.int64()
    filled = ticks if null is None else np.where(null, 0, ticks)
    whole = pa.array(filled.astype(store.to_pandas_dtype()), mask=null)
    return whole if store == kind else whole.view(kind)


def _build_decimals(ticks: Ticks, null: npt.NDArray[np.bool_] | None, kind: pa.DataType) -> pa.Array:
    wide = kind if kind.bit_width >= 128 else pa.decimal128(38, kind.scale)
    width = wide.bit_width // 64
    if ticks.dtype == object:
        data = b"".join(int(tick).to_bytes(8 * width, "little", signed=True) for tick in ticks)
    else:
        sign = (ticks >> 63)[:, None]
        data = np.hstack([ticks[:, None], *[sign] * (width - 1)]).astype(np.int64).tobytes()
    array = pa.Array.from_buffers(wide, len(ticks), [None, pa.py_buffer(data)])
    if null is not None:
        array = pc.if_else(pa.array(~null), array, pa.scalar(None, wide))
    return array if wide == kind else array.cast(kind)


def _convert(array: pa.Array, kind: pa.DataType) -> pa.Array:
    """Values of another type in the scale's; what does not fit is brought to the nearest that does."""
    try:
        return array.cast(kind)
    except pa.ArrowInvalid:
        return _nearest(array, kind)
    except pa.ArrowNotImplementedError as error:
        raise DataError(f"the column was learned from {kind}, and now holds {array.type}") from error


def _nearest(array: pa.Array, kind: pa.DataType) -> pa.Array:
    """Numbers rounded and clipped to a type's range."""
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind)) or pa.types.is_string(array.type):
        raise DataError(f"the column was learned from {kind}, and now holds {array.type} that does not fit into it")
    if pa.types.is_floating(kind):
        return array.cast(pa.float64(), safe=False).cast(kind, safe=False)
    limits = np.iinfo(kind.to_pandas_dtype())
    values, missing = _floats(array.cast(pa.float64(), safe=False)), _missing(array)
    lost = np.isnan(values) if missing is None else np.isnan(values) | (missing != 0)
    top = min(int(limits.max), 2**63 - 1024)
    whole = np.clip(np.where(lost, 0, np.rint(values)), limits.min, top).astype(np.int64)
    return pa.array(whole, mask=lost).cast(kind)
