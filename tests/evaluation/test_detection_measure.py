"""Detection on constructed cases: it must tell what is known to be wrong, and be calm where nothing is."""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from parhelion.evaluation.case import Case
from parhelion.evaluation.config import EvaluateConfig
from parhelion.evaluation.detection import Detection, measure
from parhelion.evaluation.detection.clues import RARE
from parhelion.evaluation.reading import case_of
from parhelion.schema import CategoryColumn, NumberColumn, Table

KEYS = ["unseen", "train", "logistic", "propensity", "precision", "recall", "authenticity"]


def people(seed, rows=1500):
    rng = np.random.default_rng(seed)
    x = rng.normal(0, 1, rows)
    return pa.table(
        {
            "x": x,
            "y": 2 * x + rng.normal(0, 0.5, rows),
            "group": rng.choice(list("abcd"), rows, p=[0.4, 0.3, 0.2, 0.1]),
            "when": [date(2020, 1, 1) + timedelta(days=int(days)) for days in rng.integers(0, 900, rows)],
            "z": pa.array(rng.exponential(1, rows), mask=rng.random(rows) < 0.2),
        }
    )


REAL, UNSEEN, FRESH = people(1), people(2), people(3)


@cache
def fresh():
    return judged(FRESH)


def judged(synthetic, train=REAL, holdout=UNSEEN, *, cut=False, **options):
    return measure(replace(case_of(train, synthetic, holdout, **{"quick": True, **options}), cut=cut))


def scores(figures):
    return {score.key.removeprefix("detection."): score for score in figures.scores}


def value(figures, key):
    return scores(figures)[key].value


def spoilt(name, values):
    return FRESH.set_column(FRESH.column_names.index(name), name, values)


def test_fresh_rows_are_near_their_reference():
    figures = fresh()
    assert list(scores(figures)) == KEYS
    for key in ("unseen", "train", "logistic"):
        assert value(figures, key) == pytest.approx(0.5, abs=0.04)
    assert value(figures, "propensity") == pytest.approx(1, abs=0.8)
    for key in ("precision", "recall", "authenticity"):
        assert value(figures, key) == pytest.approx(scores(figures)[key].reference, abs=0.05)
    assert figures.findings == ()


def test_every_auc_has_an_interval_around_it_and_is_best_at_its_reference():
    for key in ("unseen", "train", "logistic"):
        score = scores(fresh())[key]
        low, high = score.interval
        assert 0 <= low < score.value < high <= 1
        assert (score.better, score.ideal, score.unit) == ("reference", 0.5, "AUC")


def test_a_copy_passes_where_its_warning_says_so_and_only_authenticity_shouts():
    figures = judged(REAL)
    found = scores(figures)
    assert found["train"].value == 0.5
    assert "exactly 0.5" in found["train"].warning
    assert found["unseen"].value == pytest.approx(0.5, abs=0.04)
    assert "copy" in found["unseen"].warning
    assert found["authenticity"].value == 0
    assert figures.examples == ()


def test_altered_copies_sink_far_below_a_half_which_is_called_bad():
    moved = pc.add(REAL["x"], pa.array(np.random.default_rng(0).normal(0, 0.01, REAL.num_rows)))
    figures = judged(REAL.set_column(0, "x", moved))
    assert value(figures, "train") < 0.3
    assert scores(figures)["train"].worse_by > 0.2
    assert any("below 0.5 is no sign of quality" in finding for finding in figures.findings)


def test_shuffled_columns_are_told_by_the_strong_classifier_and_not_by_the_simple_one():
    rng = np.random.default_rng(4)
    figures = judged(pa.table({name: REAL[name].take(rng.permutation(REAL.num_rows)) for name in REAL.column_names}))
    assert value(figures, "unseen") > 0.8
    assert value(figures, "train") > 0.8
    assert value(figures, "logistic") == pytest.approx(0.5, abs=0.04)
    assert {clue.column for clue in figures.clues[:2]} == {"x", "y"}
    assert "x" in figures.findings[0]
    assert "y" in figures.findings[0]
    assert scores(figures)["logistic"].warning.startswith("It sees columns one by one")


def test_missing_values_that_were_filled_are_a_signal_to_both_classifiers():
    figures = judged(spoilt("z", pc.fill_null(FRESH["z"], 0.7)))
    assert value(figures, "unseen") > 0.6
    assert value(figures, "logistic") > 0.55
    assert value(figures, "propensity") > 5
    assert figures.clues[0].column == "z"
    assert figures.examples[0].telling[0] == "z"


def test_moved_dates_are_a_signal():
    figures = judged(
        spoilt("when", pc.cast(pc.add(pc.cast(FRESH["when"], pa.int32()), pa.scalar(2000, pa.int32())), pa.date32()))
    )
    assert value(figures, "unseen") > 0.99
    assert figures.clues[0].column == "when"
    assert figures.examples[0].telling == ("when",)
    assert next(iter(figures.examples[0].values)) == "when"


def test_examples_are_synthetic_rows_with_their_own_values():
    figures = judged(spoilt("y", pc.multiply(FRESH["y"], 3.0)))
    made = spoilt("y", pc.multiply(FRESH["y"], 3.0))
    assert len(figures.examples) == 5
    for example in figures.examples:
        assert example.probability > 0.5
        assert example.values["group"] == made["group"][example.row].as_py()
        assert example.values["z"] == "" or float(example.values["z"]) == made["z"][example.row].as_py()
        assert list(example.values)[: len(example.telling)] == list(example.telling)


