"""Our figures beside those of SDMetrics, on the same rows.

Needs SDMetrics and what parhelion's evaluation imports in one environment, and the real tables of `benchmarks/data.py`:
`python benchmarks/agreements.py` sees to both.

Column Shapes agree to 1e-6: both are the Kolmogorov-Smirnov distance of known values, or the total variation distance.
Column Pair Trends agree to 1e-6 for every pair that SDMetrics tells. What would deviate, and why:

- SDMetrics draws 50,000 rows of larger tables at random for pairs with categories; we take 200,000, the same ones for
  all pairs. The tables here are smaller.
- Values of either table are rounded to 14 decimals there before their distributions are compared, and not here.
- Moments are whole nanoseconds there and seconds here, so that a value on the edge of a bin may fall to either side.
"""

import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

pd = pytest.importorskip("pandas")
pytest.importorskip("sdmetrics")

from parhelion.evaluation.fidelity import measure  # noqa: E402 - there is nothing to compare with where SDMetrics is not
from parhelion.evaluation.reading import case_of  # noqa: E402

sys.path.insert(0, str(Path(__file__).parents[1]))
from data import BENCH, split  # noqa: E402

TOLERANCE = 1e-6
SDTYPES = {
    "number": "numerical", "place": "numerical", "duration": "numerical", "category": "categorical",
    "boolean": "boolean", "date": "datetime", "datetime": "datetime",
}  # fmt: skip


def shuffled(table):
    """Every column in an order of its own: the columns are right, and nothing goes together."""
    rng = np.random.default_rng(0)
    return pa.table({name: table.column(name).take(rng.permutation(table.num_rows)) for name in table.column_names})


def resampled(table, share=0.6):
    """Most rows, some of them more than once, and one column in four shuffled: bad in part."""
    rng = np.random.default_rng(1)
    rows = table.take(rng.integers(0, table.num_rows, int(share * table.num_rows)))
    wrong = shuffled(rows)
    return pa.table({n: (wrong if i % 4 == 0 else rows).column(n) for i, n in enumerate(rows.column_names)})


def made(rows, seed):
    """Numbers, moments, days, categories, yes and no; some of each are missing."""
    rng = np.random.default_rng(seed)
    amount = rng.lognormal(3, 1, rows)
    columns = {
        "amount": np.round(amount, 2),
        "count": rng.poisson(amount / 4),
        "when": (1.6e9 + 1e7 * rng.normal(size=rows) + 1e5 * amount).astype("int64"),
        "day": (18000 + amount + rng.integers(0, 50, rows)).astype("int32"),
        "size": np.array(["small", "middle", "large"])[np.digitize(amount, [15, 40])],
        "paid": rng.random(rows) < 1 / (1 + amount / 20),
        "shop": rng.choice([f"shop {i}" for i in range(300)], rows),
    }
    types = {"when": pa.timestamp("s"), "day": pa.date32()}
    return pa.table(
        {n: pa.array(v, mask=rng.random(rows) < 0.1).cast(types.get(n, pa.array(v).type)) for n, v in columns.items()}
    )


SAMPLES = ("ours", "held-out", "shuffled", "resampled")


@cache
def case(name, sample):
    """A case whose synthetic rows are a sample of parhelion's, unseen real rows, or train rows made bad."""
    if name == "made":
        train, test = made(6000, 0), made(3000, 1)
    else:
        train, test = split(name).train, split(name).test
    kept = BENCH / "parhelion" / name / "0.csv"
    if sample == "ours" and not kept.is_file():
        pytest.skip(f"no sample of parhelion's in {kept}; `make bench` makes it")
    real = case_of(train, kept if sample == "ours" else test, test)
    change = {"shuffled": shuffled, "resampled": resampled}.get(sample)
    return replace(real, synthetic=change(real.train)) if change else real


def as_pandas(table):
    frame = table.to_pandas(date_as_object=False)
    for name in table.column_names:  # categories that are numbers stay such, with missing ones beside them
        if pa.types.is_boolean(table.schema.field(name).type):
            frame[name] = frame[name].astype(object)
    return frame


def told(case):
    """The two tables and their metadata, as SDMetrics takes them."""
    kinds = {column.name: SDTYPES[column.kind] for column in case.columns}
    frames = [as_pandas(table.select(list(kinds))) for table in (case.train, case.synthetic)]
    return *frames, {"columns": {name: {"sdtype": kind} for name, kind in kinds.items()}}


@cache
def quality(name, sample):
    """The scores of SDMetrics' QualityReport, by property."""
    from sdmetrics.reports import QualityReport

    train, synthetic, metadata = told(case(name, sample))
    report = QualityReport()
    report.generate({"table": train}, {"table": synthetic}, {"tables": {"table": metadata}}, verbose=False)
    return dict(report.get_properties().set_index("Property")["Score"])


def details(of, name, sample):
    """Every figure of a property of SDMetrics, also of pairs that its QualityReport leaves out as too weak."""
    of.get_score(*told(case(name, sample)))
    return of.details.to_dict("records")


@cache
def ours(name, sample):
    return measure(case(name, sample))


def score(name, sample, key):
    return {each.key: each.value for each in ours(name, sample).scores}[key]


pytestmark = [
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.parametrize(
        ("name", "sample"),
        [(n, s) for n in ("adult", "shoppers", "made") for s in SAMPLES if (n, s) != ("made", "ours")],
    ),
]


def test_column_shapes(name, sample):
    """The same distances, column for column, and the same mean."""
    from sdmetrics.reports.single_table._properties import ColumnShapes

    for row in details(ColumnShapes(), name, sample):
        mine = ours(name, sample).column(row["Column"]).to_train
        assert 1 - mine == pytest.approx(row["Score"], abs=TOLERANCE), row
    mean = quality(name, sample)["Column Shapes"]
    assert score(name, sample, "fidelity.shapes") == pytest.approx(mean, abs=TOLERANCE)


def test_column_pair_trends(name, sample):
    """The same pairs told, the same similarities, and the same mean over the pairs that SDMetrics counts."""
    from sdmetrics.reports.single_table._properties import ColumnPairTrends

    found = {(pair.first, pair.second): pair.to_train for pair in ours(name, sample).pairs}
    every = details(ColumnPairTrends(), name, sample)
    assert len(found) == len(every)
    for row in every:
        mine = found[row["Column 1"], row["Column 2"]]
        assert (mine is None) == np.isnan(row["Score"]), row
        assert mine is None or 1 - mine == pytest.approx(row["Score"], abs=TOLERANCE), row
    mean = quality(name, sample)["Column Pair Trends"]
    assert score(name, sample, "fidelity.trends") == pytest.approx(mean, abs=TOLERANCE)
