"""Columns that a table spells otherwise than the real rows: `1.0` for `True`, `3,5` for `3.5`, days another way."""

import pyarrow as pa

from parhelion.errors import DataError, SchemaError
from parhelion.schema import Column, discover, native

_SPELLED = ("number", "boolean", "date", "datetime", "duration")  # whose text is a spelling, not the value itself


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
