"""Columns that a table spells otherwise than the real rows: `1.0` for `True`, `3,5` for `3.5`, days another way."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from parhelion.errors import DataError, SchemaError
from parhelion.schema import Column, discover, native

_SPELLED = ("number", "boolean", "date", "datetime", "duration")  # whose text is a spelling, not the value itself


def as_text(arrays: Sequence[pa.Array]) -> list[pa.Array]:
    """Whole numbers as text beside text, as a file without types has the same codes; else as they are.

    Not where text begins with a 0, which a number has lost.

    >>> print(*as_text([pa.array(["17", "E3"]), pa.array([17.0, None])])[1])
    17 None
    >>> as_text([pa.array(["017"]), pa.array([17])])[1].type
    DataType(int64)
    """
    texts = [one for one in arrays if pa.types.is_string(one.type)]
    if not texts or any(pc.any(pc.match_substring_regex(one, r"^[+-]?0\d")).as_py() for one in texts):
        return list(arrays)
    return [_digits(one) for one in arrays]


def _digits(numbers: pa.Array) -> pa.Array:
    try:
        return numbers.cast(pa.int64()).cast(pa.string()) if _is_number(numbers.type) else numbers
    except pa.ArrowInvalid:  # not whole
        return numbers


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def respelled(values: pa.ChunkedArray, spec: Column, table: str, *, untyped: bool) -> pa.Array | None:
    """Native values, read by the spelling that this table has alone; None where they are not of the column's kind.

    Two words are read as yes and no only where everybody reads them so.

    >>> from parhelion.schema import BooleanColumn
    >>> spec = BooleanColumn(name="ill", true="True", false="False")
    >>> respelled(pa.chunked_array([["0.0", "1.0"]]), spec, "made", untyped=True).to_pylist()
    [False, True]
    >>> respelled(pa.chunked_array([["small", "large"]]), spec, "made", untyped=True) is None
    True
    """
    if spec.kind not in _SPELLED:
        return None
    kinds = None if spec.kind == "boolean" else {spec.name: spec.kind}
    rows = pa.table({spec.name: values})
    try:
        own = discover(rows, name=table, untyped=untyped, rows_seen=rows.num_rows, kinds=kinds).columns[0]
        return native(values, own, table) if own.kind == spec.kind else None
    except (DataError, SchemaError):
        return None
