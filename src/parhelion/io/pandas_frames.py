"""pandas frames in, pandas frames out."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pandas.api.types import is_object_dtype

from parhelion.errors import DataError, problems
from parhelion.io.columns import name_problems, place
from parhelion.io.frames import FrameSource, arrow_source, column_as

_NO_ARROW = (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError)


@dataclass(frozen=True)
class _Column:
    """How a column came in. `missing` is what stands for a missing value in a column of objects."""

    name: Hashable
    dtype: Any
    kind: pa.DataType
    missing: Any


def open_pandas(native: Any) -> FrameSource:
    """A source of a pandas (or Modin) frame.

    NaN is missing. The result has the same dtypes, names and order of columns, and a RangeIndex: an index is no column,
    and where it is more than a count of rows a note says that it was left out (`reset_index()` makes it a column).
    A column of objects of mixed types becomes text, and a note says so. Categories grow where a value is none of them.
    """
    frame = native if isinstance(native, pd.DataFrame) else native._to_pandas()  # noqa: SLF001 (Modin's own way)
    names = [str(name) for name in frame.columns]
    found = name_problems(names)
    columns, notes = [], _index_notes(frame.index)
    for i, name in enumerate(names):
        try:
            column, note = _arrow(frame.iloc[:, i], name)
        except _NO_ARROW as fault:
            kind = frame.dtypes.iloc[i]
            found.append(f"{place('table', name)}: values of dtype {kind} cannot be read ({fault}): make them text")
        else:
            columns.append(column)
            notes += note
    if found:
        raise DataError(f"the table: {problems(found)}")
    memory = {n: _column(frame.iloc[:, i], columns[i].type) for i, n in enumerate(names)}
    make = type(native)
    return arrow_source(pa.table(columns, names=names), lambda table: make(_back(table, memory, frame.columns)), notes)


def _index_notes(index: pd.Index) -> tuple[str, ...]:
    if isinstance(index, pd.RangeIndex) and index.name is None:
        return ()
    names = ", ".join(repr(name) for name in index.names if name is not None)
    return (f"the index{' ' if names else ''}{names} is not a column and was left out; reset_index() makes it one",)


def _arrow(series: pd.Series, name: str) -> tuple[pa.ChunkedArray, tuple[str, ...]]:
    if isinstance(series.dtype, pd.SparseDtype):
        series = pd.Series(series.to_numpy(), name=series.name)
    try:
        return _nan_missing(pa.chunked_array(pa.array(series, from_pandas=True))), ()
    except _NO_ARROW:
        if not is_object_dtype(series.dtype):
            raise
    kinds = sorted({type(value).__name__ for value in series.dropna()})
    texts = [None if missing else str(value) for value, missing in zip(series, series.isna(), strict=True)]
    note = f"{place('table', name)}: values of mixed types ({', '.join(kinds[:5])}) are read as text"
    return pa.chunked_array([pa.array(texts, pa.string())]), (note,)


def _nan_missing(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if not pa.types.is_floating(column.type):
        return column
    column = column.cast(pa.float32()) if pa.types.is_float16(column.type) else column
    return pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)


def _column(series: pd.Series, kind: pa.DataType) -> _Column:
    missing = None
    if is_object_dtype(series.dtype):
        gaps = series[series.isna()]
        missing = gaps.iloc[0] if len(gaps) else None
    return _Column(series.name, series.dtype, kind, missing)


def _back(table: pa.Table, memory: dict[str, _Column], columns: pd.Index) -> pd.DataFrame:
    known = [memory[name] for name in table.column_names]
    series = [_series(column_as(c, _storage(m)), m) for c, m in zip(table.columns, known, strict=True)]
    frame = pd.DataFrame(dict(enumerate(series)), index=pd.RangeIndex(table.num_rows))
    frame.columns = columns if len(columns) == len(known) else _names(known)
    return frame


def _names(columns: Sequence[_Column]) -> pd.Index:
    return pd.Index([column.name for column in columns])


def _storage(column: _Column) -> pa.DataType:
    """The Arrow type to build the pandas column from: a category's values are wanted plain."""
    return column.kind.value_type if pa.types.is_dictionary(column.kind) else column.kind


def _series(values: pa.ChunkedArray, column: _Column) -> Any:
    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return _categorical(values, dtype)
    if is_object_dtype(dtype):
        objects = [column.missing if value is None else value for value in values.to_pylist()]
        return pd.Series(objects, dtype=object)
    if hasattr(dtype, "__from_arrow__"):
        return pd.Series(dtype.__from_arrow__(values), dtype=dtype)
    series = values.to_pandas()
    # Integers and booleans of numpy cannot be missing: where some are, they are floats or objects, as pandas has it.
    return series if values.null_count and dtype.kind in "iub" else series.astype(dtype)


def _categorical(values: pa.ChunkedArray, dtype: Any) -> pd.Categorical:
    known = pa.array(dtype.categories, from_pandas=True).cast(values.type)
    new = pc.unique(values.filter(pc.invert(pc.is_in(values, known)))).drop_null()
    if len(new):
        dtype = pd.CategoricalDtype([*dtype.categories, *new.to_pylist()], dtype.ordered)
        known = pa.concat_arrays([known, new])
    codes = pc.fill_null(pc.index_in(values, known), -1).to_numpy()
    return pd.Categorical.from_codes(codes, dtype=dtype)
