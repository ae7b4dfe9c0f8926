"""Plain CART by py-synthpop with its defaults: TRAIN.csv SEED OUT.csv OUT.time.json (processor seconds of one thread).

Run by the CART environment. Columns keep the types that pandas finds; text is a category. Missing cells are left to
the package, which gives them a category, or a number a flag column.
"""

import json
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from synthpop import Synthpop

warnings.filterwarnings("ignore")
TYPES = {"i": "int", "f": "float", "b": "bool", "O": "category"}


def main() -> None:
    train, seed, out, times = sys.argv[1:]
    rows = pd.read_csv(train, keep_default_na=False, na_values=[""], low_memory=False)
    types = {name: TYPES[rows[name].dtype.kind] for name in rows}
    rows = rows.astype({name: "category" for name, kind in types.items() if kind == "category"})
    count = len(rows)
    np.random.seed(int(seed))  # noqa: NPY002 -- the package draws from NumPy's global generator
    start = time.process_time()
    package = Synthpop(seed=int(seed))
    package.fit(rows, types)
    fitted = time.process_time()
    made = package.generate(count)
    sampled = time.process_time()
    made.to_csv(out, index=False)
    seconds = {"fit_s": round(fitted - start, 2), "sample_s": round(sampled - fitted, 2)}
    Path(times).write_text(json.dumps(seconds), encoding="utf-8")


if __name__ == "__main__":
    main()
