"""Discovery on whatever a file may hold: it decides, and never falls over."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parhelion.schema import Schema, discover, native, spelled, stored

ODD = (
    "", "NA", "1", "-1", "1.5", "1,5", "1.234,5", "$1", "1%", "2024-01-01", "31.12.2024", "12:30", "PT1H", "yes", "no",
    "a@b.de", "+49 170 1234567", "inf", "nan", "1e5", "00012", "9" * 50, "(1)", "-", ".", "1-2-3", "Jan 5, 2024", "P",
    "2024-13-45", "0x1", "1e400", "-0",
)  # fmt: skip
CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(ODD)


@settings(max_examples=400, deadline=None)
@given(
    cells=st.lists(CELLS, max_size=12),
    name=st.sampled_from(["x", "id", "date", "name", "phone", "zip", "lat", "email", "code", ""]),
)
def test_any_cells_are_of_some_kind_and_can_be_read(cells, name):
    column = pa.array(cells, pa.string())
    spec = discover(pa.table({name: column}), untyped=True).columns[0]
    values = native(column, spec)
    assert len(values) == len(cells)
    again = native(spelled(values, spec), spec)
    assert again.equals(values) or str(again) == str(values)


VALUES = st.one_of(
    st.lists(st.integers(-(2**63), 2**63 - 1) | st.none()).map(lambda v: pa.array(v, pa.int64())),
    st.lists(st.integers(0, 3) | st.none()).map(lambda v: pa.array(v, pa.int8())),
    st.lists(st.floats() | st.none()).map(lambda v: pa.array(v, pa.float64())),
    st.lists(st.floats(width=32) | st.none()).map(lambda v: pa.array(v, pa.float32())),
    st.lists(st.booleans() | st.none()).map(lambda v: pa.array(v, pa.bool_())),
    st.lists(st.datetimes() | st.none()).map(lambda v: pa.array(v, pa.timestamp("us"))),
    st.lists(st.dates() | st.none()).map(lambda v: pa.array(v, pa.date32())),
    st.lists(st.times() | st.none()).map(lambda v: pa.array(v, pa.time64("us"))),
    st.lists(st.timedeltas(dt.timedelta(days=-(10**8)), dt.timedelta(days=10**8)) | st.none()).map(
        lambda v: pa.array(v, pa.duration("us"))
    ),
    st.lists(CELLS | st.none()).map(lambda v: pa.array(v, pa.large_string())),
    st.lists(CELLS | st.none()).map(lambda v: pa.array(v, pa.string()).dictionary_encode()),
)


@settings(max_examples=400, deadline=None)
@given(values=VALUES, name=st.sampled_from(["x", "id", "created_at", "lat", "phone", "code", "flag"]))
@example(values=pa.array([float("nan"), None]), name="created_at")
def test_any_typed_column_comes_back_in_its_type(values, name):
    spec = discover(pa.table({name: values}), untyped=False).columns[0]
    back = stored(native(values, spec), spec)
    assert len(back) == len(values)
    assert back.type == values.type
    spelled(native(values, spec), spec)


LONG = {
    "words": "word " * 200_000,
    "one word": "x" * 10**6,
    "digits": "1" * 10**6,
    "groups": "1," * 500_000,
    "a number": "+49 " + "1" * 10**6,
    "an address": "@" * 10**6 + "a@b.c",
    "dates": "2020-01-01" * 10**5,
    "dashes": "-" * 10**6,
}


@pytest.mark.parametrize("case", LONG)
def test_cells_of_a_million_characters(case):
    column = pa.array([LONG[case], "1", "2"])
    spec = discover(pa.table({"cell": column}), untyped=True).columns[0]
    assert native(column, spec).to_pylist() == column.to_pylist()


def test_two_thousand_columns():
    rng = np.random.default_rng(1)
    table = pa.table({f"column {n}": [str(v) for v in rng.integers(0, 40, 60)] for n in range(2000)})
    found = discover(table, untyped=True)
    assert len(found.columns) == 2000
    assert Schema.from_yaml(Schema(tables=(found,)).to_yaml()).tables[0].names == found.names


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "x" * 500,
        "Robert'); DROP TABLE students;--",
        "名前",
        "a\tb",
        "a\nb",
        "#",
        "- x: y",
        "{}",
        "🎉",
        "\u202e",
    ],
)
def test_names_of_every_sort(name):
    table = discover(pa.table([pa.array(["a", "b", "a"])], names=[name]), untyped=True)
    assert table.names == (name,)
    assert Schema.from_yaml(Schema(tables=(table,)).to_yaml()).tables[0].names == (name,)


def test_no_rows_and_one_row():
    assert {column.kind for column in discover(pa.table({"a": [], "b": []}), untyped=False).columns} == {"constant"}
    assert {column.kind for column in discover(pa.table({"a": ["1"], "b": ["x"]}), untyped=True).columns} == {
        "constant"
    }
