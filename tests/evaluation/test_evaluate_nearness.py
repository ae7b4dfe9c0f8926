"""Figures of constructed tables whose answers are known, and of real ones."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pytest

from parhelion.errors import DataError
from parhelion.evaluation import Figure, Nearness, as_text, natives, nearness
from parhelion.io import open_source
from parhelion.schema import (
    BooleanColumn,
    CategoryColumn,
    ConstantColumn,
    IdentifierColumn,
    NumberColumn,
    PersonalColumn,
    Table,
    TextColumn,
    discover,
)

ADULT = Path("/work/shared/data/adult/train.csv")


def of(**columns):
    return Table(name="t", columns=tuple(kind(name=name) for name, kind in columns.items()))


def pick(values, shares, rows):
    """So many rows, each value with exactly its share."""
    return [v for v, share in zip(values, shares, strict=True) for _ in range(round(share * rows))]


def made(rows, rng):
    """A table of several kinds whose columns depend on one another."""
    age = rng.integers(18, 90, rows)
    return pa.table(
        {
            "age": age,
            "income": np.round(rng.lognormal(8, 1, rows) + 50 * age, 2),
            "city": rng.choice(["Bern", "Genf", "Basel"], rows, p=[0.5, 0.3, 0.2]),
            "retired": age + rng.integers(-5, 5, rows) > 65,
            "since": pa.array(rng.integers(0, 10_000, rows).astype(np.int32)).cast(pa.date32()),
        }
    )


MADE = Table(
    name="made",
    columns=discover(made(200, np.random.default_rng(9)), untyped=False, kinds={"city": "category"}).columns,
)


def test_identical_tables_are_at_no_distance():
    rows = made(400, np.random.default_rng(0))
    figures = nearness(rows, rows, rows, MADE)
    zero = Figure(value=0, reference=0)
    assert [column.distance for column in figures.columns] == [zero] * 5
    assert [pair.distance for pair in figures.pairs] == [zero] * 10
    assert (figures.column_distance, figures.pair_distance, zero.ratio) == (zero, zero, 1.0)
    assert figures.copies == Figure(value=1, reference=1)
    assert figures.rows == 400


def test_a_category_shifted_by_a_fifth_is_at_a_fifth():
    real = pa.table({"city": pick("abc", [0.5, 0.3, 0.2], 1000)})
    shifted = pa.table({"city": pick("abc", [0.3, 0.3, 0.4], 1000)})
    column = nearness(real, shifted, real, of(city=CategoryColumn)).column("city")
    assert column.measure == "total variation"
    assert column.distance.value == pytest.approx(0.2)
    assert column.distance.reference == 0


def test_a_boolean_is_compared_as_a_category():
    real = pa.table({"member": pick([True, False], [0.5, 0.5], 100)})
    other = pa.table({"member": pick([True, False], [0.9, 0.1], 100)})
    assert nearness(real, other, real, of(member=BooleanColumn)).columns[0].distance.value == pytest.approx(0.4)


@pytest.mark.parametrize(
    "value",
    [
        float,
        lambda v: date(2020, 1, 1) + timedelta(days=v),
        lambda v: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=v),
        lambda v: timedelta(minutes=v),
    ],
    ids=["number", "date", "datetime", "duration"],
)
def test_ordered_values_are_compared_by_their_distribution_function(value):
    real = pa.table({"v": [value(v) for v in range(100)]})
    shifted = pa.table({"v": [value(v + 30) for v in range(100)]})
    column = nearness(real, shifted, real, discover(real, untyped=False, kinds=_kind_of(value))).column("v")
    assert column.measure == "Kolmogorov-Smirnov"
    assert column.distance.value == pytest.approx(0.3)


def _kind_of(value):
    return {"v": "number"} if value is float else {}


@pytest.mark.parametrize("kind", [NumberColumn, CategoryColumn, BooleanColumn])
def test_a_missing_value_counts_as_a_value(kind):
    real = pa.table({"v": pa.array([1, 0] * 50)})
    gaps = pa.table({"v": pa.array([1, 0] * 30 + [None] * 40)})
    table = Table(name="t", columns=(kind(name="v", **({"true": "1", "false": "0"} if kind is BooleanColumn else {})),))
    column = nearness(real, gaps, real, table).columns[0]
    assert column.distance.value == pytest.approx(0.4)
    assert (column.missing.train, column.missing.synthetic, column.missing.holdout) == (0, 0.4, 0)


def test_nan_is_missing_and_infinities_have_their_places():
    real = pa.table({"v": [float("-inf"), 0.0, 1.0, float("nan")]})
    other = pa.table({"v": [float("inf"), -0.0, 1.0, None]})
    column = nearness(real, other, real, of(v=NumberColumn)).columns[0]
    assert column.distance.value == pytest.approx(0.25)
    assert column.missing.synthetic == 0.25


def test_columns_shuffled_apart_are_near_alone_and_far_in_pairs():
    rng = np.random.default_rng(1)
    rows = made(4000, rng)
    apart = pa.table({name: rows[name].take(rng.permutation(4000)) for name in rows.column_names})
    figures = nearness(rows, apart, rows, MADE)
    assert figures.column_distance.value == 0
    worst = figures.pairs[0]
    assert {worst.first, worst.second} == {"age", "retired"}
    assert worst.distance.value > 0.3
    assert worst.distance.reference == 0


def test_real_rows_are_at_about_the_reference():
    rows = [made(n, np.random.default_rng(n)) for n in (8000, 9000, 2000)]
    figures = nearness(*rows, MADE)
    assert figures.rows == 2000
    assert figures.draws == 4
    assert 0.7 < figures.column_distance.ratio < 1.4
    assert 0.9 < figures.pair_distance.ratio < 1.1
    assert "about as near" in figures.sentence


def test_fewer_rows_are_no_disadvantage():
    train, synthetic, holdout = (made(n, np.random.default_rng(n)) for n in (20_000, 1000, 5000))
    figures = nearness(train, synthetic, holdout, MADE)
    assert (figures.rows, figures.draws) == (1000, 1)
    assert 0.85 < figures.pair_distance.ratio < 1.15


def test_the_farthest_come_first():
    rng = np.random.default_rng(2)
    rows = made(3000, rng)
    spoilt = rows.set_column(2, "city", pa.array(["Bern"] * 3000))
    figures = nearness(rows, spoilt, rows, MADE)
    assert figures.columns[0].name == "city"
    assert "city" in (figures.pairs[0].first, figures.pairs[0].second)
    excess = [pair.distance.excess for pair in figures.pairs]
    assert excess == sorted(excess, reverse=True)
    assert "'city'" in figures.sentence


def test_copied_rows_are_counted():
    rows = made(3000, np.random.default_rng(3))
    train, holdout, other = rows.slice(0, 1000), rows.slice(1000, 1000), rows.slice(2000, 750)
    figures = nearness(train, pa.concat_tables([train.slice(0, 250), other]), holdout, MADE)
    assert figures.copies == Figure(value=0.25, reference=0)


def test_columns_made_anew_have_no_distance_but_are_checked():
    named = PersonalColumn(name="name", what="name")
    others = of(id=IdentifierColumn, note=TextColumn, unit=ConstantColumn)
    table = Table(name="t", columns=(named, *others.columns))
    real = pa.table({"id": list(range(10)), "name": list("abcdefghij"), "note": ["x"] * 10, "unit": ["kg"] * 10})
    fake = pa.table(
        {"id": list(range(5, 15)), "name": ["z", None] * 5, "note": [f"n{i}" for i in range(10)], "unit": ["kg"] * 10}
    )
    held = real.set_column(0, "id", pa.array(list(range(100, 110))))
    figures = nearness(real, fake, held, table)
    assert (figures.column_distance, figures.pair_distance, figures.copies) == (None, None, None)
    assert figures.pairs == ()
    assert figures.column("id").copied == Figure(value=0.5, reference=0)
    assert figures.column("name").missing.synthetic == 0.5
    assert figures.column("name").unique.synthetic == pytest.approx(0.2)
    assert figures.column("note").unique.train == pytest.approx(0.1)
    assert figures.column("unit").copied == Figure(value=1, reference=1)
    assert "No column has values that can be compared" in figures.sentence
    assert "id" in figures.notes[-1]


def test_what_is_missing_altogether_has_no_share_of_copies():
    real, none = pa.table({"id": [1, 2]}), pa.table({"id": pa.nulls(2, pa.int64())})
    column = nearness(real, none, real, of(id=IdentifierColumn)).columns[0]
    assert (column.copied, column.unique.synthetic, column.missing.synthetic) == (None, None, 1)


def test_invented_categories_are_far_in_pairs_too():
    real = pa.table({"a": ["x", "y"] * 50, "b": ["u", "v"] * 50})
    fake = pa.table({"a": ["x", "q"] * 50, "b": ["u", "v"] * 50})
    figures = nearness(real, fake, real, of(a=CategoryColumn, b=CategoryColumn))
    assert figures.pairs[0].distance.value == pytest.approx(0.5)


def test_many_columns_have_some_of_their_pairs_compared():
    rng = np.random.default_rng(4)
    rows = pa.table({f"c{i}": rng.normal(size=60) for i in range(40)})
    figures = nearness(rows, rows, rows, seed=3)
    assert (len(figures.pairs), figures.pairs_in_all) == (500, 780)
    assert any("500 of 780 pairs" in note for note in figures.notes)


def test_one_row_of_each():
    row = pa.table({"a": [1.5], "b": ["x"]})
    assert nearness(row, row, row, of(a=NumberColumn, b=CategoryColumn)).column_distance == Figure(value=0, reference=0)


def test_one_seed_one_result():
    sets = [made(n, np.random.default_rng(n)) for n in (3000, 2000, 700)]
    first, again, other = (nearness(*sets, MADE, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first.pair_distance != other.pair_distance


def test_figures_are_json_and_come_back():
    sets = [made(n, np.random.default_rng(n)) for n in (300, 200, 70)]
    figures = nearness(*sets, MADE)
    assert figures.version == 1
    assert Nearness.model_validate(json.loads(json.dumps(figures.model_dump(mode="json"), allow_nan=False))) == figures


def test_text_tells_columns_totals_and_the_sentence():
    sets = [made(n, np.random.default_rng(n)) for n in (300, 200, 70)]
    figures = nearness(*sets, MADE)
    text = as_text(figures)
    assert all(name in text for name in (*MADE.names, "all columns", "all pairs", figures.sentence))
    assert "and 3 columns that are nearer" in as_text(figures, rows=2)
    assert max(map(len, as_text(figures).splitlines()[:8])) < 100


def test_long_names_do_not_make_long_lines():
    real = pa.table({"x" * 500: [1.0, 2.0] * 40, "a\nb": [1.0, 2.0] * 40})
    fake = pa.table({"x" * 500: [3.0, 4.0] * 40, "a\nb": [1.0, 2.0] * 40})
    figures = nearness(
        real, fake, real, Table(name="t", columns=tuple(NumberColumn(name=n) for n in real.column_names))
    )
    assert figures.columns[0].name == "x" * 500
    assert max(map(len, as_text(figures).splitlines()[:4])) < 120
    assert "x" * 41 not in as_text(figures)


def test_the_three_may_be_files_and_frames_of_any_kind(tmp_path):
    rows = made(300, np.random.default_rng(5))
    pyarrow.csv.write_csv(rows, tmp_path / "train.csv")
    frame = pd.DataFrame(rows.to_pydict())
    frame["age"] = frame["age"].astype(float)
    figures = nearness(tmp_path / "train.csv", frame, pl.from_arrow(rows))
    assert figures.column_distance == Figure(value=0, reference=0)
    assert figures.copies == Figure(value=1, reference=1)


def test_order_of_columns_and_width_of_types_do_not_matter():
    rows = pa.table({"a": pa.array([1, 2, 3], pa.int8()), "b": pa.array(["x", "y", "y"], pa.large_string())})
    other = pa.table({"b": pa.array(["x", "y", "y"]).dictionary_encode(), "a": pa.array([1.0, 2.0, 3.0])})
    assert nearness(rows, other, rows).column_distance == Figure(value=0, reference=0)


def test_moments_of_different_zones_are_compared_as_instants():
    at = pa.array([0, 1, 2], pa.timestamp("s", "UTC"))
    rows, other = pa.table({"at": at}), pa.table({"at": at.cast(pa.timestamp("ms", "Asia/Tokyo"))})
    assert nearness(rows, other, rows).columns[0].distance.value == 0


def test_all_wrong_columns_are_told_at_once():
    rows = pa.table({"age": [1, 2], "city": ["a", "b"]})
    with pytest.raises(DataError) as error:
        nearness(rows, rows.rename_columns(["aeg", "city"]), rows.select(["age"]))
    assert str(error.value).splitlines()[1:] == [
        "  - the synthetic rows have no column 'age'; did you mean 'aeg'?",
        "  - the synthetic rows have a column 'aeg' that the train rows do not have; leave it out, or rename it",
        "  - the held-out rows have no column 'city'; there are: 'age'",
    ]


def test_values_that_are_not_of_their_kind_are_told_of_every_table():
    rows = pa.table({"n": [1, 2], "b": [True, False]})
    wrong = pa.table({"n": ["one", "2"], "b": ["maybe", "true"]})
    with pytest.raises(DataError) as error:
        nearness(rows, wrong, wrong, of(n=NumberColumn, b=BooleanColumn))
    told = str(error.value)
    assert told.startswith("4 problems:")
    assert "the synthetic rows.n[0] is 'one'; expected a number" in told
    assert "the held-out rows.b[0] is 'maybe'; expected 'true' or 'false'" in told


def test_types_that_cannot_be_compared_are_told():
    rows = pa.table({"zip": pa.array([1234, 5678])})
    text = pa.table({"zip": ["01234", "05678"]})
    with pytest.raises(DataError, match=r"zip holds types that cannot be compared .*train rows int64, .* string"):
        nearness(rows, text, rows, of(zip=CategoryColumn))


def test_tables_without_rows_are_told():
    rows = pa.table({"a": [1, 2]})
    with pytest.raises(DataError, match="the synthetic rows are none; expected one at least"):
        nearness(rows, rows.slice(0, 0), rows)


def test_natives_are_of_one_type_and_in_one_order():
    table = of(a=NumberColumn, b=CategoryColumn)
    found = natives(
        pa.table({"a": [1, 2], "b": ["x", "y"]}),
        pa.table({"b": ["x"], "a": ["3.5"]}),
        pa.table({"a": pa.array([9], pa.int8()), "b": ["z"]}),
        table,
    )
    assert (
        found.train.schema
        == found.synthetic.schema
        == found.holdout.schema
        == pa.schema({"a": pa.float64(), "b": pa.string()})
    )


def test_adult_against_more_of_adult():
    if not ADULT.is_file():
        pytest.skip(f"{ADULT} is not on this machine")
    source = open_source(ADULT)
    rows = source.table()
    table = discover(rows, name="adult", untyped=True)
    order = np.random.default_rng(0).permutation(rows.num_rows)
    holdout, train = rows.take(order[:6512]), rows.take(order[6512:])
    figures = nearness(train, ADULT.with_name("test.csv"), holdout, table)
    assert len(figures.pairs) == 105
    assert 0.8 < figures.column_distance.ratio < 1.25
    assert 0.95 < figures.pair_distance.ratio < 1.05
    assert figures.copies.value < 0.01
