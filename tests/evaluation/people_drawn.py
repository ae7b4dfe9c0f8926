"""People drawn from one law, and cases made of them: what the privacy tests attack."""

import numpy as np
import pyarrow as pa

from parhelion.evaluation.case import Case
from parhelion.evaluation.config import EvaluateConfig
from parhelion.schema import Table

KINDS = {"age": "number", "income": "number", "city": "category", "sex": "category", "ill": "boolean", "born": "date"}


def people(rows, seed, older=0.0):
    """Rows whose columns go together; some are missing."""
    rng = np.random.default_rng(seed)
    age = rng.normal(40 + older, 12, rows)
    income = np.round(rng.lognormal(9 + age / 80, 0.5, rows), 1)
    city = np.array([f"city {i}" for i in range(12)])[np.minimum(rng.geometric(0.3, rows) - 1, 11)]
    sex = np.where(rng.random(rows) < 0.5, "f", "m")
    ill = rng.random(rows) < 1 / (1 + np.exp(-(age - 45) / 8))
    born = (10_000 - 30 * age + rng.integers(0, 365, rows)).astype("int32")
    return pa.table({
        "age": pa.array(np.round(age), mask=rng.random(rows) < 0.05), "income": income, "city": city, "sex": sex,
        "ill": ill, "born": pa.array(born).cast(pa.date32()),
    })  # fmt: skip


def shuffled(table, seed=0):
    rng = np.random.default_rng(seed)
    return pa.table({name: table.column(name).take(rng.permutation(table.num_rows)) for name in table.column_names})


def with_copies(synthetic, train, rows):
    """The same synthetic rows, of which the first are some train rows."""
    return pa.concat_tables([train.take(rows), synthetic.slice(len(rows))])


def case_of(train, synthetic, holdout, kinds=None, *, cut=False, **config):
    columns = [{"name": name, "kind": kind} for name, kind in (kinds or KINDS).items()]
    schema = Table.model_validate({"name": "people", "columns": columns})
    return Case(schema, train, synthetic, holdout, cut=cut, config=EvaluateConfig(**config))
