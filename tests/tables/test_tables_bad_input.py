"""What cannot be learned from is refused with a reason; what merely looks odd is learned."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import parhelion as ph
from parhelion.errors import ConfigError, DataError, FileFormatError, SchemaError, TooFewRowsError

HUGE = "x" * 1_000_000
ODD_NAMES = [
    "a b",
    " ",
    "ä😀",
    "'; DROP TABLE people; --",
    "../../etc/passwd",
    "line\nbreak",
    'comma, and "quote"',
    "__class__",
    "{0}",
    "name" * 125,
]


@pytest.fixture
def csv(tmp_path):
    """A CSV file of some text."""

    def write(text, encoding="utf-8"):
        path = tmp_path / "source.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return write


def rows(*lines, times=50):
    return "".join(f"{line}\n" for line in lines) * times


@pytest.mark.parametrize("text", ["", "\n\n\n"])
def test_an_empty_file_is_refused(csv, text):
    with pytest.raises(FileFormatError, match="a table has at least the names of its columns"):
        ph.fit(csv(text))


def test_names_without_rows_are_refused(csv):
    with pytest.raises(DataError, match="source has no rows, only the names of columns; there is nothing to learn"):
        ph.fit(csv("a,b\n"), min_rows=1)


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"a": [], "b": []}),
        pl.DataFrame({"a": []}, schema={"a": pl.Int64}),
        pa.table({"a": pa.array([], pa.string())}),
    ],
)
def test_frames_without_rows_are_refused(frame):
    with pytest.raises(DataError, match="no rows"):
        ph.fit(frame, min_rows=1)


@pytest.mark.parametrize("frame", [pd.DataFrame(), pd.DataFrame(index=range(100)), pl.DataFrame()])
def test_frames_without_columns_are_refused(frame):
    with pytest.raises(DataError, match="no columns"):
        ph.fit(frame)


def test_one_row_is_refused(csv):
    with pytest.raises(TooFewRowsError, match=r"has 1 row, too few to protect anyone .* say min_rows=1 "):
        ph.fit(csv("a,b\n17.25,hello\n"))


def test_one_row_is_never_repeated_even_if_learned_from(csv):
    made = ph.fit(csv("a,b,c,d\n17.25,hello,anna@corp.example,2020-03-04\n"), min_rows=1).sample(200)
    shown = {value for column in made.columns for value in column.to_pylist()}
    assert not shown & {17.25, "17.25", "hello", "anna@corp.example", "2020-03-04"}


def test_one_row_of_a_frame_is_never_repeated_either():
    real = pd.DataFrame({"a": [17.25], "b": ["hello"], "c": [True], "d": [pd.Timestamp("2020-03-04")]})
    assert ph.fit(real, min_rows=1).sample(200).isna().all(axis=None)


@pytest.mark.parametrize(("many", "fits"), [(49, False), (50, True)])
def test_too_few_rows_to_protect_anyone_are_refused(many, fits):
    table = pa.table({"a": [1, 2] * (many // 2) + [1] * (many % 2)})
    if fits:
        assert ph.fit(table).rows == 50
    else:
        with pytest.raises(TooFewRowsError, match=r"table has 49 rows, .* \(at least 50 are expected\)"):
            ph.fit(table)


def test_few_rows_are_learned_from_where_a_person_insists():
    made = ph.fit(pa.table({"a": ["x", "y"] * 6}), min_rows=12).sample(50)
    assert set(made["a"].to_pylist()) <= {"_other"}


@pytest.mark.parametrize("missing", [None, float("nan")])
def test_a_column_of_missing_values_stays_one(missing):
    real = pd.DataFrame({"a": range(60), "empty": [missing] * 60})
    made = ph.fit(real).sample(20)
    assert made["empty"].isna().all()
    assert made["empty"].dtype == real["empty"].dtype


def test_a_table_of_missing_values_alone():
    assert ph.fit(pl.DataFrame({"empty": [None] * 60})).sample(3)["empty"].to_list() == [None] * 3


def test_constant_columns_stay_constant(csv):
    made = ph.fit(csv("a,b,c\n" + rows("1,x,3.50", "2,x,3.50"))).sample(20)
    assert set(made["b"].to_pylist()) == {"x"}
    assert len(set(made["c"].to_pylist())) == 1


def test_column_names_that_come_twice_are_refused(csv):
    with pytest.raises(FileFormatError, match="columns 1 and 2 are both called 'a': rename the later one"):
        ph.fit(csv("a,a\n" + rows("1,2")))
    with pytest.raises(DataError, match="columns 1 and 2 are both called 'a'"):
        ph.fit(pd.DataFrame(np.zeros((60, 2)), columns=["a", "a"]))


def test_columns_without_a_name_are_refused(csv):
    with pytest.raises(FileFormatError, match="column 2 has no name: give it one, for example 'column_2'"):
        ph.fit(csv("a,\n" + rows("1,2")))
    with pytest.raises(DataError, match="column 1 has no name"):
        ph.fit(pa.table({"": [1] * 60}))


def test_odd_names_are_names_like_others(tmp_path):
    real = pd.DataFrame({name: [place, place + 1.5] * 50 for place, name in enumerate(ODD_NAMES)})
    model = ph.fit(real, target=ODD_NAMES[3])
    model.save(tmp_path / "odd.parhelion")
    loaded = ph.load(tmp_path / "odd.parhelion")
    for ending in (".csv", ".parquet", ".arrow", ".jsonl"):
        loaded.write(tmp_path / f"odd{ending}", 60)
        assert ph.fit(tmp_path / f"odd{ending}").table.names == tuple(ODD_NAMES)
    assert list(loaded.sample(3, like=real).columns) == ODD_NAMES


def test_names_that_are_no_text_come_back():
    made = ph.fit(pd.DataFrame({0: [1, 2] * 50, ("a", 1): [1, 2] * 50})).sample(3)
    assert list(made.columns) == [0, ("a", 1)]


def test_mixed_types_in_a_column_are_read_as_text():
    model = ph.fit(pd.DataFrame({"m": [1, "x", 2.5, None] * 50}))
    assert "values of mixed types (float, int, str) are read as text" in model.notes[0]
    assert set(model.sample(200)["m"].dropna()) == {"1", "x", "2.5"}


def test_numbers_and_words_in_a_column_of_text_are_a_category(csv):
    model = ph.fit(csv("m\n" + rows("1", "2.5", "word", "2020-01-01")))
    assert model.table.columns[0].kind == "category"
    assert set(model.sample(100)["m"].to_pylist()) == {"1", "2.5", "word", "2020-01-01"}


@pytest.mark.parametrize("broken", ["3", "3,4,5"])
def test_a_row_of_more_or_fewer_cells_is_named(csv, broken):
    cells = broken.count(",") + 1
    with pytest.raises(FileFormatError, match=rf"line 102: {cells} cells?\n.* or remove these rows"):
        ph.fit(csv("a,b\n" + rows("1,x", "2,y") + f"{broken}\n" + rows("1,x")))


def test_a_quote_that_is_never_closed_is_found(csv):
    with pytest.raises(FileFormatError, match=r'a quote \("\) opened on line 102 is never closed'):
        ph.fit(csv("a,b\n" + rows("1,x", "2,y") + '3,"abc\n' + rows("1,x")))


def test_another_encoding_is_guessed_and_said(csv):
    model = ph.fit(csv("a,b\n" + rows("1,é", "2,ü"), "latin-1"))
    assert "read as cp1252, a guess" in model.notes[0]
    assert set(model.sample(100)["b"].to_pylist()) == {"é", "ü"}


def test_what_is_no_text_is_refused(tmp_path):
    path = tmp_path / "noise.csv"
    path.write_bytes(np.random.default_rng(0).bytes(10_000))
    with pytest.raises(FileFormatError):
        ph.fit(path)


def test_a_file_that_is_not_what_its_name_says(csv):
    path = csv("a,b\n" + rows("1,x"))
    with pytest.raises(FileFormatError, match="parquet"):
        ph.fit(path.rename(path.with_suffix(".parquet")))


def test_files_that_are_not_there_are_told_with_the_nearest(csv):
    csv("a\n1\n")
    with pytest.raises(DataError, match=r"there is no file '.*sorce\.csv'; did you mean '.*source\.csv'"):
        ph.fit(csv("a\n1\n").with_name("sorce.csv"))


@pytest.mark.parametrize("thing", [None, 3, {"a": [1]}, [1, 2], np.zeros((60, 2)), pd.Series([1] * 60)])
def test_what_is_no_table_is_refused(thing):
    with pytest.raises(DataError, match=r"is no table|no table:"):
        ph.fit(thing)


def test_infinities_and_nan_beside_missing_stay_apart():
    values = [1.5, 2.5, float("inf"), float("-inf"), float("nan"), None]
    real = pa.table({"f": pa.array(values * 50)})
    made = ph.fit(real).sample(600)["f"].to_pylist()
    counts = [sum(str(value) == str(each) for each in made) for value in values]
    assert counts == [100] * 6


def test_infinities_and_nan_of_a_csv_file(csv, tmp_path):
    model = ph.fit(csv("f,g\n" + rows("1.5,1", "inf,2", "-inf,3", "nan,4", ",5", times=60)))
    assert model.table.column("f").kind == "number"
    model.write(tmp_path / "out.csv", 300)
    shown = {line.split(",")[0] for line in (tmp_path / "out.csv").read_text().splitlines()[1:]}
    assert {"inf", "-inf", ""} < shown


def test_few_infinities_are_not_shown():
    made = ph.fit(pa.table({"f": [1.5, 2.5] * 50 + [float("inf")] * 9})).sample(1000)
    assert set(made["f"].to_pylist()) == {1.5, 2.5}


def test_a_cell_of_a_million_characters(csv, tmp_path):
    model = ph.fit(csv("a,b\n" + rows("1,x", "2,y") + f"3,{HUGE}\n"))
    model.save(tmp_path / "model.parhelion")
    assert (tmp_path / "model.parhelion").stat().st_size < 100_000
    assert set(model.sample(200)["b"].to_pylist()) == {"x", "y"}


def test_cells_of_a_million_characters_that_many_share():
    made = ph.fit(pa.table({"a": ["x", HUGE] * 25})).sample(20)
    assert set(made["a"].to_pylist()) == {"x", HUGE}


def test_two_thousand_columns(tmp_path):
    rng = np.random.default_rng(0)
    real = pa.table({f"c{place}": rng.integers(0, 3, 100) for place in range(2000)})
    model = ph.fit(real)
    model.save(tmp_path / "wide.parhelion")
    made = ph.load(tmp_path / "wide.parhelion").sample(100)
    assert made.schema.equals(real.schema)
    assert made.equals(model.sample(100))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"target": "incme"}, "target is 'incme', which is no column of table; did you mean 'income'?"),
        ({"target": ""}, "target is '', which is no column of table"),
        ({"target": 3}, "target is 3: input should be a valid string"),
        ({"tarjet": "age"}, "fit has no option 'tarjet'; did you mean 'target'?"),
        ({"trees": {"penlaty": 3}}, r"fit has no option 'trees\.penlaty'; did you mean 'trees\.penalty'?"),
        ({"trees": {"penalty": -3}}, r"trees\.penalty is -3: input should be greater than or equal to 0"),
        ({"seed": -1}, "seed is -1: input should be greater"),
        ({"seed": True}, "seed is True: expected a whole number"),
        ({"seed": 1.5}, r"seed is 1\.5: input should be a valid integer"),
        ({"protect": True}, "protect is True: expected a whole number"),
        ({"protect": 0}, "protect is 0: input should be greater"),
        ({"min_rows": 0}, "min_rows is 0"),
        ({"rows": 999}, "rows is 999: input should be greater than or equal to 1000"),
        ({"memory": "lots"}, "memory is 'lots'"),
        ({"memory": 100}, "memory is 100: input should be greater"),
        ({"seed": -1, "rows": 0}, r"2 problems:\n  - seed is -1.*\n  - rows is 0"),
    ],
)
def test_options_that_cannot_be_are_refused(options, message):
    table = pa.table({"age": [1, 2] * 50, "income": [1.5, 2.5] * 50})
    with pytest.raises((ConfigError, SchemaError), match=message):
        ph.fit(table, **options)


@pytest.mark.parametrize("n", [0, -1, 2.5, 3.0, np.float64(3), "5", True, np.True_, [3]])
def test_numbers_of_rows_that_are_none(n, tmp_path):
    model = ph.fit(pa.table({"a": [1, 2] * 50}))
    calls = [lambda: model.sample(n), lambda: model.batches(n), lambda: model.write(tmp_path / "out.csv", n)]
    for call in calls:
        with pytest.raises(ConfigError, match=r"n is .*; expected a whole number of rows, 1 or more"):
            call()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("seed", [-1, 1.5, True, "x", [1]])
def test_seeds_that_are_none(seed):
    model = ph.fit(pa.table({"a": [1, 2] * 50}))
    with pytest.raises(ConfigError, match=r"seed is .*; expected a whole number, 0 or more, or None"):
        model.sample(3, seed=seed)


def test_a_packed_file_that_is_damaged_from_its_beginning(tmp_path):
    for name in ("a.csv.gz", "a.jsonl.gz"):
        (tmp_path / name).write_bytes(b"\x1f\x8b\x08garbage")
        with pytest.raises(FileFormatError, match="the file is damaged or cut short"):
            ph.fit(tmp_path / name)


@pytest.mark.parametrize(
    "values",
    [
        pa.array([-(2**63), 2**63 - 1] * 50),
        pa.array([1.7e308, -1.7e308, 5e-324, 0.0] * 50),
        pa.array([-(2**63) + 1, 2**63 - 1] * 50, pa.timestamp("ns")),
        pa.array([-(2**62), 2**62] * 50, pa.duration("us")),
        pa.array([-(10**8), 2**31 - 1] * 50, pa.int32()).cast(pa.date32()),
        pa.array([10**37 + place % 2 for place in range(100)], pa.decimal128(38, 0)),
    ],
)
def test_the_ends_of_types_are_values_like_others(values):
    made = ph.fit(pa.table({"a": values})).sample(20)["a"]
    assert made.type == values.type
    assert set(map(str, made.cast(pa.string()))) <= set(map(str, values.cast(pa.string())))
