"""Utility of constructed tables whose answers are known."""

import numpy as np
import pyarrow as pa
import pytest

from parhelion.evaluation import utility
from parhelion.evaluation.case import Case
from parhelion.evaluation.config import EvaluateConfig
from parhelion.evaluation.utility.targets import Refused, Target, targets
from parhelion.schema import Table, discover

KINDS = {"city": "category", "grade": "category", "y": "boolean"}


def law(rows, seed):
    """A yes or no, a grade and a price that depend on the other columns."""
    rng = np.random.default_rng(seed)
    age, weight = rng.normal(50, 12, rows), rng.normal(70, 9, rows)
    city = rng.choice(["Bern", "Genf", "Basel"], rows, p=[0.5, 0.3, 0.2])
    lift = 0.08 * (age - 50) - 0.06 * (weight - 70) + 1.5 * (city == "Genf")
    price = 100 + 20 * lift + rng.normal(0, 15, rows)
    grade = np.array(["low", "mid", "high"])[np.digitize(lift + rng.logistic(0, 0.5, rows), [0, 2])]
    return pa.table(
        {
            "age": age.round(1), "weight": weight.round(1), "city": city, "noise": rng.normal(0, 1, rows),
            "price": price.round(2), "grade": grade, "y": lift + rng.logistic(-1, 1, rows) > 0,
        }
    )  # fmt: skip


def shuffled(table, seed, *only):
    """Columns drawn independently of each other."""
    rng = np.random.default_rng(seed)
    names = only or table.column_names
    return pa.table(
        {n: table[n].take(rng.permutation(table.num_rows)) if n in names else table[n] for n in table.column_names}
    )


def case(train, synthetic, holdout, *target, cut=False, **config):
    described = discover(train, untyped=False, kinds={n: k for n, k in KINDS.items() if n in train.column_names})
    config = EvaluateConfig(target=target, **{"quick": True, **config})
    return Case(Table(name="t", columns=described.columns), train, synthetic, holdout, cut=cut, config=config)


def of(section):
    return {score.key: score for score in section.scores}


TRAIN, HOLDOUT, FRESH = law(3000, 1), law(2000, 2), law(3000, 3)


@pytest.mark.parametrize("target", ["y", "price", "grade"])
def test_fresh_draws_serve_as_well_as_real_rows(target):
    found, _ = utility.measure(case(TRAIN, FRESH, HOLDOUT, target))
    scores = of(found)
    assert scores["utility.predict"].value == pytest.approx(scores["utility.predict"].reference, abs=0.02)
    assert scores["utility.agreement"].value > 0.7
    assert scores["utility.conclusions"].value >= 0.8
    assert found.findings == ()


@pytest.mark.parametrize("target", ["y", "price", "grade"])
def test_independent_columns_serve_nothing(target):
    found, _ = utility.measure(case(TRAIN, shuffled(TRAIN, 5), HOLDOUT, target))
    scores = of(found)
    predict = scores["utility.predict"]
    assert predict.value < predict.reference - 0.2
    assert predict.interval[1] < predict.reference
    assert scores["utility.conclusions"].value < scores["utility.conclusions"].reference - 0.2
    assert target in found.findings[0]
    assert "predicts" in found.findings[0]


def test_a_copy_of_the_train_rows_wins_and_the_scores_warn_of_it():
    found, _ = utility.measure(case(TRAIN, TRAIN, HOLDOUT, "y"))
    scores = of(found)
    assert scores["utility.conclusions"].value >= 0.9
    assert scores["utility.overlap"].value > 0.85
    assert all("copy" in score.warning for score in found.scores)
    assert found.findings == ()


def test_a_reversed_effect_is_named():
    turned = FRESH.set_column(0, "age", pa.array(100 - FRESH["age"].to_numpy()))
    found, _ = utility.measure(case(TRAIN, turned, HOLDOUT, "y"))
    assert any("opposite sign" in said and "age" in said for said in found.findings)
    assert not next(each for each in found.tasks[0].coefficients if each.term == "age").agrees


def test_a_lost_class_is_named_and_scored():
    found, predicted = utility.measure(case(TRAIN, FRESH.filter(pa.array(~FRESH["y"].to_numpy())), HOLDOUT, "y"))
    assert of(found)["utility.predict"].value == 0.5
    assert any("No synthetic row has y = " in said for said in found.findings)
    assert predicted is not None


