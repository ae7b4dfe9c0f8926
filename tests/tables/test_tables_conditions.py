"""Rows that hold a condition, and rows whose values come equally often."""

from collections import Counter
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from table_cases import people

import parhelion as ph
from parhelion.errors import ConfigError, SchemaError

CITIES = ["Basel", "Bern", "Genf", "Nizza", "Rom"]


@pytest.fixture(scope="module")
def model():
    return ph.fit(people(2000), target="city")


def mails(rows=2000, seed=0):
    """As a CSV file has it: everything is text, spelled in one way or another."""
    rng = np.random.default_rng(seed)
    moments = rng.integers(1_700_000_000, 1_710_000_000, rows)
    label = rng.choice(["late parcel", "refund", "praise"], rows, p=[0.6, 0.3, 0.1])
    label[:3] = "rare one"
    price = np.where(label == "refund", 400, 100) + rng.integers(0, 900, rows)
    return pa.table(
        {
            "label": label,
            "price": [f"{each // 100},{each % 100:02d} €" for each in price],
            "sent at": [datetime.fromtimestamp(each, UTC).strftime("%d.%m.%Y %H:%M") for each in moments.tolist()],
            "day": [datetime.fromtimestamp(each, UTC).strftime("%d.%m.%Y") for each in moments.tolist()],
            "open": np.where(rng.random(rows) < 0.4, "ja", "nein"),
            "call": [f"{each // 60}:{each % 60:02d}:00" for each in rng.integers(1, 300, rows)],
            "zip": [f"{each:05d}" for each in rng.choice([1067, 10115, 80331], rows)],
            "in": [str(each) for each in rng.integers(1, 9, rows)],
            "score": np.where(rng.random(rows) < 0.2, "", np.char.mod("%d", rng.integers(0, 50, rows))),
        }
    )


@pytest.fixture(scope="module")
def spelled(tmp_path_factory):
    import pyarrow.csv

    path = tmp_path_factory.mktemp("mails") / "mails.csv"
    pyarrow.csv.write_csv(mails(), path)
    return ph.fit(path, kinds={"zip": "category"})


def kept(rows, where):
    """What a condition says, in Python: the words of the language are almost Python's."""
    return all(where(row) for row in rows.to_pylist())


@pytest.mark.parametrize(
    ("where", "holds"),
    [
        ("city = 'Bern'", lambda r: r["city"] == "Bern"),
        ("city != 'Bern' and age >= 60", lambda r: r["city"] != "Bern" and r["age"] >= 60),
        ("not (city = 'Bern' or age < 60)", lambda r: r["city"] != "Bern" and r["age"] >= 60),
        ("CITY in ('Bern', 'Rom')".replace("CITY", "city"), lambda r: r["city"] in ("Bern", "Rom")),
        ("city NOT IN ('Bern', 'Rom') AND Retired".replace("Retired", "retired"),
         lambda r: r["city"] not in ("Bern", "Rom") and r["retired"]),
        ("age between 30 and 40", lambda r: 30 <= r["age"] <= 40),
        ("age not between 30 and 70", lambda r: not 30 <= r["age"] <= 70),
        ("30 <= age < 40 and 5000.5 < income", lambda r: 30 <= r["age"] < 40 and r["income"] > 5000.5),
        ("city like 'B%' or city like '_om'", lambda r: r["city"] in ("Bern", "Basel", "Rom")),
        ("retired = true", lambda r: r["retired"]),
        ("retired = false and not retired", lambda r: not r["retired"]),
        ("level is missing", lambda r: r["level"] is None),
        ("level is not null and level <> 3", lambda r: r["level"] not in (None, 3)),
        ("not level = 3", lambda r: r["level"] not in (None, 3)),
        ("level is missing or level = 3", lambda r: r["level"] in (None, 3)),
        ("month(since) = 12 and year(since) >= 2000", lambda r: r["since"].month == 12 and r["since"].year >= 2000),
        ("weekday(since) = 1 and quarter(since) = 2 and day(since) < 20",
         lambda r: r["since"].isoweekday() == 1 and 4 <= r["since"].month <= 6 and r["since"].day < 20),
        ("since >= 2000-01-01 and since < '2000-06-01'", lambda r: "2000-01-01" <= str(r["since"]) < "2000-06-01"),
        ("tax < income and income > 20 and tax > age", lambda r: r["age"] < r["tax"] < r["income"]),
        ("planet = 'Earth' and email is not missing", lambda r: r["email"]),
        ('"age" > 70 and `age` < 75', lambda r: 70 < r["age"] < 75),
        ("(city = 'Rom' and age > 70) or (city = 'Bern' and age < 25)",
         lambda r: (r["city"], r["age"] > 70) == ("Rom", True) or (r["city"], r["age"] < 25) == ("Bern", True)),
    ],
)  # fmt: skip
def test_all_rows_hold_the_condition(model, where, holds):
    rows = model.sample(300, where=where)
    assert rows.num_rows == 300
    assert kept(rows, holds)


