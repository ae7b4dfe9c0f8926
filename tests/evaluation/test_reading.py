"""Tables of every origin become alike, or the error says why not."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

from parhelion.errors import DataError, SchemaError
from parhelion.evaluation import reading
from parhelion.evaluation.config import EvaluateConfig
from parhelion.progress import silent
from parhelion.schema import BooleanColumn, CategoryColumn, NumberColumn, Table


def of(**columns):
    return Table(name="t", columns=tuple(kind(name=name) for name, kind in columns.items()))


def read(real, synthetic, holdout=None, known=None, kinds=None, **options):
    return reading.read((real, synthetic, holdout), known, kinds, EvaluateConfig(**options), silent)


def numbered(rows):
    return pa.table({"at": pa.array(range(rows)), "v": np.random.default_rng(rows).normal(size=rows)})


def test_files_and_frames_of_any_kind(tmp_path):
    rows = pa.table({"age": [31, 42, 53] * 40, "city": ["Bern", "Genf", "Basel"] * 40})
    pyarrow.csv.write_csv(rows, tmp_path / "people.csv")
    frame = pd.DataFrame(rows.to_pydict()).astype({"age": float})
    found = read(tmp_path / "people.csv", frame, pl.from_arrow(rows))
    assert found.names == ("people.csv", "synthetic rows", "held-out rows")
    assert found.case.train.equals(found.case.synthetic)
    assert found.case.train.equals(found.case.holdout)
    assert found.case.table.name == "people"
    assert not found.case.cut


def test_order_of_columns_and_width_of_types_do_not_matter():
    table = of(a=NumberColumn, b=CategoryColumn)
    case = read(
        pa.table({"a": [1, 2], "b": ["x", "y"]}),
        pa.table({"b": pa.array(["x"]).dictionary_encode(), "a": ["3.5"]}),
        pa.table({"a": pa.array([9], pa.int8()), "b": pa.array(["z"], pa.large_string())}),
        table,
    ).case
    assert case.train.schema == case.synthetic.schema == case.holdout.schema
    assert case.synthetic.column("a").to_pylist() == [3.5]


def test_moments_of_different_zones_are_instants():
    at = pa.array([0, 1, 2], pa.timestamp("s", "UTC"))
    case = read(
        pa.table({"at": at}), pa.table({"at": at.cast(pa.timestamp("ms", "Asia/Tokyo"))}), pa.table({"at": at})
    ).case
    assert case.train.equals(case.synthetic)


def test_without_a_holdout_the_real_rows_are_cut_in_halves():
    found = read(numbered(101), numbered(7), known=of(at=NumberColumn, v=NumberColumn))
    train, holdout = (set(each.column("at").to_pylist()) for each in (found.case.train, found.case.holdout))
    assert found.case.cut
    assert (len(train), len(holdout)) == (51, 50)
    assert not train & holdout
    assert found.train.tolist() == found.case.train.column("at").to_pylist()
    assert found.names[2] is None
    assert "the synthetic rows are only 7" in found.notes[0]
    assert "no held-out rows were given" in found.notes[-1]


def test_one_seed_one_cut():
    first, again, other = (read(numbered(100), numbered(9), seed=seed).train.tolist() for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_a_large_table_is_sampled_and_its_rows_keep_their_numbers(tmp_path):
    pa.parquet.write_table(numbered(900), tmp_path / "real.parquet", row_group_size=100)
    found = read(tmp_path / "real.parquet", numbered(300), numbered(40), of(at=NumberColumn, v=NumberColumn), rows=50)
    assert (found.case.counts.train, found.case.counts.synthetic, found.case.counts.holdout) == (50, 50, 40)
    assert found.train.tolist() == found.case.train.column("at").to_pylist()
    assert found.synthetic.tolist() == found.case.synthetic.column("at").to_pylist()
    assert "of the real rows a uniform sample was judged, 50 of 900" in found.notes


def test_a_spelling_that_only_held_out_rows_have():
    rows = [f"{n}" for n in range(100)]
    pyarrow_csv = {"n": rows}
    case = read(
        pa.table(pyarrow_csv), pa.table(pyarrow_csv), pa.table({"n": [*rows[:50], "NA"]}), kinds={"n": "number"}
    )
    assert case.case.holdout.column("n").null_count == 1


def test_all_wrong_columns_are_told_at_once():
    rows = pa.table({"age": [1, 2], "city": ["a", "b"]})
    with pytest.raises(DataError) as error:
        read(rows, rows.rename_columns(["aeg", "city"]), rows.select(["age"]))
    assert str(error.value).splitlines()[1:] == [
        "  - the synthetic rows have no column 'age'; did you mean 'aeg'?",
        "  - the synthetic rows have a column 'aeg' that the real rows do not have; leave it out, or rename it",
        "  - the held-out rows have no column 'city', which the real rows have",
    ]


def test_values_that_are_not_of_their_kind_are_told_of_every_table():
    rows, wrong = pa.table({"n": [1, 2], "b": [True, False]}), pa.table({"n": ["one", "2"], "b": ["maybe", "true"]})
    with pytest.raises(DataError) as error:
        read(rows, wrong, wrong, of(n=NumberColumn, b=BooleanColumn))
    told = str(error.value)
    assert told.startswith("4 problems:")
    assert "synthetic rows.n[0] is 'one'; expected a number" in told
    assert "held-out rows.b[0] is 'maybe'; expected 'true' or 'false'" in told


@pytest.mark.parametrize(
    ("kind", "real", "other"),
    [
        ("boolean", ["True", "False"], ["1.0", "0.0"]),
        ("boolean", ["yes", "no"], ["TRUE", "FALSE"]),
        ("number", ["1.5", "-2.25"], ["1,5", "-2,25"]),
        ("date", ["2024-12-31", "2024-01-15"], ["31.12.2024", "15.01.2024"]),
        ("date", ["2024-12-31", "2024-01-15"], ["2024-12-31 00:00:00", "2024-01-15 00:00:00"]),
    ],
)
def test_other_spellings_of_the_same_values(kind, real, other, tmp_path):
    for name, values in (("real", real), ("other", other)):
        (tmp_path / f"{name}.csv").write_text(
            "\n".join(["v;n", *(f"{value};{n}" for n, value in enumerate(values * 40))])
        )
    files = (tmp_path / "real.csv", tmp_path / "other.csv", tmp_path / "real.csv")
    found = read(*files, kinds={"v": kind})
    assert found.case.synthetic.column("v").equals(found.case.train.column("v"))
    assert f"the synthetic rows spell v otherwise than the real rows; it was read as {kind} too" in found.notes


def test_codes_of_a_file_with_types_are_those_of_one_without():
    text, typed = pa.table({"code": ["250", "V27", "8"]}), pa.table({"code": [250.0, 8.0, None]})
    found = read(text, typed, text, of(code=CategoryColumn))
    assert found.case.synthetic.column("code").to_pylist() == ["250", "8", None]


def test_types_that_cannot_be_compared_are_told():
    rows, text = pa.table({"zip": pa.array([1234, 5678])}), pa.table({"zip": ["01234", "05678"]})
    with pytest.raises(DataError, match=r"zip holds types that cannot be compared \(int64, string\)"):
        read(rows, text, rows, of(zip=CategoryColumn))


@pytest.mark.parametrize(
    ("real", "synthetic", "told"),
    [
        (2, 0, r"the synthetic rows \(synthetic rows\) have columns and no rows; expected one row at least"),
        (1, 5, r"the real rows \(real rows\) are only one, which cannot be cut in two"),
        (0, 0, "2 problems:"),
    ],
)
def test_too_few_rows_are_told(real, synthetic, told):
    with pytest.raises(DataError, match=told):
        read(numbered(real), numbered(synthetic))


@pytest.mark.parametrize("option", ["target", "sensitive", "quasi"])
def test_options_that_name_no_column(option):
    with pytest.raises(SchemaError, match=rf"{option} is 'vv', which is no column of table; did you mean 'v'\?"):
        read(numbered(9), numbered(9), **{option: ("at", "vv")})
