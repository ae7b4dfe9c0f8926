"""`twin`: learn, make, compare; with real files and frames."""

import functools
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

import parhelion as ph
from parhelion.errors import ConfigError, DataError, OutputError, SchemaError, TooFewRowsError
from parhelion.evaluation import Report
from parhelion.io import open_source
from parhelion.schema import CategoryColumn, NumberColumn, Schema, Table

ADULT = Path("/work/shared/data/adult/train.csv")


twin = functools.partial(ph.twin, quick=True)  # the same parts, on smaller samples


def people(rows=500, seed=0):
    rng = np.random.default_rng(seed)
    age = rng.integers(18, 80, rows)
    return pa.table(
        {
            "id": [f"P-{place:05d}" for place in range(rows)],
            "age": age,
            "income": np.round(rng.lognormal(8, 1, rows), 2),
            "city": rng.choice(["Bern", "Genf", "Basel"], rows, p=[0.5, 0.3, 0.2]),
            "retired": age > 65,
        }
    )


@pytest.fixture
def csv(tmp_path):
    pyarrow.csv.write_csv(people(), tmp_path / "people.csv")
    return tmp_path / "people.csv"


def names(folder):
    return sorted(each.name for each in folder.iterdir())


def test_a_fifth_is_kept_out():
    made = twin(people())
    assert (made.holdout_rows, made.model.rows, made.rows, made.data.num_rows) == (100, 400, 500, 500)
    counts = made.report.compared.counts
    assert (counts.train, counts.synthetic, counts.holdout) == (400, 500, 100)


def test_rows_kept_out_are_drawn_by_the_seed():
    first, again, other = (twin(people(), seed=seed) for seed in (1, 1, 2))
    assert first.report == again.report
    assert first.data.equals(again.data)
    assert first.report.fidelity != other.report.fidelity


def test_the_twin_is_near():
    report = twin(people(4000), target="retired").report
    for key in ("fidelity.columns", "fidelity.pairs"):
        assert report.score(key).value < 1.5 * report.score(key).reference
    assert report.fidelity.column("id").copied.value < 0.5
    assert report.verdict.passed


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame], ids=["pandas", "polars"])
def test_a_frame_comes_back_as_its_type(frame):
    given = frame(people().to_pydict())
    data = twin(given, n=70).data
    assert type(data) is frame
    assert list(data.columns) == list(given.columns)
    assert len(data) == 70


def test_output_has_model_data_and_report(csv, tmp_path):
    made = twin(csv, output=tmp_path / "out", target="retired")
    assert names(tmp_path / "out") == ["data.csv", "model.parhelion", "report.html", "report.json"]
    assert [str(file) for file in made.files] == [str(tmp_path / "out" / name) for name in names(tmp_path / "out")]
    assert Report.from_json((tmp_path / "out" / "report.json").read_text()) == made.report
    assert ph.load(tmp_path / "out" / "model.parhelion").sample(500).equals(made.data)
    written = open_source(tmp_path / "out" / "data.csv")
    assert (written.table().num_rows, written.schema.names) == (500, people().column_names)
    assert names(tmp_path) == ["out", "people.csv"]


@pytest.mark.parametrize(
    ("name", "data"),
    [("p.parquet", "data.parquet"), ("p.arrow", "data.arrow"), ("p.jsonl", "data.jsonl"), ("p.tsv", "data.csv")],
)
def test_data_is_of_the_format_of_the_source(tmp_path, name, data):
    ph.fit(people()).write(tmp_path / name, 200)
    twin(tmp_path / name, output=tmp_path / "out", n=60)
    assert names(tmp_path / "out") == [data, "model.parhelion", "report.html", "report.json"]
    assert open_source(tmp_path / "out" / data).table().num_rows == 60


def test_data_of_frames_and_of_folders_is_parquet(tmp_path):
    twin(people(), output=tmp_path / "frame", n=60)
    assert "data.parquet" in names(tmp_path / "frame")
    ph.fit(people()).write(tmp_path / "parts", 200)
    twin(tmp_path / "parts", output=tmp_path / "out", n=60)
    assert "data.parquet" in names(tmp_path / "out")


def test_a_larger_source_is_sampled_and_its_twin_written_whole(tmp_path):
    rows = people(6000)
    pyarrow.parquet.write_table(rows, tmp_path / "p.parquet")
    made = twin(tmp_path / "p.parquet", rows=1000, n=300_000, output=tmp_path / "out")
    assert (made.model.learned, made.holdout_rows, made.rows) == (1000, 250, 300_000)
    assert made.data is None
    assert pyarrow.parquet.read_metadata(tmp_path / "out" / "data.parquet").num_rows == 300_000
    assert "1,250 of 6,000 rows" in made.model.notes[-1]
    inside = twin(tmp_path / "p.parquet", rows=1000)
    assert (inside.rows, inside.data.num_rows) == (1250, 1250)
    assert made.model.notes == ph.load(tmp_path / "out" / "model.parhelion").notes


def test_a_schema_and_kinds_are_used(tmp_path):
    rows = people().select(["age", "city"])
    table = Table(name="table", columns=(CategoryColumn(name="age"), CategoryColumn(name="city")))
    (tmp_path / "s.yaml").write_text(Schema(tables=(table,)).to_yaml())
    for schema in (table, Schema(tables=(table,)), tmp_path / "s.yaml", str(tmp_path / "s.yaml")):
        assert twin(rows, schema=schema, n=60).report.fidelity.column("age").measure == "total variation"
    assert twin(rows, kinds={"age": "category"}, n=60).report.fidelity.column("age").kind == "category"


