"""What writes each format: batches of one schema in, bytes out."""

import codecs
import gzip
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
from pyarrow import ipc, parquet

from parhelion.errors import OutputError
from parhelion.io.contract import Dialect
from parhelion.io.paths import Compression
from parhelion.io.texts import csv_header, csv_lines, json_lines

Spell = Callable[[pa.RecordBatch], pa.RecordBatch]
# Of text, so much is joined at once: 32 bits must count the bytes of a part, and memory must hold a few.
PIECE = 64 << 20


class Write(Protocol):
    """Takes a table of the schema that was promised."""

    def __call__(self, table: pa.Table, /) -> None: ...


@contextmanager
def parquet_writer(path: Path, schema: pa.Schema) -> Iterator[Write]:
    """A Parquet file; each table becomes a row group or several."""
    with _closing(parquet.ParquetWriter(str(path), schema, compression="snappy")) as writer:
        yield writer.write_table


@contextmanager
def arrow_writer(path: Path, schema: pa.Schema) -> Iterator[Write]:
    """An Arrow file. It holds one dictionary a column: values that a later batch brings are added to it."""
    options = ipc.IpcWriteOptions(emit_dictionary_deltas=True)
    dictionaries: dict[str, pa.Array] = {}
    with _closing(pa.OSFile(str(path), "wb")) as file, _closing(ipc.new_file(file, schema, options=options)) as writer:

        def write(table: pa.Table) -> None:
            for batch in table.to_batches():
                writer.write_batch(_one_dictionary(batch, dictionaries))

        yield write


def _one_dictionary(batch: pa.RecordBatch, known: dict[str, pa.Array]) -> pa.RecordBatch:
    columns = []
    for field, column in zip(batch.schema, batch.columns, strict=True):
        if not pa.types.is_dictionary(field.type):
            columns.append(column)
            continue
        have = known.get(field.name, column.dictionary)
        none = pa.DictionaryArray.from_arrays(pa.array([], field.type.index_type), have)
        made = pa.chunked_array([none, _unordered(column)]).unify_dictionaries().chunk(1)
        known[field.name] = made.dictionary
        columns.append(pa.DictionaryArray.from_arrays(made.indices, made.dictionary, ordered=field.type.ordered))
    return pa.RecordBatch.from_arrays(columns, schema=batch.schema)


def _unordered(column: pa.Array) -> pa.Array:
    return pa.DictionaryArray.from_arrays(column.indices, column.dictionary)


@contextmanager
def csv_writer(
    path: Path, schema: pa.Schema, compression: Compression | None, dialect: Dialect, spell: Spell | None
) -> Iterator[Write]:
    """A CSV file. `spell` makes the text of the values; without it they are written as `texts.as_text` has them."""
    with _bytes(path, compression) as file:
        yield csv_stream(file, schema, dialect, spell)


def csv_stream(file: Any, schema: pa.Schema, dialect: Dialect, spell: Spell | None) -> Write:
    """The same to whatever takes bytes: the names at once, then every table that is written."""
    encoder = codecs.getincrementalencoder(dialect.encoding)()

    def put(lines: pa.Array) -> None:
        file.write(_data(lines) if dialect.encoding == "utf-8" else _encoded(lines, encoder))

    def write(table: pa.Table) -> None:
        for batch in _pieces(table):
            put(csv_lines(spell(batch) if spell else batch, dialect))

    put(pa.array([csv_header(schema.names, dialect)], pa.large_string()))
    return write


@contextmanager
def json_writer(path: Path, schema: pa.Schema, compression: Compression | None) -> Iterator[Write]:
    """A file of JSON objects, one a line."""
    del schema
    with _bytes(path, compression) as file:

        def write(table: pa.Table) -> None:
            for batch in _pieces(table):
                file.write(_data(json_lines(batch)))

        yield write


def _pieces(table: pa.Table) -> Iterator[pa.RecordBatch]:
    rows = max(1, table.num_rows * PIECE // max(table.nbytes, 1))
    yield from table.to_batches(max_chunksize=rows)


def _data(lines: pa.Array) -> pa.Buffer:
    """The bytes of all texts of an array that was just made: they lie one behind the other."""
    return lines.buffers()[2] if len(lines) else pa.py_buffer(b"")


def _encoded(lines: pa.Array, encoder: codecs.IncrementalEncoder) -> bytes:
    try:
        return encoder.encode("".join(lines.to_pylist()))
    except UnicodeEncodeError as fault:
        sign = fault.object[fault.start]
        raise OutputError(
            f"the character {sign!r} cannot be written in the encoding {fault.encoding}: "
            "write UTF-8 (a dialect with encoding='utf-8'), or another format"
        ) from fault


@contextmanager
def _bytes(path: Path, compression: Compression | None) -> Iterator[Any]:
    with _closing(pa.OSFile(str(path), "wb")) as raw:
        if compression is None:
            yield raw
        elif compression == "zstd":
            with _closing(pa.CompressedOutputStream(raw, "zstd")) as file:
                yield file
        else:
            # Python's own: Arrow's takes the slowest level. No name and no time, so that equal results are equal files.
            with _closing(gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=6)) as file:
                yield file


@contextmanager
def _closing(file: Any) -> Iterator[Any]:
    """Closes a file, which finishes it. Where writing has failed already, closing may fail too and says nothing new."""
    try:
        yield file
    except BaseException:
        with suppress(OSError, ValueError):
            file.close()
        raise
    file.close()
