"""Where a table is written: a file whose ending says the format, or a folder of Parquet parts."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa

from parhelion.errors import FileFormatError, OutputError, nearest
from parhelion.io.atomic import atomic_file, check_output, failures, to_disk
from parhelion.io.atomic_folder import atomic_folder, check_folder
from parhelion.io.contract import BATCH, Dialect
from parhelion.io.frames import cast
from parhelion.io.paths import FORMATS, Ending, ending
from parhelion.io.writers import Spell, Write, arrow_writer, csv_writer, json_writer, parquet_writer

PART_ROWS = 1_000_000
HELD = 64 << 20
_PART, _WHAT = re.compile(r"part-\d{5,}\.parquet"), "parts of a table"
Writer = Callable[[Path], AbstractContextManager[Write]]


class Sink:
    """A table being written. Nothing appears under its name unless the with-block ends well."""

    def __init__(self, path: Path, schema: pa.Schema, opened: AbstractContextManager[Write]) -> None:
        self.path, self.schema = path, schema
        self._opened = opened
        self._held: list[pa.Table] = []
        self._rows = self._bytes = 0
        self._write: Write | None = None

    def __enter__(self) -> Self:
        with failures(self.path):
            self._write = self._opened.__enter__()
        return self

    def write(self, rows: pa.RecordBatch | pa.Table) -> None:
        """Adds rows: columns by name, cast to the schema. Raises OutputError where they cannot be written."""
        table = rows if isinstance(rows, pa.Table) else pa.Table.from_batches([rows])
        self._held.append(cast(table.select(self.schema.names), self.schema))
        self._rows += table.num_rows
        self._bytes += table.nbytes
        if self._rows >= BATCH or self._bytes >= HELD:
            self._flush()

    def _flush(self) -> None:
        assert self._write is not None, "a sink is written to in its with-block"
        if self._held:
            # Many small pieces cost each what a large one does.
            table = pa.concat_tables(self._held).combine_chunks()
            self._held, self._rows, self._bytes = [], 0, 0
            with failures(self.path):
                self._write(table)

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            try:
                self._flush()
            except BaseException as fault:
                self._opened.__exit__(type(fault), fault, fault.__traceback__)
                raise
        with failures(self.path):
            self._opened.__exit__(kind, value, trace)


def open_sink(
    path: str | os.PathLike[str],
    schema: pa.Schema,
    *,
    overwrite: bool = False,
    spell: Spell | None = None,
    dialect: Dialect | None = None,
    part_rows: int = PART_ROWS,
) -> Sink:
    """A place to write a table to, checked now and opened as a context manager.

    path: the ending chooses the format (CSV, Parquet, Arrow, JSONL; text also `.gz` or `.zst`); a folder, an ending
        slash or no ending means a folder of Parquet parts `part-00000.parquet`, … of `part_rows` rows.
    overwrite: an existing file is replaced; a folder only if it holds nothing but such parts.
    spell: makes the text of a CSV file out of values; formats that have types do not need it.
    dialect: of a CSV file, for example that of the source; a `.tsv` file has tabs whatever it says.
    Raises OutputError where it cannot be written.
    """
    name, place = os.fspath(path), Path(path)
    promised = None if _is_folder(name, place) else _ending(place)
    if promised is None:
        check_folder(place, _PART, _WHAT, overwrite=overwrite)
        return Sink(place, schema, _folder(place, schema, part_rows, overwrite=overwrite))
    check_output(place, overwrite=overwrite)
    dialect = dialect or Dialect()
    writer = _writer(
        promised, schema, replace(dialect, delimiter="\t") if promised.suffix == ".tsv" else dialect, spell
    )
    return Sink(place, schema, _file(place, writer, overwrite=overwrite))


def _is_folder(name: str, path: Path) -> bool:
    with failures(path):
        return name.endswith(("/", os.sep)) or path.is_dir() or not path.suffix


def _ending(path: Path) -> Ending | None:
    try:
        promised = ending(path)
    except FileFormatError as fault:
        raise OutputError(f"{fault}; a folder of parts is named with a slash at the end") from fault
    if promised is not None and promised.format == "json":
        raise OutputError(f"{path}: one JSON array cannot be written bit by bit{nearest('.jsonl', FORMATS)}")
    return promised


def _writer(promised: Ending, schema: pa.Schema, dialect: Dialect, spell: Spell | None) -> Writer:
    match promised.format:
        case "parquet":
            return lambda path: parquet_writer(path, schema)
        case "arrow":
            return lambda path: arrow_writer(path, schema)
        case "csv":
            return lambda path: csv_writer(path, schema, promised.compression, dialect, spell)
        case _:
            return lambda path: json_writer(path, schema, promised.compression)


@contextmanager
def _file(path: Path, writer: Writer, *, overwrite: bool) -> Iterator[Write]:
    with atomic_file(path, overwrite) as temporary, writer(temporary) as write:
        yield write


@contextmanager
def _folder(path: Path, schema: pa.Schema, part_rows: int, *, overwrite: bool) -> Iterator[Write]:
    with (
        atomic_folder(path, _PART, _WHAT, overwrite=overwrite) as temporary,
        _parts(temporary, schema, part_rows) as write,
    ):
        yield write


@contextmanager
def _parts(folder: Path, schema: pa.Schema, part_rows: int) -> Iterator[Write]:
    """Tables in, parts of exactly `part_rows` rows out; the last may have fewer, the first is there in any case."""
    parts = _Parts(folder, schema, part_rows)
    try:
        yield parts.write
    except BaseException as fault:
        parts.stop(fault)
        raise
    parts.end()


class _Parts:
    def __init__(self, folder: Path, schema: pa.Schema, rows: int) -> None:
        self._folder, self._schema, self._rows = folder, schema, rows
        self._number = self._left = 0
        self._next()

    def _next(self) -> None:
        self._path = self._folder / f"part-{self._number:05d}.parquet"
        self._part = parquet_writer(self._path, self._schema)
        self._write = self._part.__enter__()
        self._number, self._left = self._number + 1, self._rows

    def write(self, table: pa.Table) -> None:
        while table.num_rows:
            if not self._left:
                self.end()
                self._next()
            piece = table.slice(0, self._left)
            self._write(piece)
            self._left -= piece.num_rows
            table = table.slice(piece.num_rows)

    def end(self) -> None:
        self._part.__exit__(None, None, None)
        to_disk(self._path)

    def stop(self, fault: BaseException) -> None:
        """Closes what will be thrown away."""
        self._part.__exit__(type(fault), fault, fault.__traceback__)
