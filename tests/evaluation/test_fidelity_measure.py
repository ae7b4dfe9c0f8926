"""Fidelity of constructed tables: near its reference where rows are of the same law, far where they are made bad."""

from dataclasses import replace
from itertools import product

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from parhelion.evaluation.case import Case
from parhelion.evaluation.config import EvaluateConfig
from parhelion.evaluation.fidelity import measure
from parhelion.schema import (
    BooleanColumn,
    CategoryColumn,
    ConstantColumn,
    DateColumn,
    DatetimeColumn,
    DurationColumn,
    IdentifierColumn,
    NumberColumn,
    PersonalColumn,
    Table,
    TextColumn,
)

PEOPLE = Table(
    name="people",
    columns=(
        IdentifierColumn(name="id"),
        NumberColumn(name="age", suffix=" years"),
        NumberColumn(name="income"),
        CategoryColumn(name="city"),
        BooleanColumn(name="retired"),
        DateColumn(name="since"),
        DurationColumn(name="commute"),
        NumberColumn(name="gain"),
    ),
)
TOGETHER = {("age", "income"), ("age", "retired"), ("income", "retired"), ("city", "commute")}


def people(rows, seed):
    rng = np.random.default_rng(seed)
    age = rng.integers(18, 90, rows)
    city = rng.choice(4, rows, p=[0.4, 0.3, 0.2, 0.1])
    commute = rng.gamma(2, 600 * (1 + city)).astype(np.int64)
    return pa.table(
        {
            "id": [f"{seed}-{row}" for row in range(rows)],
            "age": pa.array(age, mask=rng.random(rows) < 0.05),
            "income": np.round(rng.lognormal(8, 0.4, rows) + 80 * age, 2),
            "city": np.array(["Bern", "Genf", "Basel", "Chur"])[city],
            "retired": age + rng.integers(-5, 5, rows) > 65,
            "since": pa.array(rng.integers(10_000, 19_000, rows).astype(np.int32)).cast(pa.date32()),
            "commute": pa.array(commute).cast(pa.duration("s")),
            "gain": np.where(rng.random(rows) < 0.9, 0, rng.lognormal(7, 1, rows).astype(np.int64)),
        }
    )


TRAIN, HOLDOUT = people(4000, 1), people(2000, 2)


def judge(synthetic, **given):
    return measure(Case(PEOPLE, TRAIN, synthetic, HOLDOUT, cut=False, config=EvaluateConfig(**given)))


def scores(figures):
    return {score.key: score for score in figures.scores}


def with_column(table, name, values):
    return table.set_column(table.column_names.index(name), name, values)


@pytest.fixture(scope="module")
def alike():
    return judge(people(4000, 3))


def test_fresh_rows_of_the_same_law_are_near_the_reference(alike):
    for key in ("columns", "pairs", "triples"):
        score = scores(alike)[f"fidelity.{key}"]
        assert score.value == pytest.approx(score.reference, abs=0.012)
        assert score.interval[0] <= score.value <= score.interval[1]
        assert score.interval[1] - score.interval[0] < 0.05
    assert scores(alike)["fidelity.association"].value < 0.03
    for key in ("association", "information"):
        score = scores(alike)[f"fidelity.{key}"]
        assert score.interval[0] < score.value < score.interval[1] < score.value + 0.02
    assert alike.findings == ()


def test_every_score_says_what_it_means(alike):
    assert list(scores(alike)) == [
        "fidelity.columns", "fidelity.pairs", "fidelity.triples", "fidelity.association", "fidelity.information",
        "fidelity.missing", "fidelity.coverage", "fidelity.unseen", "fidelity.shapes", "fidelity.trends",
    ]  # fmt: skip
    for score in alike.scores:
        assert score.meaning.endswith(".")
        assert score.warning
        assert score.reference is not None


def test_the_same_seed_gives_the_same_figures(alike):
    assert judge(people(4000, 3)) == alike
    assert judge(people(4000, 3), seed=1).model_dump_json() != alike.model_dump_json()


def test_a_copy_of_the_train_rows_is_at_the_reference_and_its_identifiers_are_told():
    figures = judge(TRAIN)
    for key in ("columns", "pairs", "triples", "association", "information", "missing"):
        score = scores(figures)[f"fidelity.{key}"]
        assert score.value == pytest.approx(score.reference, abs=1e-9)
        assert "copy" in score.warning
    assert scores(figures)["fidelity.shapes"].value == 1
    assert figures.column("id").copied.value == 1
    assert figures.findings == ()


