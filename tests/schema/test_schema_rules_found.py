"""Rules that are found in real rows: those that were laid into made tables, and none where there are none."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

import parhelion as ph
from parhelion.schema import CategoryColumn, NumberColumn, Schema, Table, discover, find_rules, keeps, native
from parhelion.schema.rules import Rows, rules_found
from parhelion.tables import discover_source


def natives(columns):
    """A table of native values, and what its columns are."""
    table = pa.table(columns)
    spec = discover(table, untyped=False)
    return pa.table(
        [native(table.column(name), spec.column(name)) for name in spec.names], names=list(spec.names)
    ), spec


def found(**columns):
    return [str(rule) for rule in find_rules(*natives(columns))]


def days(values):
    return pa.array(values.astype(np.int32)).cast(pa.date32())


def words(prefix, codes):
    return pa.array([f"{prefix}{code}" for code in codes.tolist()])


def shop(rows=3000, seed=0):
    """A table with a rule of every sort that is looked for."""
    rng = np.random.default_rng(seed)
    city, came = rng.integers(0, 60, rows), rng.integers(15000, 19000, rows)
    net, pieces = np.round(rng.gamma(2, 50, rows), 2), rng.integers(1, 9, rows)
    tax = np.round(net * rng.choice([0.05, 0.1, 0.2], rows), 2)
    return {
        "id": np.arange(rows) + 1_000_000,
        "city": words("c", city),
        "country": words("k", city * 7 % 12),
        "came": days(came),
        "left": days(came + rng.integers(0, 400, rows)),
        "net": net,
        "tax": tax,
        "total": np.round(net + tax, 2),
        "pieces": pieces,
        "amount": np.round(net * pieces, 2),
        "score": np.round(rng.normal(50, 10, rows), 3),
        "level": rng.integers(0, 101, rows),
    }


def test_rules_of_every_sort():
    rules = found(**shop())
    assert [rule for rule in rules if rule != "tax <= amount"] == [
        "total = net + tax", "amount = net * pieces", "came <= left", "city -> country", "net >= 0", "tax >= 0",
        "total >= 0", "amount >= 0", "0 <= level <= 100", "id is unique",
    ]  # fmt: skip


def test_what_is_found_is_kept_by_every_row():
    table, spec = natives(shop())
    rules = find_rules(table, spec)
    assert rules
    assert all(keeps(rule, table, spec).all() for rule in rules)


def test_a_rule_that_one_row_in_many_breaks_is_none():
    columns = shop(12_000)
    left = np.array(columns["left"].cast(pa.int32()))
    left[7_777] = 10_000
    columns["left"] = days(left)
    columns["total"][5] += 0.01
    columns["country"] = pa.array(["k_other", *columns["country"].to_pylist()[1:]])
    rules = found(**columns)
    assert not {"came <= left", "total = net + tax", "city -> country"} & set(rules)
    assert "amount = net * pieces" in rules


def test_missing_values_do_not_hide_rules():
    rng = np.random.default_rng(1)
    columns = {
        name: pa.array(pa.array(values).to_pylist(), mask=rng.random(3000) < 0.2) if name != "id" else values
        for name, values in shop().items()
    }
    columns["came"], columns["left"] = (columns[name].cast(pa.date32()) for name in ("came", "left"))
    assert {"total = net + tax", "amount = net * pieces", "came <= left", "city -> country"} <= set(found(**columns))


def test_sums_of_three_and_what_follows_from_them():
    rng = np.random.default_rng(2)
    a, b, c = (rng.integers(-50, 200, 500) for _ in range(3))
    assert found(a=a, b=b, c=c, d=a + b + c) == ["d = a + b + c"]
    assert found(a=a, b=b, c=c, d=a + b, e=a + b + c) == ["d = a + b", "e = c + d"]


def test_times_that_add_up():
    rng = np.random.default_rng(3)
    came, stay = rng.integers(15000, 19000, 400), rng.integers(0, 90, 400)
    assert "left = came + stay" in found(came=days(came), stay=stay, left=days(came + stay))
    took = pa.array(rng.integers(1, 10**6, 400) * 10**6, pa.duration("us"))
    at = pa.array(rng.integers(10**8, 10**9, 400), pa.timestamp("s"))
    done = pa.array(np.array(at) + np.array(took)).cast(pa.timestamp("us"))
    assert "done = at + took" in found(at=at, took=took, done=done)


def test_a_strict_order_where_equal_rows_were_to_be_expected():
    rng = np.random.default_rng(4)
    low = rng.integers(0, 20, 2000) - 10
    assert "low < high" in found(low=low, high=low + rng.integers(1, 9, 2000))
    assert "low <= high" in found(low=low, high=low + rng.integers(0, 9, 2000))


def test_orders_that_follow_from_others_are_left_out():
    rng = np.random.default_rng(5)
    first = rng.normal(0, 20, 800)
    second = first + rng.exponential(5, 800)
    assert found(a=first, b=second, c=second + rng.exponential(5, 800)) == ["a <= b", "b <= c"]


def test_equal_columns_are_told_once():
    rng = np.random.default_rng(6)
    value, other = rng.integers(0, 30, 400), words("w", rng.integers(0, 9, 400))
    rules = found(a=value, b=value, c=value, x=other, y=other)
    assert set(rules[:3]) == {"x = y", "a = b", "a = c"}
    assert not any("->" in rule for rule in rules)


def test_dependencies_both_ways_and_in_a_chain():
    rng = np.random.default_rng(7)
    code = rng.integers(0, 40, 1500)
    columns = {
        "code": words("k", code),
        "name": words("n", code),
        "area": words("a", code % 10),
        "land": words("l", code % 5),
    }
    assert found(**columns) == ["code -> name", "code -> area", "name -> code", "area -> land"]


def test_a_dependency_with_a_gap_in_between_is_told_beside_the_chain():
    rng = np.random.default_rng(8)
    code = rng.integers(0, 40, 1500)
    area = pa.array([f"a{value % 10}" if value % 10 else None for value in code.tolist()])
    rules = found(code=words("k", code), area=area, land=words("l", code % 5))
    assert rules == ["code -> area", "code -> land", "area -> land"]


def test_dependencies_on_two_columns():
    rng = np.random.default_rng(9)
    make, size = rng.integers(0, 12, 2000), rng.integers(0, 5, 2000)
    price = rng.integers(0, 4, (12, 5))[make, size]
    assert found(make=words("m", make), size=words("s", size), price=words("p", price)) == ["make, size -> price"]


def test_a_column_that_hardly_varies_follows_from_nothing():
    rng = np.random.default_rng(10)
    rare = words("r", (np.arange(2000) == 7).astype(int))
    assert found(city=words("c", rng.integers(0, 50, 2000)), rare=rare) == []


def test_a_left_that_hardly_comes_again_tells_nothing():
    rng = np.random.default_rng(11)
    name = words("n", rng.permutation(500) // 2 * (rng.permutation(500) > 400) + 1000 * rng.permutation(500))
    assert not any("->" in rule for rule in found(name=name, sex=words("s", rng.integers(0, 2, 500))))


@pytest.mark.parametrize("seed", range(12))
def test_independent_columns_have_no_rules(seed):
    rng = np.random.default_rng(seed)
    rows = int(rng.choice([25, 60, 150, 400, 2000]))
    columns = {}
    for turn in range(2):
        columns |= {
            f"few{turn}": rng.integers(0, rng.integers(2, 8), rows),
            f"word{turn}": words("v", rng.integers(0, rng.integers(2, 60), rows)),
            f"real{turn}": np.round(rng.normal(50, 20, rows), 1),
            f"day{turn}": days(rng.integers(17000, 19000, rows)),
            f"gain{turn}": np.where(rng.random(rows) < 0.95, 0, rng.integers(1, 1000, rows)),
            f"some{turn}": rng.integers(0, 5, rows) * rng.integers(0, 2, rows),
        }
    assert [rule for rule in found(**columns) if not rule.endswith(">= 0")] == []


def test_bounds_only_where_values_crowd_at_them():
    rng = np.random.default_rng(12)
    rules = found(
        age=rng.integers(18, 91, 2000),
        share=np.round(rng.beta(2, 2, 2000), 3),
        rate=rng.integers(0, 101, 2000),
        gain=np.round(rng.lognormal(3, 2, 2000), 2),
        change=np.round(rng.normal(0, 9, 2000), 1),
    )
    assert found(heat=np.round(rng.normal(20, 6, 300).clip(1.3), 1)) == []
    assert rules == ["share >= 0", "0 <= rate <= 100", "gain >= 0"]


def test_what_comes_once_is_unique_only_if_it_could_have_come_twice():
    rng = np.random.default_rng(13)
    hours = pa.array(np.arange(500) * 3600, pa.timestamp("s"))
    assert found(at=hours, real=rng.normal(0, 1, 500), wide=rng.choice(10**12, 500, replace=False)) == [
        "wide >= 0",
        "at is unique",
    ]


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 19])
def test_a_few_rows_have_no_rules(rows):
    spec = Table(name="t", columns=(CategoryColumn(name="a"), CategoryColumn(name="b")))
    table = pa.table({name: pa.array(["x", "y"] * 10)[:rows] for name in "ab"})
    rules, notes = rules_found(Rows(table, spec))
    assert rules == ()
    assert notes == (f"no rules were looked for in {rows} rows; 20 are needed at least",)


def test_tables_that_are_odd():
    infinite = float("inf")
    for columns in (
        {"a": pa.nulls(30), "b": [float("nan")] * 30, "c": [infinite, -infinite] * 15, "d": [1e308, -1e308, 1.0] * 10},
        {"a": pa.array([2**63 - 1, -(2**63)] * 20), "b": pa.array([2**64 - 1, 0] * 20, pa.uint64())},
        {"a": ["x"] * 50, "b": [None] * 49 + ["y"]},
        {"a": words("w", np.arange(10_000)), "b": words("v", np.arange(10_000) % 7)},
    ):
        table, spec = natives(columns)
        assert all(keeps(rule, table, spec).all() for rule in find_rules(table, spec))


def test_wide_tables_say_what_was_not_looked_at():
    rng = np.random.default_rng(14)
    table, spec = natives({f"x{place}": rng.integers(0, 9, 200) for place in range(130)})
    rules, notes = rules_found(Rows(table, spec))
    assert all(str(rule).endswith(">= 0") for rule in rules)
    assert notes == (
        "rules between columns were looked for among the first 120 of 130 columns",
        "sums of three columns were not looked for: there are 120 to be added",
        "dependencies on two columns were looked for in 300 of 7,140 pairs of columns",
    )


def test_odd_names_are_quoted():
    rng = np.random.default_rng(15)
    low = rng.normal(0, 9, 500)
    rules = found(**{"net price": low, "in": low + rng.exponential(3, 500)})
    assert rules == ["`net price` <= `in`"]


def test_the_schema_of_a_source_holds_the_rules_that_are_found(tmp_path):
    path = tmp_path / "shop.parquet"
    pa.parquet.write_table(pa.table(shop(500)), path)
    table = discover_source(path)
    assert "came <= left" in map(str, table.rules)
    schema = Schema.from_yaml(Schema(tables=(table,)).to_yaml())
    assert schema.tables[0].rules == table.rules
    assert ph.fit(path, schema=schema).table.rules == table.rules
    assert ph.fit(path).table.rules == table.rules


def test_numbers_that_floats_do_not_tell_apart_are_no_reason_to_divide_by_zero():
    table, spec = pa.table({"n": np.arange(400) + 2**60}), Table(name="t", columns=(NumberColumn(name="n"),))
    assert [str(rule) for rule in find_rules(table, spec) if rule.kind == "unique"] == []
