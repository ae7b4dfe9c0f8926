"""`fit`: from a source to a model."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from parhelion.codecs import Codec, Codes, Protection
from parhelion.engines.contract import ColumnInfo
from parhelion.engines.trees.config import TreesConfig
from parhelion.engines.trees.trees import Trees
from parhelion.errors import ConfigError, DataError, SchemaError, TooFewRowsError, nearest, problems
from parhelion.io import Source, open_source
from parhelion.schema import Schema, Table
from parhelion.tables.config import FitConfig
from parhelion.tables.model import Model
from parhelion.tables.reading import Reading, Report, read, silent, spread, table_of, uniform_sample

DISCOVERY_ROWS = 1_000_000
WORTH_SAYING = 0.1


def fit(
    source: Any,
    *,
    schema: Schema | Table | str | os.PathLike[str] | None = None,
    kinds: Mapping[str, str] | None = None,
    progress: Report = silent,
    **options: Any,
) -> Model:
    """Learn a table.

    source: a file (CSV, Parquet, Arrow, JSONL, also compressed), a folder of parts, or any dataframe. schema: what the
    columns are, where discovery is not to be trusted: a Schema, or a YAML file that `parhelion schema` wrote; kinds:
    the same for single columns (`{"zip": "category"}`). progress: called with a stage and how much of it is done. The
    other options are those of `FitConfig`: target, seed, protect, min_rows, rows, memory, trees.

    Raises DataError for data that cannot be used, TooFewRowsError below `min_rows`, SchemaError, ConfigError.

    >>> import pyarrow as pa
    >>> table = pa.table({"age": [20, 30, 40] * 40, "member": [True, False, False] * 40})
    >>> fit(table, target="member").sample(3, seed=1).num_rows
    3
    >>> fit(table, target="membr")
    Traceback (most recent call last):
    parhelion.errors.SchemaError: target is 'membr', which is no column of table; did you mean 'member'?
    >>> fit(table.slice(0, 3))
    Traceback (most recent call last):
    parhelion.errors.TooFewRowsError: table has 3 rows, too few to protect anyone in it (at least 50 are expected); ...
    """
    config = config_of(options)
    opened = open_source(source)
    check_target(config.target, opened)
    known = given(schema, kinds)
    if opened.rows is not None:
        _check_rows(opened.rows, config, opened.name)
    reading = read(opened, config, known, kinds, progress)
    _check_rows(reading.rows, config, opened.name)
    return learn(reading, config, opened, progress)


def given(schema: Any, kinds: Any) -> Table | None:
    """The table that a schema describes, where one is given. Raises SchemaError for what is no schema of one table.

    >>> given(None, ["zip"])
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
        raise SchemaError(f"the schema has {len(schema.tables)} tables ({names}); one table is learned at a time")
    return schema.tables[0]


def _table(schema: Any) -> Table | None:
    if schema is None or isinstance(schema, Table):
        return schema
    raise SchemaError(
        f"schema is a {type(schema).__name__}; expected a Schema, a Table, or the name of a YAML file that "
        "`parhelion schema` wrote (plain values: Schema.from_dict)"
    )


def config_of(options: Mapping[str, Any]) -> FitConfig:
    """The options of a fit. Raises ConfigError naming each that is unknown or out of bounds.

    >>> config_of({"tarjet": "age", "protect": 0})
    Traceback (most recent call last):
    parhelion.errors.ConfigError: 2 problems:
      - protect is 0: input should be greater than or equal to 1
      - fit has no option 'tarjet'; did you mean 'target'?
    """
    try:
        return FitConfig.model_validate(dict(options))
    except ValidationError as error:
        raise ConfigError(problems(_complaint(e) for e in error.errors())) from None


