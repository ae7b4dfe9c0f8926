"""Columns as text: the cells of a CSV file, the values of JSON. Whole columns at a time, by Arrow's kernels."""

import json
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from parhelion.io.contract import Dialect

# Of a header line, whatever could make a reader take the file for one of another dialect.
MISLEADING = ",;\t|'\"\\\ufeff"


def csv_lines(batch: pa.RecordBatch, dialect: Dialect) -> pa.Array:
    """The rows of a batch as lines of CSV, ends included. A missing value is an empty cell, as is an empty text.

    >>> csv_lines(pa.record_batch({"a": ["x", "y, z"], "b": [1.0, None]}), Dialect()).to_pylist()
    ['x,1.0\\n', '"y, z",\\n']
    """
    cells = [_cell(as_text(column), dialect, alone=batch.num_columns == 1) for column in batch.columns]
    parts: list[pa.Array | str] = []
    for cell in cells:
        parts += [cell, dialect.delimiter]
    return _joined([*parts[:-1], dialect.newline])


def csv_header(names: Sequence[str], dialect: Dialect) -> str:
    """The line of names.

    >>> csv_header(["a", "b;c"], Dialect())
    'a,"b;c"\\n'
    """
    quoted = _quote(pa.array(names, pa.large_string()), dialect).to_pylist()
    cells = (q if _odd(name, dialect) else name for name, q in zip(names, quoted, strict=True))
    return dialect.delimiter.join(cells) + dialect.newline


def _odd(name: str, dialect: Dialect) -> bool:
    return dialect.quote_all or any(sign in name for sign in MISLEADING + dialect.delimiter + dialect.quote + "\r\n")


def json_lines(batch: pa.RecordBatch) -> pa.Array:
    """The rows of a batch as lines of JSON, ends included. Missing values, NaN and infinities are null.

    >>> json_lines(pa.record_batch({"a": ["x", None], "b": [1.0, float("nan")]})).to_pylist()
    ['{"a": "x", "b": 1.0}\\n', '{"a": null, "b": null}\\n']
    """
    parts: list[pa.Array | str] = []
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        parts += [("{" if not parts else ", ") + json.dumps(name, ensure_ascii=False) + ": ", _json(column)]
    return _joined([*parts, "}\n"])


def as_text(column: pa.Array) -> pa.Array:
    """A column as text (`large_string`): numbers in their shortest form that is still of their type, times as ISO 8601.

    >>> as_text(pa.array([1.0, 1e300, 0.1])).to_pylist()
    ['1.0', '1e+300', '0.1']
    """
    kind = column.type
    if types.is_dictionary(kind):
        return as_text(column.dictionary_decode())
    if types.is_duration(kind):
        counts = column.cast(pa.int64()).to_pylist()
        return pa.array([None if n is None else _clock(n, kind.unit) for n in counts], pa.large_string())
    text = column.cast(pa.large_string())
    if types.is_floating(kind):
        return pc.replace_substring_regex(text, r"^(-?[0-9]+)$", r"\1.0")
    return text


def _clock(value: int, unit: str) -> str:
    """A duration as `[-]H:MM:SS[.fraction]`."""
    digits = {"s": 0, "ms": 3, "us": 6, "ns": 9}[unit]
    seconds, part = divmod(abs(value), 10**digits)
    fraction = f".{part:0{digits}d}".rstrip("0") if part else ""
    return f"{'-' * (value < 0)}{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{fraction}"


def _cell(text: pa.Array, dialect: Dialect, *, alone: bool) -> pa.Array:
    if dialect.quote_all:
        return _quote(text.fill_null(""), dialect)
    # The other quote may begin no cell, or a reader could take it for the quote of the file.
    signs = [dialect.delimiter, dialect.quote, "\n", "\r", *"\\" * dialect.backslash, *",;\t|" * alone]
    text = _replaced(text, f"[{_class(signs)}]|^['\"]", [*signs, "'", '"'], lambda cells: _quote(cells, dialect))
    if not alone:
        return text
    # A line with nothing on it would be no row at all.
    return pc.if_else(pc.equal(text.fill_null(""), ""), pa.scalar(dialect.quote * 2, text.type), text)


def _class(signs: Iterable[str]) -> str:
    return "".join("\\" + sign if sign in "\\]^-|" else sign for sign in signs)


def _quote(text: pa.Array, dialect: Dialect) -> pa.Array:
    quote = dialect.quote
    if dialect.backslash:
        text = pc.replace_substring(pc.replace_substring(text, "\\", "\\\\"), quote, "\\" + quote)
    else:
        text = pc.replace_substring(text, quote, quote * 2)
    return _joined([quote, text, quote])


def _json(column: pa.Array) -> pa.Array:
    kind = column.type.value_type if types.is_dictionary(column.type) else column.type
    text = as_text(column)
    if types.is_floating(kind):
        return pc.if_else(pc.match_substring_regex(text, "nan|inf"), None, text).fill_null("null")
    if types.is_integer(kind) or types.is_decimal(kind) or types.is_boolean(kind) or types.is_null(kind):
        return text.fill_null("null")
    signs = ['"', "\\", *map(chr, range(32))]
    text = _replaced(text, '["\\\\\\x00-\\x1f]', signs, _escaped)
    return pc.if_else(text.is_null(), pa.scalar("null", text.type), _joined(['"', text, '"']))


def _escaped(text: pa.Array) -> pa.Array:
    return pa.array([json.dumps(cell, ensure_ascii=False)[1:-1] for cell in text.to_pylist()], text.type)


def _replaced(text: pa.Array, pattern: str, signs: Iterable[str], change: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """The cells that match a pattern changed; `signs` are those of which a match has one at the least."""
    if not _has_any(text, signs):
        return text
    found = pc.match_substring_regex(text, pattern)
    odd = text.filter(found.fill_null(False))
    return pc.replace_with_mask(text, found.fill_null(False), change(odd)) if len(odd) else text


def _has_any(text: pa.Array, signs: Iterable[str]) -> bool:
    """Whether any of the signs is anywhere in a column: a search through its bytes, much faster than one by cell."""
    data = text.buffers()[2]
    if data is None or not len(text):
        return False
    offsets = np.frombuffer(text.buffers()[1], np.int64)
    start, end = offsets[text.offset], offsets[text.offset + len(text)]
    found = data.slice(start, end - start).to_pybytes()
    return any(sign.encode() in found for sign in signs)


def _joined(parts: list[pa.Array | str]) -> pa.Array:
    """Texts and constants one after the other, row by row; a missing text is nothing."""
    texts = [pa.scalar(p, pa.large_string()) if isinstance(p, str) else p for p in parts]
    nothing = pa.scalar("", pa.large_string())
    return pc.binary_join_element_wise(*texts, nothing, null_handling="replace", null_replacement="")
