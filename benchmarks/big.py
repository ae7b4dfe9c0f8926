"""A Parquet file of 10,000,000 x 15 made from Adult: whole rows drawn anew, their numbers jittered."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from data import BENCH, split

ROWS = 10_000_000
PART = 500_000
JITTER = {"age": 2, "fnlwgt": 5_000, "capital-gain": 500, "capital-loss": 100, "hours-per-week": 3}


def jittered(table: pa.Table, rng: np.random.Generator) -> pa.Table:
    """Numbers move by up to their jitter and stay at least 1; zeros stay, as they mean `none`."""
    for name, most in JITTER.items():
        values = table[name].to_numpy()
        moved = np.maximum(1, values + rng.integers(-most, most, len(values), endpoint=True))
        index = table.schema.get_field_index(name)
        table = table.set_column(index, name, pa.array(np.where(values == 0, 0, moved)))
    return table


def adult() -> pa.Table:
    """The training rows, an empty cell missing."""
    options = pyarrow.csv.ConvertOptions(strings_can_be_null=True, null_values=[""])
    return pyarrow.csv.read_csv(split("adult").train, convert_options=options)


def ten_million() -> Path:
    """The file, written on first use (some 20 seconds)."""
    out = BENCH / "data" / "ten_million.parquet"
    if not out.exists():
        table, rng, unfinished = adult(), np.random.default_rng(0), out.with_suffix(".unfinished")
        with pq.ParquetWriter(unfinished, table.schema) as writer:
            for _ in range(ROWS // PART):
                rows = pc.take(table, rng.integers(0, table.num_rows, PART))
                writer.write_table(jittered(rows, rng))
        unfinished.rename(out)
    return out


if __name__ == "__main__":
    print(ten_million())
