"""Outputs: every format comes back, and nothing half-written stays."""

import datetime as dt
import gzip
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from parhelion.errors import OutputError
from parhelion.io import Dialect, atomic_file, open_sink, open_source

TABLE = pa.table(
    {
        "int": pa.array([1, None, -3], pa.int16()),
        "float": [1.0, float("nan"), float("inf")],
        "text": ["x", None, 'a "b", c\nd'],
        "bool": [True, None, False],
        "date": [dt.date(2020, 2, 29), None, dt.date(1999, 1, 1)],
        "time": pa.array([dt.datetime(2020, 1, 1, 12, 30), None, None], pa.timestamp("ms")),
        "delta": pa.array([3_723_500, None, -500], pa.duration("ms")),
        "category": pa.array(["ü", "a", None]).dictionary_encode(),
        "nothing": pa.nulls(3),
    }
)
# So many rows that they are written before the end.
MANY = pa.concat_tables([TABLE.select(["int", "text"])] * 25_000).combine_chunks()
ENDINGS = ["csv", "tsv", "csv.gz", "csv.zst", "parquet", "pq", "arrow", "feather", "jsonl", "jsonl.gz", "ndjson.zst"]


def write(path, table=TABLE, **options):
    with open_sink(path, table.schema, **options) as sink:
        for batch in table.to_batches(table.num_rows // 2 + 1):
            sink.write(batch)


def break_off(path, *tables, raising, **options):
    with open_sink(path, tables[0].schema, **options) as sink:
        for table in tables:
            sink.write(table)
        raise raising


def left_in(folder):
    return sorted(p.name for p in folder.iterdir())


@pytest.mark.parametrize("ending", [*ENDINGS, "d/", ""])
def test_every_ending_comes_back(tmp_path, ending):
    path = f"{tmp_path}/out.{ending}".removesuffix(".")
    write(path)
    back = open_source(path).table()
    assert back.column_names == TABLE.column_names
    assert back["text"].to_pylist()[0::2] == TABLE["text"].to_pylist()[0::2]
    if "csv" not in ending and "tsv" not in ending and "json" not in ending:
        assert repr(back.to_pylist()) == repr(TABLE.to_pylist())
        assert back.schema == TABLE.schema
    assert left_in(tmp_path) == [f"out.{ending}".rstrip("./")]


def test_csv_quotes_what_needs_it_and_leaves_missing_values_empty(tmp_path):
    write(tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text() == (
        "int,float,text,bool,date,time,delta,category,nothing\n"
        "1,1.0,x,true,2020-02-29,2020-01-01 12:30:00.000,1:02:03.5,ü,\n"
        ",nan,,,,,,a,\n"
        '-3,inf,"a ""b"", c\nd",false,1999-01-01,,-0:00:00.5,,\n'
    )


def test_json_is_what_others_can_read(tmp_path):
    write(tmp_path / "t.jsonl")
    assert (tmp_path / "t.jsonl").read_text().splitlines()[0] == (
        '{"int": 1, "float": 1.0, "text": "x", "bool": true, "date": "2020-02-29", '
        '"time": "2020-01-01 12:30:00.000", "delta": "1:02:03.5", "category": "ü", "nothing": null}'
    )
    back = open_source(tmp_path / "t.jsonl").table()
    assert back["float"].to_pylist() == [1.0, None, None]
    assert back["text"].to_pylist() == TABLE["text"].to_pylist()


@pytest.mark.parametrize(
    ("dialect", "expected"),
    [
        (Dialect(";", newline="\r\n"), 'a;b\r\n1,5;"x;y"\r\n;\r\n'),
        (Dialect(quote_all=True), '"a","b"\n"1,5","x;y"\n"",""\n'),
        (Dialect("|", quote="'"), "a|b\n1,5|x;y\n|\n"),
        (Dialect("\t", backslash=True), "a\tb\n1,5\tx;y\n\t\n"),
    ],
)
def test_csv_is_written_in_a_dialect_and_read_in_the_same(tmp_path, dialect, expected):
    table = pa.table({"a": ["1,5", None], "b": ["x;y", ""]})
    write(tmp_path / "t.csv", table, dialect=dialect)
    assert (tmp_path / "t.csv").read_bytes().decode() == expected
    assert open_source(tmp_path / "t.csv").table().to_pylist() == [{"a": "1,5", "b": "x;y"}, {"a": "", "b": ""}]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_comes_back_in_its_own_dialect(tmp_path, encoding):
    text = 'name;"a \\"b\\" c";x\r\nZoë;"1 \\"2\\"; 3";4\r\n'
    (tmp_path / "in.csv").write_bytes(text.encode(encoding))
    source = open_source(tmp_path / "in.csv")
    write(tmp_path / "out.csv", source.table(), dialect=source.dialect)
    assert (tmp_path / "out.csv").read_bytes() == text.encode(encoding)


def test_a_character_that_the_encoding_lacks_is_an_error(tmp_path):
    with pytest.raises(OutputError, match="the character 'ł' cannot be written in the encoding"):
        write(tmp_path / "t.csv", pa.table({"a": ["ł"]}), dialect=Dialect(encoding="cp1252"))
    assert left_in(tmp_path) == []


def test_a_tsv_file_has_tabs_whatever_the_dialect(tmp_path):
    write(tmp_path / "t.tsv", pa.table({"a": ["1"], "b": ["2"]}), dialect=Dialect(";"))
    assert (tmp_path / "t.tsv").read_text() == "a\tb\n1\t2\n"


def test_text_is_spelled_and_types_are_not(tmp_path):
    def spell(batch):
        return pa.RecordBatch.from_arrays([pc.binary_join_element_wise("n", batch[0].cast(pa.string()), "")], ["int"])

    for name in ("t.csv", "t.parquet", "t.jsonl"):
        write(tmp_path / name, TABLE.select(["int"]), spell=spell)
    assert (tmp_path / "t.csv").read_text().splitlines() == ["int", "n1", '""', "n-3"]
    assert open_source(tmp_path / "t.parquet").schema.types == [pa.int16()]
    assert open_source(tmp_path / "t.jsonl").table()["int"].to_pylist() == [1, None, -3]


def test_rows_are_cast_to_the_schema_and_columns_found_by_name(tmp_path):
    with open_sink(tmp_path / "t.parquet", pa.schema([("a", pa.int8()), ("b", pa.string())])) as sink:
        sink.write(pa.table({"b": pa.array(["x"]).dictionary_encode(), "more": [0], "a": [1.0]}))
    assert open_source(tmp_path / "t.parquet").table().to_pylist() == [{"a": 1, "b": "x"}]


@pytest.mark.parametrize("ending", ["csv", "parquet", "arrow"])
def test_a_table_without_rows_keeps_its_columns(tmp_path, ending):
    write(tmp_path / f"t.{ending}", TABLE.slice(0, 0))
    back = open_source(tmp_path / f"t.{ending}").table()
    assert back.num_rows == 0
    assert back.column_names == TABLE.column_names


@pytest.mark.parametrize("ending", ["arrow", "parquet", "csv", "jsonl"])
def test_dictionaries_may_grow_from_batch_to_batch(tmp_path, ending):
    kind = pa.dictionary(pa.int8(), pa.string(), ordered=True)
    values = [["a", "b"] * 40_000, ["c", "a", None] * 30_000, ["d"] * 70_000]
    with open_sink(tmp_path / f"t.{ending}", pa.schema([("c", kind)])) as sink:
        for part in values:
            sink.write(pa.table({"c": pa.array(part).dictionary_encode()}))
    back = open_source(tmp_path / f"t.{ending}").table()["c"].to_pylist()
    assert [v or None for v in back] == [*values[0], *values[1], *values[2]]


def test_equal_tables_are_equal_files(tmp_path):
    for ending in ENDINGS:
        for name in ("a", "b"):
            write(tmp_path / f"{name}.{ending}")
        assert (tmp_path / f"a.{ending}").read_bytes() == (tmp_path / f"b.{ending}").read_bytes()
    assert gzip.decompress((tmp_path / "a.csv.gz").read_bytes()) == (tmp_path / "a.csv").read_bytes()


def test_a_folder_gets_parts_of_the_same_length(tmp_path):
    table = pa.table({"a": range(1000)})
    with open_sink(f"{tmp_path}/new/", table.schema, part_rows=300) as sink:
        for batch in table.to_batches(70):
            sink.write(batch)
    assert left_in(tmp_path / "new") == [f"part-0000{i}.parquet" for i in range(4)]
    assert [parquet.read_metadata(tmp_path / "new" / f"part-0000{i}.parquet").num_rows for i in range(4)] == [
        300,
        300,
        300,
        100,
    ]
    assert open_source(tmp_path / "new").table()["a"].to_pylist() == list(range(1000))
    with open_sink(tmp_path / "none", table.schema):
        pass
    assert open_source(tmp_path / "none").rows == 0


def test_a_folder_is_replaced_only_if_said_and_only_parts_of_ours(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    write(folder)
    write(folder, TABLE.slice(0, 1), overwrite=True)
    assert open_source(folder).rows == 1
    with pytest.raises(OutputError, match=r"is not empty; to replace it, say so: --overwrite, or overwrite=True"):
        open_sink(folder, TABLE.schema)
    (folder / "letters.txt").write_text("mine")
    with pytest.raises(OutputError, match=r"holds more than parts of a table \('letters.txt'\), and is not replaced"):
        open_sink(folder, TABLE.schema, overwrite=True)
    assert left_in(folder) == ["letters.txt", "part-00000.parquet"]
    assert left_in(tmp_path) == ["out"]


def test_a_stranger_that_appears_meanwhile_is_kept(tmp_path):
    folder, file = tmp_path / "out", tmp_path / "out.csv"
    with pytest.raises(OutputError, match="is not empty"), open_sink(folder, TABLE.schema):
        write(folder)
    with pytest.raises(OutputError, match="has come to exist meanwhile"), open_sink(file, TABLE.schema):
        file.write_text("mine")
    assert left_in(tmp_path) == ["out", "out.csv"]
    assert file.read_text() == "mine"


@pytest.mark.parametrize("name", [*(f"t.{ending}" for ending in ENDINGS), "folder"])
@pytest.mark.parametrize("fault", [KeyboardInterrupt, ValueError, OSError])
def test_nothing_stays_of_what_was_broken_off(tmp_path, name, fault):
    with pytest.raises(fault):
        break_off(tmp_path / name, MANY, MANY, raising=fault)
    assert left_in(tmp_path) == []


@pytest.mark.parametrize("name", ["t.csv", "t.parquet", "folder"])
def test_what_was_there_stays_where_writing_breaks_off(tmp_path, name):
    write(tmp_path / name, TABLE.slice(0, 1))
    with pytest.raises(KeyboardInterrupt):
        break_off(tmp_path / name, TABLE, raising=KeyboardInterrupt, overwrite=True)
    assert open_source(tmp_path / name).table().num_rows == 1
    write(tmp_path / name, overwrite=True)
    assert open_source(tmp_path / name).table().num_rows == 3
    assert left_in(tmp_path) == [name]


@pytest.mark.parametrize("name", ["t.csv", "t.parquet"])
def test_an_existing_file_is_replaced_only_if_said(tmp_path, name):
    path = tmp_path / name
    write(path)
    path.chmod(0o640)
    with pytest.raises(OutputError, match=r"t\.\w+' exists; to replace it, say so: --overwrite, or overwrite=True"):
        open_sink(path, TABLE.schema)
    write(path, overwrite=True)
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real.csv").touch()
    (tmp_path / "link.csv").symlink_to("real.csv")
    write(tmp_path / "link.csv", overwrite=True)
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").stat().st_size > 0


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nowhere/t.csv", "nowhere' does not exist; make it first"),
        ("nowhere/parts/", "nowhere' does not exist; make it first"),
        ("file/t.csv", "file' is not a folder; make it first"),
        ("file", "is a file, not a folder; files have endings: .csv"),
        ("t.cvs", "the ending '.cvs' is not one of a table; did you mean '.csv'?"),
        ("t.xlsx", "the ending '.xlsx' is not one of a table; there are: "),
        ("t.parquet.gz", "a .parquet file is compressed within: leave '.gz' away"),
        ("t.json", "one JSON array cannot be written bit by bit; did you mean '.jsonl'?"),
        ("n" * 300 + ".csv", "File name too long; nothing was left there; choose a shorter name"),
    ],
)
def test_a_place_that_cannot_be_written_is_refused_at_once(tmp_path, name, said):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError) as caught:
        open_sink(f"{tmp_path}/{name}", TABLE.schema)
    assert said in str(caught.value)
    assert left_in(tmp_path) == ["file"]


