"""Reading a source for learning: its kinds, its codecs, and the rows that the engine learns from.

A source that fits the budget is read once. A larger one is read twice, in batches: first a uniform sample of its rows
is drawn, from which the kinds are found; then every batch is observed, and the codecs of the batches merge.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pyarrow as pa

from parhelion.codecs import Summary, observe
from parhelion.io import Source, uniform_sample
from parhelion.progress import Progress
from parhelion.schema import Table, checked, discover, native
from parhelion.schema.rules import Rows, rules_found
from parhelion.tables.config import FitConfig

BATCH = 1 << 18
CELL = 24  # bytes that a cell of the sample takes while it is learned from: value, code, bin, and what sorts them

A = TypeVar("A")
B = TypeVar("B")


@dataclass(frozen=True)
class Reading:
    """What was read: the schema, one summary a column, the sample in native values, and the number of rows there
    are."""

    table: Table
    summaries: tuple[Summary, ...]
    sample: pa.Table
    rows: int

    @property
    def notes(self) -> tuple[str, ...]:
        if self.sample.num_rows == self.rows:
            return ()
        sampled = f"a uniform sample of {self.sample.num_rows:,} of {self.rows:,} rows"
        return (f"the engine learned from {sampled}; the codecs saw all",)


def rows_allowed(config: FitConfig, columns: int) -> int:
    """How many rows the engine may learn from."""
    return min(config.rows, max(1000, config.memory // (CELL * max(columns, 1))))


def read(
    source: Source, config: FitConfig, known: Table | None, kinds: Mapping[str, str] | None, progress: Progress
) -> Reading:
    """Read a source. Raises DataError for cells that are not of their column's kind, SchemaError for a schema that does
    not fit."""
    allowed = rows_allowed(config, len(source.schema))
    sample, rows, _ = uniform_sample(source, allowed, np.random.default_rng(config.seed), progress)
    table = table_of(source, sample, rows, known, kinds)
    values = natives(sample, table)
    if known is None:
        table = with_rules(table, values)
    if rows == sample.num_rows:
        return Reading(table, tuple(_observe(values, table)), values, rows)
    summaries: list[Summary] | None = None
    first = 0
    for batch in source.batches(BATCH):
        seen = _observe(natives(pa.Table.from_batches([batch]), table, first), table)
        summaries = seen if summaries is None else [a.merge(b) for a, b in zip(summaries, seen, strict=True)]
        first += batch.num_rows
        progress("reading", rows + first, 2 * rows)
    return Reading(table, tuple(summaries or ()), values, rows)


def table_of(
    source: Source, sample: pa.Table, rows: int, known: Table | None, kinds: Mapping[str, str] | None
) -> Table:
    """What the columns of a source are: as known, if that fits, or as found in the sample."""
    if known is None:
        return discover(sample, name=source.name, untyped=source.untyped, rows_seen=rows, kinds=kinds)
    return checked(known, source.schema, source.name, untyped=source.untyped)


def with_rules(table: Table, values: pa.Table) -> Table:
    """A table with the rules that its native values are found to keep."""
    return table.model_copy(update={"rules": rules_found(Rows(values, table)).rules})


def natives(rows: pa.Table, table: Table, first: int = 0) -> pa.Table:
    """Native values of all columns."""
    arrays = spread(lambda spec: native(rows.column(spec.name), spec, table.name, first), table.columns)
    return pa.table(arrays, names=list(table.names))


def _observe(values: pa.Table, table: Table) -> list[Summary]:
    return spread(lambda spec: observe(values.column(spec.name), spec), table.columns)


def spread(work: Callable[[A], B], items: Sequence[A]) -> list[B]:
    """The work done on every item, on all cores, in order."""
    with ThreadPoolExecutor() as pool:
        return list(pool.map(work, items))
