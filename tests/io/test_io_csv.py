"""CSV files: dialects, encodings, broken ones, large ones."""

import contextlib
import csv
import gzip
import io
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from parhelion.errors import DataError, FileFormatError
from parhelion.io import Dialect, open_sink, open_source


def put(folder: Path, data: str | bytes, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def rows(path: Path) -> list[list[str]]:
    table = open_source(path).table()
    return [table.column_names, *([*row.values()] for row in table.to_pylist())]


def refusal(path: Path) -> str:
    with pytest.raises(FileFormatError) as caught:
        open_source(path).table()
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected", "spelled"),
    [
        ("a,b\n1,2\n", [["a", "b"], ["1", "2"]], Dialect()),
        ("a,b\n1,2", [["a", "b"], ["1", "2"]], Dialect()),
        ("a;b\n1,5;2,5\n", [["a", "b"], ["1,5", "2,5"]], Dialect(";")),
        ("a\tb\n1, 2\tx\n", [["a", "b"], ["1, 2", "x"]], Dialect("\t")),
        ("a|b\r\n1|2\r\n", [["a", "b"], ["1", "2"]], Dialect("|", newline="\r\n")),
        ("a,b\r1,2\r", [["a", "b"], ["1", "2"]], Dialect(newline="\r")),
        ('a,b\n"x, ""y""\nz",\n', [["a", "b"], ['x, "y"\nz', ""]], Dialect()),
        ('"a","b"\n"1","2"\n', [["a", "b"], ["1", "2"]], Dialect(quote_all=True)),
        ('a,b\n"say \\"hi\\", Bo",2\n', [["a", "b"], ['say "hi", Bo', "2"]], Dialect(backslash=True)),
        ("a,b\n'x, y',2\n'z','3'\n", [["a", "b"], ["x, y", "2"], ["z", "3"]], Dialect(quote="'")),
        ("a,b\nit's,O'Neil\n'tis,x\n", [["a", "b"], ["it's", "O'Neil"], ["'tis", "x"]], Dialect()),
        ('a,b\n5" pipe,2\n', [["a", "b"], ['5" pipe', "2"]], Dialect()),
        ("a,b\n001, x \n", [["a", "b"], ["001", " x "]], Dialect()),
        ("\n\r\na,b\n\n1,2\n\n\n3,4\n", [["a", "b"], ["1", "2"], ["3", "4"]], Dialect()),
        ('"two\nlines",b\n1,2\n', [["two\nlines", "b"], ["1", "2"]], Dialect()),
        ("text\nno delimiter here\n", [["text"], ["no delimiter here"]], Dialect()),
        ('text\nx\n""\ny\n', [["text"], ["x"], [""], ["y"]], Dialect()),
        ("a,b\nNA,null\nNaN,\n", [["a", "b"], ["NA", "null"], ["NaN", ""]], Dialect()),
        ("a,b\n", [["a", "b"]], Dialect()),
        ("a,b", [["a", "b"]], Dialect()),
        ("a,b\n\n\n", [["a", "b"]], Dialect()),
    ],
)
def test_a_dialect_is_found_and_every_cell_is_the_text_it_was(tmp_path, text, expected, spelled):
    path = put(tmp_path, text)
    assert rows(path) == expected
    assert open_source(path).dialect == spelled


def test_a_csv_source_is_untyped_and_named_after_its_file(tmp_path):
    source = open_source(str(put(tmp_path, "a,b\n1,2\n", "my table.v2.csv")))
    assert (source.name, source.untyped, source.rows, source.notes) == ("my table.v2", True, None, ())
    assert source.schema == pa.schema([("a", pa.string()), ("b", pa.string())])
    table = source.table()
    assert source.restore(table) is table


