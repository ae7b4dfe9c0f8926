"""Whether texts are useful, like real ones and varied: what is spoilt is seen, and in the right figure."""

from functools import cache

import numpy as np
import pyarrow as pa
import pytest
from texts_drawn import replaced, texts

import parhelion as ph
from parhelion.errors import SchemaError
from parhelion.evaluation.reading import case_of
from parhelion.evaluation.text import measure
from parhelion.schema import CategoryColumn, Table, TextColumn

TABLE = Table(name="mails", columns=(TextColumn(name="body"), CategoryColumn(name="about")))
ROWS = 400


def judged(synthetic, **options):
    return measure(case_of(texts(ROWS, 1), synthetic, texts(ROWS, 3), TABLE, quick=True, **options))


@cache
def good():
    return judged(texts(ROWS, 2))


def scores(found):
    return {score.key.removeprefix("text."): score for score in found.scores}


def changed(change, seed=2):
    made = texts(ROWS, seed)
    return replaced(made, [change(body) for body in made["body"].to_pylist()])


def test_labels_of_other_texts_teach_nothing():
    made = texts(ROWS, 2)
    rng = np.random.default_rng(0)
    found = judged(made.set_column(1, "about", made["about"].take(pa.array(rng.permutation(ROWS)))))
    told = scores(found)
    assert told["utility"].value < 0.6
    assert told["utility"].interval[1] < 0.75
    assert told["accuracy"].reference > 0.95
    assert "is right on" in found.findings[0]
    assert told["detection"].value < 0.58  # the texts are as before


def test_a_label_that_is_lost_is_the_worst_of_the_table():
    made = texts(ROWS, 2)
    lost = pa.array(["parcel" if one == "login" else one for one in made["about"].to_pylist()])
    (labelling,) = judged(made.set_column(1, "about", lost)).columns[0].labellings
    assert labelling.labels[0].name in ("login", "parcel")
    worst = next(label for label in labelling.labels if label.name == "login")
    assert worst.recall_synthetic == 0
    assert worst.recall_real > 0.9
    assert sum(label.texts for label in labelling.labels) == ROWS


def test_labels_are_those_named_or_those_that_texts_tell():
    rng = np.random.default_rng(0)
    tables = [texts(ROWS, seed, shop=[("north", "south")[at] for at in rng.integers(0, 2, ROWS)]) for seed in (1, 2, 3)]
    found = measure(case_of(*tables, quick=True, known=None))
    assert [one.column for one in found.columns[0].labellings] == ["about"]
    assert not found.columns[0].labellings[0].given
    assert any("shop" in note for note in found.notes)
    named = measure(case_of(*tables, quick=True, label=("shop", "about")))
    assert [(one.column, one.given) for one in named.columns[0].labellings] == [("shop", True), ("about", True)]
    with pytest.raises(SchemaError, match="abuot"):
        case_of(*tables, label="abuot")