@pytest.mark.parametrize(
    ("where", "holds"),
    [
        ("price > 5", lambda r: r["price"] > 5),
        ("price >= '5,50 €' and price < '6,00 €'", lambda r: 5.5 <= r["price"] < 6),
        ("label = 'late parcel'", lambda r: r["label"] == "late parcel"),
        ("`sent at` >= '01.02.2024 00:00'", lambda r: str(r["sent at"]) >= "2024-02-01"),
        ("\"sent at\" between 2024-01-30 and '2024-01-31'", lambda r: str(r["sent at"])[:10] in DAYS),
        ("`sent at` > 2024-01-31T12:30 and hour(`sent at`) >= 20", lambda r: r["sent at"].hour >= 20),
        ("day = '31.01.2024' or day = '2024-01-30'", lambda r: str(r["day"]) in DAYS),
        ("open = 'ja'", lambda r: r["open"] is True),
        ("open = false", lambda r: r["open"] is False),
        ("call > '2:30:00'", lambda r: r["call"].total_seconds() > 9000),
        ("zip = '01067' or zip = 10115", lambda r: r["zip"] in ("01067", "10115")),
        ("`in` in (1, 2, 3)", lambda r: r["in"] in (1, 2, 3)),
        ("score is missing or score < 5", lambda r: r["score"] is None or r["score"] < 5),
    ],
)
def test_values_are_spelled_as_in_the_source(spelled, where, holds):
    rows = spelled.sample(200, where=where)
    assert rows.num_rows == 200
    assert kept(rows, holds)


DAYS = ("2024-01-30", "2024-01-31")


@pytest.mark.parametrize(
    ("where", "says"),
    [
        ("", "expected a column, a number, a date, or a text in single quotes, and the condition ends there"),
        ("age", "age is a number, and says neither yes nor no"),
        ("age >", "and the condition ends there"),
        ("age > 60 and", "and the condition ends there"),
        ("age > 60 xor retired", "at place 9, and got 'xor'"),
        ("(age > 60", r"expected `\)`"),
        ("age > 60)", r"at place 8, and got '\)'"),
        ("age = = 60", "at place 6"),
        ("age '='", "expected"),
        ("age ** 2 > 3", "'..' at place 4 is no part of a condition"),
        ("1 < 2", "a column on one side of `<`"),
        ("city = 'Brn'", "no value 'Brn' that the model makes.*did you mean 'Bern'"),
        ("city in ('Bern', 'Rmo')", "did you mean 'Rom'"),
        ("city = Bern", "a text stands in single quotes: 'Bern'"),
        ('city = "Bern"', "a text stands in single quotes: 'Bern'"),
        ("city = late parcel", "a text of several words stands in single quotes"),
        ("city > 'B'", "whose values have no order"),
        ("agee > 3", "no column 'agee'; did you mean 'age'"),
        ("age > 'x'", "'x' is none of its values; expected a number"),
        ("age = true", "expected a number"),
        ("age like '4%'", "age is a number"),
        ("retired = 'perhaps'", "expected 'true' or 'false'"),
        ("since > 5", "expected a date such as"),
        ("since > 2024-13-01", "expected a date such as"),
        ("since > '2024-01-01T12:00'", "expected a date such as"),
        ("hour(since) = 3", r"hour\(\) tells of moments"),
        ("month(age) = 3", r"month\(\) tells of dates"),
        ("age > since", "cannot be compared with"),
        ("city = retired", "cannot be compared with"),
        ("note = 'x'", "kind text.*only `note is missing`"),
        ("id like 'P%'", "kind identifier"),
        ("email is not here", "expected `missing`"),
        ("agee > 3 and city = 'Brn' and note = 'x'", "3 problems:(.|\n)*agee(.|\n)*Brn(.|\n)*note"),
        ("age in (1, )", "expected a number"),
        ("missing = 3", "expected"),
        ("(" * 2000 + "age > 3" + ")" * 2000, "no more than 50 parentheses"),
        ("not " * 2000 + "age > 3", "no more than 50 parentheses"),
        ("age > 1e999", "expected a number"),
        ("age \0 3", "is no part of a condition"),
    ],
)
def test_what_cannot_be_meant_is_refused(model, where, says):
    with pytest.raises(ConfigError, match=says):
        model.sample(3, where=where)


