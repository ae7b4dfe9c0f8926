"""Nobody is shown: rare values, extremes, identifiers, addresses, free text; neither in rows nor in the model file."""

import json
import re

import numpy as np
import pyarrow as pa
import pytest
from table_cases import people
from tampering import members

import parhelion as ph

ROWS = 1000
MAILS = [f"real.person{place}@corp{place}.example.com" for place in range(200)]


def with_rare(counts, rows=ROWS, seed=0):
    """A column of words, of which some come as often as said, beside one of numbers."""
    rng = np.random.default_rng(seed)
    words = [word for word, count in counts.items() for _ in range(count)]
    words += ["common"] * (rows - len(words))
    return pa.table({"word": rng.permutation(words), "number": rng.normal(size=rows)})


def contents(model, path):
    """Everything in the file of a model, as bytes."""
    model.save(path)
    return b"\0".join(members(path).values())


def test_categories_of_nine_rows_are_never_shown_and_those_of_ten_are(tmp_path):
    model = ph.fit(with_rare({"nine": 9, "ten": 10, "one": 1}))
    assert set(model.sample(30_000)["word"].to_pylist()) == {"common", "ten"}
    held = contents(model, tmp_path / "m.parhelion")
    assert b"ten" in held
    assert b"nine" not in held
    assert b'"one"' not in held


@pytest.mark.parametrize(("protect", "shown"), [(1, {"common", "ten", "nine", "one"}), (11, {"common"})])
def test_protection_is_as_strong_as_was_said(protect, shown):
    model = ph.fit(with_rare({"nine": 9, "ten": 10, "one": 1}), protect=protect)
    assert set(model.sample(30_000)["word"].to_pylist()) == shown


def test_protection_counts_rows_of_the_whole_table_not_of_what_the_engine_saw():
    model = ph.fit(with_rare({"often": 5000, "ten": 10, "nine": 9}, rows=20_000), rows=1000)
    assert set(model.codecs[0].values) == {"common", "often", "ten"}


@pytest.mark.parametrize("kind", ["int64", "float64"])
def test_extremes_are_those_of_the_tenth_row_from_the_ends(kind, tmp_path):
    rng = np.random.default_rng(0)
    middle = rng.permutation(np.arange(100, 1080))
    ends = np.r_[np.arange(-1_000_000, -999_990), np.arange(5_000_000, 5_000_010)]
    real = pa.table({"x": np.r_[middle, ends].astype(kind), "g": rng.choice(["a", "b"], ROWS)})
    bare = ph.fit(real, protect=1).sample(50_000)["x"].to_numpy()
    assert (bare.min(), bare.max()) == (-1_000_000, 5_000_009)
    model = ph.fit(real)
    made = model.sample(50_000)["x"].to_numpy()
    assert made.min() >= -999_991
    assert made.max() <= 5_000_000
    held = contents(model, tmp_path / "m.parhelion")
    assert b"5000009" not in held
    assert b"1000000" not in held


def test_dates_of_few_are_not_shown():
    days = np.r_[np.arange(18_000, 18_990), [0, 1, 2, 30_000]].astype(np.int32)
    made = ph.fit(pa.table({"day": pa.array(days).cast(pa.date32())})).sample(20_000)["day"].cast(pa.int32()).to_numpy()
    assert made.min() >= 18_000
    assert made.max() < 18_990


@pytest.mark.parametrize("name", ["email", "contact", "column7"])
def test_addresses_of_people_are_never_copied(name, tmp_path):
    model = ph.fit(pa.table({name: MAILS, "age": np.arange(200) % 60}))
    made = model.sample(200)[name].to_pylist()
    assert not set(made) & set(MAILS)
    assert all(re.fullmatch(r"[^@]+@[^@]+\.\w+", mail) for mail in made)
    assert len(set(made)) == 200
    assert b"corp" not in contents(model, tmp_path / "m.parhelion")


