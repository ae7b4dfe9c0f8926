"""Frames: the same type comes back, with the same dtypes."""

import datetime as dt
from decimal import Decimal

import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from pandas.testing import assert_frame_equal as same_pandas
from polars.testing import assert_frame_equal as same_polars

from parhelion.errors import DataError
from parhelion.io import open_source

PANDAS = pd.DataFrame(
    {
        "int64": [1, 2, 3],
        "uint8": np.array([1, 2, 3], "uint8"),
        "Int64": pd.array([2**60 + 1, None, 3], dtype="Int64"),
        "float": [1.5, np.nan, np.inf],
        "float32": np.array([1.5, np.nan, 3], "float32"),
        "float16": np.array([1.5, np.nan, 3], "float16"),
        "Float64": pd.array([1.5, None, 3], dtype="Float64"),
        "bool": [True, False, True],
        "boolean": pd.array([True, None, False], dtype="boolean"),
        "objects": pd.Series(["a", None, "b"], dtype=object),
        "nan objects": pd.Series(["a", np.nan, "b"], dtype=object),
        "bool objects": pd.Series([True, None, False], dtype=object),
        "date objects": pd.Series([dt.date(2020, 1, 1), None, dt.date(2021, 1, 1)], dtype=object),
        "decimal objects": pd.Series([Decimal("1.50"), None, Decimal("2.25")], dtype=object),
        "str": pd.Series(["a", None, "b"], dtype="str"),
        "string": pd.array(["a", None, "b"], dtype="string[python]"),
        "string arrow": pd.array(["a", None, "b"], dtype="string[pyarrow]"),
        "arrow": pd.array([1, None, 3], dtype=pd.ArrowDtype(pa.int16())),
        "arrow text": pd.array(["a", None, "b"], dtype=pd.ArrowDtype(pa.string())),
        "category": pd.Categorical(["b", None, "a"], categories=["b", "a", "never"]),
        "ordered": pd.Categorical(["low", "high", "low"], categories=["low", "mid", "high"], ordered=True),
        "int category": pd.Categorical([2, 1, 2]),
        "day category": pd.Categorical(pd.to_datetime(["2020-01-01", None, "2021-01-01"])),
        "ns": pd.to_datetime(["2020-01-01", None, "2021-01-01"]).as_unit("ns"),
        "us": pd.to_datetime(["2020-01-01", None, "2021-01-01"]).as_unit("us"),
        "s": pd.to_datetime(["2020-01-01", None, "2021-01-01"]).as_unit("s"),
        "zone": pd.to_datetime(["2020-01-01", None, "2021-07-01"]).as_unit("ns").tz_localize("Europe/Berlin"),
        "utc": pd.to_datetime(["2020-01-01", None, "2021-07-01"]).tz_localize("UTC"),
        "delta": pd.to_timedelta(["1h", None, "-2 days"]).as_unit("ns"),
        "sparse": pd.arrays.SparseArray([0.0, 1.0, np.nan]),
        "nothing": pd.Series([None, None, None], dtype=object),
    }
)

POLARS = pl.DataFrame(
    {
        "i8": pl.Series([1, None, 3], dtype=pl.Int8),
        "u64": pl.Series([2**64 - 1, None, 3], dtype=pl.UInt64),
        "f32": pl.Series([1.5, None, float("nan")], dtype=pl.Float32),
        "text": ["x", None, ""],
        "bool": [True, None, False],
        "category": pl.Series(["b", "a", None], dtype=pl.Categorical),
        "enum": pl.Series(["b", "a", None], dtype=pl.Enum(["b", "never", "a"])),
        "date": [dt.date(2020, 1, 1), None, dt.date(2021, 1, 1)],
        "ms": pl.Series([dt.datetime(2020, 1, 1), None, None], dtype=pl.Datetime("ms")),
        "zone": pl.Series([dt.datetime(2020, 1, 1), None, None], dtype=pl.Datetime("us", "Europe/Berlin")),
        "delta": pl.Series([dt.timedelta(hours=1), None, None], dtype=pl.Duration("ns")),
        "time": [dt.time(1, 2, 3), None, None],
        "decimal": pl.Series([Decimal("1.50"), None, Decimal(2)], dtype=pl.Decimal(10, 2)),
        "nothing": [None, None, None],
    }
)


@pytest.mark.parametrize("name", PANDAS.columns)
def test_every_dtype_of_pandas_comes_back(name):
    frame = PANDAS[[name]]
    source = open_source(frame)
    back = source.restore(source.table())
    assert type(back) is pd.DataFrame
    same_pandas(back, frame)
    empty = source.restore(source.table().slice(0, 0))
    assert empty.dtypes.equals(frame.dtypes)
    assert source.notes == ()


