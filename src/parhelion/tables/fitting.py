"""`fit`: from a source to a model."""

import os
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from parhelion.codecs import Codec, Codes, Protection
from parhelion.configs import config_of
from parhelion.engines.contract import ColumnInfo
from parhelion.engines.trees.trees import Trees
from parhelion.errors import DataError, TooFewRowsError
from parhelion.io import Source, open_source, uniform_sample
from parhelion.progress import Progress, silent
from parhelion.schema import Schema, Table, described
from parhelion.tables.config import FitConfig
from parhelion.tables.model import Model
from parhelion.tables.reading import Reading, natives, read, spread, table_of, with_rules
from parhelion.tables.writing import as_named, check_named, first_label, learn_text_columns, with_texts

DISCOVERY_ROWS = 1_000_000
WORTH_SAYING = 0.1


def fit(
    source: Any,
    *,
    schema: Schema | Table | str | os.PathLike[str] | None = None,
    kinds: Mapping[str, str] | None = None,
    progress: Progress = silent,
    **options: Any,
) -> Model:
    """Learn a table.

    source: a file (CSV, Parquet, Arrow, JSONL, also compressed), a folder of parts, or any dataframe. schema: what the
    columns are, where discovery is not to be trusted: a Schema, or a YAML file that `parhelion schema` wrote; kinds:
    the same for single columns (`{"zip": "category"}`). progress: called with a stage and how much of it is done. The
    other options are those of `FitConfig`: target, seed, protect, min_rows, rows, memory, trees; of texts: text,
    label, person, text_engine, and the options of each engine by its name.

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
    config = config_of(FitConfig, options, "fit")
    opened = open_source(source)
    check_named(config, opened)
    known, kinds = described(schema, kinds), with_texts(config, kinds, opened, given=schema is not None)
    if opened.rows is not None:
        _check_rows(opened.rows, config, opened.name)
    reading = read(opened, config, known, kinds, progress)
    if known is None and (named := as_named(reading.table, config)):
        reading = read(opened, config, None, {**(kinds or {}), **named}, progress)
    _check_rows(reading.rows, config, opened.name)
    return learn(reading, config, opened, progress)


def discover_source(source: Any, kinds: Mapping[str, str] | None = None) -> Table:
    """What the columns of a source are, and the rules that its rows keep, found in at most a million of its rows, drawn
    uniformly."""
    opened = open_source(source)
    sample, rows, _ = uniform_sample(opened, DISCOVERY_ROWS, np.random.default_rng(0), silent)
    table = table_of(opened, sample, rows, None, kinds)
    return with_rules(table, natives(sample, table))


def _check_rows(rows: int, config: FitConfig, name: str) -> None:
    if rows == 0:
        raise DataError(f"{name} has no rows, only the names of columns; there is nothing to learn from")
    if rows < config.min_rows:
        raise TooFewRowsError(
            f"{name} has {rows} row{'s' * (rows != 1)}, too few to protect anyone in it (at least "
            f"{config.min_rows} are expected); to learn from them all the same, say min_rows={rows} (--min-rows {rows})"
        )


def learn(reading: Reading, config: FitConfig, source: Source, progress: Progress) -> Model:
    """Codecs and engine from what was read."""
    table, sample = reading.table, reading.sample
    target = config.target or first_label(table, config)
    if target is not None:
        table = table.model_copy(update={"target": target})
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
    texts, told = learn_text_columns(table, sample, config, progress)
    notes = (*source.notes, *reading.notes, *_notes(table, codecs), *rare, *told)
    return Model(
        table=table, codecs=tuple(codecs), columns=tuple(columns), engine=engine, rows=reading.rows,
        learned=sample.num_rows, protect=config.protect, notes=notes, dialect=source.dialect, restore=source.restore,
        texts=texts,
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
