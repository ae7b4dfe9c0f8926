"""Tables whose rows are documents."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from parhelion.errors import DataError
from parhelion.io import Source, check_columns, open_source
from parhelion.io.paths import stem
from parhelion.retrieval.cleaning import clean, one_line
from parhelion.retrieval.files import File, Reading
from parhelion.retrieval.passages import title_of

TITLES = ("title", "name", "heading", "headline", "subject")
SHORT = 200  # characters: a column of shorter cells says something about the documents
BATCH = 256


@dataclass(frozen=True, slots=True)
class _Roles:
    """What the columns of a table are to its documents."""

    text: str
    title: str | None
    about: Sequence[str]


def read_table(file: File) -> Iterator[Reading]:
    """The documents of a table, a row each: `corpus.csv#7` is the seventh. Raises DataError where it has no text."""
    source = open_source(file.path)
    roles = _roles(source, file)
    number = 0
    for batch in source.batches(BATCH):
        for row in _rows(batch, roles):
            number += 1
            yield _document(f"{file.path}#{number}", row, roles, stem(Path(file.path)))


def _rows(batch: pa.RecordBatch, roles: _Roles) -> Iterator[dict[str, Any]]:
    columns = [roles.text, *roles.about, *([roles.title] if roles.title else [])]
    yield from batch.select(list(dict.fromkeys(columns))).to_pylist()


def _document(url: str, row: dict[str, Any], roles: _Roles, table: str) -> Reading:
    text = clean(str(row[roles.text] or ""))
    told = {name: one_line(str(row[name]), SHORT) for name in roles.about if row[name] is not None}
    named = one_line(str(row[roles.title] or "")) if roles.title else ""
    title = named or one_line(title_of(text)) or f"{table} {url.rpartition('#')[2]}"
    return Reading(url, title, text, {name: value for name, value in told.items() if value})


def _roles(source: Source, file: File) -> _Roles:
    """The text is the column that is asked for, or that with the most characters."""
    first = next(iter(source.batches(BATCH)), None)
    lengths = _lengths(first) if first is not None else {}
    if file.column is not None:
        check_columns("the column of texts", [file.column], source)
    text = file.column or max(lengths, key=lambda name: lengths[name], default=None)
    if text is None:
        raise DataError(f"{file.path}: none of its columns holds text; name one: {file.path}::COLUMN")
    if first is None:
        return _Roles(text, None, ())
    title = next((name for name in first.schema.names if name.lower() in TITLES and name != text), None)
    about = [name for name in first.schema.names if name not in {text, title} and _is_short(first.column(name))]
    return _Roles(text, title, about)


def _lengths(batch: pa.RecordBatch) -> Counter[str]:
    """How many characters the first rows of each column of text hold."""
    texts = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, pa.types.is_dictionary)
    names = [field.name for field in batch.schema if any(is_text(field.type) for is_text in texts)]
    return Counter({name: sum(len(str(cell or "")) for cell in batch.column(name).to_pylist()) for name in names})


def _is_short(column: pa.Array) -> bool:
    return all(len(str(cell or "")) <= SHORT for cell in column.to_pylist())
