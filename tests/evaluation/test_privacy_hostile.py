"""Whatever the tables hold, what cannot be told is said, and nothing is raised."""

import numpy as np
import pyarrow as pa
import pytest
from people_drawn import KINDS, case_of, people

from parhelion.evaluation.privacy import measure

FEW, MANY = people(3, 0), people(400, 1)


def checked(case):
    """The figures; every score has a value or says why not, and the figures are JSON."""
    found = measure(case)
    for score in found.scores:
        assert (score.value is None) == bool(score.untold), score
        assert score.meaning
        if score.interval:
            assert score.interval[0] <= score.value
            assert score.value <= score.interval[1]
    assert type(found).model_validate_json(found.model_dump_json()) == found
    return found, {score.key: score for score in found.scores}


@pytest.mark.parametrize("sizes", [(1, 1, 1), (3, 3, 3), (1, 400, 400), (400, 1, 400), (400, 400, 1), (2, 3, 400)])
@pytest.mark.parametrize("cut", [False, True])
def test_few_rows(sizes, cut):
    case = case_of(*(MANY.slice(0, size) for size in sizes), cut=cut, target=("ill",), quasi=("city",))
    _, scores = checked(case)
    assert scores["privacy.copies"].value is not None
    if min(sizes[0], sizes[2]) < 20:
        assert scores["privacy.membership"].untold


def test_cut_rows_have_no_attack_against_unseen_ones():
    found, scores = checked(case_of(MANY, MANY, people(400, 2), cut=True))
    for key in ("membership", "distance", "density", "tpr", "near_copies", "singling_out", "linkability", "inference"):
        assert "no held-out rows were given" in scores[f"privacy.{key}"].untold
    assert scores["privacy.copies"].value == 1.0
    assert found.membership == ()
    assert {each.risk for each in found.guesses} == {None}
    assert "exact copies" in found.findings[0]
    assert any("rows at risk are looked for in one half" in note for note in found.notes)


@pytest.mark.parametrize("column", [pa.nulls(400, pa.float64()), pa.array([1.5] * 400), pa.array([float("inf")] * 400)])
def test_columns_without_variation(column):
    tables = [people(400, seed).append_column("odd", column) for seed in range(3)]
    checked(case_of(*tables, KINDS | {"odd": "number"}))


def test_only_missing_values():
    table = pa.table({"a": pa.nulls(50, pa.float64()), "b": pa.nulls(50, pa.string())})
    checked(case_of(table, table, table, {"a": "number", "b": "category"}))


def test_no_column_that_can_be_compared():
    table = pa.table({"words": ["some text"] * 50})
    _, scores = checked(case_of(table, table, table, {"words": "text"}))
    assert scores.keys() >= {"privacy.membership", "privacy.tpr", "privacy.copies", "privacy.inference", "privacy.nndr"}
    assert all(score.untold for key, score in scores.items() if not key.endswith("copied_values"))


def test_one_column():
    table = MANY.select(["age"])
    _, scores = checked(case_of(table, table, people(400, 2).select(["age"]), {"age": "number"}))
    assert scores["privacy.linkability"].untold
    assert scores["privacy.inference"].untold


def test_ten_thousand_categories():
    rng = np.random.default_rng(0)
    tables = [
        pa.table({"code": rng.integers(0, 10_000, 2000).astype(str), "x": rng.normal(size=2000)}) for _ in range(3)
    ]
    checked(case_of(*tables, {"code": "category", "x": "number"}))


def test_all_rows_the_same():
    table = pa.table({"a": ["x"] * 100, "b": [1.0] * 100})
    found, scores = checked(case_of(table, table, table, {"a": "category", "b": "number"}))
    assert scores["privacy.copies"].value == scores["privacy.copies"].reference == 1.0
    assert scores["privacy.membership"].value == 0.5
    assert found.findings == ()


def test_many_columns():
    rng = np.random.default_rng(0)
    names = [f"c{i}" for i in range(60)]
    tables = [pa.table({name: rng.normal(size=100) for name in names}) for _ in range(3)]
    found, _ = checked(case_of(*tables, dict.fromkeys(names, "number")))
    assert any("20 were left out" in note for note in found.notes)
