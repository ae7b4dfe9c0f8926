"""What is wrong with a text file that Arrow could not read, with line numbers: slow, and only run when something is."""

import io
from collections import deque
from collections.abc import Iterator
from itertools import chain

from parhelion.errors import FileFormatError
from parhelion.io.contract import Dialect
from parhelion.io.paths import Bytes
from parhelion.io.sniffing import long_cells, reader

SHOWN = 10


def fault_of(source: Bytes, dialect: Dialect, reason: str) -> FileFormatError:
    """The error that says what keeps a CSV file from being read; `reason` is Arrow's, where nothing better is found."""
    broken, count, width = _broken(source, dialect)
    if not count:
        return FileFormatError(f"{source.path}: cannot be read as CSV: {reason}")
    rest = f"\n  - and {count - SHOWN} more" if count > SHOWN else ""
    lines = "".join(f"\n  - line {line}: {cells} cell{'s' * (cells != 1)}" for line, cells in broken)
    rows = "1 row has" if count == 1 else f"{count} rows have"
    return FileFormatError(
        f"{source.path}: {rows} not the {width} cell{'s' * (width != 1)} that the first line names:{lines}{rest}\n"
        f"put cells that hold {_sign(dialect.delimiter)} between quotes ({dialect.quote}), or remove these rows"
    )


def _sign(delimiter: str) -> str:
    return "a tab" if delimiter == "\t" else repr(delimiter)


def _broken(source: Bytes, dialect: Dialect) -> tuple[list[tuple[int, int]], int, int]:
    """The first broken rows as (line, cells), how many there are, and how many cells a row should have."""
    found, count, width = [], 0, 0
    for line, cells in _rows(source, dialect):
        width = width or len(cells)
        if len(cells) != width:
            count += 1
            if count <= SHOWN:
                found.append((line, len(cells)))
    return found, count, width


def _rows(source: Bytes, dialect: Dialect, after: str = "") -> Iterator[tuple[int, list[str]]]:
    """The rows of a file, each with the number of the line it starts on; `after` is text put behind the file's own."""
    with long_cells(), source.open() as stream:
        text = io.TextIOWrapper(stream, dialect.encoding, newline="")
        rows = reader(chain(text, after.splitlines(keepends=True)), dialect)
        start = 1
        for row in rows:
            if row:
                yield start, row
            start = rows.line_num + 1


def unclosed(source: Bytes, dialect: Dialect) -> int | None:
    """The line where a cell begins whose quote is never closed, or None.

    A line put behind the file's last is a row of its own unless a quote is still open there.
    """
    sentinel = "parhelion-end"
    last = deque(_rows(source, dialect, f"\n{sentinel}"), maxlen=1)
    line, row = last.pop()
    return None if row == [sentinel] else line
