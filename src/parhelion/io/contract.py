"""What every table is, wherever it lies: something to read in batches, and to be given back as the same type."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import pyarrow as pa

from parhelion.errors import SchemaError, nearest, problems

BATCH = 65_536


@dataclass(frozen=True)
class Dialect:
    """How a CSV file is spelled.

    encoding: a Python codec: `utf-8`, `utf-8-sig` (with a byte order mark), `utf-16`, `utf-32`, `cp1252`, `latin-1`.
    backslash: a quote within a quoted cell is written `\\"`; otherwise it is doubled.
    quote_all: every cell is quoted; otherwise only those that need it.
    """

    delimiter: str = ","
    encoding: str = "utf-8"
    quote: str = '"'
    backslash: bool = False
    quote_all: bool = False
    newline: str = "\n"


class Source(Protocol):
    """A table that can be read, several times, in batches.

    name: what messages and the schema call it: a file's stem, `table` for a frame.
    schema: the Arrow types of its batches, without metadata; those of a CSV file are all `string`.
    untyped: every cell is text whose kind has yet to be discovered (CSV).
    rows: how many there are, where that is known without reading them.
    notes: what a person should be told: a guessed encoding, an index left out.
    dialect: how a CSV file is spelled; None for everything else.
    """

    @property
    def name(self) -> str: ...

    @property
    def schema(self) -> pa.Schema: ...

    @property
    def untyped(self) -> bool: ...

    @property
    def rows(self) -> int | None: ...

    @property
    def notes(self) -> tuple[str, ...]: ...

    @property
    def dialect(self) -> Dialect | None: ...

    def batches(self, rows: int = BATCH) -> Iterator[pa.RecordBatch]:
        """The table in batches of at most `rows` rows, from the start at each call; few are in memory."""

    def table(self) -> pa.Table:
        """The whole table."""

    def restore(self, table: pa.Table) -> Any:
        """A table of the same columns as the type that came in; for files, the Arrow table itself."""


def cut(batch: pa.RecordBatch, rows: int) -> Iterator[pa.RecordBatch]:
    """A batch in slices of at most `rows` rows, without empty ones."""
    for start in range(0, batch.num_rows, rows):
        yield batch.slice(start, rows)


def check_columns(option: str, names: Iterable[str], source: Source) -> None:
    """SchemaError where an option names columns that the source does not have."""
    there = source.schema.names
    unknown = [name for name in names if name not in there]
    if unknown:
        where = f"which is no column of {source.name}"
        raise SchemaError(problems(f"{option} is {name!r}, {where}{nearest(name, there)}" for name in unknown))
