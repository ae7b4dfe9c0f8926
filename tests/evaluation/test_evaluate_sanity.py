"""Constructed cases whose faults are known: the report must shout where they are, and be calm where they are not."""

from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

import parhelion as ph
from parhelion.schema import Table, discover

ROWS = 3000
COUNTRIES = {"Bern": "CH", "Genf": "CH", "Wien": "AT", "Linz": "AT", "Rom": "IT"}


@cache
def people(seed, rows=ROWS):
    """Rows of one law: every call draws others of it."""
    rng = np.random.default_rng(seed)
    age = np.clip(rng.gamma(9, 5, rows), 18, 95).round()
    sex = rng.choice(["female", "male", "diverse"], rows, p=[0.5, 0.4, 0.1])
    city = rng.choice(list(COUNTRIES), rows, p=[0.3, 0.2, 0.2, 0.15, 0.15])
    years = rng.poisson(np.maximum(age - 20, 0) / 3)
    income = np.round(np.exp(7 + 0.02 * age + 0.04 * years + 0.3 * (sex == "male") + rng.normal(0, 0.4, rows)), 2)
    begins = np.datetime64("2015-01-01") + rng.integers(0, 2000, rows)
    risk = 1 / (1 + np.exp(-(3 - income / 4000 - 0.02 * age + (city == "Rom"))))
    return pa.table(
        {
            "age": age, "sex": sex, "city": city, "country": [COUNTRIES[each] for each in city], "years": years,
            "income": income, "begins": begins, "ends": begins + rng.integers(1, 900, rows),
            "default": rng.random(rows) < risk,
        }
    )  # fmt: skip


REAL, UNSEEN, FRESH = people(1), people(2), people(3)


def spoilt(table, name, values):
    return table.set_column(table.column_names.index(name), name, pa.array(values))


def shuffled():
    rng = np.random.default_rng(4)
    return pa.table({name: REAL[name].take(rng.permutation(ROWS)) for name in REAL.column_names})