@pytest.mark.parametrize("where", [3, ["age > 3"], True])
def test_a_condition_is_a_text(model, where):
    with pytest.raises(ConfigError, match="where"):
        model.sample(3, where=where)


def test_a_protected_value_is_none_to_ask_for(spelled):
    with pytest.raises(ConfigError, match="values that few rows share are never made"):
        spelled.sample(3, where="label = 'rare one'")


@pytest.mark.parametrize(
    ("where", "says"),
    [
        ("city != 'Rom' and age > 79", r"`age > 79` holds for none of them \(age lies between 18 and 79\)"),
        ("country = 'IT' and city = 'Bern'", "`country = 'IT'` for 0.*`city = 'Bern'` for 0"),
        ("planet is missing", "fewer than 1 in 1,000,000"),
    ],
)
def test_what_never_holds_is_told(model, where, says):
    with pytest.raises(ConfigError, match=says):
        model.sample(3, where=where)


def test_the_law_is_the_learned_one_given_the_condition(model):
    where = "income > 9000 and country != 'CH'"
    all_rows = model.sample(150_000, seed=1)
    holds = pc.and_(pc.greater(all_rows["income"], 9000), pc.not_equal(all_rows["country"], "CH"))
    expected, got = all_rows.filter(holds), model.sample(20_000, seed=2, where=where)
    for told in (
        lambda t: list(zip(t["city"].to_pylist(), t["retired"].to_pylist(), strict=True)),
        lambda t: [age // 10 for age in t["age"].to_pylist()],
        lambda t: [(city, tax // 1000) for city, tax in zip(t["city"].to_pylist(), t["tax"].to_pylist(), strict=True)],
        lambda t: [income // 1500 for income in t["income"].to_pylist()],
        lambda t: t["level"].to_pylist(),
    ):
        p, q = Counter(told(expected)), Counter(told(got))
        shares = [(p[key] / expected.num_rows, q[key] / got.num_rows) for key in p | q]
        noise = sum(np.sqrt(a * (1 / expected.num_rows + 1 / got.num_rows)) for a, _ in shares)
        assert sum(abs(a - b) for a, b in shares) < noise + 0.01


def test_one_seed_one_result(model):
    asked = {"where": "age > 60", "balance": "city"}
    assert model.sample(500, seed=3, **asked).equals(model.sample(500, seed=3, **asked))
    assert not model.sample(500, seed=4, **asked).equals(model.sample(500, seed=3, **asked))


def test_rows_without_a_condition_are_what_they_were(model):
    assert model.sample(400, seed=5, where=None, balance=None, each=None).equals(model.sample(400, seed=5))


def test_values_come_equally_often(model):
    rows = model.sample(503, balance="city")
    counts = Counter(rows["city"].to_pylist())
    assert sorted(counts) == CITIES
    assert set(counts.values()) == {100, 101}
    assert all(len(set(rows["city"].to_pylist()[at : at + 50])) >= 4 for at in range(0, 500, 50))


def test_some_rows_of_each_value(model):
    rows = model.sample(20, each="city", where="age < 30 and retired = false")
    assert Counter(rows["city"].to_pylist()) == dict.fromkeys(CITIES, 20)
    assert kept(rows, lambda r: r["age"] < 30)


def test_values_that_a_condition_rules_out_are_no_classes(model):
    rows = model.sample(30, balance="city", where="(city = 'Bern' and age > 30) or (city = 'Rom' and age < 60)")
    assert Counter(rows["city"].to_pylist()) == {"Bern": 15, "Rom": 15}
    with pytest.raises(ConfigError, match="leaves no value of city"):
        model.sample(30, each="city", where="city = 'Bern' and city = 'Rom'")


def test_several_columns_together(model):
    rows = model.sample(200, balance=["city", "retired"])
    counts = Counter(zip(rows["city"].to_pylist(), rows["retired"].to_pylist(), strict=True))
    assert counts == {(city, retired): 20 for city in CITIES for retired in (True, False)}


def test_missing_and_rare_values_are_no_classes(spelled):
    assert Counter(spelled.sample(30, balance="label")["label"].to_pylist()) == {
        "late parcel": 10, "refund": 10, "praise": 10,
    }  # fmt: skip


def test_classes_that_do_not_go_together_are_told(model):
    with pytest.raises(ConfigError, match=r"rows of city = '.*' and country = '.*', which is fewer than"):
        model.sample(10, balance=["city", "country"])


@pytest.mark.parametrize("option", ["balance", "each"])
def test_what_cannot_be_balanced(model, option):
    with pytest.raises(SchemaError, match=f"{option} is 'ctiy', which is no column.*did you mean 'city'"):
        model.sample(10, **{option: "ctiy"})
    with pytest.raises(ConfigError, match="a column of kind number; expected a category or a boolean: 'city'"):
        model.sample(10, **{option: "age"})


def test_what_contradicts_itself_is_refused(model):
    with pytest.raises(ConfigError, match="both given"):
        model.sample(10, balance="city", each="retired")
    with pytest.raises(ConfigError, match="say how many"):
        model.sample(each="city")
    with pytest.raises(ConfigError, match="at most"):
        model.sample(10**9, each="city")


def test_identifiers_are_unique_over_the_whole_result(model):
    rows = model.sample(3000, balance="city", where="age > 40")
    assert len(set(rows["id"].to_pylist())) == 3000


def test_rules_are_kept_where_rows_are_chosen():
    rng = np.random.default_rng(0)
    start = rng.integers(0, 1000, 3000)
    trips = pa.table({"start": start, "end": start + rng.integers(0, 400, 3000), "kind": rng.choice(["a", "b"], 3000)})
    model = ph.fit(trips)
    assert "start <= end" in [str(rule) for rule in model.table.rules]
    rows = model.sample(5000, where="start between 400 and 500", balance="kind")
    assert pc.all(pc.less_equal(rows["start"], rows["end"])).as_py()
    assert kept(rows, lambda r: 400 <= r["start"] <= 500)
    assert Counter(rows["kind"].to_pylist()) == {"a": 2500, "b": 2500}


def test_a_category_of_whole_numbers(tmp_path):
    model = ph.fit(pa.table({"zip": [1067, 10115] * 100, "n": list(range(200))}), kinds={"zip": "category"})
    assert set(model.sample(20, where="zip = 1067")["zip"].to_pylist()) == {1067}
    assert set(model.sample(20, where="zip > 1067 and zip in (1067, 10115)")["zip"].to_pylist()) == {10115}
    with pytest.raises(ConfigError, match=r"no value 1068 that the model makes.*did you mean '1067'"):
        model.sample(20, where="zip = 1068")


def test_a_table_of_constants():
    model = ph.fit(pa.table({"a": ["x"] * 100, "n": [7] * 100}))
    assert model.sample(5, where="a = 'x' and n = 7").num_rows == 5
    assert model.sample(5, balance="a").num_rows == 5
    with pytest.raises(ConfigError, match="fewer than 1 in 1,000,000"):
        model.sample(5, where="n is missing")


def test_moments_with_a_zone():
    rng = np.random.default_rng(0)
    at = pa.array(1_700_000_000 + rng.integers(0, 86_400 * 100, 1000)).cast(pa.timestamp("s", "Europe/Berlin"))
    model = ph.fit(pa.table({"at": at, "n": rng.integers(0, 9, 1000)}))
    rows = model.sample(100, where="at between 2023-12-01 and 2023-12-02 and hour(at) >= 23")
    assert {each.strftime("%Y-%m-%d %H") for each in rows["at"].to_pylist()} <= {"2023-12-01 23", "2023-12-02 23"}
    assert kept(model.sample(50, where="at > '2023-12-24T18:00+01:00'"), lambda r: r["at"].timestamp() > 1_703_437_200)
    assert kept(model.sample(50, where="at > '2023-12-24 18:00'"), lambda r: r["at"].timestamp() > 1_703_437_200)


def test_many_chunks_in_batches(model):
    batches = list(model.batches(300_000, where="city = 'Rom'", balance="retired"))
    assert sum(batch.num_rows for batch in batches) == 300_000
    rows = pa.Table.from_batches(batches)
    assert len(set(rows["id"].to_pylist())) == 300_000
    assert Counter(rows["retired"].to_pylist()) == {True: 150_000, False: 150_000}


def test_written_files_hold_the_condition(model, tmp_path):
    import pyarrow.parquet

    told = []
    path = tmp_path / "rows.parquet"
    asked = {"where": "age > 60", "each": "city"}
    assert model.write(path, 7, progress=lambda *each: told.append(each), **asked) == 35
    assert told[-1] == ("drawing", 35, 35)
    rows = pyarrow.parquet.read_table(path)
    assert rows.num_rows == 35
    assert kept(rows, lambda r: r["age"] > 60)
    with pytest.raises(ConfigError):
        model.write(tmp_path / "none.csv", 7, where="age >")
    assert not (tmp_path / "none.csv").exists()
