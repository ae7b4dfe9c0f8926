"""Orders between columns that are found, or given, hold in every row that is made."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

import parhelion as ph
from parhelion.schema import Table


def stays(rows=800, seed=0):
    """Stays in a hospital: who leaves has come before; the smaller dose is never the larger one."""
    rng = np.random.default_rng(seed)
    came = np.datetime64("2020-01-01") + rng.integers(0, 1000, rows)
    low = rng.gamma(2, 10, rows).round(1)
    return pa.table(
        {
            "id": [f"S-{row:06d}" for row in range(rows)],
            "came": came,
            "left": came + rng.integers(0, 30, rows),
            "low": low,
            "high": (low + rng.gamma(1, 5, rows)).round(1),
            "ward": rng.choice(["a", "b", "c"], rows),
        }
    )


def breaks(table):
    wrong = (pc.greater(table["came"], table["left"]), pc.greater(table["low"], table["high"]))
    return sum(pc.sum(each).as_py() for each in wrong)


def test_orders_that_are_found_are_kept():
    model = ph.fit(stays())
    assert {"came <= left", "low <= high"} <= {str(rule) for rule in model.table.rules}
    assert breaks(model.sample(20_000, seed=1)) == 0


def test_without_rules_they_are_broken():
    found = ph.fit(stays()).table
    free = ph.fit(stays(), schema=found.model_copy(update={"rules": ()}))
    assert free.table.rules == ()
    assert breaks(free.sample(5000, seed=1)) > 0


def test_rows_drawn_again_are_of_the_law_learned():
    """Drawn again are whole rows, so that what belongs together stays together, and nothing else moves much."""
    real, made = stays(3000), ph.fit(stays(3000)).sample(3000, seed=2)
    for name in ("low", "high"):
        one, other = (np.sort(table[name].to_numpy()) for table in (real, made))
        assert np.abs(one - other).mean() < 0.05 * one.mean()
    assert len(set(made["id"].to_pylist())) == 3000


def test_one_seed_one_result_also_in_parts_and_from_a_file(tmp_path):
    model = ph.fit(stays())
    model.save(tmp_path / "m.parhelion")
    again = ph.load(tmp_path / "m.parhelion")
    assert again.table.rules == model.table.rules
    assert again.sample(2000, seed=5).equals(model.sample(2000, seed=5))
    assert pa.Table.from_batches(model.batches(2000, seed=5)).equals(model.sample(2000, seed=5))


def test_orders_are_told_by_the_model():
    assert "came <= left" in ph.fit(stays()).summary()["rules"]


def test_missing_values_break_no_order():
    rows = stays()
    left = pa.array([None if row % 3 else day for row, day in enumerate(rows["left"].to_pylist())], pa.date32())
    made = ph.fit(rows.set_column(2, "left", left)).sample(4000, seed=3)
    assert 0.5 < made["left"].null_count / 4000 < 0.8
    assert not pc.any(pc.greater(made["came"], made["left"])).as_py()


def test_an_order_that_no_row_keeps_stops_after_a_while():
    rows = pa.table({"a": [10.0, 11.5, 12.25] * 40, "b": [1.0, 2.5, 3.75] * 40})
    table = ph.fit(rows, kinds={"a": "number", "b": "number"}).table
    impossible = Table(name="t", columns=table.columns, rules=("a <= b",))
    assert ph.fit(rows, schema=impossible).sample(100).num_rows == 100


def test_an_order_of_days_and_moments():
    rng = np.random.default_rng(1)
    day = np.datetime64("2024-01-01") + rng.integers(0, 300, 500)
    at = day.astype("datetime64[s]") + rng.integers(0, 86_400, 500)
    rows = pa.table({"day": day, "at": pa.array(at, pa.timestamp("s", "UTC"))})
    ruled = Table(name="t", columns=ph.fit(rows).table.columns, rules=("day <= at",))
    made = ph.fit(rows, schema=ruled).sample(2000, seed=1)
    assert not pc.any(pc.greater(made["day"], made["at"].cast(pa.date32()))).as_py()
