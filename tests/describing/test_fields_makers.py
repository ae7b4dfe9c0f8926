"""What fields hold that no model makes: by its law, the same at the same place, and JSON-able."""

import json
import math
from collections import Counter
from datetime import date
from statistics import NormalDist, fmean, stdev

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import parhelion as ph
from parhelion.describing.contract import Place
from parhelion.describing.fields.lots import BLOCK
from parhelion.describing.fields.makers import makers
from parhelion.describing.fields.people import PARTS
from parhelion.describing.plan import Plan
from parhelion.describing.rows.candidate import Rejected
from parhelion.errors import DataError, ModelFileError, PlanError


def plan(seed=0, **fields):
    return Plan.model_validate({"goal": "g", "seed": seed, "fields": fields})


def made(field, n=2000, values=(), seed=0, folder=None):
    maker = makers(plan(seed, f=field), *([folder] if folder else []))["f"]
    return [maker.make(Place(slot, 0), dict(values)) for slot in range(n)]


def near(counts, shares):
    """Within four deviations of what is to be expected."""
    n = sum(counts.values())
    return all(
        abs(counts[value] - n * share) <= 4 * math.sqrt(n * share * (1 - share)) + 1e-9
        for value, share in shares.items()
    )


CASES = {
    "category": {"make": "category", "values": {"a": 1, 2: 3, True: 0}},
    "number": {"make": "number", "between": [-1, 2], "decimals": 2},
    "normal": {"make": "number", "mean": 5, "deviation": 2},
    "date": {"make": "date", "between": ["2024-01-01", "2024-12-31"]},
    "moment": {"make": "date", "between": ["2024-01-01", "2024-01-02"], "seconds": True},
    "person": {"make": "person", "locale": "de"},
    "expression": {"make": "expression", "value": "1 + 1"},
}


@pytest.mark.parametrize("field", CASES.values(), ids=CASES)
def test_a_value_depends_on_its_place_alone(field):
    first, again = (makers(plan(f=field))["f"] for _ in range(2))
    places = [Place(slot, attempt) for attempt in range(2) for slot in (0, 1, 255, 256, 1000)]
    values = [first.make(place, {}) for place in places]
    assert [again.make(place, {}) for place in reversed(places)] == values[::-1]
    assert json.loads(json.dumps(values, allow_nan=False)) == values


@pytest.mark.parametrize("name", ["number", "normal", "moment", "person"])
def test_seeds_fields_slots_and_attempts_draw_apart(name):
    field = CASES[name]
    one = makers(plan(f=field, g=field))
    other = makers(plan(1, f=field))["f"]
    drawn = [one["f"].make(Place(s, 0), {}) for s in range(30)]
    assert drawn != [one["g"].make(Place(s, 0), {}) for s in range(30)]
    assert drawn != [other.make(Place(s, 0), {}) for s in range(30)]
    assert drawn != [one["f"].make(Place(s, 1), {}) for s in range(30)]
    assert len({json.dumps(value) for value in drawn}) > 5


def test_weights_are_kept():
    assert near(Counter(made(CASES["category"])), {"a": 0.25, 2: 0.75, True: 0.0})
    assert near(Counter(made({"make": "category", "values": ["a", "b"]})), {"a": 0.5, "b": 0.5})


def test_conditions_are_kept_and_the_usual_weights_hold_elsewhere():
    field = {
        "make": "category",
        "values": {"ice": 1, "tea": 3},
        "by": "warm",
        "given": {True: {"ice": 1}, "1": {"tea": 1}},
    }
    assert set(made(field, 50, {"warm": True})) == {"ice"}
    assert set(made(field, 50, {"warm": 1})) == {"tea"}
    assert near(Counter(made(field, values={"warm": None})), {"ice": 0.25, "tea": 0.75})


def test_numbers_are_uniform_between_both_ends():
    assert near(Counter(made({"make": "number", "between": [1, 5]})), dict.fromkeys(range(1, 6), 0.2))
    tenths = made({"make": "number", "between": [0.05, 0.35], "decimals": 1})
    assert near(Counter(tenths), {0.1: 1 / 3, 0.2: 1 / 3, 0.3: 1 / 3})
    assert {type(value) for value in tenths} == {float}
    assert {type(value) for value in made({"make": "number", "between": [1, 5]}, 9)} == {int}


def test_normal_numbers_have_their_mean_and_deviation():
    values = made({"make": "number", "mean": 170, "deviation": 10, "decimals": 3})
    assert abs(fmean(values) - 170) < 4 * 10 / math.sqrt(2000)
    assert abs(stdev(values) - 10) < 0.7


@pytest.mark.parametrize(("low", "high"), [(-1, 0.5), (3, 9), (-9, -3), (5, 5.5)])
def test_normal_numbers_are_held_within_bounds_by_their_law(low, high):
    values = made({"make": "number", "mean": 0, "deviation": 1, "between": [low, high], "decimals": 4}, 1000)
    assert low <= min(values) <= max(values) <= high
    law, middle = NormalDist(), 0.5 * (min(values) + max(values))
    mirrored = low > 0
    below = [law.cdf(-x) for x in (low, middle, high)] if mirrored else [law.cdf(x) for x in (low, middle, high)]
    share = (below[1] - below[0]) / (below[2] - below[0])
    assert near(Counter(value < middle for value in values), {True: share})


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6), st.integers(0, 6), st.integers(0, 10**6))
@settings(max_examples=100, deadline=None)
def test_numbers_stay_within_bounds(low, width, decimals, slot):
    between = [round(low, decimals), round(low, decimals) + round(width, decimals)]
    field = {"make": "number", "between": between, "decimals": decimals}
    value = makers(plan(f=field))["f"].make(Place(slot, 0), {})
    assert between[0] - 1e-9 <= value <= between[1] + 1e-9
    assert value == round(value, decimals)


