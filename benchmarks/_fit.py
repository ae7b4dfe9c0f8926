"""Time parhelion in a process of its own: SOURCE TARGET MODEL TIMES.json REPEATS; the model of the last fit is saved.

The first fit is not timed: it compiles, or loads what was compiled, and brings the file into the page cache.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

import parhelion as ph


def median_seconds(work: Callable[[], object], repeats: int) -> float:
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return round(statistics.median(taken), 4)


def read(source: str) -> pa.Table:
    return pq.read_table(source) if source.endswith(".parquet") else pyarrow.csv.read_csv(source)


def main() -> None:
    source, target, out, times, repeats = sys.argv[1:]
    table = read(source)
    model = ph.fit(source, target=target, seed=0)
    model.sample(table.num_rows, seed=0)
    seconds = {
        "rows": table.num_rows,
        "fit_file_s": median_seconds(lambda: ph.fit(source, target=target, seed=0), int(repeats)),
        "fit_frame_s": median_seconds(lambda: ph.fit(table, target=target, seed=0), int(repeats)),
        "sample_s": median_seconds(lambda: model.sample(table.num_rows, seed=1), int(repeats)),
    }
    model.save(out, overwrite=True)
    seconds["model_mb"] = round(Path(out).stat().st_size / 1e6, 3)
    Path(times).write_text(json.dumps(seconds), encoding="utf-8")


if __name__ == "__main__":
    main()
