"""Tables that several tests learn from."""

import numpy as np
import pyarrow as pa

CITIES = {"Bern": "CH", "Genf": "CH", "Basel": "CH", "Rom": "IT", "Nizza": "FR"}


def people(rows=500, seed=0):
    """A column of every sort: numbers that go with each other, categories of which one follows from another, dates,
    identifiers, addresses, free text, missing values, a constant."""
    rng = np.random.default_rng(seed)
    age = rng.integers(18, 80, rows)
    income = np.round(rng.lognormal(8, 0.5, rows) + 100 * age, 2)
    city = rng.choice(list(CITIES), rows)
    return pa.table(
        {
            "id": [f"P-{place:05d}" for place in range(rows)],
            "email": [f"real.person{place}@corp{place}.example.com" for place in range(rows)],
            "age": age,
            "income": income,
            "tax": income * 0.3 + rng.normal(0, 500, rows),
            "city": city,
            "country": [CITIES[each] for each in city],
            "retired": age > 65,
            "since": pa.array(rng.integers(10_000, 12_000, rows).astype(np.int32)).cast(pa.date32()),
            "level": pa.array(rng.integers(0, 6, rows), mask=rng.random(rows) < 0.1),
            "planet": ["Earth"] * rows,
            "note": [f"Visit {place} of the day went as it was planned, nothing else to tell" for place in range(rows)],
        }
    )
