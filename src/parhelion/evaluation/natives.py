"""Three tables to compare, of whatever origin, made alike: the same columns in the same native types."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pyarrow as pa

from parhelion.errors import DataError, nearest, problems
from parhelion.io import Source, open_source
from parhelion.schema import Column, Table, discover, native


class Natives(NamedTuple):
    """Three tables of native values with the columns of `table`, column for column of one type."""

    table: Table
    train: pa.Table
    synthetic: pa.Table
    holdout: pa.Table

    def column(self, name: str) -> tuple[pa.Array, pa.Array, pa.Array]:
        train, synthetic, holdout = (_one(each.column(name)) for each in self[1:])
        return train, synthetic, holdout


def natives(train: Any, synthetic: Any, holdout: Any, table: Table | None = None) -> Natives:
    """The three tables in native values. Each may be a path, any dataframe, or an Arrow table.

    table: what the columns are; found in the train rows where it is not given. DataError names, for all three, columns
    that are missing or unknown, values that are not of their column's kind, and types that cannot be compared.

    >>> import pyarrow as pa
    >>> people = pa.table({"age": [39, 50, 38], "sex": ["m", "f", "f"]})
    >>> natives(people, people, pa.table({"age": [1], "sxe": ["m"]}))
    Traceback (most recent call last):
    parhelion.errors.DataError: 2 problems:
      - the held-out rows have no column 'sex'; did you mean 'sxe'?
      - the held-out rows have a column 'sxe' that the train rows do not have; leave it out, or rename it
    """
    sources = [open_source(each) for each in (train, synthetic, holdout)]
    tables = [source.table() for source in sources]
    table = table or discover(tables[0], name=sources[0].name, untyped=sources[0].untyped)
    _complain(_empty(tables))
    _complain(problem for said, each in zip(_SAID, tables, strict=True) for problem in _names(table, each, said))
    return Natives(table, *_alike(_read(table, sources, tables), table))


_SAID = ("the train rows", "the synthetic rows", "the held-out rows")


def _complain(found: Iterator[str]) -> None:
    lines = list(found)
    if lines:
        raise DataError(problems(lines))


def _empty(tables: Sequence[pa.Table]) -> Iterator[str]:
    for said, table in zip(_SAID, tables, strict=True):
        if not table.num_rows:
            yield f"{said} are none; expected one at least"


def _names(table: Table, there: pa.Table, said: str) -> Iterator[str]:
    expected, held = dict.fromkeys(table.names), dict.fromkeys(there.column_names)
    extra = [name for name in held if name not in expected]
    for name in expected:
        if name not in held:
            yield f"{said} have no column {name!r}{nearest(name, extra or held)}"
    for name in extra:
        yield f"{said} have a column {name!r} that the train rows do not have; leave it out, or rename it"


def _read(table: Table, sources: Sequence[Source], tables: Sequence[pa.Table]) -> list[list[pa.Array]]:
    """Native columns, a list a table."""
    found: list[str] = []
    read: list[list[pa.Array]] = []
    for said, source, rows in zip(_SAID, sources, tables, strict=True):
        where = source.name if source.name != "table" else said
        read.append([_column(rows.column(spec.name), spec, where, found) for spec in table.columns])
    _complain(iter(found))
    return read


def _column(values: pa.ChunkedArray, spec: Column, where: str, found: list[str]) -> pa.Array:
    """Native values; what keeps them from it is added to `found`, a line a problem."""
    try:
        return native(values, spec, where)
    except DataError as error:
        first, *rest = str(error).split("\n  - ")
        found += rest or [first]
        return None


def _alike(read: list[list[pa.Array]], table: Table) -> list[pa.Table]:
    """Tables of the columns read, each column in one type that holds the values of all three."""
    found: list[str] = []
    columns = [
        [pa.nulls(0)] * 3 if (kind := _common(arrays, spec, found)) is None else [_as(array, kind) for array in arrays]
        for spec, *arrays in zip(table.columns, *read, strict=True)
    ]
    _complain(iter(found))
    return [pa.table(list(arrays), names=list(table.names)) for arrays in zip(*columns, strict=True)]


def _common(arrays: Sequence[pa.Array], spec: Column, found: list[str]) -> pa.DataType | None:
    kinds = [_unzoned(array.type) for array in arrays]
    try:
        schemas = [pa.schema([pa.field("values", kind)]) for kind in kinds]
        return pa.unify_schemas(schemas, promote_options="permissive").field(0).type
    except pa.ArrowTypeError:
        held = ", ".join(f"{said} {array.type}" for said, array in zip(_SAID, arrays, strict=True))
        found.append(f"{spec.name} holds types that cannot be compared ({held}); store it in one type")
        return None


def _unzoned(kind: pa.DataType) -> pa.DataType:
    """Moments of different zones are compared by their instants."""
    return pa.timestamp(kind.unit, "UTC") if pa.types.is_timestamp(kind) and kind.tz else kind


def _as(array: pa.Array, kind: pa.DataType) -> pa.Array:
    return array if array.type == kind else array.cast(kind, safe=False)


def _one(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks)
