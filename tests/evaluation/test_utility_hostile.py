"""Utility and fairness of tables that are hard to judge: nothing is raised, and what cannot be told says why."""

import numpy as np
import pyarrow as pa
import pytest

from parhelion.evaluation import fairness, utility
from parhelion.evaluation.case import Case
from parhelion.evaluation.config import EvaluateConfig
from parhelion.schema import discover


def measured(train, synthetic, holdout, kinds=None, *, quick=True, cut=False, **config):
    described = discover(train, untyped=False, kinds=kinds or {})
    made = Case(described, train, synthetic, holdout, cut=cut, config=EvaluateConfig(quick=quick, **config))
    found, predicted = utility.measure(made)
    groups = fairness.measure(made, predicted)
    for score in (*found.scores, *groups.scores):
        assert (score.value is None) == bool(score.untold), score
        assert score.value is None or np.isfinite(score.value)
        assert score.interval is None or np.isfinite(score.interval).all()
        assert score.interval is None or score.interval[0] <= score.value + 1e-9
    for section in (found, groups):
        assert type(section).model_validate_json(section.model_dump_json()).scores == section.scores
    return found, groups


def mixed(rows, seed=0):
    rng = np.random.default_rng(seed)
    return pa.table(
        {
            "sex": pa.array(rng.choice(["f", "m"], rows)),
            "age": pa.array(rng.integers(0, 99, rows)),
            "score": pa.array(rng.normal(0, 1, rows)),
            "when": pa.array(rng.integers(0, 9999, rows).astype(np.int32)).cast(pa.date32()),
            "y": pa.array(rng.random(rows) < 0.3),
        }
    )


KINDS = {"sex": "category", "age": "number", "score": "number", "y": "boolean"}


@pytest.mark.parametrize(
    "rows", [(1, 1, 1), (2, 3, 1), (3, 3, 3), (20, 1, 20), (20, 20, 1), (1, 500, 500), (40, 30, 20)]
)
@pytest.mark.parametrize("target", ["y", "score", "sex"])
def test_a_few_rows(rows, target):
    tables = [mixed(many, seed) for seed, many in enumerate(rows)]
    measured(*tables, KINDS, target=(target,), quick=False)


@pytest.mark.parametrize("target", ["y", "score"])
@pytest.mark.parametrize("where", [0, 1, 2])
def test_a_target_that_is_missing_in_one_table(target, where):
    tables = [mixed(300, seed) for seed in range(3)]
    place = tables[0].column_names.index(target)
    kind = tables[0].schema.field(target).type
    tables[where] = tables[where].set_column(place, target, pa.nulls(300, kind))
    found, _ = measured(*tables, KINDS, target=(target,))
    assert found.scores[0].untold


def test_columns_that_are_missing_throughout_or_never_change():
    void = {"void": pa.nulls(300, pa.float64()), "same": pa.array(["x"] * 300)}
    tables = [mixed(300, seed) for seed in range(3)]
    tables = [pa.table({**dict(zip(each.column_names, each.columns, strict=True)), **void}) for each in tables]
    measured(*tables, KINDS | {"void": "number", "same": "category"}, target=("y",), sensitive=("void", "same", "sex"))


def test_no_column_to_learn_from_and_no_column_at_all():
    alone = [mixed(300, seed).select(["y"]) for seed in range(3)]
    found, _ = measured(*alone, {"y": "boolean"}, target=("y",))
    assert found.scores[0].untold == "no column but y can be learned from"
    names = pa.table({"id": [f"k{n:05d}" for n in range(300)]})
    found, _ = measured(names, names, names, {"id": "identifier"})
    assert found.scores[0].untold == "no column has values that could be predicted"


def test_ten_thousand_categories_as_target_as_feature_and_as_group():
    rng = np.random.default_rng(0)
    tables = [
        mixed(10_000, seed).append_column("city", pa.array([f"c{n}" for n in rng.integers(0, 10_000, 10_000)]))
        for seed in range(3)
    ]
    found, groups = measured(*tables, KINDS | {"city": "category"}, target=("y",), sensitive=("city", "sex"))
    assert found.scores[0].value == pytest.approx(0.5, abs=0.1)
    assert groups.findings == ()
    measured(*tables, KINDS | {"city": "category"}, target=("city",), sensitive=("sex",))


def test_numbers_that_are_huge_tiny_infinite_or_missing():
    rng = np.random.default_rng(0)
    wild = [1e308, -1e308, 1e-308, np.inf, -np.inf, np.nan, 0.0, 5e-324]
    tables = [
        pa.table({"a": rng.choice(wild, 400), "b": rng.choice(wild, 400), "sex": rng.choice(["f", "m"], 400)})
        for _ in range(3)
    ]
    measured(*tables, {"a": "number", "b": "number", "sex": "category"}, target=("a",), sensitive=("b", "sex"))


def test_tables_of_very_different_size():
    measured(mixed(5000), mixed(7, 1), mixed(2000, 2), KINDS, target=("y",))
    measured(mixed(40), mixed(9000, 1), mixed(15, 2), KINDS, target=("score",))


def test_values_that_the_train_rows_do_not_have():
    other = mixed(500, 1).set_column(0, "sex", pa.array(["x"] * 500))
    found, groups = measured(mixed(500), other, mixed(500, 2), KINDS, target=("sex",))
    assert found.scores[0].untold == "no synthetic row has a known value of sex"
    _, groups = measured(mixed(500), other, mixed(500, 2), KINDS, target=("y",), sensitive=("sex",))
    assert sum(said.startswith("No synthetic row is of the group sex") for said in groups.findings) == 2


def test_without_a_hold_out_the_notes_say_so():
    found, groups = measured(mixed(300), mixed(300, 1), mixed(300, 2), KINDS, target=("y",), cut=True)
    assert any("No held-out rows were given" in said for said in found.notes)
    assert any("No held-out rows were given" in said for said in groups.notes)


def test_hundreds_of_columns():
    rng = np.random.default_rng(0)
    tables = [
        pa.table({"y": rng.random(80) < 0.4, **{f"c{n}": rng.normal(0, 1, 80) for n in range(320)}}) for _ in range(3)
    ]
    found, _ = measured(*tables, {"y": "boolean"}, target=("y",))
    assert any("the first 300 of 320 columns" in said for said in found.notes)
