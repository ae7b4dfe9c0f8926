"""Native values <-> what a source holds.

Every kind has one native Arrow type that the rest of the house works with; a source may hold the same values as text of
many spellings, or in many Arrow types. `native` goes from the source to the native type, `spelled` from there to text,
`stored` back to the source's own type.
"""

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from parhelion.errors import DataError, problems
from parhelion.schema import _moment_text, _number_text
from parhelion.schema._types import arrow_type, is_calendar, is_clock, is_number, is_text
from parhelion.schema.columns import (
    BooleanColumn,
    Column,
    DateColumn,
    DatetimeColumn,
    DurationColumn,
    NumberColumn,
    PlaceColumn,
)

_SHOWN = 3


def native(column: pa.Array | pa.ChunkedArray, spec: Column, table: str = "table", first_row: int = 0) -> pa.Array:
    """The values of a column in the native type of its kind; DataError names the cells that are not of the kind.

    >>> from parhelion.schema import NumberColumn
    >>> price = NumberColumn(name="price", decimals=2, decimal_mark=",", missing=("-",))
    >>> native(pa.array(["12,50", "-", "3"]), price).to_pylist()
    [12.5, None, 3.0]
    >>> native(pa.array(["12,50", "cheap"]), price, table="shop", first_row=100)
    Traceback (most recent call last):
    parhelion.errors.DataError: shop.price[101] is 'cheap'; expected a number such as '1234,5'; correct the cell, or
    change the column's kind in the schema, or add the spelling to its `missing`
    """
    values = one(column)
    if pa.types.is_float16(values.type):
        values = values.cast(pa.float32())  # Arrow computes nothing with half floats
    if pa.types.is_dictionary(values.type) and not is_text(values.type.value_type):
        values = values.dictionary_decode()
    if pa.types.is_dictionary(values.type):
        return _by_value(values, spec, table, first_row)
    if is_text(values.type):
        return _from_text(plain_text(values), spec, table, first_row)
    return _from_typed(values, spec, table)


def spelled(column: pa.Array, spec: Column) -> pa.Array:
    """The text of native values as the source spells them; a missing one is `spec.missing[0]`.

    >>> from parhelion.schema import BooleanColumn, NumberColumn
    >>> spelled(pa.array([12.5, None]), NumberColumn(name="price", decimals=2, fixed=True)).to_pylist()
    ['12.50', '']
    >>> spelled(pa.array([True, False]), BooleanColumn(name="b", true="ja", false="nein")).to_pylist()
    ['ja', 'nein']
    """
    return pc.fill_null(_text(column, spec), spec.missing[0] if spec.missing else "")


def stored(column: pa.Array, spec: Column) -> pa.Array:
    """Native values in the Arrow type that the source stores them in; untyped text (`"text"`) stays native.

    >>> from parhelion.schema import NumberColumn
    >>> stored(pa.array([1, None]), NumberColumn(name="n", storage="int8", decimals=0)).type
    DataType(int8)
    """
    if spec.storage == "text":
        return column
    return _as_type(column, spec, arrow_type(spec.storage))


