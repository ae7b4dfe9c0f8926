"""What a model makes: the types and spellings that came in, the rows that the seed says."""

import hashlib
import os
import subprocess
import sys

import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet
import pytest
from table_cases import people

import parhelion as ph
from parhelion.errors import OutputError, SchemaError

ROWS = 300


@pytest.fixture(scope="module")
def model():
    return ph.fit(people(), target="retired")


def pandas_frame():
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "int8": rng.integers(0, 9, ROWS).astype("int8"),
            "float32": rng.normal(size=ROWS).astype("float32"),
            "Int16": pd.array(rng.choice([1, 2, None], ROWS), dtype="Int16"),
            "ordered": pd.Categorical(rng.choice(["lo", "hi"], ROWS), ["lo", "mid", "hi"], ordered=True),
            "zoned": pd.date_range("2024-03-30", periods=ROWS, freq="h", tz="Europe/Berlin"),
            "string": pd.array(rng.choice(["x", "y"], ROWS), dtype="string"),
            "bool": rng.random(ROWS) < 0.5,
            "boolean": pd.array(rng.choice([True, False, None], ROWS), dtype="boolean"),
            "timedelta": pd.to_timedelta(rng.integers(0, 1000, ROWS), unit="s"),
            "object": rng.choice(np.array(["p", "q", None], object), ROWS),
            "uint64": rng.integers(2**63, 2**64 - 1, ROWS, dtype="uint64"),
            "arrow": pd.array(rng.integers(0, 5, ROWS), dtype="int64[pyarrow]"),
        }
    )


def polars_frame():
    rng = np.random.default_rng(0)
    return pl.DataFrame(
        {
            "int8": pl.Series(rng.integers(0, 9, ROWS), dtype=pl.Int8),
            "categorical": pl.Series(rng.choice(["a", "b"], ROWS).tolist(), dtype=pl.Categorical),
            "enum": pl.Series(rng.choice(["a", "b"], ROWS).tolist(), dtype=pl.Enum(["b", "a", "z"])),
            "date": pl.Series(pa.array(np.arange(ROWS, dtype=np.int32) + 19_000).cast(pa.date32())),
            "decimal": pl.Series([f"{value:.2f}" for value in rng.random(ROWS) * 100]).cast(pl.Decimal(10, 2)),
            "zoned": pl.Series(range(ROWS), dtype=pl.Int64).cast(pl.Datetime("us", "Asia/Tokyo")),
            "time": pl.Series(rng.integers(0, 86_400, ROWS) * 10**9).cast(pl.Time),
            "null": pl.Series([None] * ROWS),
        }
    )


def arrow_table():
    rng = np.random.default_rng(0)
    return pa.table(
        {
            "dictionary": pa.array(rng.choice(["a", "b"], ROWS)).dictionary_encode(),
            "nanoseconds": pa.array(rng.integers(0, 10**15, ROWS), pa.timestamp("ns", "UTC")),
            "seconds": pa.array(rng.integers(0, 86_400, ROWS).astype(np.int32), pa.time32("s")),
            "large": pa.array(rng.choice(["x", "y"], ROWS), pa.large_string()),
            "half": pa.array(rng.choice(np.array([1, 2], np.float16), ROWS)),
            "days": pa.array(rng.integers(0, 9, ROWS) * 86_400_000, pa.int64()).cast(pa.date64()),
            "uint8": pa.array(rng.integers(0, 255, ROWS), pa.uint8()),
        }
    )


def test_pandas_comes_back_with_its_types_and_order():
    real = pandas_frame()
    made = ph.fit(real).sample(200, seed=1)
    assert type(made) is pd.DataFrame
    assert made.dtypes.to_dict() == real.dtypes.to_dict()
    assert list(made.columns) == list(real.columns)
    assert list(made["ordered"].cat.categories) == ["lo", "mid", "hi"]
    assert made["zoned"].between(real["zoned"].min(), real["zoned"].max()).all()
    assert made["uint64"].min() >= 2**63


def test_polars_comes_back_with_its_schema():
    real = polars_frame()
    made = ph.fit(real).sample(200, seed=1)
    assert type(made) is pl.DataFrame
    assert made.schema == real.schema


def test_lazy_frames_come_back_lazy():
    made = ph.fit(polars_frame().lazy()).sample(20)
    assert type(made) is pl.LazyFrame
    assert made.collect().height == 20


def test_arrow_comes_back_with_its_schema():
    real = arrow_table()
    assert ph.fit(real).sample(200).schema == real.schema
    assert type(ph.fit(real.combine_chunks().to_batches()[0]).sample(20)) is pa.RecordBatch