def _complaint(error: Any) -> str:
    *within, last = map(str, error["loc"])
    name = ".".join([*within, last])
    if error["type"] == "extra_forbidden":
        fields = (TreesConfig if within else FitConfig).model_fields
        return f"fit has no option {name!r}{nearest(name, ['.'.join([*within, each]) for each in fields])}"
    message = error["msg"]
    return f"{name} is {error['input']!r}: {message[:1].lower()}{message[1:]}"


def discover_source(source: Any, kinds: Mapping[str, str] | None = None) -> Table:
    """What the columns of a source are, found in at most a million of its rows, drawn uniformly."""
    opened = open_source(source)
    sample, rows = uniform_sample(opened, DISCOVERY_ROWS, np.random.default_rng(0), silent)
    return table_of(opened, sample, rows, None, kinds)


def check_target(target: str | None, source: Source) -> None:
    if target is not None and target not in source.schema.names:
        raise SchemaError(
            f"target is {target!r}, which is no column of {source.name}{nearest(target, source.schema.names)}"
        )


def _check_rows(rows: int, config: FitConfig, name: str) -> None:
    if rows == 0:
        raise DataError(f"{name} has no rows, only the names of columns; there is nothing to learn from")
    if rows < config.min_rows:
        raise TooFewRowsError(
            f"{name} has {rows} row{'s' * (rows != 1)}, too few to protect anyone in it (at least "
            f"{config.min_rows} are expected); to learn from them all the same, say min_rows={rows} (--min-rows {rows})"
        )


def learn(reading: Reading, config: FitConfig, source: Source, progress: Report) -> Model:
    """Codecs and engine from what was read."""
    table, sample = reading.table, reading.sample
    if config.target is not None:
        table = table.model_copy(update={"target": config.target})
    protection = Protection(rows=config.protect)
    codecs = spread(lambda summary: summary.codec(protection), reading.summaries)
    columns = [i for i in _target_first(table) if codecs[i].size > 1]
    codes = spread(lambda i: codecs[i].encode(sample.column(i)), columns)
    infos = [info_of(codecs[i]) for i in columns]
    done = iter(range(1, len(columns) + 1))
    engine = Trees.fit(
        np.zeros((sample.num_rows, 0), np.int32),
        np.stack(codes, axis=1) if codes else np.zeros((sample.num_rows, 0), np.int32),
        infos,
        config.trees,
        np.random.default_rng(config.seed),
        keep=int(table.target is not None and bool(columns) and table.names[columns[0]] == table.target),
        progress=lambda: progress("learning", next(done), len(columns)),
    )
    rare = _rare_notes(table, columns, codes, infos, config.protect)
    notes = (*source.notes, *reading.notes, *_notes(table, codecs), *rare)
    return Model(
        table=table, codecs=tuple(codecs), columns=tuple(columns), engine=engine, rows=reading.rows,
        learned=sample.num_rows, protect=config.protect, notes=notes, dialect=source.dialect, restore=source.restore,
    )  # fmt: skip


def info_of(codec: Codec) -> ColumnInfo:
    return ColumnInfo(codec.size, codec.ordered, codec.hidden, codec.specials)


def _target_first(table: Table) -> list[int]:
    places = range(len(table.columns))
    return sorted(places, key=lambda i: table.names[i] != table.target)


def _notes(table: Table, codecs: list[Codec]) -> list[str]:
    return [
        f"{table.name}.{spec.name}: {codec.note}"
        for spec, codec in zip(table.columns, codecs, strict=True)
        if codec.note
    ]


def _rare_notes(
    table: Table, columns: list[int], codes: list[Codes], infos: list[ColumnInfo], protect: int
) -> Iterator[str]:
    """A note for each column of which more than `WORTH_SAYING` of the rows hold values too rare to be shown."""
    for i, own, info in zip(columns, codes, infos, strict=True):
        share = 0.0 if info.hidden is None else float((own == info.hidden).mean())
        if share > WORTH_SAYING:
            yield (
                f"{table.name}.{table.names[i]}: {share:.0%} of the rows hold values that fewer than {protect} rows "
                "share; values that more rows share stand in for them"
            )
