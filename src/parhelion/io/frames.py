"""Dataframes: any in, the same type out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from parhelion.errors import DataError
from parhelion.io.columns import check_columns, shown
from parhelion.io.contract import BATCH, Dialect, Source, cut


@dataclass(frozen=True)
class FrameSource:
    """A table in memory. `back` makes the type that came in out of an Arrow table."""

    arrow: pa.Table
    back: Callable[[pa.Table], Any]
    notes: tuple[str, ...] = ()
    name: str = "table"
    untyped: bool = False
    dialect: Dialect | None = None

    @property
    def schema(self) -> pa.Schema:
        return self.arrow.schema

    @property
    def rows(self) -> int:
        return int(self.arrow.num_rows)

    def batches(self, rows: int = BATCH) -> Iterator[pa.RecordBatch]:
        for batch in self.arrow.to_batches(max_chunksize=rows):
            yield from cut(batch, rows)

    def table(self) -> pa.Table:
        return self.arrow

    def restore(self, table: pa.Table) -> Any:
        return self.back(table)


def some_of(source: Source, rows: pa.Table) -> FrameSource:
    """Some rows of a source as a source of its own, of which everything else is the same.

    >>> people = open_frame(pa.table({"age": [39, 50, 38]}))
    >>> some_of(people, people.table().slice(0, 2)).rows
    2
    """
    return FrameSource(rows, source.restore, source.notes, source.name, source.untyped, source.dialect)


def open_frame(frame: Any) -> FrameSource:
    """A source of a frame: Arrow's own, what narwhals knows, or what gives an Arrow stream."""
    if isinstance(frame, FrameSource):
        return frame
    if isinstance(frame, pa.Table):
        return arrow_source(frame, lambda table: cast(table, frame.schema))
    if isinstance(frame, pa.RecordBatch):
        return arrow_source(pa.Table.from_batches([frame]), lambda table: _one_batch(cast(table, frame.schema)))
    if isinstance(frame, dict | list | tuple | set):
        raise _no_table(frame)
    return _from_narwhals(frame)


def _from_narwhals(native: Any) -> FrameSource:
    import narwhals as nw  # noqa: PLC0415 (0.1 s that files need not pay)

    if isinstance(native, nw.DataFrame | nw.LazyFrame):
        inner = open_frame(native.to_native())
        return replace(inner, back=lambda table: nw.from_native(inner.restore(table)))
    if nw.dependencies.is_pandas_dataframe(native) or nw.dependencies.is_modin_dataframe(native):
        from parhelion.io.pandas_frames import open_pandas  # noqa: PLC0415 (only where there is pandas)

        return open_pandas(native)
    if nw.dependencies.is_polars_dataframe(native):
        from parhelion.io.polars_frames import open_polars  # noqa: PLC0415 (only where there is polars)

        return open_polars(native)
    return _foreign(native, nw.from_native(native, pass_through=True, allow_series=True))


def _foreign(native: Any, frame: Any) -> FrameSource:
    """A frame of which narwhals knows more than we do, or nothing either."""
    import narwhals as nw  # noqa: PLC0415 (imported already)

    if isinstance(frame, nw.Series):
        raise DataError(f"a {_type(native)} is one column, no table: give frame[[name]], or .to_frame()")
    if isinstance(frame, nw.LazyFrame):
        return _lazy(frame)
    if not isinstance(frame, nw.DataFrame):
        return _capsule(native)
    kind = frame.implementation
    return arrow_source(frame.to_arrow(), lambda table: nw.from_arrow(table, backend=kind).to_native())


def _lazy(frame: Any) -> FrameSource:
    """A frame that is not computed yet (polars, DuckDB, Dask, …) is computed, and given back as lazy as it came."""
    import narwhals as nw  # noqa: PLC0415 (imported already)

    inner = open_frame(frame.collect().to_native())

    def back(table: pa.Table) -> Any:
        return nw.from_native(inner.restore(table)).lazy(backend=frame.implementation).to_native()

    return FrameSource(inner.arrow, back, inner.notes)


def _capsule(native: Any) -> FrameSource:
    """What gives an Arrow stream; comes back as its own type where that has `from_arrow`, else as an Arrow table."""
    if not hasattr(native, "__arrow_c_stream__"):
        raise _no_table(native)
    table = pa.table(native)
    make = getattr(type(native), "from_arrow", None)
    if make is not None:
        return arrow_source(table, lambda made: make(cast(made, table.schema)))
    note = f"a {_type(native)} comes back as a pyarrow.Table"
    return arrow_source(table, lambda made: cast(made, table.schema), (note,))


def arrow_source(table: pa.Table, back: Callable[[pa.Table], Any], notes: tuple[str, ...] = ()) -> FrameSource:
    """A source of an Arrow table whose columns are checked."""
    schema = check_columns(table.schema, "table", "the table")
    return FrameSource(table.cast(schema), back, notes)


def cast(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """A table in the types and with the metadata of a schema that has at least its columns.

    >>> cast(pa.table({"a": [1]}), pa.schema([("a", pa.int8()), ("b", pa.int8())])).schema
    a: int8
    >>> cast(pa.table({"c": [1]}), pa.schema([("a", pa.int8())]))
    Traceback (most recent call last):
    parhelion.errors.DataError: the table that came in has no column 'c'
    """
    known = {field.name: field for field in schema}
    unknown = [name for name in table.column_names if name not in known]
    if unknown:
        raise DataError(f"the table that came in has no column {shown(unknown[0])}")
    fields = [known[name] for name in table.column_names]
    columns = [column_as(column, field.type) for column, field in zip(table.columns, fields, strict=True)]
    return pa.table(columns, schema=pa.schema(fields, metadata=schema.metadata))


def column_as(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    """A column as a type; from one dictionary to another by way of its values."""
    if column.type == kind:
        return column
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_dictionary(kind):
        coded = column.cast(kind.value_type).dictionary_encode().unify_dictionaries()
        chunks = [
            pa.DictionaryArray.from_arrays(c.indices.cast(kind.index_type), c.dictionary, ordered=kind.ordered)
            for c in coded.chunks
        ]
        return pa.chunked_array(chunks, kind)
    return column.cast(kind)


def _one_batch(table: pa.Table) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([c.combine_chunks() for c in table.columns], schema=table.schema)


def _type(value: Any) -> str:
    return f"{type(value).__module__.split('.')[0]}.{type(value).__name__}".removeprefix("builtins.")


def _no_table(value: Any) -> DataError:
    return DataError(
        f"a {_type(value)} is no table: make it one first, for example with pyarrow.table(...) or polars.DataFrame(...)"
    )