def test_names_and_addresses_of_a_row_agree():
    real = pa.table({"first_name": ["Anna", "Beat"] * 60, "last_name": ["Meier", "Huber"] * 60, "email": MAILS[:120]})
    kinds = dict.fromkeys(("first_name", "last_name", "email"), "personal")
    for row in ph.fit(real, kinds=kinds).sample(100).to_pylist():
        assert row["email"].startswith(f"{row['first_name']}.{row['last_name']}".lower())


def test_identifiers_are_made_anew_and_are_unique():
    real = people(1000)
    made = ph.fit(real).sample(5000)["id"].to_pylist()
    assert len(set(made)) == 5000
    assert all(re.fullmatch(r"P-\d{5}", each) for each in made)


def test_free_text_is_written_anew_or_replaced_and_the_person_told(tmp_path):
    real = people()
    assert not {*ph.fit(real).sample(100)["note"].to_pylist()} & {*real["note"].to_pylist()}
    model = ph.fit(real, text_engine="none")
    assert set(model.sample(100)["note"].to_pylist()) == {"[text]"}
    assert any("table.note: free text is not learned" in note for note in model.notes)
    assert b"went as it was planned" not in contents(model, tmp_path / "m.parhelion")


def test_nothing_of_one_person_is_in_the_file(tmp_path):
    real = people(2000)
    model = ph.fit(real, target="retired")
    held = contents(model, tmp_path / "m.parhelion")
    for column in ("id", "email", "note"):
        assert not [value for value in real[column].to_pylist() if value.encode() in held]
    assert "email" in held.decode("latin-1")


def test_numbers_of_one_person_are_in_no_text_of_the_file(tmp_path):
    """Those shared by ten rows, and the ends of the range, are what may stand there."""
    real = people(800)
    model = ph.fit(real)
    model.save(tmp_path / "m.parhelion")
    head = json.loads(members(tmp_path / "m.parhelion")["model.json"])
    told = {value for bound in ("low", "high") for value in head["codecs"][4][bound]}
    assert len(told & set(real["tax"].to_pylist())) <= 2


def test_a_city_column_keeps_its_cities():
    rng = np.random.default_rng(0)
    cities = ["Springfield", "Shelbyville", "Ogdenville"]
    real = pa.table({"city": rng.choice(cities, ROWS), "first_name": rng.choice(["Al", "Bo"], ROWS)})
    assert set(ph.fit(real).sample(5000)["city"].to_pylist()) == set(cities)


def test_latitudes_and_longitudes_stay_in_their_range():
    rng = np.random.default_rng(0)
    real = pa.table(
        {"latitude": np.round(rng.uniform(47, 48, ROWS), 5), "longitude": np.round(rng.uniform(8, 9, ROWS), 5)}
    )
    made = ph.fit(real).sample(5000)
    for name, lowest in (("latitude", 47), ("longitude", 8)):
        values = made[name].to_numpy()
        assert values.min() >= lowest
        assert values.max() <= lowest + 1


def test_no_marker_stands_for_rare_words_where_others_are_frequent():
    counts = {f"word{place}": 3 for place in range(100)}
    shown = set(ph.fit(with_rare(counts)).sample(10_000)["word"].to_pylist())
    assert shown == {"common"}


def test_words_none_of_which_may_be_shown_become_a_marked_one():
    real = pa.table({"word": [f"w{place // 2}" for place in range(400)], "number": np.arange(400) % 7})
    model = ph.fit(real, kinds={"word": "category"})
    assert set(model.sample(500)["word"].to_pylist()) == {"_other"}
    assert "no value is shared by enough rows to be shown: '_other' stands for all" in model.notes[0]


def test_few_rows_are_not_repeated():
    real = people(60).select(["age", "income", "tax"])
    made = ph.fit(real).sample(2000).to_pylist()
    known = {tuple(row.values()) for row in real.to_pylist()}
    assert not known & {tuple(row.values()) for row in made}
