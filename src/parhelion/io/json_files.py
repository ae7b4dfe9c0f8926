"""JSON: an object a row, a line an object (or one array of objects), typed as JSON types them."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import json as arrow_json

from parhelion.errors import FileFormatError, problems
from parhelion.io.columns import check_columns, shown
from parhelion.io.contract import BATCH, Dialect, cut
from parhelion.io.encodings import encoding_of
from parhelion.io.paths import Bytes, Ending, stem

BLOCK = 8 << 20
SHOWN = 10
_HUGE = re.compile(rb"[:\s]-?\d{19,}\s*[,}]")


@dataclass(frozen=True)
class JsonSource:
    """A file of JSON objects. A key that an object lacks is missing in its row. `chunks` gives the lines' bytes."""

    name: str
    path: Path
    schema: pa.Schema
    chunks: Callable[[int], Iterator[bytes]]
    untyped: bool = False
    rows: int | None = None
    notes: tuple[str, ...] = ()
    dialect: Dialect | None = None

    def batches(self, rows: int = BATCH) -> Iterator[pa.RecordBatch]:
        for block in _blocks(self.chunks(BLOCK)):
            for batch in _read(block, self.schema).to_batches():
                yield from cut(batch, rows)

    def table(self) -> pa.Table:
        return pa.Table.from_batches(self.batches(), schema=self.schema)

    def restore(self, table: pa.Table) -> pa.Table:
        return table


def open_json(path: Path, promised: Ending) -> JsonSource:
    """A JSON file with the types of its columns found out: this reads all of it once."""
    source = Bytes(path, promised.compression)
    encoding, _ = encoding_of(source)
    if not encoding.startswith("utf-8"):
        raise FileFormatError(f"{path}: JSON is UTF-8, and this is {encoding}: save it as UTF-8")
    chunks = _array(source) if promised.format == "json" else source.chunks
    schema = _schema(path, _blocks(chunks(BLOCK)))
    if not schema.names:
        raise FileFormatError(f"{path}: there is no object with a key in it: a table needs a column at least")
    return JsonSource(stem(path), path, check_columns(schema, stem(path), str(path), FileFormatError), chunks)


def _array(source: Bytes) -> Callable[[int], Iterator[bytes]]:
    """One array of objects as lines; a file of lines that is merely called `.json` as it is."""
    with source.open() as stream:
        text = stream.read().decode("utf-8-sig")
    if not text.lstrip().startswith("["):
        return source.chunks
    try:
        rows = json.loads(text)
    except ValueError as fault:
        raise FileFormatError(f"{source.path}: not JSON: {fault}") from fault
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()
    return lambda size: (lines[i : i + size] for i in range(0, len(lines), size))


def _blocks(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes in blocks that end with lines."""
    held: list[bytes] = []
    for chunk in chunks:
        end = chunk.rfind(b"\n") + 1
        if end:
            yield b"".join([*held, chunk[:end]])
            held = []
        held.append(chunk[end:])
    if rest := b"".join(held):
        yield rest


def _schema(path: Path, blocks: Iterator[bytes]) -> pa.Schema:
    """The columns of all blocks. Text stays text: JSON has no dates, and theirs keep the form they have."""
    schema, line = pa.schema([]), 1
    for block in blocks:
        try:
            found = _texts(_read(block).schema) if block.strip() else schema
            both = pa.unify_schemas([schema, found], promote_options="permissive")
        except (pa.ArrowInvalid, pa.ArrowTypeError) as fault:
            raise FileFormatError(
                f"{path}: {problems(_block_problems(block, schema, line) or [str(fault)])}"
            ) from fault
        # Arrow reads integers beyond 64 bits as the nearest floats.
        suspect = pa.float64() in found.types and _HUGE.search(block)
        huge = _block_problems(block, schema, line) if suspect else []
        if huge:
            raise FileFormatError(f"{path}: {problems(huge)}")
        schema = both
        line += block.count(b"\n")
    return schema


def _texts(schema: pa.Schema) -> pa.Schema:
    return pa.schema([f.with_type(pa.string()) if pa.types.is_timestamp(f.type) else f for f in schema])


def _read(block: bytes, schema: pa.Schema | None = None) -> pa.Table:
    # The block is one line at the least: as one block of Arrow's it is always whole.
    return arrow_json.read_json(
        pa.BufferReader(block),
        arrow_json.ReadOptions(block_size=len(block) + 1),
        arrow_json.ParseOptions(explicit_schema=schema, newlines_in_values=False),
    )


def _block_problems(block: bytes, before: pa.Schema, first: int) -> list[str]:
    """What is wrong with a block whose first line has the number `first`, line by line."""
    kinds = {field.name: _kind_of(field.type) for field in before}
    found: list[str] = []
    for line, text in enumerate(block.split(b"\n"), start=first):
        if text.strip() and len(found) < SHOWN:
            found += [f"line {line}: {problem}" for problem in _line_problems(text, kinds)]
    return found


def _line_problems(text: bytes, kinds: dict[str, str]) -> Iterator[str]:
    try:
        row = json.loads(text)
    except ValueError as fault:
        yield f"not JSON ({fault}); each line must hold one whole object"
        return
    if not isinstance(row, dict):
        yield f"a {_kind(row)} where an object is expected, as in " + '{"name": "value"}'
        return
    for name, value in row.items():
        kind = _kind(value)
        known = kinds.setdefault(name, kind) or kind
        if kind and known != kind:
            yield f"{shown(name)} is a {kind}, before it was a {known}: write all as texts, or all as {known}s"
        kinds[name] = known
        if isinstance(value, int) and not -(2**63) <= value < 2**63:
            yield f"{shown(name)} is {value}, an integer beyond 64 bits: write all its values as texts"


def _kind(value: Any) -> str:
    names = {str: "text", bool: "boolean", int: "number", float: "number", list: "list", dict: "object"}
    return names.get(type(value), "")


def _kind_of(kind: pa.DataType) -> str:
    tests = {
        "boolean": pa.types.is_boolean, "number": pa.types.is_primitive, "text": pa.types.is_string,
        "list": pa.types.is_list, "object": pa.types.is_struct,
    }  # fmt: skip
    return next((name for name, test in tests.items() if test(kind)), "")
