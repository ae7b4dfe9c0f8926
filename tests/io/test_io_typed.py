"""Parquet, Arrow and JSON files, and folders of parts."""

import datetime as dt
import gzip
import json
from decimal import Decimal

import pyarrow as pa
import pytest
from pyarrow import feather, ipc, parquet

from parhelion.errors import DataError, FileFormatError
from parhelion.io import open_sink, open_source

UTC = dt.UTC
TABLE = pa.table(
    {
        "int": pa.array([1, None, 3], pa.int32()),
        "big": pa.array([2**63 - 1, None, -(2**63)], pa.int64()),
        "float": pa.array([1.5, float("nan"), None]),
        "text": ["x", None, ""],
        "bool": [True, None, False],
        "date": [dt.date(2020, 2, 29), None, dt.date(1, 1, 1)],
        "time": pa.array([dt.datetime(2020, 1, 1, 12, tzinfo=UTC), None, None], pa.timestamp("us", "Europe/Berlin")),
        "delta": [dt.timedelta(hours=1), None, dt.timedelta(days=-1)],
        "decimal": [Decimal("1.50"), None, Decimal("-2.25")],
        "category": pa.array(["b", "a", "b"]).dictionary_encode(),
        "ordered": pa.DictionaryArray.from_arrays(pa.array([0, 1, None], pa.int8()), ["low", "high"], ordered=True),
        "nothing": pa.nulls(3),
    }
)


def same(one, other):
    """Equal, types and all; NaN equals NaN here."""
    return one.schema == other.schema and repr(one.to_pylist()) == repr(other.to_pylist())


def test_parquet_is_typed_as_it_lies_there(tmp_path):
    path = tmp_path / "people.parquet"
    parquet.write_table(TABLE, path, row_group_size=2)
    source = open_source(path)
    assert (source.name, source.untyped, source.rows, source.dialect) == ("people", False, 3, None)
    assert source.schema.equals(TABLE.schema)
    assert same(source.table(), TABLE)
    for _ in range(2):
        assert [b.num_rows for b in source.batches(2)] == [2, 1]


@pytest.mark.parametrize("ending", ["arrow", "feather", "ipc"])
@pytest.mark.parametrize("stream", [False, True])
def test_arrow_files_and_streams_are_read(tmp_path, ending, stream):
    path = tmp_path / f"t.{ending}"
    with (ipc.new_stream if stream else ipc.new_file)(str(path), TABLE.schema) as writer:
        writer.write_table(TABLE)
    source = open_source(path)
    assert source.rows == (None if stream else 3)
    assert same(source.table(), TABLE)
    assert [b.num_rows for b in source.batches(2)] == [2, 1]
    assert same(source.table(), TABLE)


def test_compressed_feather_is_read(tmp_path):
    feather.write_feather(TABLE.drop_columns(["time"]), str(tmp_path / "t.feather"), compression="zstd")
    assert open_source(tmp_path / "t.feather").table().num_rows == 3


def test_a_schema_tells_nothing_of_the_data_beside_types(tmp_path):
    field = pa.field("a", pa.int64(), metadata={"levels": "secret"})
    table = pa.table([[1]], schema=pa.schema([field], metadata={"pandas": "secret"}))
    parquet.write_table(table, tmp_path / "t.parquet")
    for source in (open_source(tmp_path / "t.parquet"), open_source(table)):
        assert source.schema.metadata is None
        assert source.schema.field("a").metadata is None


@pytest.mark.parametrize("ending", ["parquet", "arrow"])
def test_columns_that_hold_more_than_values_are_refused_all_at_once(tmp_path, ending):
    table = pa.table({"id": [1], "tags": [["x"]], "place": [{"lat": 1.0}], "photo": [b"x"], "": [1]})
    path = tmp_path / f"t.{ending}"
    parquet.write_table(table, path) if ending == "parquet" else feather.write_feather(table, str(path))
    for given in (path, table):
        with pytest.raises(DataError) as caught:
            open_source(given)
        name = "t" if given is path else "table"
        message = str(caught.value)
        assert "4 problems:" in message
        assert "column 5 has no name" in message
        assert f"{name}.tags: values of type list<" in message
        assert "hold other values: drop the column, or flatten it into columns of single values" in message
        assert f"{name}.place: values of type struct<lat: double>" in message
        assert f"{name}.photo: values of type binary are bytes: drop the column, or turn them into text" in message


