"""The scores shout at copies, and are calm on rows that nobody was copied for."""

from functools import cache

import numpy as np
import pyarrow as pa
import pytest
from people_drawn import case_of, people, shuffled, with_copies

from parhelion.evaluation.privacy import measure

ROWS = 3000
TRAIN, FRESH, HOLDOUT = (people(ROWS, seed) for seed in range(3))
COPIED = np.random.default_rng(5).permutation(ROWS)[: ROWS // 100]
SAMPLES = {
    "copy": TRAIN,
    "fresh": FRESH,
    "shuffled": shuffled(FRESH),
    "one in a hundred": with_copies(FRESH, TRAIN, COPIED),
}


@cache
def told(sample):
    return measure(case_of(TRAIN, SAMPLES[sample], HOLDOUT, target=("ill",)))


def score(sample, key):
    return {each.key: each for each in told(sample).scores}[f"privacy.{key}"]


@pytest.mark.parametrize(
    ("key", "least"),
    [
        ("membership", 0.95), ("distance", 0.95), ("density", 0.55), ("tpr", 0.9), ("copies", 1.0),
        ("near_copies", 0.9), ("singling_out", 0.9), ("linkability", 0.2), ("inference", 0.3), ("dcr", 0.9),
    ],
)  # fmt: skip
def test_a_copy_of_the_train_rows_wins_every_attack(key, least):
    assert score("copy", key).value >= least
    assert score("copy", key).worse_by > 0 or key == "membership"


def test_a_copy_is_told_in_words_first():
    assert "are exact copies of a train row" in told("copy").findings[0]
    assert len(told("copy").findings) >= 5


@pytest.mark.parametrize("sample", ["fresh", "shuffled"])
def test_nothing_is_found_where_nobody_was_copied(sample):
    assert told(sample).findings == ()
    for key in ("membership", "distance", "density"):
        assert score(sample, key).value == pytest.approx(0.5, abs=0.04)
        assert score(sample, key).reference == 0.5
    for key in ("singling_out", "linkability", "inference"):
        assert score(sample, key).interval[0] < 0.02


def test_one_copy_in_a_hundred_is_found():
    sample = "one in a hundred"
    assert score(sample, "distance").value < 0.55
    assert score(sample, "copies").value == pytest.approx(0.01, abs=0.002)
    assert any("exact copies" in finding for finding in told(sample).findings)
    assert score(sample, "near_copies").value > score(sample, "near_copies").reference + 0.005
    assert score(sample, "tpr").value > score("fresh", "tpr").value + 0.005


def test_those_who_were_copied_are_most_at_risk():
    risky = told("one in a hundred").at_risk
    assert len(risky) == 20
    assert {each.row for each in risky} <= set(COPIED.tolist())
    assert {each.why for each in risky} == {"an exact copy of it is among the synthetic rows"}
    assert min(each.percentile for each in risky) > 0.99


def test_who_is_almost_copied_is_told_how_nearly():
    noisy = TRAIN.take(COPIED)
    noisy = noisy.set_column(1, "income", [noisy.column("income").to_numpy() + 0.2])
    found = measure(case_of(TRAIN, with_copies(FRESH, noisy, np.arange(len(COPIED))), HOLDOUT))
    assert found.at_risk[0].row in COPIED
    assert (
        found.at_risk[0].why == "its nearest synthetic row is less than 0.01 times as far as its nearest held-out row"
    )


def test_held_out_rows_of_another_kind_are_no_leak():
    found = measure(case_of(TRAIN, FRESH, people(ROWS, 3, older=20.0)))
    scores = {each.key: each for each in found.scores}
    assert scores["privacy.membership"].value > 0.6
    assert scores["privacy.membership"].worse_by < 0.05
    assert any("of another kind than train rows" in note for note in found.notes)
    assert not any("can be told from" in finding or "stand out" in finding for finding in found.findings)


def test_the_same_seed_tells_the_same():
    again = measure(case_of(TRAIN, FRESH, HOLDOUT, target=("ill",)))
    assert again.model_dump_json() == told("fresh").model_dump_json()
    other = measure(case_of(TRAIN, FRESH, HOLDOUT, target=("ill",), seed=1))
    assert other.model_dump_json() != told("fresh").model_dump_json()


def test_no_value_of_a_row_is_told():
    text = told("copy").model_dump_json()
    assert "city 1" not in text
    assert str(TRAIN.column("income")[0].as_py()) not in text


def test_a_quick_look_finds_copies_too():
    found = measure(case_of(TRAIN, TRAIN, HOLDOUT, quick=True))
    assert {each.key: each.value for each in found.scores}["privacy.membership"] > 0.95


def test_values_that_many_people_share_single_nobody_out():
    rng = np.random.default_rng(0)
    tables = [pa.table({"age": rng.integers(18, 60, 400)}) for _ in range(3)]
    every = {one.key: one for one in measure(case_of(*tables, kinds={"age": "number"})).scores}
    found = every["privacy.singling_out"]
    assert (found.value, found.reference) == (0.0, 0.0)


def test_every_attack_tells_its_parts():
    found = told("fresh")
    assert [each.attack for each in found.membership] == ["distance", "density ratio"]
    assert [each.detail for each in found.guesses[:2]] == ["by one column", "by 3 columns"]
    assert found.guesses[2].detail == "age, income, city | sex, ill, born"
    assert {each.detail for each in found.guesses[3:]} == set(TRAIN.column_names)
    assert found.guesses[3].detail == "ill"
    for each in found.membership:
        assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in each.curve)
        assert each.curve[-1] == (1.0, 1.0)
    for each in found.guesses:
        assert each.main_interval[0] <= each.main <= each.main_interval[1]
        assert each.naive <= each.main + 0.1


def test_the_attacker_knows_the_quasi_identifiers():
    found = measure(case_of(TRAIN, TRAIN, HOLDOUT, quasi=("age", "born", "city"), quick=True))
    linked = next(each for each in found.guesses if each.attack == "linkability")
    assert linked.detail == "age, city, born | income, sex, ill"
    assert {each.detail for each in found.guesses if each.attack == "attribute inference"} == {"income", "sex", "ill"}
