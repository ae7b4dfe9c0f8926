"""What chance alone brings about is no finding, and references are of equally many rows."""

import numpy as np
import pyarrow as pa
import pytest

from parhelion.evaluation import detection, fairness, fidelity, rules_kept, utility
from parhelion.evaluation.reading import case_of
from parhelion.schema import NumberColumn, Table, rule_of


def people(rows, rng):
    age, school = rng.integers(18, 90, rows), rng.choice(["a", "b", "c", "d"], rows, p=[0.4, 0.3, 0.2, 0.1])
    income = age * 100 + (school == "d") * 3000 + rng.normal(0, 1500, rows)
    hours = np.clip(rng.normal(40, 10, rows), 1, 99).round()
    return pa.table(
        {
            "age": age, "school": school, "sex": rng.choice(["f", "m"], rows), "income": income, "hours": hours,
            "race": rng.choice(["w", "x", "y", "z"], rows, p=[0.8, 0.12, 0.05, 0.03]), "wait": rng.exponential(5, rows),
            "noise": pa.array(rng.normal(size=rows), mask=rng.random(rows) < 0.3),
            "street": rng.choice(list("pqrstuv"), rows),
            "rich": rng.random(rows) < 1 / (1 + np.exp((6000 - income) / 2000)),
        }
    )  # fmt: skip


@pytest.mark.parametrize("seed", [0, 1, 3, 4])
def test_few_rows_of_one_law_give_no_findings(seed):
    rng = np.random.default_rng(seed)
    train, synthetic, holdout = (people(rows, rng) for rows in (400, 500, 100))
    case = case_of(train, synthetic, holdout, target="rich", quick=True, seed=seed)
    found, _ = utility.measure(case)
    assert [*fidelity.measure(case).findings, *detection.measure(case).findings, *found.findings] == []


def test_a_lost_association_is_found_in_as_few_rows_where_it_is_beyond_chance():
    rng = np.random.default_rng(0)
    train, holdout, synthetic = (rng.normal(size=(rows, 2)) for rows in (400, 100, 400))
    train[:, 1], holdout[:, 1] = train[:, 0], holdout[:, 0]
    tables = [pa.table({"a": rows[:, 0], "b": rows[:, 1]}) for rows in (train, synthetic, holdout)]
    assert "a and b go together with strength" in fidelity.measure(case_of(*tables, quick=True)).findings[0]


def test_an_association_of_few_known_values_is_no_finding():
    rng = np.random.default_rng(0)
    known = rng.permutation(2000) < 40
    weight = pa.array(np.where(known, rng.choice(["l", "m", "h"], 2000), ""), mask=~known)
    real = pa.table({"weight": weight, "drug": rng.choice(["no", "up"], 2000)})
    same = np.where(known, weight.fill_null("l").to_numpy(zero_copy_only=False) == "h", rng.random(2000) < 0.5)
    chance = known & (rng.random(2000) < 0.5)  # half of the 40 go together, by what is no more than bad luck
    drug = np.where(np.where(chance, same, rng.random(2000) < 0.5), "up", "no")
    assert fidelity.measure(case_of(real, real.set_column(1, "drug", pa.array(drug)), real)).findings == ()


def test_a_column_that_matters_no_more_is_found_among_many_that_never_did():
    rng = np.random.default_rng(1)
    train, synthetic, holdout = (people(rows, rng) for rows in (1500, 1500, 500))
    spoilt = synthetic.set_column(9, "rich", pa.array(np.array(synthetic["hours"]) > 40))
    found, _ = utility.measure(case_of(train, spoilt, holdout, target="rich", quick=True))
    assert any("Other columns matter to a model of rich" in said and "income" in said for said in found.findings)


@pytest.mark.parametrize(("made", "held"), [(8000, 100), (100, 8000)])
def test_the_shares_of_groups_are_compared_in_equally_many_rows(made, held):
    rng = np.random.default_rng(0)
    shares = [0.3, 0.25, 0.2, 0.15, 0.1]
    tables = [pa.table({"race": rng.choice(list("vwxyz"), rows, p=shares)}) for rows in (8000, made, held)]
    figure = fairness.measure(case_of(*tables, sensitive="race"), None).attributes[0].representation
    assert figure.value == pytest.approx(figure.reference, abs=0.05)
    assert figure.value > 0.03


def test_equally_many_rows_are_all_counted():
    real, made = pa.table({"sex": ["f", "m"] * 100}), pa.table({"sex": ["f"] * 60 + ["m"] * 140})
    figure = fairness.measure(case_of(real, made, real, sensitive="sex"), None).attributes[0].representation
    assert (figure.value, figure.reference) == (pytest.approx(0.2), 0.0)


def test_a_rule_that_real_rows_break_as_often_is_no_finding():
    spec = Table(name="t", columns=(NumberColumn(name="a"),), rules=(rule_of("a <= 100"),))
    real = pa.table({"a": np.where(np.arange(50_000) % 100 == 0, 101, np.arange(50_000) % 97)})
    few, many = (pa.table({"a": np.where(np.arange(1000) < rows, 101, np.arange(1000) % 97)}) for rows in (16, 60))
    found = rules_kept.measure(case_of(real, few, real, spec))
    assert (found.rules[0].beyond > 0, found.findings) == (True, ())
    assert rules_kept.measure(case_of(real, many, real, spec)).findings[0].startswith("60 synthetic rows break")