def test_shuffled_columns_are_right_alone_and_wrong_together():
    rng = np.random.default_rng(0)
    figures = judge(pa.table({name: TRAIN.column(name).take(rng.permutation(4000)) for name in TRAIN.column_names}))
    told = scores(figures)
    assert told["fidelity.columns"].value == pytest.approx(told["fidelity.columns"].reference, abs=1e-9)
    assert told["fidelity.pairs"].value > 1.5 * told["fidelity.pairs"].reference
    assert told["fidelity.pairs"].interval[0] > told["fidelity.pairs"].reference
    assert told["fidelity.triples"].value > 2 * told["fidelity.triples"].reference
    assert told["fidelity.association"].value > 5 * told["fidelity.association"].reference
    assert told["fidelity.information"].value > 5 * told["fidelity.information"].reference
    assert {(pair.first, pair.second) for pair in figures.pairs[:4]} == TOGETHER
    assert any("age and retired go together with strength 0.0" in finding for finding in figures.findings)


def test_a_scaled_column_is_the_first_finding():
    income = pa.array(people(4000, 3).column("income").to_numpy() * 2)
    figures = judge(with_column(people(4000, 3), "income", income))
    assert figures.columns[0].name == "income"
    assert figures.columns[0].distance.value > 0.4
    assert figures.columns[0].interval[0] > 0.4
    assert figures.findings[0].startswith("income is ")
    moved = figures.columns[0].wasserstein
    assert moved.value == pytest.approx(float(np.mean(HOLDOUT.column("income").to_numpy())), rel=0.05)
    assert moved.value > 20 * moved.reference


def test_a_dropped_category_is_named():
    rows = people(6000, 3)
    figures = judge(rows.filter(pc.not_equal(rows.column("city"), "Genf")))
    assert figures.column("city").coverage.synthetic == 0.75
    assert "'Genf' is 0 % of its synthetic values" in figures.findings[0]


def test_most_categories_dropped_are_told():
    figures = judge(with_column(people(4000, 3), "city", pa.array(["Bern"] * 4000)))
    assert "city covers 25 % of its real categories, where as many unseen real rows cover 100 %" in figures.findings


def test_missing_values_that_were_filled_are_told():
    full = pa.array(np.random.default_rng(0).integers(18, 90, 4000))
    figures = judge(with_column(people(4000, 3), "age", full))
    assert figures.column("age").missing.synthetic == 0
    assert scores(figures)["fidelity.missing"].value == pytest.approx(0.05, abs=0.02)
    assert any(finding.startswith("age is missing in 0 % of synthetic rows") for finding in figures.findings)


def test_values_never_seen_are_told():
    city = pa.array(["Atlantis"] * 400 + ["Bern"] * 3600)
    age = pa.array([200] * 200 + [40] * 3800)
    figures = judge(with_column(with_column(people(4000, 3), "city", city), "age", age))
    assert figures.column("city").unseen.value == pytest.approx(0.1)
    assert figures.column("city").unseen.reference == 0
    assert figures.column("age").unseen.value == pytest.approx(0.05)
    assert "Atlantis" not in figures.model_dump_json()  # no real row has it: it is one of the others


def test_few_synthetic_rows_are_compared_with_few_train_rows():
    figures = judge(people(100, 3))
    told = scores(figures)["fidelity.columns"]
    assert told.value == pytest.approx(told.reference, abs=0.03)
    assert told.reference > 0.03
    assert figures.notes[0] == "100 train rows and as many synthetic rows were compared with 2,000 held-out rows"


def test_halves_of_the_real_rows_are_said_to_be_such():
    figures = measure(Case(PEOPLE, TRAIN, people(500, 3), HOLDOUT, cut=True, config=EvaluateConfig()))
    assert any("no held-out rows were given" in note for note in figures.notes)


def test_quick_looks_at_fewer_pairs_and_triples(alike):
    figures = judge(people(4000, 3), quick=True)
    assert len(figures.pairs) == len(alike.pairs) == figures.pairs_in_all == 21
    assert (len(figures.triples), len(alike.triples)) == (10, 35)


def test_many_columns_are_compared_in_some_pairs():
    rng = np.random.default_rng(0)
    table = Table(name="wide", columns=tuple(NumberColumn(name=f"c{i}") for i in range(120)))

    def wide():
        return pa.table({name: rng.normal(size=30) for name in table.names})

    figures = measure(Case(table, wide(), wide(), wide(), cut=False, config=EvaluateConfig(quick=True)))
    assert (len(figures.pairs), figures.pairs_in_all) == (500, 7140)
    assert "500 of 7,140 pairs of columns were drawn at random and compared" in figures.notes


