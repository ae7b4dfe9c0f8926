"""`twin`: learn a table, make another like it, and say how near the two are."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from parhelion.configs import config_of
from parhelion.errors import DataError, OutputError, TooFewRowsError
from parhelion.evaluation.canaries import Canaries
from parhelion.evaluation.config import EvaluateConfig
from parhelion.evaluation.evaluating import judged, thresholds_of
from parhelion.evaluation.reading import Places, Read, read
from parhelion.evaluation.report import Report
from parhelion.evaluation.thresholds import Thresholds
from parhelion.evaluation.words import as_text
from parhelion.io import (
    Sink,
    Source,
    atomic_folder,
    open_sink,
    open_source,
    some_of,
    uniform_sample,
)
from parhelion.io.paths import COMPRESSIONS, FORMATS, ending
from parhelion.progress import Progress, silent
from parhelion.report import CardFacts, write_card, write_report
from parhelion.schema import Schema, Table, described, native
from parhelion.tables import Model, fit
from parhelion.tables.config import FitConfig
from parhelion.tables.model import row_count
from parhelion.tables.reading import natives, rows_allowed, table_of, with_rules
from parhelion.tables.writing import as_named, check_named, with_texts

HELD_OUT = 5  # one row in so many

_FILES = re.compile(r"model\.parhelion|report\.(html|json)|data\.(csv|parquet|arrow|jsonl|croissant\.json|card\.md)")
_ENDINGS = {"parquet": ".parquet", "arrow": ".arrow", "jsonl": ".jsonl", "json": ".jsonl", "csv": ".csv"}


@dataclass(frozen=True)
class Twin:
    """A table learned, its twin, and the evidence.

    model: what was learned, without the rows held out. data: the synthetic rows, as the type that came in (an Arrow
    table for files); None where they are in `files` alone, too many to be held in memory. rows: how many there are.
    report: the evidence, measured by the rows held out. holdout_rows: how many those are. files: what was written.
    """

    model: Model
    data: Any
    rows: int
    report: Report
    holdout_rows: int
    files: tuple[Path, ...] = ()

    def text(self) -> str:
        """The evidence as plain text."""
        learned = (
            f"learned from {self.model.learned:,} rows, with {self.holdout_rows:,} others kept out; "
            f"made {self.rows:,} rows"
        )
        return "\n".join([learned, "", as_text(self.report), *self._endings()])

    def _endings(self) -> Iterator[str]:
        yield from (f"note: {note}" for note in self.model.notes)
        yield from (f"written: {file}" for file in self.files)


def twin(
    source: Any,
    *,
    n: int | None = None,
    schema: Schema | Table | str | os.PathLike[str] | None = None,
    kinds: Mapping[str, str] | None = None,
    output: str | os.PathLike[str] | None = None,
    overwrite: bool = False,
    sensitive: str | Sequence[str] = (),
    quasi: str | Sequence[str] = (),
    quick: bool = False,
    thresholds: Thresholds | str | os.PathLike[str] | None = None,
    card: bool = False,
    canaries: bool = False,
    progress: Progress = silent,
    **options: Any,
) -> Twin:
    """Learn a table, make its twin, and judge that by real rows that were kept out of the learning.

    source, schema, kinds, progress and the other options are those of `fit`; a fifth of the rows, drawn uniformly by
    the seed, is kept out. n: rows to make; by default as many as the source has, or, without output, as may be held in
    memory. sensitive, quasi, quick, thresholds: as in `evaluate`. output: a folder to write `model.parhelion`,
    `data.csv` (or Parquet, Arrow, JSONL, as the source), `report.html` and `report.json` to; card: and a card of the
    data, `data.croissant.json` and `data.card.md`; overwrite: a folder that holds nothing but these is replaced. It
    appears whole or not at all. canaries: a second model learns the same rows and secrets planted among its texts, and
    the report tells whether they come out.

    Of a source that is larger than the fit may hold, a uniform sample of the rows is read: those to learn from, and
    those to keep out. Raises what `fit` raises, and OutputError.

    >>> table = pa.table({"age": [20, 30, 40] * 40, "member": [True, False, False] * 40})
    >>> made = twin(table, target="member", quick=True)
    >>> made.data.num_rows, made.model.rows, made.holdout_rows
    (120, 96, 24)
    >>> made.report.score("utility.predict").value
    1.0
    >>> twin(table.slice(0, 60))
    Traceback (most recent call last):
    parhelion.errors.TooFewRowsError: table has 60 rows, of which 48 are left to learn from when 12 are kept out, ...
    """
    config, opened = config_of(FitConfig, options, "twin"), open_source(source)
    check_named(config, opened)
    wanted = None if n is None else row_count(n)
    known, limits = described(schema, kinds), thresholds_of(thresholds)
    kinds = with_texts(config, kinds, opened, given=schema is not None)
    shared = {"target": config.target, "label": config.label, "seed": config.seed, "protect": config.protect}
    judging = config_of(EvaluateConfig, {**shared, "sensitive": sensitive, "quasi": quasi, "quick": quick}, "twin")
    with nullcontext() if output is None else _folder(Path(output), overwrite=overwrite) as folder:
        split = _split(opened, config, known, kinds, progress)
        model = _learned(split, opened, progress, options)
        rows = wanted or (split.rows if folder else min(split.rows, split.most))
        file = folder and folder / f"data{_ending(source, opened)}"
        data = _made(model, rows, split.most if file else rows, file, seed=config.seed, progress=progress)
        found = _judgeable(_shown(source, opened), split, data, judging)
        if canaries:
            found = found.planted(*_planted(split, opened, config.seed, progress, options))
        report = judged(found, limits, progress)
        names = _written(folder, model, report, file, card=card) if folder else []
    whole = opened.restore(data) if data.num_rows == rows else None
    return Twin(model, whole, rows, report, split.held_out.num_rows, tuple(Path(output or "", name) for name in names))


@contextmanager
def _folder(path: Path, *, overwrite: bool) -> Iterator[Path]:
    if path.suffix.lower() in (*FORMATS, *COMPRESSIONS, ".parhelion") and not path.is_dir():
        raise OutputError(
            f"{str(path)!r} has the name of a file, and a twin is a folder of several; name a folder, for example "
            f"{str(path.with_suffix(''))!r}"
        )
    with atomic_folder(path, _FILES, "a twin's model, data and report", overwrite=overwrite) as folder:
        yield folder


class _Split(NamedTuple):
    """The rows to learn from and those held out, as they came; what their columns are: as given, and with the rules
    that are found where nobody gave any.

    places: of the rows learned from, in the source. rows: of the source. most: of one table that may be held in memory.
    """

    given: Table
    table: Table
    learned: pa.Table
    held_out: pa.Table
    places: Places
    rows: int
    most: int


def _split(
    source: Source,
    config: FitConfig,
    described: Table | None,
    kinds: Mapping[str, str] | None,
    progress: Progress,
) -> _Split:
    """Kinds are found in all rows: a spelling that only a row held out has is none to stumble over."""
    rng = np.random.default_rng([config.seed, HELD_OUT])
    most = rows_allowed(config, len(source.schema)) * HELD_OUT // (HELD_OUT - 1)
    known, rows, places = uniform_sample(source, most, rng, progress)
    out = np.zeros(known.num_rows, bool)
    out[rng.permutation(known.num_rows)[: max(1, round(known.num_rows / HELD_OUT))]] = True
    _check_rows(source.name, known.num_rows, int(out.sum()), config.min_rows)
    given, learned = table_of(source, known, rows, described, kinds), known.filter(pa.array(~out))
    if described is None and (named := as_named(given, config)):
        given = table_of(source, known, rows, None, {**(kinds or {}), **named})
    table = given if described else with_rules(given, natives(learned, given))
    return _Split(given, table, learned, known.filter(pa.array(out)), places[~out], rows, most)


def _check_rows(name: str, rows: int, out: int, least: int) -> None:
    if rows == 0:
        raise DataError(f"{name} has no rows, only the names of columns; there is nothing to learn from")
    if rows == 1:
        raise TooFewRowsError(f"{name} has 1 row; a twin needs one to learn from and another to be compared with")
    if rows - out < least:
        raise TooFewRowsError(
            f"{name} has {rows} rows, of which {rows - out} are left to learn from when {out} are kept out, too few to "
            f"protect anyone in it (at least {least} are expected); to learn from them all the same, say "
            f"min_rows={rows - out} (--min-rows {rows - out})"
        )


def _learned(split: _Split, source: Source, progress: Progress, options: Mapping[str, Any]) -> Model:
    model = fit(some_of(source, split.learned), schema=split.table, progress=progress, **options)
    many = split.learned.num_rows + split.held_out.num_rows
    if many == split.rows:
        return model
    note = f"{many:,} of {split.rows:,} rows, drawn uniformly, were read to be learned from or kept out"
    return replace(model, notes=(*model.notes, note))


def _made(model: Model, rows: int, most: int, file: Path | None, *, seed: int, progress: Progress) -> pa.Table:
    """The synthetic rows; those that are written to a file may be too many to be held, and then only the first are."""
    held: list[pa.RecordBatch] = []
    with nullcontext() if file is None else _sink(model, file) as sink:
        for batch in model.batches(rows, seed=seed, progress=progress):
            if sink is not None:
                sink.write(batch)
            if sum(each.num_rows for each in held) < most:
                held.append(batch)
    return pa.Table.from_batches(held, model.arrow_schema)


def _sink(model: Model, file: Path) -> Sink:
    return open_sink(file, model.arrow_schema, spell=model.spell, dialect=model.dialect)


def _planted(
    split: _Split, source: Source, seed: int, progress: Progress, options: Mapping[str, Any]
) -> tuple[Canaries, dict[str, pa.Array]]:
    """Secrets, and what is written, by column, by a model that learned them too; the twin's own never sees them."""
    rng = np.random.default_rng([seed, HELD_OUT, HELD_OUT])
    made, names = Canaries.made(rng), [column.name for column in split.table.columns if column.kind == "text"]
    if not names:
        raise DataError(f"{source.name} has no column of free text to plant secrets in; leave canaries out")
    rows = split.learned.take(rng.integers(0, split.learned.num_rows, len(made.texts)))
    for name in names:
        place = rows.schema.get_field_index(name)
        rows = rows.set_column(place, rows.field(place), pa.array(made.texts).cast(rows.field(place).type))
    both = pa.concat_tables([split.learned, rows])
    model = fit(some_of(source, both), schema=split.table, progress=progress, **options)
    spoken = pa.Table.from_batches(model.batches(both.num_rows, seed=seed, progress=progress), model.arrow_schema)
    return made, {name: native(spoken.column(name), split.table.column(name)) for name in names}


