"""A uniform sample of the rows of a source, in memory that does not grow with the source."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from parhelion.io.contract import Source
from parhelion.progress import Progress

BATCH = 1 << 18


def uniform_sample(source: Source, most: int, rng: np.random.Generator, progress: Progress) -> tuple[pa.Table, int]:
    """At most `most` rows of a source, each as likely as any other, in their order; and how many rows there are.

    Each row draws a key; the rows of the smallest keys stay. Few more than `most` rows are in memory at any time.
    """
    if source.rows is not None and source.rows <= most:
        table = source.table()
        progress("reading", table.num_rows, table.num_rows)
        return table, table.num_rows
    held, keys, bar, rows = [], [], 1.0, 0
    for batch in source.batches(BATCH):
        key = rng.random(batch.num_rows)
        rows += batch.num_rows
        chosen = key < bar
        held.append(
            pa.Table.from_batches([batch]).filter(pa.array(chosen)) if bar < 1 else pa.Table.from_batches([batch])
        )
        keys.append(key[chosen])
        if sum(map(len, keys)) > most + most // 4 + BATCH // 8:
            held, keys, bar = _smallest(held, keys, most)
        progress("reading", rows, 2 * (source.rows or rows))
    if not held:
        return source.schema.empty_table(), 0
    held, _, _ = _smallest(held, keys, most)
    return held[0], rows


def _smallest(
    held: list[pa.Table], keys: list[npt.NDArray[np.float64]], most: int
) -> tuple[list[pa.Table], list[npt.NDArray[np.float64]], float]:
    """The rows of the `most` smallest keys, and the bar below which keys now have to be."""
    table, key = pa.concat_tables(held), np.concatenate(keys)
    if len(key) <= most:
        return [table], [key], 1.0
    bar = float(np.partition(key, most)[most])
    chosen = key < bar
    return [table.filter(pa.array(chosen)).combine_chunks()], [key[chosen]], bar
