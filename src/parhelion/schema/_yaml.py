"""Schemas as YAML: short blocks a person can read and edit.

Every scalar is read as text, so `yes`, `007` and `1e5` stay what they are; pydantic makes the numbers.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import yaml

from parhelion.errors import SchemaError
from parhelion.strict_yaml import read_yaml

if TYPE_CHECKING:
    from parhelion.schema.columns import Column
    from parhelion.schema.schema import Schema, Table

HEADER = """\
# What the data is, one block a column. Edit it, then pass it back with --schema (or schema=).
# Change `kind` where the guess is wrong: number, category, boolean, datetime, date, duration, identifier, text,
# place (with `part: latitude` or `longitude`), personal (with `what: name`, `email`, ...), constant.
# The comment beside a kind says how sure the guess is (0 to 1), and why.
# `missing` lists the spellings of a missing value.
# `rules` lists what always holds: `start <= end`, `total = net + tax`, `city -> country`, `0 <= age <= 120`,
# `sex in {f, m}`, `code matches 'AA-999'`, `id is unique`. The evaluation tells which rows break them.
"""
_COMMENTS = {"name", "kind", "sure", "why"}
_WIDE = 1_000_000_000


def as_yaml(schema: "Schema") -> str:
    lines = [HEADER + f"version: {schema.version}", "tables:"]
    for table in schema.tables:
        lines += _table(table)
    return "\n".join(lines) + "\n"


def _table(table: "Table") -> Iterator[str]:
    yield f"- name: {_scalar(table.name)}"
    if table.target is not None:
        yield f"  target: {_scalar(table.target)}"
    yield "  columns:"
    for column in table.columns:
        yield from _column(column)
    if table.rules:
        yield "  rules:"
    for rule in table.rules:
        yield f"  - {_scalar(str(rule))}"


def _column(column: "Column") -> Iterator[str]:
    yield f"  - name: {_scalar(column.name)}"
    yield f"    kind: {column.kind}{_comment(column)}"
    for field, value in column.model_dump(mode="json", exclude_defaults=True).items():
        if field not in _COMMENTS:
            yield f"    {field}: {_scalar(value)}"


def _comment(column: "Column") -> str:
    """Nothing where a person said so and gave no reason."""
    if column.sure == 1 and not column.why:
        return ""
    return f"  # {column.sure:.2f} {' '.join(column.why.split())}".rstrip()


def _scalar(value: object) -> str:
    """A value on one line, quoted only where YAML needs it; what cannot be seen is escaped."""
    if isinstance(value, bool):
        return str(value).lower()
    seen = all(text.isprintable() for text in (value if isinstance(value, list) else [value]) if isinstance(text, str))
    style = None if seen else '"'
    text = str(yaml.safe_dump(value, default_flow_style=True, width=_WIDE, allow_unicode=seen, default_style=style))
    return text.removesuffix("\n").removesuffix("\n...")


def from_text(text: str) -> Mapping[str, Any]:
    """The plain values of a YAML text; SchemaError with the line where it is no YAML."""
    expected = "`version:` and `tables:` (see `parhelion schema SOURCE`)"
    return read_yaml(text, "schema", error=SchemaError, is_are="is", expected=expected, drops_empty=True)