def test_augmentation_helps_the_few_and_noise_hurts():
    few = TRAIN.slice(0, 150)
    helped = of(utility.measure(case(few, law(150, 8), HOLDOUT, "y", quick=False))[0])
    assert helped["utility.augment"].value > helped["utility.augment"].reference
    assert helped["utility.rarest"].value > helped["utility.rarest"].reference - 0.02
    found, _ = utility.measure(case(TRAIN, shuffled(TRAIN, 5), HOLDOUT, "y", quick=False))
    assert of(found)["utility.augment"].value < of(found)["utility.augment"].reference
    assert [each.learned_from for each in found.tasks[0].models] == ["train", "synthetic", "train + synthetic"]


def test_a_quick_look_says_what_it_leaves_out():
    scores = of(utility.measure(case(TRAIN, FRESH, HOLDOUT, "y"))[0])
    assert scores["utility.augment"].value is None
    assert scores["utility.augment"].untold == scores["utility.rarest"].untold == "left out of a quick look"


def test_one_seed_one_result():
    results = [utility.measure(case(TRAIN, FRESH, HOLDOUT, "y", seed=4))[0].model_dump_json() for _ in range(2)]
    assert results[0] == results[1]


def test_a_target_is_chosen_by_name_then_by_kind_and_said_so():
    found, _ = utility.measure(case(TRAIN, FRESH, HOLDOUT))
    assert found.tasks[0].target == "y"
    assert not found.tasks[0].given
    assert "No target was given; y was chosen" in found.notes[0]
    [chosen] = targets(case(*(each.drop(["y", "price"]) for each in (TRAIN, FRESH, HOLDOUT))))
    assert chosen.name == "grade"
    [chosen] = targets(case(*(each.select(["age", "noise"]) for each in (TRAIN, FRESH, HOLDOUT))))
    assert (chosen.name, chosen.kind) == ("noise", "number")


def test_several_targets_the_first_matters_and_the_worst_of_the_others_is_told():
    wrong = shuffled(FRESH, 5, "price")
    found, predicted = utility.measure(case(TRAIN, wrong, HOLDOUT, "grade", "y", "price"))
    assert [task.target for task in found.tasks] == ["grade", "y", "price"]
    assert predicted.target.name == "grade"
    assert "price" in of(found)["utility.others"].title


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (pa.array([None] * 300, pa.float64()), "no value in the train rows"),
        (pa.array([1.5] * 300), "one value in all train rows"),
        (pa.array([f"{n:05d}-x" for n in range(300)]), "identifier"),
    ],
)
def test_a_target_that_says_nothing_is_refused_with_the_reason(values, why):
    table = TRAIN.slice(0, 300).append_column("odd", values)
    described = discover(table, untyped=False, kinds=KINDS | ({"odd": "identifier"} if "ident" in why else {}))
    made = Case(described, table, table, table, cut=False, config=EvaluateConfig(target=("odd",)))
    [refused] = targets(made)
    assert isinstance(refused, Refused)
    assert why in refused.why or "constant" in refused.why
    found, predicted = utility.measure(made)
    assert predicted is None
    assert all(score.value is None and score.untold for score in found.scores)
    assert any(said.startswith("odd ") for said in found.notes)


def test_rare_categories_are_not_named():
    grades = pa.array(["secret"] * 5 + ["plain"] * 150 + ["other"] * 145)
    table = TRAIN.slice(0, 300).drop(["grade"]).append_column("grade", grades)
    [found] = targets(case(table, table, table, "grade"))
    assert isinstance(found, Target)
    assert found.classes == ("plain", "other", "(rare class 3)")
    assert "secret" not in utility.measure(case(table, table, table, "grade"))[0].model_dump_json()


def test_many_classes_are_cut_to_the_most_frequent():
    rng = np.random.default_rng(0)
    words = pa.array(rng.choice([f"w{n}" for n in range(300)], 1000))
    table = TRAIN.slice(0, 1000).drop(["grade"]).append_column("grade", words)
    found, _ = utility.measure(case(table, table, table, "grade"))
    assert len(found.tasks[0].classes) == 20
    assert any("20 most frequent classes" in said for said in found.notes)
