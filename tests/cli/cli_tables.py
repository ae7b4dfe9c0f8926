"""Tables that the tests of the commands learn from."""

import numpy as np
import pyarrow as pa


def people_table(rows, seed=0):
    rng = np.random.default_rng(seed)
    age = rng.integers(18, 80, rows)
    return pa.table(
        {
            "id": [f"P-{place:05d}" for place in range(rows)],
            "age": age,
            "income": np.round(rng.lognormal(8, 1, rows), 2),
            "city": rng.choice(["Bern", "Genf", "Basel"], rows, p=[0.5, 0.3, 0.2]),
            "retired": age > 65,
        }
    )
