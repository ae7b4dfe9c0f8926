"""A uniform sample of the rows of a source, in memory that does not grow with the source."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from parhelion.io.contract import Source
from parhelion.progress import Progress

BATCH = 1 << 18

Places = npt.NDArray[np.int64]
Keys = npt.NDArray[np.float64]


class Sample(NamedTuple):
    """Rows of a source in their order, how many rows it has, and which of them these are (from 0)."""

    table: pa.Table
    rows: int
    places: Places


def uniform_sample(source: Source, most: int, rng: np.random.Generator, progress: Progress) -> Sample:
    """At most `most` rows of a source, each as likely as any other.

    Each row draws a key; the rows of the smallest keys stay. Few more than `most` rows are in memory at any time.
    """
    if source.rows is not None and source.rows <= most:
        table = source.table()
        progress("reading", table.num_rows, table.num_rows)
        return Sample(table, table.num_rows, np.arange(table.num_rows))
    held = _Held([], [], [])
    bar, rows = 1.0, 0
    for batch in source.batches(BATCH):
        key = rng.random(batch.num_rows)
        chosen = np.flatnonzero(key < bar)
        table = pa.Table.from_batches([batch])
        held.tables.append(table if bar == 1 else table.take(pa.array(chosen)))
        held.keys.append(key[chosen])
        held.places.append(rows + chosen)
        rows += batch.num_rows
        if sum(map(len, held.keys)) > most + most // 4 + BATCH // 8:
            held, bar = _smallest(held, most)
        progress("reading", rows, 2 * (source.rows or rows))
    if not held.tables:
        return Sample(source.schema.empty_table(), 0, np.zeros(0, np.int64))
    held, _ = _smallest(held, most)
    return Sample(held.tables[0], rows, held.places[0])


class _Held(NamedTuple):
    tables: list[pa.Table]
    keys: list[Keys]
    places: list[Places]


def _smallest(held: _Held, most: int) -> tuple[_Held, float]:
    """The rows of the `most` smallest keys, and the bar below which keys now have to be."""
    table, key, places = pa.concat_tables(held.tables), np.concatenate(held.keys), np.concatenate(held.places)
    if len(key) <= most:
        return _Held([table], [key], [places]), 1.0
    bar = float(np.partition(key, most)[most])
    chosen = key < bar
    return _Held([table.filter(pa.array(chosen)).combine_chunks()], [key[chosen]], [places[chosen]]), bar