def _ending(source: Any, opened: Source) -> str:
    """The format of the data is that of the source; Parquet of what is no single file."""
    if opened.dialect is not None:
        return ".csv"
    if not isinstance(source, str | os.PathLike) or Path(source).is_dir():
        return ".parquet"
    promised = ending(Path(source))
    return ".parquet" if promised is None else _ENDINGS[promised.format]


def _judgeable(name: str, split: _Split, data: pa.Table, config: EvaluateConfig) -> Read:
    """What is to be judged; rows are numbered as the source numbers them."""
    found = read((split.learned, data, split.held_out), split.given, None, config, silent)
    names = (name, f"the twin of {name}", "kept out of the learning")
    return found._replace(train=split.places[found.train], names=names, twin=True)


def _shown(source: Any, opened: Source) -> str:
    """What people call the source: a file by its whole name."""
    return Path(source).name if isinstance(source, str | os.PathLike) else opened.name


def _written(folder: Path, model: Model, report: Report, data: Path | None, *, card: bool) -> list[str]:
    """Model and report, beside the data; the names of all files."""
    model.save(folder / "model.parhelion")
    for name in ("report.html", "report.json"):
        write_report(report, folder / name)
    if card and data is not None:
        made_by = f"parhelion {report.parhelion}"
        write_card(report, data, about=CardFacts.from_model(model, seed=report.compared.seed, generator=made_by))
    return sorted(each.name for each in folder.iterdir())