MIXED = Table(
    name="mixed",
    columns=(
        NumberColumn(name="whole"), NumberColumn(name="real"), CategoryColumn(name="few"), CategoryColumn(name="many"),
        BooleanColumn(name="yes"), DateColumn(name="day"), DatetimeColumn(name="moment"), DurationColumn(name="took"),
        IdentifierColumn(name="id"), TextColumn(name="text"), PersonalColumn(name="mail", what="email"),
        ConstantColumn(name="same"),
    ),
)  # fmt: skip


def mixed(rows, seed, *, missing=0.0, wild=False):
    """Any values that the types can hold, where wild."""
    rng = np.random.default_rng(seed)
    most = 2**62 if wild else 10**6
    reals = [np.inf, -np.inf, np.nan, 1e308, -1e308, 5e-324, -0.0] if wild else rng.normal(size=9)
    words = np.array([f'w{word}\n"<b>' for word in range(10_000)], dtype=object)
    columns = {
        "whole": rng.integers(-most, most, rows),
        "real": rng.choice(reals, rows),
        "few": rng.choice(words[:3], rows),
        "many": rng.choice(words, rows),
        "yes": rng.random(rows) < 0.5,
        "day": rng.integers(-(2**31), 2**31 - 1, rows) if wild else rng.integers(0, 20_000, rows),
        "moment": rng.integers(-most, most, rows),
        "took": rng.integers(-most, most, rows),
        "id": rng.choice(words, rows),
        "text": rng.choice(words, rows),
        "mail": rng.choice(words, rows),
        "same": np.full(rows, "same", dtype=object),
    }
    types = {"moment": pa.timestamp("us"), "took": pa.duration("us")}
    arrays = {
        name: pa.array(values, pa.string() if values.dtype == object else None, mask=rng.random(rows) < missing)
        for name, values in columns.items()
    }
    arrays["day"] = arrays["day"].cast(pa.int32()).cast(pa.date32())
    return pa.table({name: array.cast(types.get(name, array.type)) for name, array in arrays.items()})


def finite(value):
    if isinstance(value, dict):
        return all(map(finite, value.values()))
    if isinstance(value, list | tuple):
        return all(map(finite, value))
    return not isinstance(value, float) or np.isfinite(value)


@pytest.mark.parametrize("sizes", [(1, 1, 1), (2, 3, 1), (3, 200, 2), (200, 1, 200), (120, 40, 300)])
@pytest.mark.parametrize(("missing", "wild"), list(product((0.0, 0.3, 1.0), (False, True))))
def test_any_table_has_figures_or_reasons(sizes, missing, wild):
    tables = [mixed(rows, seed, missing=missing, wild=wild) for seed, rows in enumerate(sizes)]
    for protect in (1, 10):
        config = EvaluateConfig(quick=True, protect=protect)
        with np.errstate(over="raise", divide="raise", invalid="raise"):
            figures = measure(Case(MIXED, *tables, cut=False, config=config))
        assert finite(figures.model_dump())
        for score in figures.scores:
            assert (score.value is None) == bool(score.untold)


@pytest.mark.parametrize("without", list(product((False, True), repeat=3)))
def test_columns_all_missing_in_some_tables(without):
    tables = [mixed(60, seed, missing=float(gone)) for seed, gone in enumerate(without)]
    figures = measure(Case(MIXED, *tables, cut=False, config=EvaluateConfig()))
    assert figures.column("whole").missing.train == without[0]
    assert finite(figures.model_dump())


def test_nothing_to_compare_is_said():
    table = Table(name="t", columns=(IdentifierColumn(name="id"), TextColumn(name="text")))
    rows = mixed(20, 0).select(["id", "text"])
    figures = measure(Case(table, rows, rows, rows, cut=False, config=EvaluateConfig()))
    assert scores(figures)["fidelity.columns"].untold == "no column has values that can be compared"
    assert scores(figures)["fidelity.pairs"].untold == "fewer than two columns can be compared"
    assert figures.pairs == figures.triples == ()


def test_one_column_has_no_pairs():
    table = Table(name="t", columns=(NumberColumn(name="whole"),))
    rows = mixed(50, 0).select(["whole"])
    figures = measure(Case(table, rows, rows, rows, cut=False, config=EvaluateConfig()))
    assert figures.columns[0].distance.value == 0
    assert scores(figures)["fidelity.pairs"].value is None


def test_the_case_is_left_as_it_was():
    case = Case(PEOPLE, TRAIN, HOLDOUT, HOLDOUT, cut=False, config=EvaluateConfig())
    before = replace(case)
    measure(case)
    assert (case.train, case.synthetic, case.holdout) == (before.train, before.synthetic, before.holdout)