def test_a_device_is_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "t.csv")
    with pytest.raises(OutputError, match="it is a device or a pipe"):
        open_sink(tmp_path / "t.csv", TABLE.schema, overwrite=True)


@pytest.mark.parametrize("name", [*(f"t.{ending}" for ending in ENDINGS), "folder"])
def test_a_full_disk_is_an_error_and_nothing_stays(mounted, name):
    disk = mounted("size=200k")
    noise = pa.table({"a": np.random.default_rng(0).integers(0, 2**62, 300_000)})
    with pytest.raises(
        OutputError, match=f"cannot write '.*{name}': No space left on device; nothing was left there; free some space"
    ):
        write(disk / name, noise)
    assert left_in(disk) == []


def test_a_disk_that_is_full_at_the_end_is_an_error_too(mounted):
    disk = mounted("size=200k")
    with pytest.raises(OutputError, match="No space left on device"), atomic_file(disk / "model") as path:
        path.write_bytes(b"x" * 1_000_000)
    assert left_in(disk) == []


def test_a_disk_that_is_read_only_is_an_error(mounted):
    disk = mounted("ro")
    for name in ("t.csv", "t.parquet", "folder"):
        with pytest.raises(
            OutputError, match="Read-only file system; nothing was left there; choose a place that you may write to"
        ):
            write(disk / name)


