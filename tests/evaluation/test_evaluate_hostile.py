"""Tables as they come: every one has a report that can be read and written, or an error that says what is wrong."""

import datetime as dt
import json

import numpy as np
import pyarrow as pa
import pytest

import parhelion as ph
from parhelion.errors import ConfigError, DataError, SchemaError
from parhelion.report import html, junit

RNG = np.random.default_rng(0)


@pytest.fixture(autouse=True)
def same_numbers(monkeypatch):
    """A test draws the same whichever others were run before it, in whatever order they are dealt out."""
    monkeypatch.setattr(f"{__name__}.RNG", np.random.default_rng(1))


def three(make):
    """Real, synthetic and held-out rows of one sort."""
    return make(), make(), make()


def numbers(rows, **more):
    return pa.table({"a": RNG.normal(size=rows), "b": RNG.choice(["x", "y"], rows), **more})


def many_categories(rows=3000):
    return numbers(rows, city=[f"c{code}" for code in RNG.integers(0, 10_000, rows)])


def wide():
    return pa.table({f"column {place}": RNG.normal(size=60) for place in range(130)})


def huge():
    ends = RNG.choice([1e300, -1e300, 1e-300, 0.0, float("inf"), float("nan")], 200)
    return pa.table({"v": ends, "w": RNG.integers(-(2**62), 2**62, 200)})


def moments():
    at = pa.array(RNG.integers(0, 2**31, 150), pa.timestamp("s", "Europe/Berlin"))
    days = pa.array([dt.date(1, 1, 1), dt.date(9999, 12, 31), None] * 50)
    return pa.table({"at": at, "day": days, "took": pa.array(RNG.integers(0, 9**9, 150), pa.duration("us"))})


def names():
    odd = ("</script><b>", "a b", "{{ 7 * 7 }}", "名前", "\x00", "x" * 400, "'; drop table", "👩‍👧")
    return pa.table({name: RNG.choice(["<i>", "&", '"'], 90) for name in odd})


HOSTILE = {
    "three rows": three(lambda: numbers(3)),
    "two rows beside many": (numbers(2000), numbers(2), numbers(900)),
    "all missing": three(lambda: pa.table({"a": pa.nulls(80), "b": pa.nulls(80, pa.float64())})),
    "missing in the synthetic rows alone": (
        numbers(200), pa.table({"a": pa.nulls(200, pa.float64()), "b": pa.nulls(200, pa.string())}), numbers(200),
    ),
    "constant": three(lambda: pa.table({"a": [1.0] * 70, "b": ["x"] * 70})),
    "constant in the synthetic rows alone": (
        numbers(200), pa.table({"a": [0.5] * 200, "b": ["x"] * 200}), numbers(200),
    ),
    "one column": three(lambda: pa.table({"a": RNG.normal(size=100)})),
    "ten thousand categories": three(many_categories),
    "nothing but identifiers": three(lambda: pa.table({"id": [f"K-{at:07d}" for at in RNG.integers(0, 10**7, 90)]})),
    "130 columns of 60 rows": three(wide),
    "huge, infinite, missing": three(huge),
    "moments, days, durations": three(moments),
    "odd names and values": three(names),
    "all rows the same": three(lambda: pa.table({"a": [1.0, 2.0] * 50, "b": ["x", "y"] * 50}).take([0] * 100)),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_every_table_has_a_report(case):
    report = ph.evaluate(*HOSTILE[case], quick=True)
    assert len(report.headline) == (6 if report.text.columns else 4)
    for key, score in report.scores().items():
        assert (score.value is None) == bool(score.untold), key
        assert score.value is None or np.isfinite(score.value), key
    assert ph.Report.from_json(report.to_json()) == report
    json.loads(report.to_json(), parse_constant=pytest.fail)
    assert html(report).endswith("</html>\n") or html(report).endswith("</html>")
    assert junit(report).startswith("<?xml")


@pytest.mark.parametrize("case", ["three rows", "constant", "odd names and values"])
def test_without_rows_held_out(case):
    real, synthetic, _ = HOSTILE[case]
    report = ph.evaluate(real, synthetic, quick=True)
    assert report.compared.cut
    assert report.score("privacy.membership").untold
    assert "no held-out rows were given" in report.compared.notes[-1]


@pytest.mark.parametrize("kind", ["identifier", "constant", "text"])
def test_a_target_that_cannot_be_predicted_is_untold(kind):
    words = ["sun", "moon", "halo", "ice", "light", "arc", "red", "low"]
    make = {
        "identifier": lambda: [f"K-{number:08d}" for number in RNG.choice(10**8, 200, replace=False)],
        "constant": lambda: ["same"] * 200,
        "text": lambda: [" ".join(RNG.choice(words, 14)) + "." for _ in range(200)],
    }[kind]
    report = ph.evaluate(*three(lambda: numbers(200, goal=make())), target="goal", quick=True)
    assert report.compared.kinds["goal"] == kind
    assert report.score("utility.predict").untold


def test_types_that_differ_are_told():
    rows, texts = numbers(90), pa.table({"a": ["many"] * 90, "b": ["x"] * 90})
    with pytest.raises(DataError, match=r"synthetic rows.a\[0\] is 'many'"):
        ph.evaluate(rows, texts, rows)


def test_options_are_judged_first(tmp_path):
    rows = numbers(50)
    with pytest.raises(ConfigError, match="evaluate has no option 'tarjet'; did you mean 'target'"):
        ph.evaluate(rows, rows, tarjet="b")
    with pytest.raises(ConfigError, match="seed is -1"):
        ph.evaluate(rows, rows, seed=-1)
    with pytest.raises(SchemaError, match="sensitive is 'sex', which is no column of table"):
        ph.evaluate(rows, rows, sensitive="sex")
    with pytest.raises(ConfigError, match="cannot be read"):
        ph.evaluate(rows, rows, thresholds=tmp_path / "none.yaml")
    with pytest.raises(DataError, match="there is no file"):
        ph.evaluate(tmp_path / "none.csv", rows)
