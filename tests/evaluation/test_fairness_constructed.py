"""Fairness of constructed tables whose answers are known."""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from parhelion.evaluation import fairness, utility
from parhelion.evaluation.case import Case
from parhelion.evaluation.config import EvaluateConfig
from parhelion.schema import discover

KINDS = {"sex": "category", "race": "category", "hired": "boolean"}


def law(rows, seed):
    """Who is hired depends on skill, and on sex and race."""
    rng = np.random.default_rng(seed)
    sex = rng.choice(["man", "woman"], rows, p=[0.6, 0.4])
    race = rng.choice(["A", "B", "C"], rows, p=[0.77, 0.2, 0.03])
    skill, test = rng.normal(0, 1, rows), rng.normal(0, 1, rows)
    hired = 1.5 * skill + test + 0.7 * (sex == "man") - 0.5 * (race == "B") + rng.logistic(0, 0.7, rows) > 0.5
    age = rng.integers(18, 80, rows)
    return pa.table({"sex": sex, "race": race, "age": age, "skill": skill, "test": test, "hired": hired})


def case(train, synthetic, holdout, *sensitive, target=("hired",), kinds=KINDS, cut=False, **config):
    described = discover(train, untyped=False, kinds={n: k for n, k in kinds.items() if n in train.column_names})
    config = EvaluateConfig(**{"target": target, "sensitive": sensitive, "quick": True, **config})
    return Case(described, train, synthetic, holdout, cut=cut, config=config)


def measured(made):
    found = fairness.measure(made, utility.measure(made)[1])
    return found, {score.key: score for score in found.scores}


def group(found, columns, name):
    attribute = next(each for each in found.attributes if each.columns == columns)
    return next(each for each in attribute.groups if each.name == name)


TRAIN, HOLDOUT, FRESH = law(4000, 1), law(3000, 2), law(4000, 3)


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_fresh_draws_are_as_fair_as_real_rows(seed):
    found, scores = measured(case(TRAIN, law(4000, seed), HOLDOUT))
    assert found.findings == ()
    assert scores["fairness.representation"].value < 0.05
    assert scores["fairness.lost"].value == 0
    for key in ("fairness.parity", "fairness.worst_group", "fairness.opportunity"):
        low, _ = scores[key].interval
        assert low <= scores[key].reference + 0.02


def test_columns_are_proposed_by_name_and_crossed_with_each_other():
    found, _ = measured(case(TRAIN, FRESH, HOLDOUT))
    assert [each.columns for each in found.attributes] == [
        ("sex",), ("race",), ("age",), ("sex", "race"), ("sex", "age"), ("race", "age"),
    ]  # fmt: skip
    assert not any(each.given for each in found.attributes)
    assert "by their names these were proposed: sex, race, age" in found.notes[0]
    ages = next(each for each in found.attributes if each.columns == ("age",))
    assert {each.name for each in ages.groups} == {"under 25", "25-44", "45-64", "65+"}


def test_a_group_that_vanished_shouts():
    found, scores = measured(case(TRAIN, FRESH.filter(pc.not_equal(FRESH["race"], "C")), HOLDOUT, "race", "sex"))
    assert found.findings[0].startswith("No synthetic row is of the group race = C; ")
    assert scores["fairness.lost"].value >= 1
    gone = group(found, ("race",), "C")
    assert gone.share.synthetic == 0
    assert gone.interval[1] < 0
    assert gone.distance is None


def test_an_intersection_that_vanished_shouts_though_both_of_its_groups_are_there():
    both = pc.and_(pc.equal(FRESH["race"], "B"), pc.equal(FRESH["sex"], "woman"))
    found, scores = measured(case(TRAIN, FRESH.filter(pc.invert(both)), HOLDOUT, "sex", "race"))
    assert found.findings[0].startswith("No synthetic row is of the group sex = woman and race = B; ")
    assert scores["fairness.lost"].value == 1
    assert scores["fairness.representation"].value > 0.05


def test_a_group_half_as_large_is_told():
    rng = np.random.default_rng(0)
    thinned = FRESH.filter(pa.array((np.array(FRESH["race"]) != "B") | (rng.random(4000) < 0.3)))
    found, scores = measured(case(TRAIN, thinned, HOLDOUT, "race"))
    assert any("are of the group race = B; of the train rows" in said for said in found.findings)
    representation = scores["fairness.representation"]
    assert representation.value > 0.1 > representation.reference + 0.05
    assert representation.interval[0] > representation.reference


def test_a_gap_that_is_turned_round_is_not_hidden_by_its_size():
    swapped = pc.if_else(pc.equal(FRESH["sex"], "man"), "woman", "man")
    found, scores = measured(case(TRAIN, FRESH.set_column(0, "sex", swapped), HOLDOUT, "sex"))
    [sex] = found.attributes
    assert sex.parity.synthetic == pytest.approx(sex.parity.train, abs=0.05)
    assert scores["fairness.parity"].value > 0.2
    assert any(said.startswith("The difference of hired = ") for said in found.findings)


