"""A model: schema + codecs + fitted engine. What `fit` returns, what is saved and loaded, what samples."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from parhelion.codecs import Codec, Codes, Draw, TextCodec
from parhelion.configs import config_of
from parhelion.engines.trees.trees import Trees
from parhelion.errors import ConfigError, ModelFileError, SchemaError, nearest
from parhelion.io import Dialect, open_sink, open_source
from parhelion.progress import Progress, silent
from parhelion.schema import Column, Schema, Table, native, spelled, stored
from parhelion.schema.rules import OrderRule, Rows, kept_by
from parhelion.tables.config import SampleConfig
from parhelion.tables.drawing import Supply, Wanted, wanted
from parhelion.tables.reading import spread
from parhelion.text.contract import Drawing

if TYPE_CHECKING:
    from parhelion.text.part import TextPart

ROUNDS = 30  # in which rows that break a rule are drawn again
CHUNK = 1 << 18  # rows drawn at a time: a constant, so that a seed means the same rows however they are asked for
SLOW = 1 << 12  # the same where texts are written by an engine that takes its time
TEXT = 1 << 27  # characters of texts that a chunk may have


def _as_arrow(table: pa.Table) -> pa.Table:
    return table


@dataclass(frozen=True, repr=False)
class Model:
    """A fitted table.

    table: its schema. codecs: one a column. columns: the columns that the engine generates, in its order; the others
    have one code only. texts: what writes the columns of free text. rows: how many the source had; learned: how many
    the engine learned from. protect: values that fewer rows share are not shown. notes: what the user should know.
    dialect: of the CSV file that it came from. restore: makes the type that `fit` was given out of an Arrow table.
    """

    table: Table
    codecs: tuple[Codec, ...]
    columns: tuple[int, ...]
    engine: Trees
    rows: int
    learned: int
    protect: int
    notes: tuple[str, ...] = ()
    dialect: Dialect | None = None
    restore: Callable[[pa.Table], Any] = field(default=_as_arrow, compare=False, repr=False)
    texts: "tuple[TextPart, ...]" = ()

    def __repr__(self) -> str:
        about = f", about {self.table.target!r}" if self.table.target else ""
        return f"<Model of {self.table.name!r}: {len(self.codecs)} columns of {self.rows:,} rows{about}>"

    @property
    def schema(self) -> Schema:
        """The schema of what it learned and makes."""
        return Schema(version=1, tables=(self.table,))

    @cached_property
    def arrow_schema(self) -> pa.Schema:
        """The names and Arrow types of what `batches` gives."""
        draw = Draw(np.random.default_rng(0), 0, 0, 0)
        return self._stored(np.zeros((0, len(self.columns)), np.int32), draw).schema

    def sample(
        self,
        n: int | None = None,
        *,
        seed: int | None = 0,
        like: Any = None,
        **options: Any,
    ) -> Any:
        """`n` new rows (default: as many as were learned), as the type that `fit` was given; an Arrow table for files.

        where: what the rows must hold, such as `"label = 'late parcel' and month(day) = 12"` (see
        `tables.conditions`); they come as the model has learned them, given that. balance: a category or a boolean, or
        several, whose values are to come equally often. each: the same, and `n` rows of each value. Values that are
        missing, or too rare to be shown, are none of these. One seed, one result; None draws another one each time.
        like: a dataframe whose type to give instead (a loaded model no longer has the one it was fitted on). Texts are
        drawn at a temperature (1 is what was learned), with `longest` characters at most, and end before a `stop`. All
        of these are the fields of `SampleConfig`.

        Raises ConfigError where a condition cannot be meant, or holds for fewer than one of a million rows.

        >>> from parhelion.tables import fit
        >>> model = fit(pa.table({"age": [20, 30, 40] * 40}))
        >>> model.sample(5).num_rows, model.sample(2).equals(model.sample(2))
        (5, True)
        >>> model.sample(0)
        Traceback (most recent call last):
        parhelion.errors.ConfigError: n is 0; expected a whole number of rows, 1 or more

        >>> shop = fit(pa.table({"size": ["s", "m", "m", "m"] * 30, "price": [5, 7, 8, 9] * 30}))
        >>> shop.sample(3, where="price between 7 and 8").column("size").to_pylist()
        ['m', 'm', 'm']
        >>> sorted(shop.sample(4, balance="size").column("size").to_pylist())
        ['m', 'm', 's', 's']
        >>> shop.sample(2, each="size").num_rows
        4
        >>> shop.sample(3, where="size = 'xl'")
        Traceback (most recent call last):
        parhelion.errors.ConfigError: where "size = 'xl'": size has no value 'xl' that the model makes (values that few
        rows share are never made); there are: 'm', 's'
        """
        back = self.restore if like is None else self._like(like)
        batches = self.batches(n, seed=seed, **options)
        return back(pa.Table.from_batches(batches, self.arrow_schema))

    def _like(self, frame: Any) -> Callable[[pa.Table], Any]:
        source = open_source(frame)
        lacking = [name for name in self.table.names if name not in source.schema.names]
        if lacking:
            raise SchemaError(
                f"like has no column {lacking[0]!r}, which the model makes{nearest(lacking[0], source.schema.names)}"
            )
        return source.restore

    def batches(
        self,
        n: int | None = None,
        *,
        seed: int | None = 0,
        progress: Progress = silent,
        **options: Any,
    ) -> Iterator[pa.RecordBatch]:
        """The same rows in batches, in constant memory. progress: called with "drawing", rows done, rows in all."""
        config = config_of(SampleConfig, options, "sample")
        if n is None and config.each:
            raise ConfigError("each makes n rows of every value; say how many: n=100 (-n 100)")
        rows = row_count(self.rows if n is None else n)
        asked = wanted(self, rows, config) if config.where is not None or config.balance or config.each else None
        return self._drawn(rows, asked, config, _seeded(seed), progress)

    @cached_property
    def _chunk_rows(self) -> int:
        """Rows drawn at a time: fewer where texts are long, or slow to write."""
        characters = sum(part.longest for part in self.texts)
        most = CHUNK if all(part.engine.habits.quick for part in self.texts) else SLOW
        return max(1, min(most, TEXT // max(characters, 1)))

    def _drawn(
        self, n: int, asked: Wanted | None, config: SampleConfig, rng: np.random.Generator, progress: Progress
    ) -> Iterator[pa.RecordBatch]:
        key = int(rng.integers(1 << 63))
        n, supply = (n, None) if asked is None else (asked.rows, Supply(self, asked))
        for first in range(0, n, self._chunk_rows):
            rows = min(self._chunk_rows, n - first)
            own, values = rng.spawn(2)
            told = partial(_tell, progress, n, first)
            codes, known = self._chunk(rows, own, supply, told)
            yield from self._stored(codes, Draw(values, key, first, n), known, config).to_batches()
            told(rows)

    def _chunk(
        self, rows: int, rng: np.random.Generator, supply: Supply | None, told: Callable[[int], None]
    ) -> tuple[Codes, dict[int, pa.Array] | None]:
        """Codes of rows; and the values that made them be chosen, where they were."""
        if supply is None:
            return self.engine.sample(np.zeros((rows, 0), np.int32), rng), None
        return supply.chunk(rows, rng, told)

    def _stored(
        self,
        codes: Codes,
        draw: Draw,
        known: dict[int, pa.Array] | None = None,
        config: SampleConfig | None = None,
    ) -> pa.Table:
        """Values as the source stores them; of untyped text as their native type. known: native values of some columns
        of rows that were chosen by them, and that keep all orders; None where the rows were not chosen."""
        rngs = draw.rng.spawn(len(self.codecs))
        codes, ruled = self._ruled(codes, rngs, draw) if known is None else (codes, known)

        def make(i: int) -> pa.Array:
            return ruled[i] if i in ruled else self._decoded(i, codes, rngs[i], draw)

        values = self._written(spread(make, range(len(self.codecs))), codes, draw, config or SampleConfig())
        return pa.table(list(map(self._as_stored, values, self.table.columns)), names=list(self.table.names))

    def _written(self, values: list[pa.Array], codes: Codes, draw: Draw, config: SampleConfig) -> list[pa.Array]:
        """Native values, with texts in the place of placeholders."""
        for part, rng in zip(self.texts, draw.rng.spawn(len(self.texts)), strict=True):
            at = self.table.names.index(part.column)
            rows = np.flatnonzero(self._has_text(at, codes))
            known = [values[self.table.names.index(name)].take(pa.array(rows)) for name in part.context]
            drawing = Drawing(config.temperature, config.longest or part.longest, config.stop)
            texts = part.write(known, len(rows), drawing, rng).cast(values[at].type)
            mask = np.zeros(len(codes), bool)
            mask[rows] = True
            values[at] = pc.replace_with_mask(values[at], pa.array(mask), texts)
        return values

    def _has_text(self, at: int, codes: Codes) -> npt.NDArray[np.bool_]:
        codec = self.codecs[at]
        assert isinstance(codec, TextCodec)
        return codec.written(codes[:, self._places[at]] if at in self._places else np.zeros(len(codes), np.int32))

    def _decoded(self, i: int, codes: Codes, rng: np.random.Generator, draw: Draw) -> pa.Array:
        """Native values of column i."""
        own = codes[:, self._places[i]] if i in self._places else np.zeros(len(codes), np.int32)
        return self.codecs[i].decode(own, Draw(rng, draw.seed, draw.first, draw.rows))

    @cached_property
    def _places(self) -> dict[int, int]:
        return {column: place for place, column in enumerate(self.columns)}

    def _ruled(self, codes: Codes, rngs: list[np.random.Generator], draw: Draw) -> tuple[Codes, dict[int, pa.Array]]:
        """Codes of rows that keep the orders between columns, and the values of these columns.

        Rows that break one are drawn again, so that what comes is the law learned, given that the orders are kept.
        """
        rules = [rule for rule in self.table.rules if isinstance(rule, OrderRule) and rule.sign != "="]
        ordered = sorted({self.table.names.index(name) for rule in rules for name in rule.columns})
        values = {i: self._decoded(i, codes, rngs[i], draw) for i in ordered}
        again, codes = draw.rng.spawn(1)[0], codes.copy() if ordered else codes
        for _ in range(ROUNDS if ordered else 0):
            rows = Rows(pa.table({self.table.names[i]: values[i] for i in ordered}), self.table)
            broken = ~np.logical_and.reduce([kept_by(rule, rows) for rule in rules])
            if not broken.any():
                break
            codes[broken] = self.engine.sample(np.zeros((int(broken.sum()), 0), np.int32), again)
            for i in ordered:
                fresh = self._decoded(i, codes[broken], again, draw)
                values[i] = pc.replace_with_mask(values[i], pa.array(broken), fresh)
        return codes, values

    def _as_stored(self, values: pa.Array, spec: Column) -> pa.Array:
        try:
            return stored(values, spec)
        except pa.ArrowException as error:
            raise ModelFileError(
                f"{self.table.name}.{spec.name}: the values made for it are {values.type}, which {spec.storage} cannot "
                "store; the model was altered: get the file again, or fit the model anew"
            ) from error

    def spell(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """A batch as the text of a CSV file, each value spelled as its column is in the source."""

        def write(i: int) -> pa.Array:
            spec = self.table.columns[i]
            return spelled(native(batch.column(i), spec), spec)

        return pa.RecordBatch.from_arrays(spread(write, range(batch.num_columns)), names=batch.schema.names)

    def write(
        self,
        path: str | os.PathLike[str],
        n: int | None = None,
        *,
        seed: int | None = 0,
        overwrite: bool = False,
        progress: Progress = silent,
        **options: Any,
    ) -> int:
        """Write new rows, as `sample` makes them, to a file, or to a folder of Parquet parts, in constant memory; the
        number of rows written.

        The ending chooses the format (see `io.open_sink`). Raises OutputError; nothing half-written is left behind.
        """
        batches = self.batches(n, seed=seed, progress=progress, **options)
        rows = 0
        with open_sink(path, self.arrow_schema, overwrite=overwrite, spell=self.spell, dialect=self.dialect) as sink:
            for batch in batches:
                sink.write(batch)
                rows += batch.num_rows
        return rows

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
        """Write the model to a file (`.parhelion`), whole or not at all. It holds counts, never rows."""
        from parhelion.tables.file import save  # noqa: PLC0415 (file makes models, and models make files)

        save(self, path, overwrite=overwrite)

    def summary(self) -> dict[str, Any]:
        """What the model holds, as JSON."""
        columns = [
            {
                "name": spec.name,
                "kind": spec.kind,
                "codes": codec.size,
                "protects_rare_values": codec.hidden is not None,
            }
            for spec, codec in zip(self.table.columns, self.codecs, strict=True)
        ]
        return {
            "table": self.table.name, "target": self.table.target, "rows": self.rows, "learned_from": self.learned,
            "protect": self.protect, "engine": "trees", "columns": columns,
            "texts": [part.summary() for part in self.texts],
            "rules": [str(rule) for rule in self.table.rules], "notes": list(self.notes),
        }  # fmt: skip


def _tell(progress: Progress, total: int, first: int, done: int) -> None:
    progress("drawing", first + done, total)


def row_count(n: Any) -> int:
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 1:
        raise ConfigError(f"n is {n!r}; expected a whole number of rows, 1 or more")
    return int(n)


def _seeded(seed: Any) -> np.random.Generator:
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0):
        raise ConfigError(f"seed is {seed!r}; expected a whole number, 0 or more, or None for another result each time")
    return np.random.default_rng(seed)