def test_a_pandas_frame_comes_back_whole_and_source_has_its_facts():
    source = open_source(PANDAS)
    same_pandas(source.restore(source.table()), PANDAS)
    assert (source.name, source.untyped, source.rows, source.dialect) == ("table", False, 3, None)
    assert source.schema.names == list(PANDAS.columns)


def test_nan_is_missing_in_pandas_and_a_value_elsewhere():
    values = [1.0, float("nan"), None]
    assert open_source(pd.DataFrame({"a": values})).table()["a"].null_count == 2
    assert (
        open_source(pd.DataFrame({"a": pd.array([1.0, np.nan], pd.ArrowDtype(pa.float64()))})).table()["a"].null_count
        == 1
    )
    assert open_source(pl.DataFrame({"a": values})).table()["a"].null_count == 1
    assert open_source(pa.table({"a": values})).table()["a"].null_count == 1


def test_text_comes_back_as_the_dtype_however_arrow_brings_it():
    source = open_source(PANDAS[["category", "objects", "str"]])
    table = source.table().set_column(0, "category", pa.chunked_array([["a"], ["b", None]]))
    table = table.set_column(1, "objects", pa.array(["a", None, "b"]).dictionary_encode())
    back = source.restore(table.set_column(2, "str", pa.array(["a", None, "b"], pa.string())))
    assert back.dtypes.equals(PANDAS[["category", "objects", "str"]].dtypes)
    assert back["category"].tolist()[:2] == ["a", "b"]


def test_values_that_are_new_are_added_to_categories():
    frame = pd.DataFrame({"c": pd.Categorical(["x", "y"], ordered=True)})
    source = open_source(frame)
    back = source.restore(pa.table({"c": ["new", "x", None]}))
    assert back["c"].cat.categories.tolist() == ["x", "y", "new"]
    assert back["c"].tolist()[:2] == ["new", "x"]
    source = open_source(pl.DataFrame({"c": pl.Series(["x"], dtype=pl.Enum(["x"]))}))
    back = source.restore(pa.table({"c": ["new", "x", None]}))
    assert back["c"].dtype == pl.Enum(["x", "new"])
    assert back["c"].to_list() == ["new", "x", None]


def test_gaps_where_numpy_has_none_are_floats_as_pandas_has_it():
    source = open_source(pd.DataFrame({"a": [1, 2]}))
    assert source.restore(pa.table({"a": pa.array([1, None])}))["a"].dtype == np.float64


def test_an_index_is_left_out_and_said():
    frame = pd.DataFrame({"a": [1, 2]}, index=pd.Index(["x", "y"], name="key"))
    source = open_source(frame)
    assert source.notes == ("the index 'key' is not a column and was left out; reset_index() makes it one",)
    same_pandas(source.restore(source.table()), frame.reset_index(drop=True))
    assert open_source(frame.rename_axis(None)).notes == (
        "the index is not a column and was left out; reset_index() makes it one",
    )


@pytest.mark.parametrize(
    "names",
    [
        pd.RangeIndex(2),
        pd.Index([1, "b"]),
        pd.Index([1.5, None]),
        pd.MultiIndex.from_tuples([("a", "x"), ("a", "y")], names=["p", "q"]),
        pd.Index(["a", "b"], name="letters"),
    ],
)
def test_names_of_pandas_that_are_no_texts_come_back(names):
    frame = pd.DataFrame([[1, 2.5]], columns=names)
    source = open_source(frame)
    assert source.schema.names == [str(name) for name in names]
    same_pandas(source.restore(source.table()), frame)


@pytest.mark.parametrize("values", [[1, "b", None], ["a", 2.5, None], [True, 1, None], [2**70, 1, None]])
def test_mixed_objects_become_text_and_that_is_said(values):
    frame = pd.DataFrame({"m": pd.Series(values, dtype=object)})
    source = open_source(frame)
    (note,) = source.notes
    assert note.startswith("table.m: values of mixed types (")
    assert source.schema.field("m").type == pa.string()
    back = source.restore(source.table())
    assert back["m"].dtype == object
    assert back["m"].tolist() == [str(values[0]), str(values[1]), None]


@pytest.mark.parametrize("names", [["a", "b", "a"], [1, 2, "1"]])
def test_names_that_come_twice_are_refused_with_positions(names):
    with pytest.raises(DataError, match=r"columns 1 and 3 are both called '.': rename the later one"):
        open_source(pd.DataFrame([[1, 2, 3]], columns=names))


def test_columns_that_cannot_be_learned_are_refused_all_at_once():
    frame = pd.DataFrame(
        {"ok": [1], "z": [1j], "l": [[1]], "p": pd.period_range("2020", periods=1, freq="M"), "b": [b"x"]}
    )
    with pytest.raises(DataError, match=r"table\.z: values of dtype complex128 cannot be read"):
        open_source(frame)
    with pytest.raises(DataError) as caught:
        open_source(frame.drop(columns="z"))
    for name in "lpb":
        assert f"table.{name}: values of type " in str(caught.value)