def a_hundredth_copied():
    return pa.concat_tables([REAL.slice(700, ROWS // 100), FRESH.slice(ROWS // 100)])


def late():
    """FRESH with 15 rows that end before they begin, and which these are."""
    rows = np.random.default_rng(5).choice(ROWS, 15, replace=False)
    ends = FRESH["ends"].to_numpy().copy()
    ends[rows] = FRESH["begins"].to_numpy()[rows] - np.timedelta64(30, "D")
    return spoilt(FRESH, "ends", ends), set(rows.tolist())


CASES = {
    "fresh": lambda: FRESH,
    "copy": lambda: REAL,
    "shuffled": shuffled,
    "without a group": lambda: FRESH.filter(pc.not_equal(FRESH["sex"], "diverse")),
    "scaled": lambda: spoilt(FRESH, "income", pc.multiply(FRESH["income"], 1.5)),
    "a hundredth copied": a_hundredth_copied,
    "rule broken": lambda: late()[0],
}


@cache
def report(case):
    table = Table(name="people", columns=discover(REAL, untyped=False).columns)
    return ph.evaluate(
        REAL, CASES[case](), UNSEEN, schema=table, target="default", sensitive="sex", quasi=("age", "sex", "city"),
        quick=True,
    )  # fmt: skip


def worse(case, key):
    """How much worse than its reference a score is, in the half widths of its own interval."""
    score = report(case).score(key)
    assert score.value is not None, score.untold
    assert score.reference is not None
    return score.worse_by


def outcomes(case, *outcomes):
    return {judged.score for judged in report(case).verdict.of(*outcomes)}


def said(case, word):
    return any(word in sentence for sentence in report(case).worst)


def test_fresh_rows_of_the_same_law_pass_everything():
    assert report("fresh").verdict.passed
    assert outcomes("fresh", "missed", "untold") == set()
    assert report("fresh").score("privacy.membership").value == pytest.approx(0.5, abs=0.06)
    assert report("fresh").score("detection.unseen").value == pytest.approx(0.5, abs=0.06)
    assert abs(worse("fresh", "utility.predict")) < 0.03
    assert report("fresh").worst == ()


def test_every_score_is_told_and_explained():
    for key, score in report("fresh").scores().items():
        assert score.meaning, key
        if score.value is None:
            assert "quick" in score.untold, key
            continue
        assert np.isfinite(score.value), key
        if score.interval:
            assert score.interval[0] <= score.value <= score.interval[1], key


def test_a_copy_keeps_no_secrets():
    assert not report("copy").verdict.passed
    assert outcomes("copy", "missed") >= {"privacy.membership", "privacy.tpr", "privacy.copies"}
    assert report("copy").score("privacy.membership").value > 0.9
    assert report("copy").score("privacy.copies").value == pytest.approx(1)
    assert report("copy").worst[0] in report("copy").privacy.findings


def test_a_copy_is_as_faithful_and_useful_as_real_rows_and_that_is_said():
    assert worse("copy", "fidelity.pairs") == pytest.approx(0, abs=0.01)
    assert worse("copy", "utility.predict") == pytest.approx(0, abs=0.01)
    for key in ("fidelity.columns", "fidelity.pairs", "detection.unseen", "utility.predict"):
        assert "copy" in report("copy").score(key).warning, key


def test_columns_shuffled_apart_fail_in_all_that_is_about_more_than_one():
    assert worse("shuffled", "fidelity.columns") < 0.02
    assert "column" in report("shuffled").score("fidelity.columns").warning
    assert outcomes("shuffled", "missed") >= {"detection.unseen", "utility.predict", "rules.kept", "fidelity.pairs"}
    assert report("shuffled").score("detection.unseen").value > 0.9
    assert report("shuffled").score("utility.predict").value == pytest.approx(0.5, abs=0.1)
    assert outcomes("shuffled", "missed").isdisjoint({"privacy.membership", "privacy.copies", "privacy.tpr"})


def test_a_group_that_is_gone_is_missed():
    assert "fairness.representation" in outcomes("without a group", "missed")
    assert said("without a group", "diverse")
    assert worse("without a group", "fairness.representation") > 0.08


def test_a_column_that_is_scaled_is_named():
    assert report("scaled").fidelity.columns[0].name == "income"
    assert report("scaled").detection.clues[0].column == "income"
    assert said("scaled", "income")
    assert worse("scaled", "fidelity.columns") > 0.02
    others = [column for column in report("scaled").fidelity.columns if column.name != "income" and column.distance]
    assert all(column.distance.excess < 0.05 for column in others)


def test_a_hundredth_of_copies_is_found():
    found = report("a hundredth copied")
    assert outcomes("a hundredth copied", "missed") & {"privacy.copies", "privacy.near_copies"}
    assert found.score("privacy.copies").value == pytest.approx(0.01, abs=0.003)
    assert set(range(700, 730)) >= {row.row for row in found.privacy.at_risk[:20]}


def test_rows_that_break_a_rule_are_found():
    (rule,) = (rule for rule in report("rule broken").rules.rules if rule.kept.synthetic < 1)
    assert rule.rule in ("begins < ends", "begins <= ends")
    assert rule.kept.synthetic == pytest.approx(1 - 15 / ROWS)
    assert set(rule.broken) <= late()[1]
    assert "rules.kept" in outcomes("rule broken", "missed")
    assert said("rule broken", "begins")


def test_dependencies_are_found_and_kept():
    rules = {rule.rule: rule for rule in report("shuffled").rules.rules}
    assert rules["city -> country"].kept.train == 1
    assert rules["city -> country"].kept.synthetic < 0.7


def test_one_seed_one_report():
    table = REAL.slice(0, 300)
    first, again, other = (
        ph.evaluate(table, FRESH.slice(0, 300), UNSEEN.slice(0, 300), quick=True, seed=seed) for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


def test_a_report_is_json_and_comes_back():
    assert ph.Report.from_json(report("rule broken").to_json()) == report("rule broken")


def test_row_order_and_column_order_do_not_matter_to_what_is_compared():
    names = REAL.column_names[::-1]
    turned = FRESH.select(names).take(np.random.default_rng(6).permutation(ROWS))
    found = ph.evaluate(REAL, turned, UNSEEN, target="default", quick=True)
    straight = ph.evaluate(REAL, FRESH, UNSEEN, target="default", quick=True)
    assert found.compared.kinds == straight.compared.kinds
    assert found.score("fidelity.columns").value == pytest.approx(straight.score("fidelity.columns").value, abs=0.01)