@pytest.mark.parametrize("ending", ["parquet", "arrow"])
def test_a_damaged_file_is_an_error(tmp_path, ending):
    path = tmp_path / f"t.{ending}"
    with open_sink(path, TABLE.schema) as sink:
        sink.write(TABLE)
    data = path.read_bytes()
    for kept in (data[: len(data) // 2], b"text, not a table\n"):
        path.write_bytes(kept)
        with pytest.raises(FileFormatError, match="damaged or cut short"):
            open_source(path).table()


def test_types_that_kernels_lack_are_read_as_their_neighbours(tmp_path):
    table = pa.table({"half": pa.array([1.5, None], pa.float16()), "view": pa.array(["x", None], pa.string_view())})
    source = open_source(table)
    assert source.schema.types == [pa.float32(), pa.large_string()]
    assert source.restore(source.table()).equals(table)
    feather.write_feather(table.select(["half"]), str(tmp_path / "t.arrow"))
    assert open_source(tmp_path / "t.arrow").table()["half"].to_pylist() == [1.5, None]


def put(folder, text, name="t.jsonl"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


LINES = '{"a": 1, "b": "2020-01-01"}\n\n{"b": "é\\u0041", "c": true}\n{"a": 1.5, "c": null}'
ROWS = [{"a": 1.0, "b": "2020-01-01", "c": None}, {"a": None, "b": "éA", "c": True}, {"a": 1.5, "b": None, "c": None}]


@pytest.mark.parametrize("name", ["t.jsonl", "t.ndjson", "t.jsonl.gz", "t.json"])
def test_lines_of_json_are_typed_and_text_stays_text(tmp_path, name):
    source = open_source(put(tmp_path, gzip.compress(LINES.encode()) if name.endswith("gz") else LINES, name))
    assert source.schema == pa.schema([("a", pa.float64()), ("b", pa.string()), ("c", pa.bool_())])
    assert (source.name, source.untyped) == ("t", False)
    assert source.table().to_pylist() == ROWS
    assert sum(b.num_rows for b in source.batches(2)) == 3


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_an_array_of_objects_is_read(tmp_path, mark):
    path = put(tmp_path, mark + json.dumps([{"a": 1, "b": "x\ny"}, {"a": 2}], indent=1), "t.json")
    assert open_source(path).table().to_pylist() == [{"a": 1, "b": "x\ny"}, {"a": 2, "b": None}]


def test_types_that_come_late_are_seen(tmp_path):
    path = put(tmp_path, '{"a": null, "b": 1}\n' * 600_000 + '{"a": "x", "b": 0.5, "c": 1}\n')
    source = open_source(path)
    assert source.schema == pa.schema([("a", pa.string()), ("b", pa.float64()), ("c", pa.int64())])
    assert source.table()[600_000 - 1 :].to_pylist() == [{"a": None, "b": 1.0, "c": None}, {"a": "x", "b": 0.5, "c": 1}]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("\n \n", "there is no object with a key in it"),
        ("{}\n", "there is no object with a key in it"),
        ('{"a": 1}\n{"a":\n', "line 2: not JSON (Expecting value"),
        ('{"a": 1}\n[1]\n', "line 2: a list where an object is expected"),
        (
            '{"a": 1}\n{"a": "x"}\n',
            "line 2: 'a' is a text, before it was a number: write all as texts, or all as numbers",
        ),
        ('{"a": {"b": 1}}\n', "t.a: values of type struct<b: int64> hold other values"),
        ('{"a": 1, "a": 2}\n', "twice"),
        ('{"a": 1}\n{"a": 9223372036854775808}\n', "line 2: 'a' is 9223372036854775808, an integer beyond 64 bits"),
        (b'{"a": "\xc3\xa9\xc3\xa9\xff"}\n', "not UTF-8 at byte 11 (line 1): 0xff"),
        (b'{"a": "\xe9"}\n', "JSON is UTF-8, and this is cp1252"),
    ],
)
def test_what_is_no_table_in_json_is_refused(tmp_path, text, said):
    with pytest.raises(FileFormatError) as caught:
        open_source(put(tmp_path, text))
    assert said in str(caught.value)


def test_problems_of_json_are_told_with_lines_even_far_down(tmp_path):
    path = put(tmp_path, '{"a": "x"}\n' * 1_000_000 + '{"a": 1}\n{"a": true}\n')
    with pytest.raises(FileFormatError) as caught:
        open_source(path)
    assert "line 1000001: 'a' is a number, before it was a text" in str(caught.value)
    assert "line 1000002: 'a' is a boolean" in str(caught.value)


def test_large_integers_are_exact(tmp_path):
    path = put(tmp_path, '{"a": 9223372036854775807, "b": "x: 12345678901234567890, "}\n')
    assert open_source(path).table()["a"].to_pylist() == [2**63 - 1]


def test_an_array_that_is_cut_is_refused(tmp_path):
    with pytest.raises(FileFormatError, match="not JSON"):
        open_source(put(tmp_path, '[{"a": 1},', "t.json"))


@pytest.mark.parametrize("ending", ["csv", "parquet", "arrow", "jsonl", "csv.gz"])
def test_a_folder_of_parts_is_one_table_in_the_order_of_names(tmp_path, ending):
    folder = tmp_path / "people"
    folder.mkdir()
    for part in (2, 0, 1):
        table = pa.table({"a": [str(part)] * 2, "b": ["x", "y"]})
        with open_sink(folder / f"part-{part}.{ending}", table.schema) as sink:
            sink.write(table)
    (folder / "_SUCCESS").touch()
    (folder / ".hidden.txt").touch()
    source = open_source(folder)
    assert source.name == "people"
    assert source.untyped == ending.startswith("csv")
    assert source.rows == (6 if ending in {"parquet", "arrow"} else None)
    assert source.table()["a"].to_pylist() == list("001122")
    assert [b.num_rows for b in source.batches(1)] == [1] * 6
    assert source.notes == ()


def test_parts_may_differ_in_order_and_width_of_numbers(tmp_path):
    parquet.write_table(pa.table({"a": pa.array([1], pa.int8()), "b": ["x"]}), tmp_path / "1.parquet")
    parquet.write_table(pa.table({"b": pa.nulls(1), "a": [2.5]}), tmp_path / "2.parquet")
    assert open_source(tmp_path).table().to_pylist() == [{"a": 1.0, "b": "x"}, {"a": 2.5, "b": None}]


def test_parts_with_other_columns_are_told_by_name(tmp_path):
    put(tmp_path, "a,b\n1,2\n", "1.csv")
    put(tmp_path, "a,c\n1,2\n", "2.csv")
    put(tmp_path, "a\n1\n", "3.csv")
    with pytest.raises(FileFormatError) as caught:
        open_source(tmp_path)
    assert "2.csv does not fit 1.csv: it lacks 'b'; it also has 'c'" in str(caught.value)
    assert "3.csv does not fit 1.csv: it lacks 'b'" in str(caught.value)
    assert "if these are tables of their own, give one file" in str(caught.value)


def test_parts_with_other_types_are_told_by_name(tmp_path):
    parquet.write_table(pa.table({"a": [1]}), tmp_path / "1.parquet")
    parquet.write_table(pa.table({"a": ["x"]}), tmp_path / "2.parquet")
    with pytest.raises(FileFormatError, match=r"2\.parquet does not fit 1\.parquet: .*int64.*string"):
        open_source(tmp_path)


def test_a_folder_without_parts_or_with_several_formats_is_refused(tmp_path):
    with pytest.raises(FileFormatError, match="no parts of a table here: they end in"):
        open_source(tmp_path)
    (tmp_path / "year=2020").mkdir()
    with pytest.raises(FileFormatError, match=r"but folders \(year=2020\): give one of them"):
        open_source(tmp_path)
    put(tmp_path, "a\n1\n", "1.csv")
    put(tmp_path, '{"a": 1}\n', "2.jsonl")
    with pytest.raises(FileFormatError, match=r"these \.csv, \.jsonl: give one file"):
        open_source(tmp_path)


def test_what_a_folder_holds_beside_parts_is_told(tmp_path):
    put(tmp_path, "a\n1\n", "1.csv")
    put(tmp_path, "read me", "README.md")
    assert open_source(tmp_path).notes == (f"{tmp_path.name}: not read, as no parts of a table: README.md",)