def test_a_minoritys_bad_quality_does_not_hide_in_the_average():
    """Of one group in thirty, skill and age are nothing like they are."""
    there = np.flatnonzero(np.array(FRESH["race"]) == "C")
    skill, age = FRESH["skill"].to_numpy().copy(), FRESH["age"].to_numpy().copy()
    skill[there], age[there] = 5 * np.abs(skill[there]), 30
    moved = FRESH.set_column(3, "skill", pa.array(skill)).set_column(2, "age", pa.array(age))
    found, scores = measured(case(TRAIN, moved, HOLDOUT, "race", "sex"))
    worst = scores["fairness.worst_group"]
    assert "race = C" in worst.title
    assert worst.interval[0] > worst.reference
    assert any("race = C" in said and "held-out rows" in said for said in found.findings)
    assert group(found, ("race",), "A").distance.ratio < 1.6


def test_a_model_that_fails_one_group_is_told():
    """In the synthetic rows of B, who is hired has nothing to do with anything."""
    rng = np.random.default_rng(0)
    of_b = np.array(FRESH["race"]) == "B"
    skill = np.where(of_b, -1.0, 1.0) * FRESH["skill"].to_numpy()
    turned = FRESH.set_column(3, "skill", pa.array(skill + rng.normal(0, 0.01, 4000)))
    found, scores = measured(case(TRAIN, turned, HOLDOUT, "race"))
    worst = scores["fairness.worst_prediction"]
    assert "race = B" in worst.title
    assert worst.value < worst.reference - 0.05
    assert any("race = B" in said and "predicts worse" in said for said in found.findings)
    assert group(found, ("race",), "A").score.value == pytest.approx(
        group(found, ("race",), "A").score.reference, abs=0.03
    )


def test_small_groups_are_counted_and_not_named():
    rare = pa.array(["zebra"] * 4 + list(np.array(TRAIN["race"]))[4:])
    train = TRAIN.set_column(1, "race", rare)
    found, _ = measured(case(train, FRESH, HOLDOUT, "race"))
    assert "zebra" not in found.model_dump_json()
    assert found.attributes[0].left_out == 1
    assert any("1 small group is not told by name" in said for said in found.notes)


def test_without_a_sensitive_column_nothing_is_told_but_why():
    tables = [each.drop(["sex", "race", "age"]) for each in (TRAIN, FRESH, HOLDOUT)]
    found, scores = measured(case(*tables))
    assert all(score.value is None and "no sensitive column was given" in score.untold for score in scores.values())
    assert found.attributes == ()


def test_without_a_target_groups_are_still_compared():
    made = case(TRAIN, FRESH, HOLDOUT, "sex", "race")
    scores = {score.key: score for score in fairness.measure(made, None).scores}
    assert scores["fairness.representation"].value is not None
    assert scores["fairness.worst_group"].value is not None
    assert scores["fairness.parity"].value is None
    assert "no outcome" in scores["fairness.parity"].untold


def test_the_outcome_may_be_a_number_or_of_several_classes():
    found, scores = measured(case(TRAIN, FRESH, HOLDOUT, "sex", target=("skill",)))
    assert found.outcome == "the mean of skill"
    assert scores["fairness.parity"].unit == "standard deviations"
    assert scores["fairness.opportunity"].value is None
    assert scores["fairness.opportunity"].untold
    found, scores = measured(case(TRAIN, FRESH, HOLDOUT, "sex", target=("race",)))
    assert found.outcome == "race = A"
    assert scores["fairness.worst_prediction"].unit == "accuracy"


def test_other_sensitive_columns_than_categories():
    """Dates make bands of years; identifiers make no groups, and are said to make none."""
    days = np.random.default_rng(0).integers(-9000, 9000, 4000).astype(np.int32)
    table = TRAIN.append_column("birth_date", pa.array(days).cast(pa.date32()))
    table = table.append_column("tag", pa.array([f"k-{n:06d}" for n in range(4000)]))
    kinds = KINDS | {"tag": "identifier"}
    found, _ = measured(case(table, table, table, "birth_date", "tag", kinds=kinds))
    [birth] = found.attributes
    assert all(1930 < int(year) < 2000 for each in birth.groups for year in re.findall(r"\d+", each.name))
    assert len(birth.groups) == 4
    assert "tag is of kind identifier, and makes no groups." in found.notes


def test_one_seed_one_result():
    made = case(TRAIN, FRESH, HOLDOUT, seed=7)
    predicted = utility.measure(made)[1]
    results = [fairness.measure(made, predicted).model_dump_json() for _ in range(2)]
    assert results[0] == results[1]