def one(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if not isinstance(column, pa.ChunkedArray):
        return column
    if pa.types.is_string(column.type):  # more text than 32-bit offsets can hold
        column = column.cast(pa.large_string())
    return pa.concat_arrays(column.chunks)


def plain_text(text: pa.Array) -> pa.Array:
    """Text as `string`; `large_string` where it is too long for that."""
    if pa.types.is_string(text.type) or text.nbytes > 2**31:
        return text
    return pc.cast(text, pa.string())


def _by_value(values: pa.DictionaryArray, spec: Column, table: str, first_row: int) -> pa.Array:
    """Each value of a dictionary is read once; where one of them cannot be, the rows that hold it are named."""
    try:
        return _from_text(plain_text(values.dictionary), spec, table, 0).take(values.indices)
    except DataError:
        return _from_text(plain_text(values.dictionary_decode()), spec, table, first_row)


def _from_text(text: pa.Array, spec: Column, table: str, first_row: int) -> pa.Array:
    if spec.kind == "constant":
        return text
    text = _without(text, spec.missing)
    reader = _READERS.get(spec.kind)
    if reader is None:
        return text
    values = reader(text, spec)
    if values.null_count != text.null_count:
        raise DataError(problems(_unread(text, values, spec, table, first_row)))
    return values


def _without(text: pa.Array, missing: tuple[str, ...]) -> pa.Array:
    """Spellings of a missing value become null."""
    if not missing or not len(text):
        return text
    found = pc.equal(text, missing[0]) if len(missing) == 1 else pc.is_in(text, pa.array(missing, text.type))
    return pc.if_else(found, None, text) if pc.any(found).as_py() else text


def _read_booleans(text: pa.Array, spec: BooleanColumn) -> pa.Array:
    true = pc.equal(text, spec.true)
    return pc.if_else(pc.or_(true, pc.equal(text, spec.false)), true, None)


def _read_places(text: pa.Array, spec: PlaceColumn) -> pa.Array:
    return _number_text.read(text, spec)


_READERS: dict[str, Callable[[pa.Array, Any], pa.Array]] = {
    "number": _number_text.read,
    "place": _read_places,
    "boolean": _read_booleans,
    "date": _moment_text.read_dates,
    "datetime": _moment_text.read_moments,
    "duration": _moment_text.read_durations,
}


def _unread(text: pa.Array, values: pa.Array, spec: Column, table: str, first_row: int) -> list[str]:
    bad = pc.indices_nonzero(pc.and_(pc.is_null(values), pc.is_valid(text))).to_pylist()
    cells = [f"{table}.{spec.name}[{first_row + row}] is {_short(text[row].as_py())}" for row in bad[:_SHOWN]]
    if len(bad) > _SHOWN:
        cells.append(f"{len(bad) - _SHOWN} more cells of {table}.{spec.name} are like that")
    what = (
        "; correct the cell, or change the column's kind in the schema, or add the spelling to its `missing`"
        if len(bad) == 1
        else "; correct the cells, or change the column's kind in the schema, or add the spellings to its `missing`"
    )
    cells[-1] += f"; expected {_expected(spec)}{what}"
    return cells


def _short(cell: str) -> str:
    shown = repr(cell[:40])
    return shown if len(cell) <= 40 else shown + "…"


def _expected(spec: Column) -> str:
    match spec:
        case NumberColumn() | PlaceColumn():
            whole = isinstance(spec, NumberColumn) and spec.decimals == 0
            example = _number_text.write(pa.array([1234 if whole else 1234.5]), spec)[0].as_py()
            return f"a {'whole ' if whole else ''}number such as {example!r}"
        case BooleanColumn():
            return f"{spec.true!r} or {spec.false!r}"
        case DateColumn() | DatetimeColumn():
            return f"a {spec.kind} of the format {spec.format or 'YYYY-MM-DD'!r}"
        case DurationColumn():
            return "a length of time such as " + ("'1:02:03'" if spec.format == "clock" else "'PT1H2M3S'")
        case _:
            return f"a value of kind {spec.kind}"


def _from_typed(values: pa.Array, spec: Column, table: str) -> pa.Array:
    if spec.kind == "constant" or pa.types.is_null(values.type):
        return values
    try:
        return _TYPED[spec.kind](values, spec)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise DataError(
            f"{table}.{spec.name} holds {values.type}, and not all of it can be a {spec.kind}; change the kind of the "
            "column in the schema"
        ) from None


def _typed_number(values: pa.Array, _spec: Column) -> pa.Array:
    if pa.types.is_boolean(values.type):
        return pc.cast(values, pa.int8())
    return values if is_number(values.type) else pc.cast(values, pa.float64())


def _typed_place(values: pa.Array, _spec: Column) -> pa.Array:
    return pc.cast(values, pa.float64())


def _typed_boolean(values: pa.Array, spec: Any) -> pa.Array:
    if pa.types.is_boolean(values.type):
        return values
    found = _read_booleans(pc.cast(_whole(values), pa.string()), spec)
    if found.null_count != values.null_count:
        raise pa.ArrowInvalid("neither")
    return found


def _typed_date(values: pa.Array, spec: Any) -> pa.Array:
    if is_calendar(values.type):
        return pc.cast(values, pa.date32(), safe=False)
    found = _moment_text.read_dates(pc.cast(_whole(values), pa.string()), spec)
    if found.null_count != values.null_count:
        raise pa.ArrowInvalid("no dates")
    return found


def _typed_moment(values: pa.Array, spec: Any) -> pa.Array:
    if pa.types.is_timestamp(values.type):
        return values
    if pa.types.is_date(values.type):
        return pc.cast(values, pa.timestamp("us"))
    found = _moment_text.read_moments(pc.cast(_whole(values), pa.string()), spec)
    if found.null_count != values.null_count:
        raise pa.ArrowInvalid("no moments")
    return found


def _typed_duration(values: pa.Array, _spec: Column) -> pa.Array:
    if pa.types.is_time(values.type):
        micros = pc.cast(values, pa.time64("us"), safe=False)
        return micros.cast(pa.int64()).cast(pa.duration("us"))
    return pc.cast(values, pa.duration("us"), safe=False)


def _typed_value(values: pa.Array, _spec: Column) -> pa.Array:
    """Integers (also where they are stored as floats) as they are, everything else as text."""
    values = _whole(values)
    return values if pa.types.is_integer(values.type) else pc.cast(values, pa.string())


def _typed_text(values: pa.Array, _spec: Column) -> pa.Array:
    return pc.cast(_whole(values), pa.string())


_TYPED: dict[str, Callable[[pa.Array, Any], pa.Array]] = {
    "number": _typed_number,
    "place": _typed_place,
    "boolean": _typed_boolean,
    "date": _typed_date,
    "datetime": _typed_moment,
    "duration": _typed_duration,
    "category": _typed_value,
    "identifier": _typed_value,
    "text": _typed_text,
    "personal": _typed_text,
}


def _whole(values: pa.Array) -> pa.Array:
    """Floats that are all whole (integers beside missing values, in pandas) as integers; NaN is missing there."""
    if not pa.types.is_floating(values.type):
        return values
    known = pc.if_else(pc.is_nan(values), None, values)
    try:
        return pc.cast(known, pa.int64())
    except pa.ArrowInvalid:
        return values


def _text(column: pa.Array, spec: Column) -> pa.Array:
    """Text of native values; null stays null."""
    if pa.types.is_null(column.type):
        return column.cast(pa.string())
    match spec:
        case NumberColumn() | PlaceColumn():
            return _number_text.write(column, spec)
        case BooleanColumn():
            return pc.if_else(column, spec.true, spec.false)
        case DateColumn():
            return _moment_text.write_dates(column, spec)
        case DatetimeColumn():
            return _moment_text.write_moments(column, spec)
        case DurationColumn():
            return _moment_text.write_durations(column, spec)
        case _:
            return column if is_text(column.type) else pc.cast(column, pa.string())


def _as_type(column: pa.Array, spec: Column, kind: pa.DataType) -> pa.Array:
    if column.type == kind or pa.types.is_null(kind):
        return column
    if pa.types.is_dictionary(kind):
        return _dictionary(_as_type(column, spec, kind.value_type), kind, getattr(spec, "values", ()))
    if is_text(kind):
        text = _text(column, spec)
        return pc.cast(pc.fill_null(text, spec.missing[0]) if spec.missing and spec.missing[0] else text, kind)
    if pa.types.is_time(kind):
        return _time_of_day(column, kind)
    if spec.kind == "boolean" or (is_calendar(column.type) and not is_calendar(kind)):
        column = _text(column, spec)
    if is_number(kind) and is_text(column.type) and not pa.types.is_integer(kind):
        return pc.cast(pc.cast(column, pa.float64()), kind, safe=False)
    exact = not (is_clock(kind) or is_calendar(kind) or pa.types.is_floating(kind))
    return pc.cast(column, kind, safe=exact)


def _time_of_day(durations: pa.Array, kind: pa.DataType) -> pa.Array:
    micros = durations.cast(pa.int64())
    days = pc.cast(pc.floor(pc.divide(pc.cast(micros, pa.float64()), 8.64e10)), pa.int64())
    within = pc.subtract(micros, pc.multiply(days, 86_400_000_000))
    return pc.cast(within.cast(pa.time64("us")), kind, safe=False)


def _dictionary(values: pa.Array, kind: pa.DictionaryType, declared: tuple[str, ...]) -> pa.Array:
    """A dictionary array: declared categories first, in their order; wider indices where the type's own are too few."""
    seen = pc.drop_null(pc.unique(values))
    order = pc.take(seen, pc.sort_indices(seen))
    if declared:
        known = pa.array(declared, pa.string()).cast(kind.value_type)
        order = pa.concat_arrays([known, order.filter(pc.invert(pc.is_in(order, known)))])
    fits = len(order) <= 2 ** (kind.index_type.bit_width - 1)
    indices = pc.cast(pc.index_in(values, order), kind.index_type if fits else pa.int32())
    return pa.DictionaryArray.from_arrays(indices, order, ordered=kind.ordered)
