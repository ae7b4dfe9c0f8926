"""Arrow types as names in a codec's state, and back."""

import re
from decimal import Decimal
from math import isfinite
from typing import Any

import pyarrow as pa

from parhelion.errors import DataError, ModelFileError

_ZONED = re.compile(r"timestamp\[(s|ms|us|ns), tz=([A-Za-z0-9_+:/-]{1,64})\]")
_DECIMAL = re.compile(r"decimal(128|256)\((\d{1,2}), (-?\d{1,2})\)")


def parse_type(name: str) -> pa.DataType:
    """The Arrow type that `str(type)` named. Only types that a column of single values can have.

    >>> parse_type("timestamp[ns, tz=Europe/Berlin]"), parse_type("decimal128(10, 2)")
    (TimestampType(timestamp[ns, tz=Europe/Berlin]), Decimal128Type(decimal128(10, 2)))
    >>> parse_type("list<item: int8>")
    Traceback (most recent call last):
    parhelion.errors.ModelFileError: 'list<item: int8>' is not the name of a column's type; the file is damaged or ...
    """
    try:
        if zoned := _ZONED.fullmatch(name):
            return pa.timestamp(zoned[1], zoned[2])
        if decimal := _DECIMAL.fullmatch(name):
            make = pa.decimal128 if decimal[1] == "128" else pa.decimal256
            return make(int(decimal[2]), int(decimal[3]))
        return pa.type_for_alias(name)
    except ValueError as error:
        raise ModelFileError(
            f"{name!r} is not the name of a column's type; the file is damaged or was altered"
        ) from error


def common_type(one: pa.DataType, other: pa.DataType) -> pa.DataType:
    """The type that holds the values of both parts of a column.

    >>> common_type(pa.int8(), pa.int32()), common_type(pa.null(), pa.string())
    (DataType(int32), DataType(string))
    >>> common_type(pa.string(), pa.int8())
    Traceback (most recent call last):
    parhelion.errors.DataError: one part of the column holds string and another int8; write both with the same type
    """
    if one == other:
        return one
    schemas = [pa.schema([("column", kind)]) for kind in (one, other)]
    try:
        return pa.unify_schemas(schemas, promote_options="permissive").field(0).type
    except pa.ArrowException as error:
        raise DataError(
            f"one part of the column holds {one} and another {other}; write both with the same type"
        ) from error


def one_array(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """The column as one array of plain values: chunks joined, dictionaries looked up, views of text copied.

    >>> one_array(pa.chunked_array([["a"], ["b"]], pa.string_view())).type
    DataType(string)
    """
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
        if isinstance(column, pa.ChunkedArray):
            column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    return column.cast(pa.string()) if pa.types.is_string_view(column.type) else column


def is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def to_json(values: pa.Array) -> list[Any]:
    """An array's values as JSON holds them exactly: moments as integers, decimals and infinities as text.

    >>> to_json(pa.array([1.5, float("inf"), None])), to_json(pa.array([2**63], pa.uint64()))
    ([1.5, 'inf', None], [9223372036854775808])
    """
    kind = values.type
    if pa.types.is_temporal(kind):
        return list(values.view(pa.int32() if kind.bit_width == 32 else pa.int64()).to_pylist())
    plain = values.to_pylist()
    if pa.types.is_floating(kind):
        return [x if x is None or isfinite(x) else repr(x) for x in plain]
    if pa.types.is_decimal(kind):
        return [None if x is None else str(x) for x in plain]
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return [None if x is None else x.hex() for x in plain]
    return list(plain)


def from_json(plain: list[Any], kind: pa.DataType) -> pa.Array:
    """The array that `to_json` was given. Raises ValueError where the values are not of the type.

    >>> from_json([1.5, "inf", None], pa.float64()).to_pylist()
    [1.5, inf, None]
    >>> from_json(["a"], pa.int8())
    Traceback (most recent call last):
    ValueError: values that are not of type int8
    """
    try:
        if pa.types.is_temporal(kind):
            return pa.array(plain, pa.int32() if kind.bit_width == 32 else pa.int64()).view(kind)
        return pa.array([None if x is None else _from_json(x, kind) for x in plain], kind)
    except (pa.ArrowException, TypeError, ValueError, OverflowError, ArithmeticError) as error:
        raise ValueError(f"values that are not of type {kind}") from error


def _from_json(value: Any, kind: pa.DataType) -> Any:
    if pa.types.is_floating(kind):
        return float(value)
    if pa.types.is_decimal(kind):
        return Decimal(value)
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return bytes.fromhex(value)
    return value