def test_batches_can_be_read_again_and_are_no_longer_than_asked(tmp_path):
    path = put(tmp_path, "a\n" + "".join(f"{i}\n" for i in range(1000)))
    source = open_source(path)
    for _ in range(2):
        batches = list(source.batches(300))
        assert [b.num_rows for b in batches] == [300, 300, 300, 100]
        assert pa.Table.from_batches(batches)["a"].to_pylist() == [str(i) for i in range(1000)]


@pytest.mark.parametrize("ending", ["csv", "tsv", "txt", "CSV"])
def test_every_ending_of_text_is_read(tmp_path, ending):
    assert rows(put(tmp_path, "a\tb\n1\t2\n", f"t.{ending}")) == [["a", "b"], ["1", "2"]]


def test_a_tsv_file_with_one_comma_too_many_is_still_tabs(tmp_path):
    assert rows(put(tmp_path, "a\tb, c\n1\t2\n", "t.tsv")) == [["a", "b, c"], ["1", "2"]]


@pytest.mark.parametrize(("ending", "codec"), [("gz", "gzip"), ("zst", "zstd")])
def test_compressed_text_is_read(tmp_path, ending, codec):
    data = b"a,b\n1,\xc3\xa9\n"
    packed = gzip.compress(data, mtime=0) if codec == "gzip" else pa.Codec(codec).compress(data, asbytes=True)
    path = put(tmp_path, packed, f"t.csv.{ending}")
    assert rows(path) == [["a", "b"], ["1", "é"]]
    assert open_source(path).name == "t"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_an_encoding_is_found_and_remembered(tmp_path, encoding):
    path = put(tmp_path, "name,city\nZoë,Málaga\nBo,Köln\n".encode(encoding))
    assert rows(path) == [["name", "city"], ["Zoë", "Málaga"], ["Bo", "Köln"]]
    source = open_source(path)
    assert source.dialect.encoding == encoding
    assert bool(source.notes) == (encoding == "cp1252")


def test_a_guessed_encoding_is_said(tmp_path):
    (note,) = open_source(put(tmp_path, "name\nZoë\n".encode("cp1252"))).notes
    assert note == (
        "t.csv: read as cp1252, a guess (the first byte that is not UTF-8 is 0xeb at offset 7); "
        "if letters look wrong, save it as UTF-8"
    )


def test_bytes_that_cp1252_has_not_are_latin_1(tmp_path):
    assert open_source(put(tmp_path, b"name\nZo\xeb\x81\n")).dialect.encoding == "latin-1"


def test_an_old_encoding_is_seen_however_late_it_shows(tmp_path):
    path = put(tmp_path, b"name\n" + b"plain\n" * 500_000 + b"Zo\xeb\n")
    source = open_source(path)
    assert source.dialect.encoding == "cp1252"
    assert source.table()["name"][-1].as_py() == "Zoë"


def test_damaged_utf8_is_an_error_that_says_where(tmp_path):
    text = "name\n" + "Zoë\n" * 100
    message = refusal(put(tmp_path, text.encode() + b"Zo\xff\n" + text.encode()))
    assert "not UTF-8 at byte 507 (line 102): 0xff; save the file again as UTF-8" in message


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_bytes_that_belie_the_mark_are_an_error_that_says_where(tmp_path, encoding):
    good = "a,b\n1,é\n".encode(encoding)
    message = refusal(put(tmp_path, good + (b"\xff,2\n" if encoding == "utf-8-sig" else b"\x00\xd8")))
    assert f"not {encoding.removesuffix('-sig').upper()} at byte {len(good)} (line 3)" in message


def test_utf16_without_a_mark_is_refused(tmp_path):
    assert "UTF-16 without a byte order mark" in refusal(put(tmp_path, "a,b\n1,2\n".encode("utf-16-le")))


def test_broken_rows_are_all_told_with_their_lines(tmp_path):
    text = 'a,b,c\n1,2,3\n"x\ny",2,3\n1,2\n1,2,3,4\n' + "1\n" * 12
    message = refusal(put(tmp_path, text))
    assert "t.csv: 14 rows have not the 3 cells that the first line names:" in message
    assert "- line 5: 2 cells\n  - line 6: 4 cells\n  - line 7: 1 cell\n" in message
    assert message.count("- line") == 10
    assert "- and 4 more\nput cells that hold ',' between quotes (\"), or remove these rows" in message


