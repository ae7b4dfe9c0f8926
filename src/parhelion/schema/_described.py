"""What a person says of a table: a schema, or the kinds of single columns."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from parhelion.errors import SchemaError
from parhelion.schema.schema import Schema, Table


def described(schema: Any, kinds: Any) -> Table | None:
    """The table that a schema describes, where one is given. Raises SchemaError for what is no schema of one table.

    >>> described(None, ["zip"])
    Traceback (most recent call last):
    parhelion.errors.SchemaError: kinds is a list; expected kinds by the names of columns, such as {'zip': 'category'}
    """
    if kinds is not None and not isinstance(kinds, Mapping):
        raise SchemaError(
            f"kinds is a {type(kinds).__name__}; expected kinds by the names of columns, such as {{'zip': 'category'}}"
        )
    if kinds and schema is not None:
        raise SchemaError(
            f"a schema is given, and kinds of {', '.join(map(repr, kinds))} besides; write them into the schema"
        )
    if isinstance(schema, str | os.PathLike):
        schema = Schema.from_yaml(Path(schema))
    if not isinstance(schema, Schema):
        return _table(schema)
    if len(schema.tables) != 1:
        names = ", ".join(table.name for table in schema.tables)
        raise SchemaError(f"the schema has {len(schema.tables)} tables ({names}); one table is taken at a time")
    return schema.tables[0]


def _table(schema: Any) -> Table | None:
    if schema is None or isinstance(schema, Table):
        return schema
    raise SchemaError(
        f"schema is a {type(schema).__name__}; expected a Schema, a Table, or the name of a YAML file that "
        "`parhelion schema` wrote (plain values: Schema.from_dict)"
    )