@pytest.mark.parametrize("name", POLARS.columns)
def test_every_dtype_of_polars_comes_back(name):
    frame = POLARS.select(name)
    source = open_source(frame)
    back = source.restore(source.table())
    assert type(back) is pl.DataFrame
    same_polars(back, frame)
    assert source.restore(source.table().slice(0, 0)).schema == frame.schema


def test_a_lazy_frame_comes_back_lazy():
    source = open_source(POLARS.lazy())
    back = source.restore(source.table())
    assert type(back) is pl.LazyFrame
    same_polars(back.collect(), POLARS)


def test_polars_types_that_arrow_lacks_are_refused():
    frame = pl.DataFrame({"wide": pl.Series([1], dtype=pl.Int128), "o": [1]})
    with pytest.raises(DataError, match=r"table\.wide: Arrow has no Int128: cast it to Int64, or to text"):
        open_source(frame)
    with pytest.raises(DataError, match=r"table\.l: values of type large_list"):
        open_source(pl.DataFrame({"l": [[1]]}))
    with pytest.raises(DataError, match=r"table\.o: values of type fixed_size_binary\[8\] are bytes"):
        open_source(pl.DataFrame({"o": pl.Series([object()], dtype=pl.Object)}))


ARROW = pa.table(
    {"a": pa.array([1, None], pa.int8()), "b": pa.array(["x", "y"]).dictionary_encode()}, metadata={"whose": "theirs"}
)


def test_an_arrow_table_comes_back_with_types_and_metadata():
    source = open_source(ARROW)
    back = source.restore(pa.table({"a": pa.array([1, 2], pa.int64()), "b": ["y", "z"]}))
    assert back.schema.equals(ARROW.schema, check_metadata=True)
    assert back.to_pylist() == [{"a": 1, "b": "y"}, {"a": 2, "b": "z"}]
    assert source.restore(source.table()).equals(ARROW, check_metadata=True)


def test_a_record_batch_and_a_stream_come_back():
    batch = ARROW.to_batches()[0]
    source = open_source(batch)
    assert source.restore(source.table()).equals(batch, check_metadata=True)
    assert source.restore(source.table().slice(0, 0)).num_rows == 0
    source = open_source(pa.RecordBatchReader.from_batches(ARROW.schema, [batch]))
    assert source.notes == ("a pyarrow.RecordBatchReader comes back as a pyarrow.Table",)
    assert source.restore(source.table()).equals(ARROW)


class Stranger:
    """A frame that nobody knows, with the Arrow interface."""

    def __init__(self, table):
        self.inside = table

    def __arrow_c_stream__(self, requested_schema=None):
        return self.inside.__arrow_c_stream__(requested_schema)


class Friend(Stranger):
    @classmethod
    def from_arrow(cls, table):
        return cls(table)


def test_whatever_gives_an_arrow_stream_is_read():
    source = open_source(Stranger(ARROW))
    assert source.restore(source.table()).equals(ARROW)
    assert "comes back as a pyarrow.Table" in source.notes[0]
    source = open_source(Friend(ARROW))
    assert type(source.restore(source.table())) is Friend
    assert source.notes == ()


def test_frames_of_narwhals_are_read_too():
    source = open_source(nw.from_native(POLARS))
    back = source.restore(source.table())
    assert isinstance(back, nw.DataFrame)
    same_polars(back.to_native(), POLARS)


@pytest.mark.parametrize("thing", [{"a": [1]}, [{"a": 1}], [1], np.zeros((2, 2)), 3, None, pa.array([1])])
def test_what_is_no_table_is_refused(thing):
    with pytest.raises(DataError, match=r"is no table: make it one first, for example with pyarrow.table\(\.\.\.\)"):
        open_source(thing)


@pytest.mark.parametrize("series", [pd.Series([1]), pl.Series([1])])
def test_a_series_is_refused(series):
    with pytest.raises(DataError, match=r"Series is one column, no table: give frame\[\[name\]\]"):
        open_source(series)


@pytest.mark.parametrize("frame", [pd.DataFrame(), pl.DataFrame(), pa.table({})])
def test_a_frame_without_columns_is_refused(frame):
    with pytest.raises(DataError, match="there are no columns"):
        open_source(frame)


@pytest.mark.parametrize(
    "frame", [pd.DataFrame({"a": []}), pl.DataFrame({"a": []}), pa.table({"a": pa.array([], pa.int8())})]
)
def test_a_frame_without_rows_is_a_table_without_rows(frame):
    source = open_source(frame)
    assert source.rows == 0
    assert list(source.batches()) == []
    assert len(source.restore(source.table())) == 0


def test_batches_of_a_frame_are_no_longer_than_asked():
    source = open_source(pl.DataFrame({"a": range(10)}))
    for _ in range(2):
        assert [b.num_rows for b in source.batches(4)] == [4, 4, 2]