def test_a_broken_row_far_down_is_found(tmp_path):
    path = put(tmp_path, "a,b\n" + "1,2\n" * 3_000_000 + "1,2,3\n")
    assert "1 row has not the 2 cells that the first line names:\n  - line 3000002: 3 cells" in refusal(path)


def test_a_quote_that_is_never_closed_is_an_error(tmp_path):
    message = refusal(put(tmp_path, 'a,b\n1,2\n3,"4\n5,6\n7,8\n'))
    assert 'a quote (") opened on line 3 is never closed' in message


def test_a_last_cell_of_several_lines_is_no_unclosed_quote(tmp_path):
    assert rows(put(tmp_path, 'a,b\n1,"two\nlines"\n'))[1] == ["1", "two\nlines"]


@pytest.mark.parametrize("data", ["", "\n\n\r\n"])
def test_an_empty_file_is_an_error(tmp_path, data):
    assert "a table has at least the names of its columns" in refusal(put(tmp_path, data))


def test_names_that_are_missing_or_come_twice_are_all_told(tmp_path):
    message = refusal(put(tmp_path, "a,,a,b,a,\n1,2,3,4,5,6\n"))
    assert "3 problems:" in message
    assert "column 2 has no name: give it one, for example 'column_2'" in message
    assert "column 6 has no name" in message
    assert "columns 1, 3 and 5 are all called 'a': rename the later ones, for example to 'a_2'" in message


def test_an_index_that_pandas_wrote_is_recognised(tmp_path):
    assert "write with index=False" in refusal(put(tmp_path, ",a,b\n0,1,2\n"))


def test_a_file_without_a_line_of_names_is_suspected(tmp_path):
    (note,) = open_source(put(tmp_path, "39,-1.5,7\n1,2,3\n")).notes
    assert note == "t.csv: the names of all columns are numbers: is its first line one of data? Columns need names"
    assert "the first line of the file must name the columns" in refusal(put(tmp_path, "1,1,2.5\n1,2,3\n"))


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("t.csv", b"PAR1....", "its name says .csv, its first bytes say a Parquet file: rename it to end in .parquet"),
        ("t.csv", gzip.compress(b"a\n1\n", mtime=0), "gzip-compressed: rename it to end in .gz added"),
        ("t.csv", b"PK\x03\x04...", "a zip archive or a spreadsheet: export the table as CSV or Parquet"),
        ("t.csv.gz", b"a,b\n1,2\n", "it is not compressed as its name says: leave '.gz' away"),
        ("t.csv.gz", gzip.compress(b"a,b\n" + bytes(range(65, 90)) * 1000)[:-20], "damaged or cut short"),
        ("t.xlsx", b"PK\x03\x04", "the ending '.xlsx' is not one of a table; there are: '.csv'"),
        ("t.parquet.gz", b"\x1f\x8b", "a .parquet file is compressed within"),
        ("table", b"a,b\n", "no ending says what the file holds"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path, name, data, said):
    assert said in refusal(put(tmp_path, data, name))


def test_a_file_that_is_not_there_is_told_with_the_nearest_name(tmp_path):
    put(tmp_path, "a\n", "adult.csv")
    with pytest.raises(DataError, match=r"there is no file '.*adlt.csv'; did you mean '.*adult.csv'\?"):
        open_source(tmp_path / "adlt.csv")
    with pytest.raises(DataError, match="its folder does not exist"):
        open_source(tmp_path / "nowhere" / "adult.csv")
    with pytest.raises(DataError, match="is no path: embedded null byte"):
        open_source("a\0b.csv")
    with pytest.raises(DataError, match="is an address"):
        open_source("https://example.org/adult.csv")


