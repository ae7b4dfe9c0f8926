"""Arrow types by the names that `str(type)` gives them, and the families of types that kinds care about."""

import re
from functools import lru_cache

import pyarrow as pa

from parhelion.errors import SchemaError, nearest

NAMES = (
    "text", "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
    "halffloat", "float", "double", "decimal128(10, 2)", "string", "large_string", "string_view", "date32[day]",
    "date64[ms]", "timestamp[us]", "timestamp[us, tz=UTC]", "time64[us]", "duration[us]", "null",
    "dictionary<values=string, indices=int32, ordered=0>",
)  # fmt: skip
_DICTIONARY = re.compile(r"dictionary<values=(.+), indices=(\w+), ordered=([01])>")
_DECIMAL = re.compile(r"decimal(32|64|128|256)\((\d+), (-?\d+)\)")
_TIMESTAMP = re.compile(r"timestamp\[(s|ms|us|ns), tz=(.+)\]")


@lru_cache(maxsize=1024)
def arrow_type(name: str) -> pa.DataType:
    """The Arrow type of this name.

    >>> arrow_type("timestamp[us, tz=Europe/Berlin]"), arrow_type("decimal128(10, 2)")
    (TimestampType(timestamp[us, tz=Europe/Berlin]), Decimal128Type(decimal128(10, 2)))
    >>> arrow_type("int46")
    Traceback (most recent call last):
    parhelion.errors.SchemaError: 'int46' is no storage; did you mean 'int64'?
    """
    if match := _DICTIONARY.fullmatch(name):
        return pa.dictionary(arrow_type(match[2]), arrow_type(match[1]), match[3] == "1")
    if match := _DECIMAL.fullmatch(name):
        return getattr(pa, f"decimal{match[1]}")(int(match[2]), int(match[3]))
    if match := _TIMESTAMP.fullmatch(name):
        return pa.timestamp(match[1], match[2])
    try:
        return pa.type_for_alias(name)
    except ValueError:
        raise SchemaError(f"{name!r} is no storage{nearest(name, NAMES)}") from None


def is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def is_clock(kind: pa.DataType) -> bool:
    return bool(pa.types.is_duration(kind) or pa.types.is_time(kind))


def is_calendar(kind: pa.DataType) -> bool:
    return bool(pa.types.is_date(kind) or pa.types.is_timestamp(kind))
