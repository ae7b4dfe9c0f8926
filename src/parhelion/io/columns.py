"""Columns that a table may have: names that tell them apart, and types of plain values."""

from collections import defaultdict
from collections.abc import Sequence

import pyarrow as pa
from pyarrow import types

from parhelion.errors import DataError, problems


def shown(name: str) -> str:
    """A name as messages show it.

    >>> shown("income"), shown("x" * 500)
    ("'income'", "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxx…xxxxxxxxxxxxxxxxxxxxxxxxxxxxx'")
    """
    return repr(_short(name))


def _short(name: str) -> str:
    return name if len(name) <= 60 else name[:29] + "…" + name[-29:]


def place(table: str, name: str) -> str:
    """Where a column is, as messages show it.

    >>> place("people", "income")
    'people.income'
    """
    return f"{table}.{_short(name)}"


def name_problems(names: Sequence[str]) -> list[str]:
    """What is wrong with the names of columns: none, empty, or twice. Positions count from 1.

    >>> for problem in name_problems(["a", "", "a"]):
    ...     print(problem)
    column 2 has no name: give it one, for example 'column_2'
    columns 1 and 3 are both called 'a': rename the later one, for example to 'a_2'
    """
    if not names:
        return ["there are no columns"]
    places = defaultdict(list)
    for place, name in enumerate(names, start=1):
        places[name].append(place)
    unnamed = places.pop("", [])
    return [f"column {p} has no name: give it one, for example 'column_{p}'" for p in unnamed] + [
        _twice(name, found) for name, found in places.items() if len(found) > 1
    ]


def _twice(name: str, places: Sequence[int]) -> str:
    *first, last = [str(p) for p in places]
    many, later = ("both", "one") if len(places) == 2 else ("all", "ones")
    return (
        f"columns {', '.join(first)} and {last} are {many} called {shown(name)}: "
        f"rename the later {later}, for example to {shown(name + '_2')}"
    )


def type_problems(schema: pa.Schema, table: str) -> list[str]:
    """Columns of values that hold other values, or bytes: nothing can be learned of those as they are.

    >>> type_problems(pa.schema([("age", pa.int8()), ("photo", pa.binary())]), "people")
    ['people.photo: values of type binary are bytes: drop the column, or turn them into text']
    """
    found = ((place(table, field.name), field.type, _refusal(field.type)) for field in schema)
    return [f"{where}: values of type {kind} {why}" for where, kind, why in found if why]


def _refusal(kind: pa.DataType) -> str:
    if types.is_dictionary(kind):
        return _refusal(kind.value_type)
    if types.is_nested(kind) or types.is_run_end_encoded(kind):
        return "hold other values: drop the column, or flatten it into columns of single values"
    if types.is_binary(kind) or types.is_large_binary(kind) or types.is_fixed_size_binary(kind) or _is_view(kind):
        return "are bytes: drop the column, or turn them into text"
    if types.is_interval(kind):
        return "have no fixed length: drop the column, or turn them into durations"
    if isinstance(kind, pa.BaseExtensionType):
        return "are not plain values: drop the column, or turn them into text or numbers"
    return ""


def _is_view(kind: pa.DataType) -> bool:
    return bool(types.is_binary_view(kind))


def plain(schema: pa.Schema) -> pa.Schema:
    """A schema without metadata (which may tell of the real data), in types that every part of parhelion computes with.

    >>> plain(pa.schema([("a", pa.string_view()), ("b", pa.float16())])).types
    [DataType(large_string), DataType(float)]
    """
    return pa.schema([pa.field(field.name, _plain(field.type)) for field in schema])


def _plain(kind: pa.DataType) -> pa.DataType:
    if types.is_dictionary(kind):
        return pa.dictionary(kind.index_type, _plain(kind.value_type), kind.ordered)
    if types.is_string_view(kind):
        return pa.large_string()
    return pa.float32() if types.is_float16(kind) else kind


def check_columns(schema: pa.Schema, table: str, where: str, error: type[DataError] = DataError) -> pa.Schema:
    """The plain schema of a table that can be used; raises with all that is wrong with it otherwise."""
    found = name_problems(schema.names) + type_problems(schema, table)
    if found:
        raise error(f"{where}: {problems(found)}")
    return plain(schema)