def test_a_cell_of_a_million_characters_is_read_after_others_were(tmp_path):
    long = "é" * 1_000_000
    many = "".join(f"{i},x\n\n" for i in range(2_000_000))
    path = put(tmp_path, f"a,b\n{many}" + f'"{long}\n{"y" * 20_000_000}",z\n7,8\n')
    table = open_source(path).table()
    assert table.num_rows == 2_000_002
    assert table["a"][0].as_py() == "0"
    assert table["a"][1_999_999].as_py() == "1999999"
    assert table["a"][2_000_000].as_py().startswith(long)
    assert table["a"][2_000_001].as_py() == "7"


def test_two_thousand_columns_with_long_names_are_read(tmp_path):
    names = [f"{i:04d}" + "n" * 496 for i in range(2000)]
    cells = [str(i) for i in range(2000)]
    path = put(tmp_path, "\n".join(";".join(line) for line in [names, *[cells] * 50]))
    assert rows(path) == [names, *[cells] * 50]


@pytest.mark.parametrize(
    "name",
    [
        "Größe in m²",
        "two words",
        "n" * 500,
        "a'; DROP TABLE x; --",
        'say "hi"',
        "two\nlines",
        "a,b",
        "a;b|c\td",
        "-",
        "😀",
    ],
)
def test_odd_names_of_columns_and_files_come_back(tmp_path, name):
    table = pa.table({name: ["1", "2"], "other": ["x", "y"]})
    path = tmp_path / (name.replace("/", "")[:100] + ".csv")
    with open_sink(path, table.schema) as sink:
        sink.write(table)
    assert open_source(path).table().equals(table)


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12) | st.text(
    ",;|\t\"'\\\n\r a1", max_size=6
)


def tables():
    def of_width(names):
        cells = st.lists(st.tuples(*[TEXT for _ in names]), max_size=8)
        return st.tuples(st.just(names), cells)

    return st.lists(TEXT.filter(bool), min_size=1, max_size=4, unique=True).flatmap(of_width)


DIALECTS = st.builds(
    Dialect,
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    quote_all=st.booleans(),
    newline=st.sampled_from(["\n", "\r\n"]),
)


@settings(max_examples=300, deadline=None)
@given(content=tables(), dialect=DIALECTS)
@example(content=(["a"], [("",), ("x",)]), dialect=Dialect())
@example(content=(["\ufeffa", "b"], [("'x'", "y"), ("'z'", "'")]), dialect=Dialect())
def test_any_text_comes_back_from_csv(tmp_path_factory, content, dialect):
    names, cells = content
    assume(cells or not any(sign in name for name in names for sign in ",;\t|"))  # one line alone may be read two ways
    table = pa.table([[row[i] for row in cells] for i in range(len(names))], schema=text_schema(names))
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    with open_sink(path, table.schema, dialect=dialect) as sink:
        sink.write(table)
    assert open_source(path).table().equals(table)
    with path.open(encoding=dialect.encoding, newline="") as file:
        assert list(csv.reader(file, delimiter=dialect.delimiter)) == [names, *map(list, cells)]


@settings(max_examples=200, deadline=None)
@given(
    content=tables(), delimiter=st.sampled_from(",;\t|"), quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])
)
def test_what_python_writes_is_read(tmp_path_factory, content, delimiter, quoting):
    names, cells = content
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, quoting=quoting).writerows([names, *cells])
    path = put(tmp_path_factory.mktemp("csv"), text.getvalue())
    assert rows(path) == [names, *map(list, cells)]


@settings(max_examples=200, deadline=None)
@given(data=st.binary(max_size=300))
def test_any_bytes_are_a_table_or_an_error_of_ours(tmp_path_factory, data):
    path = put(tmp_path_factory.mktemp("csv"), data)
    with contextlib.suppress(DataError):
        open_source(path).table()


def text_schema(names):
    return pa.schema([(name, pa.string()) for name in names])
