"""Which rows keep the rules: what is told of copies, of rows drawn alike, and of rows that break a rule."""

import numpy as np
import pyarrow as pa
import pytest

from parhelion.evaluation.case import Case
from parhelion.evaluation.config import EvaluateConfig
from parhelion.evaluation.rules_kept import RuleKept, Rules, measure
from parhelion.evaluation.scores import Counts
from parhelion.schema import CategoryColumn, DateColumn, IdentifierColumn, NumberColumn, Table

SPEC = Table(
    name="stays",
    columns=(
        IdentifierColumn(name="id"),
        DateColumn(name="came"),
        DateColumn(name="left"),
        CategoryColumn(name="city"),
        CategoryColumn(name="country"),
        NumberColumn(name="net", decimals=2),
        NumberColumn(name="tax", decimals=2),
        NumberColumn(name="total", decimals=2),
    ),
)
FOUND = {"total = net + tax", "came <= left", "city -> country", "net >= 0", "tax >= 0", "total >= 0", "id is unique"}


def stays(rows, seed):
    rng = np.random.default_rng(seed)
    came, city = rng.integers(15000, 16000, rows), rng.integers(0, 30, rows)
    net = np.round(rng.gamma(2, 50, rows), 2)
    tax = np.round(net * rng.choice([0.05, 0.2], rows), 2)
    return pa.table(
        {
            "id": [f"{number:08}" for number in rng.choice(10**8, rows, replace=False)],
            "came": pa.array(came.astype(np.int32)).cast(pa.date32()),
            "left": pa.array((came + rng.integers(0, 300, rows)).astype(np.int32)).cast(pa.date32()),
            "city": [f"c{code}" for code in city],
            "country": [f"k{code % 7}" for code in city],
            "net": net,
            "tax": tax,
            "total": np.round(net + tax, 2),
        }
    )


TRAIN, HOLDOUT, DRAWN = stays(2000, 0), stays(1000, 1), stays(2000, 2)


def judged(synthetic, *, train=TRAIN, holdout=HOLDOUT, rules=(), spec=SPEC, **options):
    table = Table(name=spec.name, columns=spec.columns, rules=rules)
    return measure(Case(table, train, synthetic, holdout, cut=False, config=EvaluateConfig(), **options))


def changed(table, name, values):
    return table.set_column(table.column_names.index(name), name, pa.array(values, table.schema.field(name).type))


def broken(table, name, rows, value):
    values = table[name].to_pylist()
    for row in rows:
        values[row] = value
    return changed(table, name, values)


def test_rows_drawn_alike_keep_what_was_found():
    rules = judged(DRAWN)
    score = rules.scores[0]
    assert {rule.rule for rule in rules.rules} == FOUND
    assert not any(rule.given for rule in rules.rules)
    assert (score.key, score.value, score.reference, score.better) == ("rules.kept", 1.0, 1.0, "higher")
    assert score.interval == (pytest.approx(0.998, abs=1e-3), 1.0)
    assert rules.findings == ()
    assert rules.notes[0].startswith("rules given: 0, found: 7; a found rule counts only where all held-out rows")


def test_a_copy_keeps_every_rule_and_is_warned_of():
    score = judged(TRAIN).scores[0]
    assert score.value == 1.0
    assert "copy" in score.warning


def test_a_rule_broken_in_half_a_per_cent_of_the_rows_is_shouted_about():
    rows = [7, 500, 501, 900, 1200, 1300, 1400, 1500, 1600, 1999]
    rules = judged(broken(DRAWN, "left", rows, DRAWN["came"][0].as_py().replace(year=1990)))
    assert rules.scores[0].value == pytest.approx(0.995)
    assert rules.scores[0].worse_by == pytest.approx(0.005)
    said = "10 synthetic rows break the rule `came <= left` (0.5 %), which all real rows keep: rows 7, 500, 501, 900, "
    assert rules.findings == (said + "1200, 1300, 1400, 1500, 1600, 1999",)
    worst = rules.rules[0]
    assert (worst.rule, worst.kept.synthetic, worst.kept.train, worst.broken) == (
        "came <= left", pytest.approx(0.995), 1.0, tuple(rows),
    )  # fmt: skip


def test_columns_drawn_independently_break_nearly_everything():
    rng = np.random.default_rng(3)
    rows = {name: TRAIN[name].take(pa.array(rng.permutation(2000))) for name in TRAIN.column_names}
    rules = judged(pa.table(rows))
    assert rules.scores[0].value < 0.05
    assert [rule.rule for rule in rules.rules[:3]] == ["total = net + tax", "city -> country", "came <= left"]
    assert "and 1" in rules.findings[0]
    assert all(rule.kept.synthetic == 1 for rule in rules.rules[3:])


def test_one_row_is_told_in_the_singular():
    assert judged(broken(DRAWN, "net", [3], -5.0)).findings[1:] == (
        "1 synthetic row breaks the rule `net >= 0` (0.05 %), which all real rows keep: row 3",
    )


def test_a_city_moved_to_another_country_is_found_even_if_all_its_rows_agree():
    moved = [
        "k9" if city == "c3" else country
        for city, country in zip(*(DRAWN[n].to_pylist() for n in ("city", "country")), strict=True)
    ]
    rules = judged(changed(DRAWN, "country", moved))
    assert rules.rules[0].rule == "city -> country"
    assert rules.rules[0].breaks.synthetic == sum(country == "k9" for country in moved)