def test_narwhals_comes_back_as_what_it_wraps():
    made = ph.fit(nw.from_native(polars_frame())).sample(20)
    assert type(made) is nw.DataFrame
    assert type(made.to_native()) is pl.DataFrame


def test_files_give_arrow_tables_of_native_values(tmp_path):
    pyarrow.parquet.write_table(arrow_table(), tmp_path / "real.parquet")
    made = ph.fit(tmp_path / "real.parquet").sample(20)
    assert type(made) is pa.Table
    assert made.column_names == arrow_table().column_names


def test_integers_stay_integers():
    rng = np.random.default_rng(0)
    real = pa.table({"small": rng.integers(0, 4, 500), "wide": rng.integers(0, 10**15, 500), "x": rng.normal(size=500)})
    made = ph.fit(real).sample(2000)
    assert made.schema.types[:2] == [pa.int64(), pa.int64()]
    whole = ph.fit(real.to_pandas().astype({"wide": float})).sample(2000)["wide"]
    assert (whole == whole.round()).all()


OWN_FORMATS = {
    "code": ["00123", "04109", "10115"],
    "price": ["12.50", "7.00", "1034.10"],
    "tight": ["1.5", "2", "3.25"],
    "german": ["31.12.2024", "01.02.2023", "15.07.2024"],
    "american": ["12/31/2024", "02/01/2023", "07/15/2024"],
    "moment": ["2024-12-31 23:59", "2023-02-01 08:15", "2024-07-15 12:30"],
    "member": ["yes", "no", "no"],
    "share": ["12%", "7%", "33%"],
    "paid": ["$1,200.50", "$900.00", "$12,345.10"],
    "clock": ["08:15", "23:59", "12:30"],
    "holes": ["1", "NA", "3"],
}


def test_values_of_csv_files_keep_their_own_format(tmp_path):
    table = pa.table({name: np.repeat(values, 40) for name, values in OWN_FORMATS.items()})
    pd.DataFrame(table.to_pandas()).to_csv(tmp_path / "real.csv", index=False)
    ph.fit(tmp_path / "real.csv").write(tmp_path / "made.csv", 300)
    made = pd.read_csv(tmp_path / "made.csv", dtype=str, keep_default_na=False)
    assert {name: set(made[name]) for name in made} == {name: set(values) for name, values in OWN_FORMATS.items()}


def test_decimal_commas_and_delimiters_are_kept(tmp_path):
    rng = np.random.default_rng(0)
    prices = [f"{cents // 100},{cents % 100:02d}" for cents in rng.integers(100, 99_999, ROWS)]
    (tmp_path / "real.csv").write_text("preis;ja\n" + "".join(f"{price};ja\n{price};nein\n" for price in prices))
    ph.fit(tmp_path / "real.csv").write(tmp_path / "made.csv", 100)
    made = pd.read_csv(tmp_path / "made.csv", sep=";", dtype=str)
    assert made["preis"].str.fullmatch(r"\d{1,3},\d\d").all()
    assert set(made["ja"]) == {"ja", "nein"}


def test_encodings_and_line_ends_are_kept(tmp_path):
    (tmp_path / "real.csv").write_bytes("name,é\r\n".encode("utf-16") + "ü,1\r\nö,2\r\n".encode("utf-16-le") * 60)
    ph.fit(tmp_path / "real.csv").write(tmp_path / "made.csv", 100)
    text = (tmp_path / "made.csv").read_bytes().decode("utf-16")
    assert text.startswith("name,é\r\n")
    assert set(text.split("\r\n")[1:-1]) <= {"ü,1", "ö,2"}


def test_a_seed_means_the_same_rows(model):
    assert model.sample(500, seed=3).equals(model.sample(500, seed=3))
    assert not model.sample(500, seed=3).equals(model.sample(500, seed=4))
    assert model.sample(500).equals(model.sample(500, seed=0))
    assert not model.sample(500, seed=None).equals(model.sample(500, seed=None))


def test_a_seed_means_the_same_model():
    rows = people()
    assert ph.fit(rows, seed=5).sample(100).equals(ph.fit(rows, seed=5).sample(100))


@pytest.mark.parametrize("number", [np.int64(7), np.int8(7), np.uint64(7)])
def test_numpy_integers_are_numbers(model, number):
    assert model.sample(number, seed=number).equals(model.sample(7, seed=7))
    assert ph.fit(people(), seed=number, min_rows=number).rows == 500


def test_as_many_rows_as_were_learned_by_default(model):
    assert model.sample().num_rows == 500