def test_no_example_equals_a_real_row():
    half = FRESH.num_rows // 2
    odd = spoilt("x", pc.add(FRESH["x"], 9.0)).slice(0, half)
    figures = judged(pa.concat_tables([odd, REAL.slice(0, half)]))
    assert figures.examples
    assert all(example.row < half for example in figures.examples)


def test_rare_real_values_are_not_named():
    def visits(seed, place, size):
        rng = np.random.default_rng(seed)
        towns = ["Bern", *["Linz"] * 799] if size == 1 else ["Bern"] * 400 + ["Linz"] * 400
        return pa.table({"town": towns, "size": rng.normal(place, 1, 800)})

    table = Table(name="visits", columns=(CategoryColumn(name="town"), NumberColumn(name="size")))
    train, made, unseen = visits(1, 0, 1), visits(2, 5, 400), visits(3, 0, 1)
    figures = measure(Case(table, train, made, unseen, cut=False, config=EvaluateConfig(quick=True)))
    towns = {example.values["town"] for example in figures.examples}
    assert towns
    assert towns <= {RARE, "Linz"}


def test_numbers_that_single_real_rows_have_are_not_told():
    figures = judged(REAL.set_column(0, "x", pc.add(REAL["x"], 9.0)))  # each beside a real row
    assert figures.examples
    assert {example.values["y"] for example in figures.examples} == {RARE}
    assert {example.values["z"] for example in figures.examples} <= {RARE, ""}
    assert all(float(example.values["x"]) > 0 for example in figures.examples)


def test_a_generator_of_one_row_is_told_apart():
    figures = judged(FRESH.take([7] * 500))
    assert value(figures, "unseen") > 0.95
    assert value(figures, "recall") < 0.2


def test_a_generator_of_missing_values_is_told_apart():
    figures = judged(pa.table({name: pa.nulls(500, FRESH[name].type) for name in FRESH.column_names}))
    assert value(figures, "unseen") > 0.95
    assert value(figures, "precision") == 0
    assert "missing" not in figures.examples[0].values.values()


def test_few_kinds_of_rows_are_compared_by_how_often_they_are():
    def coins(seed, chance):
        return pa.table({"heads": np.random.default_rng(seed).random(2000) < chance, "same": ["a", "b"] * 1000})

    assert value(judged(coins(2, 0.5), coins(1, 0.5), coins(3, 0.5)), "unseen") == pytest.approx(0.5, abs=0.04)
    assert value(judged(coins(2, 0.8), coins(1, 0.5), coins(3, 0.5)), "unseen") > 0.6


def test_repeated_rows_are_warned_about():
    def small(seed):
        rng = np.random.default_rng(seed)
        return pa.table({"a": rng.integers(0, 30, 1500), "b": rng.integers(0, 30, 1500)})

    assert "equal another" in scores(judged(small(2), small(1), small(3)))["unseen"].warning
    assert "equal another" not in scores(fresh())["unseen"].warning


@pytest.mark.parametrize("rows", [1, 2, 3, 15])
def test_too_few_rows_are_said_to_be_too_few(rows):
    figures = judged(FRESH.slice(0, rows))
    assert value(figures, "unseen") is None
    assert f"{rows} rows" in scores(figures)["unseen"].untold
    assert figures.tests == ()


def test_no_column_that_can_be_compared_is_said():
    same = pa.table({"a": [1] * 50, "b": pa.nulls(50)})
    figures = judged(same, same, same)
    assert all(score.value is None and "no column" in score.untold for score in figures.scores)
    assert "a (constant), b (constant)" in figures.notes[0]


def test_many_categories_and_tables_of_other_sizes():
    def sold(seed, rows):
        rng = np.random.default_rng(seed)
        return pa.table({"item": [f"i{each}" for each in rng.zipf(1.3, rows) % 10_000], "n": rng.normal(0, 1, rows)})

    table = Table(name="sold", columns=(CategoryColumn(name="item"), NumberColumn(name="n")))
    case = Case(table, sold(1, 20_000), sold(2, 900), sold(3, 5000), cut=False, config=EvaluateConfig(quick=True))
    figures = measure(case)
    assert value(figures, "unseen") == pytest.approx(0.5, abs=0.06)
    assert {test.rows for test in figures.tests} == {900}
    assert any("item, which has" in note for note in figures.notes)


def test_numbers_at_the_ends_of_their_range_are_read():
    def huge(seed):
        rng = np.random.default_rng(seed)
        return pa.table(
            {"x": rng.choice([1e308, -1e308, 1e-308, 5.0], 300), "f": rng.choice([np.inf, -np.inf, np.nan, 1.0], 300)}
        )

    table = Table(name="huge", columns=(NumberColumn(name="x"), NumberColumn(name="f")))
    case = Case(table, huge(1), huge(2), huge(3), cut=False, config=EvaluateConfig(quick=True))
    assert value(measure(case), "unseen") == pytest.approx(0.5, abs=0.1)


def test_without_held_out_rows_the_warning_says_so():
    figures = judged(FRESH, cut=True)
    assert "No held-out rows" in scores(figures)["unseen"].warning
    assert "two halves" in figures.notes[-1]


def test_one_seed_gives_one_answer_and_json_holds_it():
    first, again = judged(FRESH, seed=5), judged(FRESH, seed=5)
    assert first == again
    assert judged(FRESH, seed=6) != first
    assert Detection.model_validate_json(first.model_dump_json()) == first


def test_curves_run_from_corner_to_corner():
    for test in fresh().tests:
        assert test.curve[-1] == (1.0, 1.0)
        assert all(a <= c and b <= d for (a, b), (c, d) in zip(test.curve, test.curve[1:], strict=False))
