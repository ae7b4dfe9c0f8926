"""How a CSV file is spelled, seen from its first lines."""

import csv
import io
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice, product
from typing import TYPE_CHECKING, NamedTuple

from parhelion.io.contract import Dialect

if TYPE_CHECKING:
    import _csv

DELIMITERS = (",", ";", "\t", "|")
ENOUGH = 1 << 16


@dataclass(frozen=True)
class Sniffed:
    """What the beginning of a file shows.

    dialect: how the file is spelled.
    names: the cells of its first line.
    blank: the number of empty lines before that.
    more: lines follow.
    """

    dialect: Dialect
    names: tuple[str, ...]
    blank: int
    more: bool


@contextmanager
def long_cells() -> Iterator[None]:
    """Lifts the limit of Python's csv module to cells of 131,072 characters, and puts it back."""
    limit = csv.field_size_limit(sys.maxsize)
    try:
        yield
    finally:
        csv.field_size_limit(limit)


def sniff(text: str, encoding: str = "utf-8", *, whole: bool = True, likely: str = ",") -> Sniffed:
    """The dialect and the first line of a text that begins a file.

    whole: the text is all of the file; otherwise its last line may be cut.
    likely: the delimiter where nothing speaks against it, and that of a table of one column.

    >>> sniff("name;pay\\n'Ann; B.';'1,5'\\n'Bo';'2,5'\\n")
    Sniffed(dialect=Dialect(delimiter=';', ..., quote="'", ...), names=('name', 'pay'), blank=0, more=True)
    """
    body = text.lstrip("\r\n")
    start = len(text) - len(body)
    with long_cells():
        dialect = _dialect(body, likely, whole=whole)
        first = list(islice(records(body, dialect), 2))
        quoted = _quoted(body, dialect, whole=whole)
    dialect = replace(dialect, encoding=encoding, newline=_newline(text), quote_all=quoted)
    names = tuple(first[0]) if first else ()
    return Sniffed(dialect, names, _lines(text[:start]), more=len(first) > 1 or not whole)


def _dialect(text: str, likely: str, *, whole: bool) -> Dialect:
    """The dialect that explains a text best. Backslashes only escape where it cannot be read well without."""
    plain = list(_candidates(text[:ENOUGH], likely))
    fits = {d: _fit(d, text, likely, whole=whole) for d in plain}
    best = max(fits.values())
    if not (best.apart and best.even == 1) and not all(fit.clean for fit in fits.values()):
        escaped = (replace(d, backslash=True) for d in plain if "\\" + d.quote in text[:ENOUGH])
        fits |= {d: _fit(d, text, likely, whole=whole) for d in escaped}
    return max(fits, key=lambda d: fits[d])


def _candidates(text: str, likely: str) -> Iterator[Dialect]:
    """Dialects that the text could be in, likelier ones first: the first of equals is taken."""
    delimiters = [likely, *(d for d in DELIMITERS if d != likely and d in text)]
    quotes = ['"'] + ["'"] * ("'" in text and not _starts_cells('"', text))
    for quote, delimiter in product(quotes, delimiters):
        yield Dialect(delimiter, quote=quote)


def _starts_cells(quote: str, text: str) -> bool:
    return re.search(rf"(?:^|[,;\t|\r\n]){quote}", text) is not None


class _Fit(NamedTuple):
    """How well a dialect explains a text; what is greater explains it better.

    apart: it sees several cells; likely: or it is the likely delimiter.
    even: the share of lines with as many cells as the first.
    wraps: its single quotes are quotes.
    width: the number of cells.
    clean: no quote is out of place.
    """

    apart: bool
    likely: bool
    even: float
    wraps: bool
    width: int
    clean: bool


def _fit(dialect: Dialect, text: str, likely: str, *, whole: bool) -> _Fit:
    cut = len(text) > ENOUGH and text.count("\n", 0, ENOUGH) > 20
    lines = list(islice(_strict(text[:ENOUGH] if cut else text, dialect), 1000))
    if (cut or not whole) and len(lines) > 1:
        lines.pop()
    width = len(lines[0] or ()) if lines else 0
    even = sum(line is not None and len(line) == width for line in lines) / max(len(lines), 1)
    apart = width > 1
    wraps = dialect.quote != '"' and _wraps(dialect, text[:ENOUGH])
    return _Fit(apart, apart or dialect.delimiter == likely, even, wraps, width, None not in lines)


def _strict(text: str, dialect: Dialect) -> Iterator[list[str] | None]:
    """The lines of a text; None for one whose quotes are out of place."""
    lines = records(text, dialect, strict=True)
    while True:
        try:
            yield next(lines)
        except StopIteration:
            return
        except csv.Error:
            yield None


def _wraps(dialect: Dialect, text: str) -> bool:
    """Whether the single quote is a quote here and no apostrophe: it wraps all there is in one column."""
    raw = list(csv.reader(io.StringIO(text, newline=""), delimiter=dialect.delimiter, quoting=csv.QUOTE_NONE))
    complete = raw[1:-1] if len(raw) > 20 else raw[1:]
    columns = zip(*(line for line in complete if len(line) == len(raw[0])), strict=True)
    return any(_all_wrapped([cell for cell in column if cell], dialect.quote) for column in columns)


def _all_wrapped(cells: Sequence[str], quote: str) -> bool:
    return len(cells) > 1 and all(len(c) > 1 and c[0] == quote == c[-1] for c in cells)


def records(text: str, dialect: Dialect, *, strict: bool = False) -> Iterator[list[str]]:
    """The lines of a CSV text as lists of cells, without blank lines."""
    return filter(None, reader(io.StringIO(text, newline=""), dialect, strict=strict))


def reader(lines: Iterable[str], dialect: Dialect, *, strict: bool = False) -> "_csv.Reader":
    """Python's reader of a dialect: slow, and knows the numbers of lines."""
    escape = "\\" if dialect.backslash else None
    return csv.reader(lines, delimiter=dialect.delimiter, quotechar=dialect.quote, escapechar=escape, strict=strict)


def _newline(text: str) -> str:
    windows = text.count("\r\n")
    unix, mac = text.count("\n") - windows, text.count("\r") - windows
    if windows > max(unix, mac):
        return "\r\n"
    return "\r" if mac > unix else "\n"


def _lines(blank: str) -> int:
    return len(blank.replace("\r\n", "\n"))


def _quoted(text: str, dialect: Dialect, *, whole: bool) -> bool:
    """Whether every cell is quoted: the text written again with all cells quoted is the same text."""
    if not text.startswith(dialect.quote):
        return False
    lines = list(islice(records(text, dialect), 100))
    again = io.StringIO(newline="")
    escape = "\\" if dialect.backslash else None
    writer = csv.writer(
        again,
        delimiter=dialect.delimiter,
        quotechar=dialect.quote,
        quoting=csv.QUOTE_ALL,
        lineterminator=_newline(text),
        doublequote=not dialect.backslash,
        escapechar=escape,
    )
    writer.writerows(lines if whole or len(lines) == 100 else lines[:-1])
    return text.startswith(again.getvalue().rstrip("\r\n"))