@pytest.fixture
def nobody():
    """For as long as a test takes, root, who may write everywhere, is somebody who may not."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def locked():
    """A folder that everybody may read and nobody may write to."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o555)
        yield Path(folder)
        Path(folder).chmod(0o755)


@pytest.mark.usefixtures("nobody")
def test_a_folder_that_is_read_only_is_an_error(locked):
    with pytest.raises(OutputError, match="Permission denied"):
        write(locked / "t.csv")


def test_a_process_that_is_interrupted_leaves_nothing(tmp_path):
    code = f"""
import os, signal, pyarrow as pa
from parhelion.io import open_sink
table = pa.table({{"a": range(100_000)}})
with open_sink({str(tmp_path / "t.csv")!r}, table.schema) as sink:
    sink.write(table)
    assert os.listdir({str(tmp_path)!r})
    os.kill(os.getpid(), signal.SIGINT)
    while True:
        sink.write(table)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=os.environ)
    assert "KeyboardInterrupt" in done.stderr
    assert left_in(tmp_path) == []


def test_an_atomic_file_appears_whole_or_not_at_all(tmp_path):
    wanted = tmp_path / "m.parhelion"
    with atomic_file(wanted) as path:
        assert path.parent == tmp_path
        assert path.suffix == ".parhelion"
        path.write_bytes(b"all")
        assert not wanted.exists()
    assert wanted.read_bytes() == b"all"
    with pytest.raises(OutputError, match="exists"), atomic_file(wanted):
        pass
    with pytest.raises(OutputError, match="it is a folder"), atomic_file(tmp_path):
        pass
    with pytest.raises(FileNotFoundError), atomic_file(wanted, overwrite=True) as path:
        path.with_name("none").rename(path)
    assert wanted.read_bytes() == b"all"
    assert left_in(tmp_path) == ["m.parhelion"]


def test_a_name_in_the_working_folder_is_enough(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write("t.csv")
    write("parts")
    assert left_in(tmp_path) == ["parts", "t.csv"]
    assert open_source("t.csv").table().num_rows == 3


def test_columns_and_cells_without_end(tmp_path):
    wide = pa.table({f"c{i}": ["x"] for i in range(2000)})
    long = pa.table({"a": ["é" * 1_000_000, 'q"' * 500_000], "b": ["1", "2"]})
    for ending in ("csv", "parquet", "arrow", "jsonl"):
        for name, table in (("wide", wide), ("long", long)):
            write(tmp_path / f"{name}.{ending}", table)
            assert open_source(tmp_path / f"{name}.{ending}").table().equals(table)


@settings(max_examples=100, deadline=None)
@given(
    names=st.lists(
        st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8), min_size=1, max_size=3, unique=True
    ),
    cells=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.none(), min_size=1, max_size=5),
)
@pytest.mark.parametrize("ending", ["jsonl", "parquet", "arrow"])
def test_any_text_comes_back(tmp_path_factory, ending, names, cells):
    table = pa.table([pa.array(cells, pa.string())] * len(names), names=names)
    path = tmp_path_factory.mktemp("sink") / f"t.{ending}"
    write(path, table)
    back = open_source(path).table()
    assert back.to_pylist() == table.to_pylist()
