"""CSV: every cell read as the text it is, by Arrow's reader, in whatever dialect the file is in."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import csv

from parhelion.errors import FileFormatError, problems
from parhelion.io.columns import name_problems
from parhelion.io.contract import BATCH, Dialect, cut
from parhelion.io.encodings import encoding_of
from parhelion.io.faults import fault_of, unclosed
from parhelion.io.paths import Bytes, Ending, stem, unreadable
from parhelion.io.sniffing import Sniffed, sniff

BLOCK = 2 << 20
# Arrow counts the bytes of a block in 31 bits.
LARGEST_BLOCK = (1 << 31) - 1
SAMPLE = 1 << 20
LARGEST_SAMPLE = 1 << 28


@dataclass(frozen=True)
class CsvSource:
    """A CSV file: all columns are text, an empty cell is the empty text."""

    name: str
    bytes: Bytes
    sniffed: Sniffed
    notes: tuple[str, ...] = ()
    untyped: bool = True
    rows: int | None = None

    @property
    def dialect(self) -> Dialect:
        return self.sniffed.dialect

    @property
    def schema(self) -> pa.Schema:
        return pa.schema([pa.field(name, pa.string()) for name in self.sniffed.names])

    def batches(self, rows: int = BATCH) -> Iterator[pa.RecordBatch]:
        """The rows in batches. Raises FileFormatError that lists the broken ones."""
        if not self.sniffed.more:
            return
        done, block = 0, BLOCK
        while True:
            try:
                for batch in self._from(done, block):
                    done += batch.num_rows
                    yield from cut(batch, rows)
            except pa.ArrowInvalid as fault:
                # A row that is longer than a block: read again with longer ones.
                if "straddl" not in str(fault) or block == LARGEST_BLOCK:
                    raise fault_of(self.bytes, self.dialect, str(fault)) from fault
                block = min(block * 8, LARGEST_BLOCK)
            except OSError as fault:
                raise unreadable(self.bytes.path, fault) from fault
            else:
                return

    def _from(self, done: int, block: int) -> Iterator[pa.RecordBatch]:
        """The batches as Arrow reads them, without the first `done` rows."""
        last = None
        with self.bytes.open() as raw, self._open(self._utf8(raw), block) as reader:
            for read in reader:
                skipped = min(done, read.num_rows)
                done -= skipped
                batch = pa.RecordBatch.from_arrays(read.slice(skipped).columns, schema=self.schema)
                last = batch if batch.num_rows else last
                yield batch
        self._check_end(last)

    def _utf8(self, stream: Any) -> Any:
        name = self.dialect.encoding
        return stream if name.startswith("utf-8") else pa.transcoding_input_stream(stream, name, "utf-8")

    def _open(self, stream: Any, block: int) -> Any:
        # Numbers for names: Arrow wants types by name, and names may come twice until they are checked.
        names = [str(i) for i in range(len(self.sniffed.names))]
        dialect = self.dialect
        return csv.open_csv(
            stream,
            csv.ReadOptions(column_names=names, skip_rows_after_names=1 + self.sniffed.blank, block_size=block),
            csv.ParseOptions(
                delimiter=dialect.delimiter,
                quote_char=dialect.quote,
                escape_char="\\" if dialect.backslash else False,
                newlines_in_values=True,
            ),
            csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=False,
                quoted_strings_can_be_null=False,
            ),
        )

    def _check_end(self, last: pa.RecordBatch | None) -> None:
        """Arrow takes a quote that is never closed for a cell that holds the rest of the file."""
        end = [] if last is None else [column[-1].as_py() for column in last.columns]
        line = unclosed(self.bytes, self.dialect) if any("\n" in cell or "\r" in cell for cell in end) else None
        if line is not None:
            raise FileFormatError(
                f"{self.bytes.path}: a quote ({self.dialect.quote}) opened on line {line} is never closed, "
                "so all that follows is one cell: close it, or double it if it is part of the text"
            )

    def table(self) -> pa.Table:
        return pa.Table.from_batches(self.batches(), schema=self.schema)

    def restore(self, table: pa.Table) -> pa.Table:
        return table


def open_csv(path: Path, promised: Ending) -> CsvSource:
    """A CSV file with its dialect found out and its names checked."""
    source = Bytes(path, promised.compression)
    encoding, notes = encoding_of(source)
    text, whole = _sample(source, encoding)
    sniffed = sniff(text, encoding, whole=whole, likely="\t" if promised.suffix == ".tsv" else ",")
    if not sniffed.names:
        raise FileFormatError(f"{path}: nothing but empty lines: a table has at least the names of its columns")
    _check_names(path, sniffed)
    if _all_numbers(sniffed):
        notes += (
            f"{path.name}: the names of all columns are numbers: is its first line one of data? Columns need names",
        )
    return CsvSource(stem(path), source, sniffed, notes)


def _sample(source: Bytes, encoding: str) -> tuple[str, bool]:
    """The beginning of the text, at least its first two lines, and whether that is all of it."""
    decoder = codecs.getincrementaldecoder(encoding)()
    text, size = "", SAMPLE
    with source.open() as stream:
        while chunk := stream.read(size):
            text += decoder.decode(chunk)
            size = len(text)
            if len(text.splitlines()) > 2 or len(text) > LARGEST_SAMPLE:
                return text, not stream.read(1)
    return text, True


def _check_names(path: Path, sniffed: Sniffed) -> None:
    found = name_problems(sniffed.names)
    if not found:
        return
    if sniffed.names[0] == "" and len(found) == 1:
        found[0] += " (pandas writes its index so: write with index=False)"
    elif _all_numbers(sniffed):
        found.append("all names are numbers: the first line of the file must name the columns")
    raise FileFormatError(f"{path}: {problems(found)}")


def _all_numbers(sniffed: Sniffed) -> bool:
    return all(name.strip().lstrip("-").replace(".", "", 1).isdigit() for name in sniffed.names if name)
