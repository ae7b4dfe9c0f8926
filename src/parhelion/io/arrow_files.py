"""Parquet and Arrow files: typed as they are, read in batches."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import ipc, parquet

from parhelion.errors import FileFormatError
from parhelion.io.columns import check_columns
from parhelion.io.contract import BATCH, Dialect, cut
from parhelion.io.paths import Ending, stem, unreadable

BUFFER = 1 << 20
CELLS = 1 << 23


@dataclass(frozen=True)
class ArrowSource:
    """A file of typed columns. `read` opens it and gives its batches, of at most so many rows where it can choose."""

    name: str
    path: Path
    schema: pa.Schema
    rows: int | None
    read: Callable[[Path, int], AbstractContextManager[Iterator[pa.RecordBatch]]]
    untyped: bool = False
    notes: tuple[str, ...] = ()
    dialect: Dialect | None = None

    def batches(self, rows: int = BATCH) -> Iterator[pa.RecordBatch]:
        with _faults(self.path), self.read(self.path, rows) as batches:
            for batch in batches:
                yield from cut(batch.cast(self.schema) if batch.schema != self.schema else batch, rows)

    def table(self) -> pa.Table:
        return pa.Table.from_batches(self.batches(1 << 20), schema=self.schema)

    def restore(self, table: pa.Table) -> pa.Table:
        return table


@contextmanager
def _faults(path: Path) -> Iterator[None]:
    """Damaged files as FileFormatError, unreadable ones as DataError."""
    try:
        yield
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as fault:
        raise FileFormatError(f"{path}: the file is damaged or cut short ({fault}); get a new copy of it") from fault
    except OSError as fault:
        raise unreadable(path, fault) from fault


def open_parquet(path: Path, _: Ending) -> ArrowSource:
    """A Parquet file."""
    with _faults(path), _parquet(path) as file:
        schema, rows = file.schema_arrow, file.metadata.num_rows
    return _source(path, schema, rows, _parquet_batches)


def _parquet(path: Path) -> Any:
    # Buffered column streams keep memory small however large a row group is.
    return parquet.ParquetFile(str(path), buffer_size=BUFFER, pre_buffer=False)


@contextmanager
def _parquet_batches(path: Path, rows: int) -> Iterator[Iterator[pa.RecordBatch]]:
    with _parquet(path) as file:
        # Of very wide tables fewer rows at a time, for the sake of memory.
        yield file.iter_batches(min(rows, max(1024, CELLS // max(len(file.schema_arrow), 1))))


def open_arrow(path: Path, _: Ending) -> ArrowSource:
    """An Arrow file (Feather is the same), or an Arrow stream kept in a file."""
    with _faults(path), _arrow(path) as reader:
        return _source(path, reader.schema, _count(path) if hasattr(reader, "get_batch") else None, _arrow_batches)


def _count(path: Path) -> int:
    """The rows of an Arrow file; of each batch only the first column is read, which costs nothing or little."""
    options = ipc.IpcReadOptions(included_fields=[0])
    with pa.memory_map(str(path)) as mapped, ipc.open_file(mapped, options=options) as reader:
        return sum(reader.get_batch(i).num_rows for i in range(reader.num_record_batches))


@contextmanager
def _arrow(path: Path) -> Iterator[Any]:
    with path.open("rb") as file:
        head = file.read(6)
    if head.startswith(b"FEA1"):
        raise FileFormatError(
            f"{path}: Feather version 1, long given up: write it again with a current pyarrow or pandas"
        )
    is_file = head == b"ARROW1"
    with pa.memory_map(str(path)) as mapped, (ipc.open_file if is_file else ipc.open_stream)(mapped) as reader:
        yield reader


@contextmanager
def _arrow_batches(path: Path, _: int) -> Iterator[Iterator[pa.RecordBatch]]:
    with _arrow(path) as reader:
        # A file has numbered batches, a stream is one.
        yield map(reader.get_batch, range(reader.num_record_batches)) if hasattr(reader, "get_batch") else reader


def _source(path: Path, schema: pa.Schema, rows: int | None, read: Any) -> ArrowSource:
    name = stem(path)
    return ArrowSource(name, path, check_columns(schema, name, str(path), FileFormatError), rows, read)