def test_what_only_a_row_kept_out_has_is_no_stumbling_block():
    ages = [str(age) for age in np.random.default_rng(0).integers(20, 60, 199)]
    for place in (0, 50, 150):
        rows = pa.table({"age": [*ages[:place], "n/a", *ages[place:]]})
        for seed in range(3):
            assert twin(rows, seed=seed, n=60).rows == 60


def test_too_few_rows_are_refused_unless_insisted_on():
    with pytest.raises(TooFewRowsError) as error:
        twin(people(60))
    assert str(error.value) == (
        "table has 60 rows, of which 48 are left to learn from when 12 are kept out, too few to protect anyone in it "
        "(at least 50 are expected); to learn from them all the same, say min_rows=48 (--min-rows 48)"
    )
    assert twin(people(60), min_rows=48).holdout_rows == 12
    assert twin(people(2), min_rows=1).holdout_rows == 1
    with pytest.raises(TooFewRowsError, match="a twin needs one to learn from and another"):
        twin(people(1), min_rows=1)
    with pytest.raises(DataError, match="has no rows"):
        twin(people(0))


@pytest.mark.parametrize("n", [0, -1, 1.5, True, "7"])
def test_n_is_a_number_of_rows(n, tmp_path):
    with pytest.raises(ConfigError, match="expected a whole number of rows, 1 or more"):
        twin(people(), n=n, output=tmp_path / "out")
    assert names(tmp_path) == []


def test_wrong_options_are_told_before_anything_is_learned(tmp_path):
    with pytest.raises(SchemaError, match=r"target is 'citty'.*did you mean 'city'"):
        twin(people(), target="citty")
    with pytest.raises(ConfigError, match="no option 'tarjet'; did you mean 'target'"):
        twin(people(), tarjet="city")
    with pytest.raises(SchemaError, match="no column 'aeg'"):
        twin(people(), schema=Table(name="t", columns=(NumberColumn(name="aeg"),)))
    with pytest.raises(DataError, match="there is no file"):
        twin(tmp_path / "nowhere.csv")


def test_an_output_that_cannot_be_is_told_first(tmp_path):
    def silent(stage, done, total):
        raise AssertionError(stage)

    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    for output, overwrite, message in (
        ("full", False, "is not empty"),
        ("full", True, r"holds more than a twin's model, data and report \('mine.txt'\)"),
        ("file", True, "is a file, not a folder"),
        ("no/where", False, "does not exist; make it first"),
        ("out.csv", False, "has the name of a file, .*; name a folder, for example '.*/out'"),
    ):
        with pytest.raises(OutputError, match=message):
            twin(people(), output=tmp_path / output, overwrite=overwrite, progress=silent)
    assert names(tmp_path) == ["file", "full"]


def test_a_twin_is_replaced_if_said(tmp_path):
    twin(people(), output=tmp_path / "out", n=60)
    with pytest.raises(OutputError, match="to replace it, say so"):
        twin(people(), output=tmp_path / "out", n=70)
    twin(people(), output=tmp_path / "out", n=70, overwrite=True)
    assert open_source(tmp_path / "out" / "data.parquet").rows == 70


@pytest.mark.parametrize("stage", ["reading", "learning", "drawing", "judging"])
def test_an_interrupted_twin_leaves_nothing(csv, tmp_path, stage):
    def interrupt(now, done, total):
        if now == stage:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        twin(csv, output=tmp_path / "out", progress=interrupt)
    assert names(tmp_path) == ["people.csv"]


def test_stages_are_told_in_their_order(csv):
    told = []
    twin(csv, progress=lambda stage, done, total: told.append((stage, done, total)))
    assert list(dict.fromkeys(stage for stage, _, _ in told)) == ["reading", "learning", "drawing", "judging"]
    assert all(0 <= done <= total for _, done, total in told)


def test_a_full_disk_is_told_and_left_empty(mounted):
    disk = mounted("size=64k")
    with pytest.raises(OutputError, match="No space left") as error:
        twin(people(), output=disk / "out", n=50_000)
    assert ".parhelion-" not in str(error.value)
    assert names(disk) == []


def test_text_tells_what_was_done(csv, tmp_path):
    made = twin(csv, output=tmp_path / "out")
    text = made.text()
    assert text.startswith("learned from 400 rows, with 100 others kept out; made 500 rows")
    assert made.report.verdict.sentence in text
    assert f"written: {tmp_path / 'out' / 'data.csv'}" in text
    assert all(name in text for name in people().column_names)


def test_a_table_of_constants_has_a_twin():
    made = twin(pa.table({"unit": ["kg"] * 60, "many": [1] * 60}), min_rows=1)
    assert made.data.to_pydict() == {"unit": ["kg"] * 60, "many": [1] * 60}
    assert made.report.score("fidelity.columns").value is None


def test_the_name_stays_a_function_once_it_was_used():
    script = "import parhelion as ph; ph.twin; from parhelion import Twin, twin; assert ph.twin is twin is not Twin"
    subprocess.run([sys.executable, "-c", script], check=True)


def test_the_twin_of_adult_is_near():
    if not ADULT.is_file():
        pytest.skip(f"{ADULT} is not on this machine")
    report = twin(ADULT, target="income").report
    for key in ("fidelity.columns", "fidelity.pairs"):
        assert report.score(key).value < 1.25 * report.score(key).reference
    assert report.score("privacy.copies").value <= report.score("privacy.copies").reference