def test_a_city_that_no_real_row_has_need_only_agree_with_itself():
    made = changed(DRAWN, "city", ["new" if row < 2 else city for row, city in enumerate(DRAWN["city"].to_pylist())])
    made = broken(made, "country", [0, 1], "k8")
    assert judged(made).scores[0].value == 1.0


def test_given_rules_come_beside_found_ones_and_go_before_them():
    rules = judged(DRAWN, rules=("0 <= net <= 100000", "country in {k0, k1, k2, k3, k4, k5, k6}", "came < left"))
    given = {rule.rule for rule in rules.rules if rule.given}
    assert given == {"0 <= net <= 100000", "country in {k0, k1, k2, k3, k4, k5, k6}", "came < left"}
    assert {rule.rule for rule in rules.rules if not rule.given} == FOUND - {"net >= 0", "came <= left"}


def test_a_rule_that_real_rows_break_is_told_and_not_held_against_the_synthetic_rows():
    rules = judged(DRAWN, rules=("net <= 200",))
    rule = next(rule for rule in rules.rules if rule.given)
    assert rule.kept.synthetic < 0.95
    assert rule.allowed >= rule.breaks.synthetic > 0
    assert rules.scores[0].value == 1.0
    assert rules.scores[0].reference > 0.99
    assert rules.findings == ()
    assert any(note.startswith("the rule `net <= 200` was given, and ") for note in rules.notes)


def test_a_rule_that_real_rows_break_less_often_is_held_against_them_beyond_that():
    many = range(0, 2000, 2)
    made = broken(broken(broken(DRAWN, "net", many, 900.0), "tax", many, 100.0), "total", many, 1000.0)
    rules = judged(made, rules=("net <= 200",))
    worst = rules.rules[0]
    assert worst.rule == "net <= 200"
    assert rules.scores[0].value == pytest.approx(1 - worst.beyond / 2000)
    assert 0.4 < worst.beyond / 2000 < 0.5
    assert f"which {worst.breaks.train + worst.breaks.holdout} real rows break too: rows 0, 2, " in rules.findings[0]


def test_what_held_out_rows_break_is_no_rule():
    rules = judged(DRAWN, holdout=broken(HOLDOUT, "left", [5], DRAWN["came"][0].as_py().replace(year=1990)))
    assert {rule.rule for rule in rules.rules} == FOUND - {"came <= left"}
    assert "1 rule that all train rows keep is broken by held-out rows, and was left out" in rules.notes


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_a_few_rows(rows):
    few = TRAIN.slice(0, rows)
    rules = judged(few, train=few, holdout=few)
    assert rules.scores[0].value is None
    assert rules.scores[0].untold == "no rule was given, and none was found that all real rows keep"
    assert judged(few, train=few, holdout=few, rules=("came <= left",)).scores[0].value == 1.0
    assert judged(few).scores[0].value == 1.0
    assert judged(DRAWN, holdout=few).scores[0].reference == 1.0


def test_columns_that_are_all_missing_keep_every_rule():
    none = pa.table({name: pa.nulls(50, TRAIN.schema.field(name).type) for name in TRAIN.column_names})
    assert judged(none).scores[0].value == 1.0
    assert judged(none, train=none, holdout=none).scores[0].value is None


def test_a_table_without_a_column_that_can_be_compared():
    spec = Table(name="t", columns=(IdentifierColumn(name="id"),))
    one, other = (pa.table({"id": [f"{start + row}" for row in range(100)]}) for start in (0, 1000))
    rules = judged(pa.table({"id": ["1"] * 100}), train=one, holdout=other, spec=spec)
    assert rules.scores[0].value == 0.01
    assert rules.rules[0].broken == tuple(range(1, 11))


def test_the_report_of_the_rules_is_the_same_twice_and_is_plain_values():
    first, second = judged(DRAWN), judged(DRAWN)
    assert first == second
    assert Rules.model_validate_json(first.model_dump_json()) == first


def test_rows_get_the_numbers_of_their_source():
    rules = judged(broken(DRAWN, "net", [3], -5.0)).renumbered(np.arange(2000) * 10)
    assert "net >= 0" in rules.findings[1]
    assert rules.findings[1].endswith("row 30")
    assert next(rule for rule in rules.rules if rule.rule == "net >= 0").broken == (30,)


def test_very_many_broken_rules_are_counted():
    numbers = pa.table({"id": [str(row) for row in range(40)], "n": [5.0] * 40})
    spec = Table(name="t", columns=(IdentifierColumn(name="id"), NumberColumn(name="n")))
    rules = judged(
        changed(numbers, "n", [999.0] * 40), train=numbers, holdout=numbers, spec=spec,
        rules=tuple(f"n <= {bound}" for bound in range(100, 125)),
    )  # fmt: skip
    assert len(rules.findings) == 21
    assert rules.findings[-1] == "5 more rules are broken by synthetic rows"
    assert "(100 %)" in rules.findings[0]


def test_a_figure_without_counts_is_one():
    kept = RuleKept(rule="a <= b", given=True, kept={"train": 1, "synthetic": 1, "holdout": None})
    assert kept.breaks == Counts(train=0, synthetic=0, holdout=0)
    assert kept.beyond == 0
