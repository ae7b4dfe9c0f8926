"""polars frames in, polars frames out."""

from typing import Any

import polars as pl
import pyarrow as pa

from parhelion.errors import DataError, problems
from parhelion.io.columns import place
from parhelion.io.frames import FrameSource, arrow_source


def open_polars(frame: pl.DataFrame) -> FrameSource:
    """A source of a polars frame. The same dtypes come back; an Enum grows where a value is not one of its own."""
    wide = [
        f"{place('table', name)}: Arrow has no {kind}: cast it to Int64, or to text"
        for name, kind in frame.schema.items()
        if kind in (pl.Int128, pl.UInt128)
    ]
    if wide:
        raise DataError(f"the table: {problems(wide)}")
    schema = frame.schema
    return arrow_source(frame.to_arrow(), lambda table: _back(table, schema))


def _back(table: pa.Table, schema: Any) -> pl.DataFrame:
    frame = pl.DataFrame(pl.from_arrow(table))
    return frame.select(_cast(frame[name], schema[name]) for name in frame.columns)


def _cast(series: pl.Series, kind: Any) -> pl.Series:
    if series.dtype == kind:
        return series
    if isinstance(kind, pl.Enum):
        text = series.cast(pl.String)
        new = text.drop_nulls().unique(maintain_order=True).to_list()
        kind = pl.Enum([*kind.categories, *(v for v in new if v not in set(kind.categories))])
        return text.cast(kind)
    return series.cast(kind)