def test_samples_batches_and_files_hold_the_same_rows(tmp_path):
    rows = (1 << 18) + 1000  # more than one batch
    model = ph.fit(people().select(["age", "city", "level", "id"]))
    told = []
    batches = list(model.batches(rows, seed=2, progress=lambda *said: told.append(said)))
    sample = model.sample(rows, seed=2)
    assert len(batches) == 2
    assert pa.Table.from_batches(batches).equals(sample)
    assert told == [("drawing", 1 << 18, rows), ("drawing", rows, rows)]
    assert model.write(tmp_path / "parts/", rows, seed=2) == rows
    assert pyarrow.parquet.read_table(tmp_path / "parts").equals(sample)


def test_batches_are_checked_before_they_are_drawn(model):
    with pytest.raises(ph.ConfigError):
        model.batches(0)


@pytest.mark.parametrize("ending", [".csv", ".csv.gz", ".csv.zst", ".parquet", ".arrow", ".jsonl", ".tsv"])
def test_every_format_is_written_and_read_again(model, tmp_path, ending):
    assert model.write(tmp_path / f"made{ending}", 200) == 200
    assert ph.fit(tmp_path / f"made{ending}").table.names == model.table.names
    assert [each.name for each in tmp_path.iterdir()] == [f"made{ending}"]


HASH = """
import os, sys
threads = int(sys.argv[1])
os.cpu_count = lambda: threads
import hashlib, pyarrow as pa, parhelion as ph
sys.path.insert(0, sys.argv[2])
from table_cases import people
table = ph.fit(people(2000), target="retired").sample(150_000, seed=1)
with pa.ipc.new_stream(sink := pa.BufferOutputStream(), table.schema) as stream:
    stream.write_table(table.combine_chunks())
print(hashlib.sha256(sink.getvalue()).hexdigest())
"""


def test_the_number_of_threads_changes_nothing():
    folder = os.path.dirname(__file__)  # noqa: PTH120  # goes to a command line
    command = [sys.executable, "-W", "error", "-c", HASH]
    told = {subprocess.check_output([*command, threads, folder]) for threads in ("1", "2", "7")}
    assert len(told) == 1
    assert len(told.pop().strip()) == 2 * hashlib.sha256().digest_size


def test_frames_that_are_not_alike_are_refused(model):
    for like in (pd.DataFrame({"agee": [1]}), pl.DataFrame({"agee": [1]}), pa.table({"agee": [1]})):
        with pytest.raises(SchemaError, match="like has no column 'id', which the model makes"):
            model.sample(3, like=like)


def test_a_model_says_in_a_line_what_it_is(model):
    assert repr(model) == "<Model of 'table': 12 columns of 500 rows, about 'retired'>"


def test_the_target_is_generated_first(model):
    assert model.table.names[model.columns[0]] == "retired"
    assert model.summary()["target"] == "retired"


def test_what_follows_from_another_column_follows_from_it(model):
    made = model.sample(3000)
    pairs = set(zip(made["city"].to_pylist(), made["country"].to_pylist(), strict=True))
    assert pairs == {("Bern", "CH"), ("Genf", "CH"), ("Basel", "CH"), ("Rom", "IT"), ("Nizza", "FR")}
    agrees = [(age > 65) == old for age, old in zip(made["age"].to_pylist(), made["retired"].to_pylist(), strict=True)]
    assert np.mean(agrees) > 0.95


def test_proportions_are_kept(model):
    real, made = people().to_pandas(), model.sample(20_000).to_pandas()
    assert np.allclose(made["city"].value_counts(normalize=True), real["city"].value_counts(normalize=True), atol=0.03)
    assert abs(made["level"].isna().mean() - real["level"].isna().mean()) < 0.02
    assert abs(made["age"].corr(made["income"]) - real["age"].corr(real["income"])) < 0.1


@pytest.mark.parametrize("name", ["out.csv", "out.parquet"])
def test_files_that_exist_are_kept(model, tmp_path, name):
    (tmp_path / name).write_text("kept")
    with pytest.raises(OutputError, match="exists; to replace it, say so"):
        model.write(tmp_path / name, 5)
    assert (tmp_path / name).read_text() == "kept"
    model.write(tmp_path / name, 60, overwrite=True)
    assert ph.fit(tmp_path / name).rows == 60


def test_folders_that_hold_other_things_are_kept(model, tmp_path):
    (tmp_path / "kept.txt").write_text("kept")
    with pytest.raises(OutputError, match="is not empty"):
        model.write(f"{tmp_path}/", 5)
    with pytest.raises(OutputError, match=r"kept\.txt"):
        model.write(f"{tmp_path}/", 5, overwrite=True)
    assert [each.name for each in tmp_path.iterdir()] == ["kept.txt"]