@pytest.mark.parametrize(
    ("spoil", "figure"),
    [
        (lambda body: body[: len(body) // 3], "length"),
        (lambda body: " ".join(reversed(body.split())), "pairs"),
        (lambda body: body.replace("the", "zzz").replace("my", "qqq"), "words"),
        (lambda body: body.replace("the", "zzz").replace("my", "qqq"), "known"),
        (lambda body: " ".join(reversed(body.split())), "detection"),
        (lambda body: "hello there my parcel has not arrived", "self_bleu"),
        (lambda body: "hello there my parcel has not arrived", "duplicates"),
        (lambda body: "hello there my parcel has not arrived", "distinct_2"),
        (lambda body: "hello there my parcel has not arrived", "coverage"),
    ],
)
def test_what_is_spoilt_is_seen(spoil, figure):
    found = judged(changed(spoil))
    before, after = scores(good())[figure], scores(found)[figure]
    assert after.worse_by > before.worse_by + 0.05
    assert found.findings


def test_words_that_tell_are_shown_only_if_many_real_texts_have_them():
    found = judged(changed(lambda body: body.replace("the", "zzz")))
    words = {one.word: one for one in found.columns[0].telling}
    assert words["the"].synthetic < 0.05 < words["the"].real
    assert "zzz" not in words


def test_examples_copy_nothing_and_have_only_words_that_many_share():
    found = judged(changed(lambda body: body + " indeed"))
    real = set(texts(ROWS, 1)["body"].to_pylist()) | set(texts(ROWS, 3)["body"].to_pylist())
    assert not [one for one in found.columns[0].examples if "indeed" in one.text]
    plain = good().columns[0].examples
    assert not [one for one in plain if one.text in real]


def test_one_seed_has_one_result():
    assert judged(texts(ROWS, 2)) == good()
    assert judged(texts(ROWS, 2), seed=1).scores != good().scores


def test_a_table_without_text_has_nothing_to_say_of_it():
    table = pa.table({"age": [20, 30, 40] * 40})
    report = ph.evaluate(table, table, quick=True)
    assert report.text.columns == report.text.scores == ()
    assert not [one for one in report.verdict.judged if one.score.startswith("text.")]
    old = report.as_dict()
    del old["text"]
    assert ph.Report.model_validate(old).text.columns == ()


def test_text_with_labels_is_read_first():
    report = ph.evaluate(texts(ROWS, 1), texts(ROWS, 2), texts(ROWS, 3), schema=TABLE, quick=True)
    keys = [one.key for one in report.headline]
    assert keys == ["text.utility", "text.detection", "text.membership", "text.copies"]
    judged_keys = {one.score for one in report.verdict.judged}
    assert {"text.copies", "text.personal", "text.membership", "text.utility"} <= judged_keys
    assert "text.canaries" not in judged_keys


HOSTILE = {
    "emojis": ["🎉🎉", "👩‍👩‍👧‍👦 hi", "ok 👍🏽"],
    "right to left": ["שלום עולם", "مرحبا بالعالم", "\u202eevil"],
    "no blanks": ["今天天气很好", "東京は晴れです", "ขอบคุณครับ"],
    "signs alone": ["!!!", "...", "?!"],
    "odd": ["a\0b", "line\nbreak\r\n\ttab", "\ufeffbom", "\ue000private", "x" * 300],
    "one word": ["ok", "ok", "ok"],
    "numbers": ["12", "3.4e5", "-7"],
    "mostly missing": [None, None, None, None, "something", ""],
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("rows", [3, 120])
def test_any_text_is_judged(name, rows):
    values = HOSTILE[name]
    bodies = [values[at % len(values)] for at in range(rows)]
    table = pa.table({"body": pa.array(bodies, pa.string()), "about": [("a", "b")[at % 2] for at in range(rows)]})
    for holdout in (table, None):
        found = measure(case_of(table, table.slice(1), holdout, TABLE, quick=True))
        for score in found.scores:
            assert (score.value is None) == bool(score.untold), score.key
            assert score.value is None or np.isfinite(score.value), score.key
            assert score.interval is None or score.interval[0] <= score.interval[1], score.key


def test_texts_of_a_megabyte_are_judged():
    rng = np.random.default_rng(0)
    huge = [" ".join(rng.choice(["one", "two", "three", "four"], 200_000)) for _ in range(2)]
    table = pa.table({"body": huge, "about": ["a", "b"]})
    found = scores(measure(case_of(table, table, table, TABLE, quick=True)))
    assert found["verbatim"].value == 1


@pytest.mark.parametrize("empty", ["train", "synthetic", "holdout"])
def test_a_table_without_a_single_text_is_said_to_have_none(empty):
    tables = {name: texts(60, seed) for seed, name in enumerate(("train", "synthetic", "holdout"))}
    tables[empty] = replaced(tables[empty], [None] * 60)
    found = measure(case_of(*tables.values(), TABLE, quick=True))
    assert scores(found)["utility"].untold.endswith("no text in body")
    assert bool(found.findings) == (empty == "synthetic")


def test_of_several_columns_the_worst_is_told():
    tables = [texts(ROWS, seed).append_column("reply", texts(ROWS, seed + 10)["body"]) for seed in (1, 2, 3)]
    tables[1] = tables[1].set_column(2, "reply", tables[0]["reply"])
    schema = Table(name="mails", columns=(*TABLE.columns, TextColumn(name="reply")))
    found = measure(case_of(*tables, schema, quick=True))
    assert [one.name for one in found.columns] == ["body", "reply"]
    assert scores(found)["verbatim"].value == 1
    assert any("several columns" in note for note in found.notes)
    assert found.findings
    assert all("body" in sentence or "reply" in sentence for sentence in found.findings)