def test_days_and_moments_have_both_ends():
    assert set(made({"make": "date", "between": ["2024-02-28", "2024-03-01"]}, 99)) == {
        "2024-02-28",
        "2024-02-29",
        "2024-03-01",
    }
    field = {"make": "date", "between": ["2024-01-01T00:00:00Z", "2024-01-01T00:00:01+00:00"], "seconds": True}
    assert set(made(field, 50)) == {"2024-01-01T00:00:00+00:00", "2024-01-01T00:00:01+00:00"}


@pytest.mark.parametrize("locale", ["en", "de", "ja", "pt-br", "ru"])
def test_people_agree_with_themselves(locale):
    people = made({"make": "person", "locale": locale, "age": [18, 30], "on": "2024-02-29"}, 300)
    assert [*people[0]] == [*PARTS, "sex", "age", "birth_date"]
    assert len({person["email"] for person in people}) == 300
    for person in people:
        assert person["given_name"] in person["name"]
        assert person["surname"] in person["name"]
        assert person["email"].startswith(person["username"] + "@example.")
        birth, on = date.fromisoformat(person["birth_date"]), date(2024, 2, 29)
        assert on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day)) == person["age"]
        assert 18 <= person["age"] <= 30
    assert {person["sex"] for person in people} == {"female", "male"}


def test_expressions_and_checks():
    fields = {"n": {"make": "number", "between": [1, 9]}, "e": {"make": "expression", "value": "n * 2"},
              "c": {"make": "check", "that": "e < 10"}}  # fmt: skip
    found = makers(plan(**fields))
    assert found["e"].make(Place(0, 0), {"n": 4}) == 8
    assert found["c"].make(Place(0, 0), {"e": 8}) is True
    with pytest.raises(Rejected) as caught:
        found["c"].make(Place(0, 0), {"e": 12})
    assert (caught.value.reason, caught.value.raw) == ("does not hold", "e < 10")
    with pytest.raises(Rejected, match="'n' is undefined"):
        found["e"].make(Place(0, 0), {})


def test_fields_of_models_and_facts_have_no_maker():
    fields = {"f": {"make": "fact"}, "t": {"make": "text", "prompt": "p"}, "j": {"make": "judge", "prompt": "p"}}
    assert makers(plan(**fields)) == {}


@pytest.fixture(scope="module")
def model_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("models") / "people.parhelion"
    days = pa.array([date(2020, 1, 1 + i % 28) for i in range(200)])
    ph.fit(pa.table({"sex": ["f", "m"] * 100, "height": [160.5, 180.25] * 100, "born": days})).save(path)
    return path


def test_rows_of_a_fitted_model(model_file):
    field = {"make": "model", "file": model_file.name, "columns": ["height", "sex"]}
    rows = made(field, BLOCK + 20, folder=model_file.parent)
    assert [*rows[0]] == ["height", "sex"]
    assert {(row["sex"], row["height"] > 170) for row in rows} == {("f", False), ("m", True)}
    whole = makers(plan(f={"make": "model", "file": model_file.name}), model_file.parent)["f"]
    one = whole.make(Place(BLOCK + 3, 2), {})
    assert one == whole.make(Place(BLOCK + 3, 2), {}) != whole.make(Place(BLOCK + 3, 1), {})
    assert json.loads(json.dumps(one)) == one
    assert one["born"][:5] == "2020-"
    rows[0]["sex"] = "x"
    assert made(field, 1, folder=model_file.parent)[0]["sex"] != "x"


def test_rows_of_a_real_table(tmp_path):
    (tmp_path / "people.csv").write_text("name,age,paid,zip\nAda,36,yes,01234\nBob,,no,04321\nEve,29,yes,00001\n")
    field = {"make": "seed", "file": "people.csv"}
    rows = made(field, 4, folder=tmp_path)
    assert [row["name"] for row in rows] == ["Ada", "Bob", "Eve", "Ada"]
    assert rows[1]["age"] is None
    assert rows[0]["age"] == 36
    assert rows[0]["zip"] == "01234"
    drawn = made({**field, "order": "drawn", "columns": ["name"]}, 900, folder=tmp_path)
    assert near(Counter(row["name"] for row in drawn), {"Ada": 1 / 3, "Bob": 1 / 3, "Eve": 1 / 3})
    pq.write_table(pa.table({"n": [1], "d": [date(2024, 1, 1)], "x": [float("nan")]}), tmp_path / "t.parquet")
    row = made({"make": "seed", "file": "t.parquet"}, 1, folder=tmp_path)[0]
    assert row == {"n": 1, "d": "2024-01-01", "x": None}


def test_tables_that_are_none_are_told(tmp_path, model_file):
    (tmp_path / "bad.parhelion").write_bytes(b"no zip")
    (tmp_path / "empty.csv").write_text("a,b\n")
    with pytest.raises(ModelFileError, match="it is no model file"):
        made({"make": "model", "file": "bad.parhelion"}, 1, folder=tmp_path)
    with pytest.raises(
        PlanError, match=r"fields\.f\.columns names 'hight', which is no column .* did you mean 'height'"
    ):
        made({"make": "model", "file": model_file.name, "columns": ["hight"]}, 1, folder=model_file.parent)
    with pytest.raises(PlanError, match=r"fields\.f\.file is 'empty.csv', which has no rows"):
        made({"make": "seed", "file": "empty.csv"}, 1, folder=tmp_path)
    with pytest.raises(DataError):
        made({"make": "seed", "file": "none.csv"}, 1, folder=tmp_path)
