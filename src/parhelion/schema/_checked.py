"""Does a schema that a person gives fit the source it is used on?"""

from collections.abc import Iterator

import pyarrow as pa

from parhelion.errors import SchemaError, nearest, problems
from parhelion.schema._types import arrow_type, is_calendar, is_clock, is_number, is_text
from parhelion.schema.columns import Column
from parhelion.schema.schema import Table


def checked(table: Table, source: pa.Schema, source_name: str, *, untyped: bool = False) -> Table:
    """The schema of a table as it fits a source: columns in the source's order, storages taken from it where not given.

    untyped: the source's cells are text that nobody gave a type (a CSV file). SchemaError names all that does not fit.

    >>> from parhelion.schema import NumberColumn
    >>> people = Table(name="people", columns=(NumberColumn(name="age"),))
    >>> checked(people, pa.schema({"age": pa.int8()}), "people.parquet").columns[0].storage
    'int8'
    >>> checked(people, pa.schema({"agee": pa.int8()}), "people.parquet")
    Traceback (most recent call last):
    parhelion.errors.SchemaError: 2 problems:
      - people.parquet has no column 'age', which the schema describes; did you mean 'agee'?
      - people.parquet has a column 'agee', which the schema does not describe; did you mean 'age'?
    """
    known = {column.name: column for column in table.columns}
    found = [*_names(known, source.names, source_name)]
    fitting = []
    for field in (field for field in source if field.name in known):
        storage = "text" if untyped else str(field.type)
        found += _storage(known[field.name], field.type, storage, table.name, source_name)
        fitting.append(known[field.name].model_copy(update={"storage": storage}))
    if found:
        raise SchemaError(problems(found))
    return table.model_copy(update={"columns": tuple(fitting)})


def _names(known: dict[str, Column], there: list[str], source: str) -> Iterator[str]:
    extra = [name for name in there if name not in known]
    for name in known:
        if name not in there:
            yield f"{source} has no column {name!r}, which the schema describes{nearest(name, extra or there)}"
    missing = [name for name in known if name not in there]
    for name in extra:
        yield f"{source} has a column {name!r}, which the schema does not describe{nearest(name, missing or known)}"
    for name in dict.fromkeys(name for name in there if there.count(name) > 1):
        yield f"{source} has more than one column {name!r}; rename one"


def _storage(column: Column, kind: pa.DataType, storage: str, table: str, source: str) -> Iterator[str]:
    where = f"{table}.{column.name}"
    if column.storage not in ("text", storage):
        yield _is_type(column.storage) or (
            f"{where}.storage is {column.storage!r}, and {source} holds {storage!r}; leave `storage` out of the schema "
            "to take it from the source"
        )
    elif not _can_be(column, kind.value_type if pa.types.is_dictionary(kind) else kind):
        yield f"{where}.kind is {column.kind!r}, which {kind} in {source} cannot be; change the kind in the schema"


def _is_type(storage: str) -> str:
    """What is wrong with a storage that is none; nothing where it is one."""
    try:
        arrow_type(storage)
    except SchemaError as error:
        return str(error)
    return ""


def _can_be(column: Column, kind: pa.DataType) -> bool:
    if is_text(kind) or pa.types.is_null(kind):
        return True
    match column.kind:
        case "number":
            return is_number(kind) or bool(pa.types.is_boolean(kind))
        case "place":
            return is_number(kind)
        case "boolean":
            return is_number(kind) or bool(pa.types.is_boolean(kind))
        case "date" | "datetime":
            return is_calendar(kind) or (is_number(kind) and getattr(column, "format", None) is not None)
        case "duration":
            return is_clock(kind)
        case _:
            return not pa.types.is_nested(kind)
