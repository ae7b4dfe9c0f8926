"""Whatever the table: learned, made, written, saved and loaded."""

from datetime import timedelta

import pandas as pd
import polars as pl
import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import parhelion as ph

CELLS = {
    "integer": st.integers(-(2**63), 2**63 - 1),
    "few": st.integers(0, 3),
    "float": st.floats(),
    "text": st.text(max_size=8),
    "boolean": st.booleans(),
    "date": st.dates(),
    "moment": st.datetimes(),
    "length": st.timedeltas(timedelta(-100_000), timedelta(100_000)),
    "decimal": st.decimals(-(10**6), 10**6, places=3),
}


@st.composite
def tables(draw):
    """One to four columns of one to eighty rows, each of at most twelve values."""
    rows, columns = draw(st.integers(1, 80)), {}
    for place in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(sorted(CELLS)))
        cells = CELLS[kind] if draw(st.booleans()) else st.none() | CELLS[kind]
        values, order = draw(st.lists(cells, min_size=1, max_size=12)), draw(st.randoms())
        columns[f"{kind} {place}"] = [order.choice(values) for _ in range(rows)]
    return pa.table(columns)


def types(frame):
    return frame.dtypes.to_dict() if isinstance(frame, pd.DataFrame) else frame.schema


@given(tables(), st.sampled_from([1, 3, 10]), st.sampled_from([lambda table: table, pl.from_arrow, pa.Table.to_pandas]))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_table_has_a_model(tmp_path_factory, table, protect, make):
    folder = tmp_path_factory.mktemp("any")
    try:
        real = make(table)
    except pa.ArrowInvalid:  # pandas has no such moment
        real = table
    model = ph.fit(real, min_rows=1, protect=protect)
    # pandas holds no missing value among booleans, and a value too rare to be shown is missing
    hidden = any("it is left out" in note or "a missing value stands for all" in note for note in model.notes)
    assert types(model.sample(30)) == types(real) or hidden
    model.save(folder / "m.parhelion")
    for ending in ("csv", "parquet", "arrow", "jsonl"):
        model.write(folder / f"one.{ending}", 20)
        ph.load(folder / "m.parhelion").write(folder / f"two.{ending}", 20)
        assert (folder / f"one.{ending}").read_bytes() == (folder / f"two.{ending}").read_bytes()
