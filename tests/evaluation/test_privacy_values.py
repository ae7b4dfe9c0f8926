"""Names, numbers and texts that are real ones."""

import numpy as np
import pyarrow as pa
import pytest

from parhelion.evaluation.privacy import measure
from parhelion.evaluation.reading import case_of
from parhelion.schema import IdentifierColumn, NumberColumn, PersonalColumn, Table, TextColumn

TABLE = Table(
    name="mails",
    columns=(
        NumberColumn(name="age"), IdentifierColumn(name="id"), TextColumn(name="text"),
        PersonalColumn(name="name", what="first_name"),
    ),
)  # fmt: skip


def mails(seed, start, rows=400):
    rng = np.random.default_rng(seed)
    words = ["sun", "halo", "ice", "light", "arc", "ring", "cold", "noon"]
    return pa.table(
        {
            "age": rng.integers(18, 90, rows),
            "id": [f"M-{at:06d}" for at in range(start, start + rows)],
            "text": [" ".join(rng.choice(words, 12)) for _ in range(rows)],
            "name": rng.choice(["Ada", "Bea", "Cleo", "Dora"], rows),
        }
    )


REAL, UNSEEN, FRESH = mails(1, 0), mails(2, 5000), mails(3, 9000)


def score(synthetic, key="privacy.copied_values"):
    figures = measure(case_of(REAL, synthetic, UNSEEN, TABLE, quick=True))
    return next(each for each in figures.scores if each.key == key), figures


def test_what_is_made_anew_is_no_copy():
    told, figures = score(FRESH)
    assert told.value == pytest.approx(told.reference)
    assert not any("are real ones" in sentence for sentence in figures.findings)


def test_texts_that_are_copied_shout():
    told, figures = score(FRESH.set_column(2, "text", REAL["text"]))
    assert (told.value, told.reference) == (1.0, 0.0)
    assert "100 % of the synthetic values of text are real ones" in figures.findings[0]


def test_names_that_many_people_bear_are_the_same_by_chance():
    told, _ = score(FRESH.select(["age", "id", "text", "name"]))
    assert told.value < 0.05


def test_numbers_that_count_through_a_range_are_the_same_by_chance():
    told, figures = score(FRESH.set_column(1, "id", REAL["id"]))
    assert told.value - told.reference <= 0
    assert not any("values of id" in sentence for sentence in figures.findings)


def test_without_such_columns_nothing_is_copied():
    rows = [each.select(["age"]) for each in (REAL, FRESH, UNSEEN)]
    table = Table(name="t", columns=(NumberColumn(name="age"),))
    figures = measure(case_of(*rows, table, quick=True))
    told = next(each for each in figures.scores if each.key == "privacy.copied_values")
    assert (told.value, told.reference) == (0.0, 0.0)
    assert any("could be copied" in note for note in figures.notes)


def test_texts_alone_are_judged_too():
    rows = [each.select(["text"]) for each in (REAL, REAL, UNSEEN)]
    figures = measure(case_of(*rows, Table(name="t", columns=(TextColumn(name="text"),)), quick=True))
    assert next(each.value for each in figures.scores if each.key == "privacy.copied_values") == 1
