"""Thresholds as files: what is read, what is refused, and in which words."""

import pyarrow as pa
import pytest
import yaml

from parhelion.errors import ConfigError
from parhelion.evaluation.evaluating import evaluate
from parhelion.evaluation.thresholds import KEYS, Threshold, Thresholds, default_yaml

GOOD = "thresholds:\n- {score: privacy.copies, at_most: 0.1, why: no copies}\n"


def refused(text):
    with pytest.raises(ConfigError) as caught:
        Thresholds.from_yaml(text)
    return str(caught.value)


def test_text_and_file_are_read_alike(tmp_path):
    file = tmp_path / "thresholds.yaml"
    file.write_text(GOOD, encoding="utf-8")
    read = Thresholds.from_yaml(file)
    assert read == Thresholds.from_yaml(str(file)) == Thresholds.from_yaml(GOOD)
    assert read.thresholds == (Threshold(score="privacy.copies", at_most=0.1, why="no copies"),)
    assert not read.strict


def test_the_default_is_read_back_and_every_threshold_is_explained():
    thresholds = Thresholds.default()
    assert Thresholds.from_yaml(default_yaml()) == thresholds
    assert all(one.why for one in thresholds.thresholds)
    keys = {one.score for one in thresholds.thresholds}
    assert {key.partition(".")[0] for key in keys} == {key.partition(".")[0] for key in KEYS}
    assert "utility.augment" not in keys


def test_plain_values_make_the_same_thresholds():
    thresholds = Thresholds.default()
    assert Thresholds.from_dict(yaml.safe_load(default_yaml())) == thresholds
    assert Thresholds.from_dict(thresholds.model_dump(mode="json")) == thresholds


def test_numbers_of_every_spelling_and_strict():
    read = Thresholds.from_yaml("strict: yes\nversion: 1\nthresholds:\n- {score: privacy.tpr, at_most: 1e-2}\n")
    assert read.strict
    assert read.thresholds[0].at_most == 0.01


def test_all_problems_are_told_at_once():
    told = refused(
        "strict: perhaps\nthreshold: 3\nthresholds:\n"
        "- {score: privacy.membreship, at_most: 0.5}\n"
        "- {score: privacy.copies, at_mots: 1}\n"
        "- {score: privacy.tpr, at_most: much}\n"
        "- {score: privacy.dcr}\n"
        "- {at_most: 1}\n"
        "- {score: privacy.nndr, at_most: 0.1, at_least: 0.9}\n"
        "- {score: utility.predict, over_reference_at_most: -1, times_reference_at_most: 0.5}\n"
        "- {score: fidelity.pairs, at_most: .inf}\n"
        "- just text\n"
    )
    for part in (
        "strict is 'perhaps'",
        "threshold is no field of the thresholds; did you mean 'thresholds'?",
        "thresholds[0].score: 'privacy.membreship' is no score; did you mean 'privacy.membership'?",
        "thresholds[1].at_mots is no field of a threshold; did you mean 'at_most'?",
        "thresholds[2].at_most is 'much'",
        "thresholds[3]: says nothing; give at least one of at_most, at_least",
        "thresholds[4].score is missing",
        "thresholds[5]: can never be held: at_least is 0.9 and at_most is 0.1",
        "thresholds[6].over_reference_at_most is '-1'",
        "thresholds[6].times_reference_at_most is '0.5'",
        "thresholds[7].at_most is '.inf'",
        "thresholds[8] is 'just text'",
    ):
        assert part in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("\n", "the thresholds are nothing; expected `thresholds:` and a list of them"),
        ("- a\n- b\n", "the thresholds are ['a', 'b']; expected"),
        ("thresholds: [\n", "the thresholds are not YAML: "),
        ("thresholds: []\n", "there are no thresholds; give at least one"),
        ("thresholds:\n", "thresholds is ''"),
        ("version: 2\n" + GOOD, "version is '2'; this parhelion reads version 1"),
        (
            GOOD + "- {score: privacy.copies, at_most: 0.2}\n",
            "privacy.copies has more than one threshold; make them one",
        ),
        ("strict: no\nstrict: yes\n" + GOOD, "line 2 of the thresholds gives 'strict' a second time; keep one"),
        ("? [a]\n: b\n" + GOOD, "has a key that is not text"),
        ("a: &a\n  b: *a\n", "not YAML"),
        ("thresholds: &a\n- *a\n", "not YAML"),
        ("a: \x00\n", "not YAML"),
        ("a: " + "[" * 5000 + "\n", "nested too deeply"),
    ],
)
def test_what_is_no_file_of_thresholds(text, told):
    assert told in refused(text)


def test_files_that_cannot_be_read(tmp_path):
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    assert "cannot be read: No such file or directory; expected YAML" in refused(str(tmp_path / "none.yaml"))
    assert "Is a directory" in refused(str(tmp_path))
    assert "is not UTF-8 text" in refused(str(tmp_path / "binary"))
    assert "cannot be read" in refused("a\x00b")


def test_every_score_of_a_report_may_be_named():
    rows = 200
    table = pa.table(
        {
            "age": [20 + row * 7 % 50 for row in range(rows)],
            "sex": [("f", "m")[row % 2] for row in range(rows)],
            "city": [("Oslo", "Quito", "Perth")[row % 3] for row in range(rows)],
            "income": [1000 + row * 13 % 97 for row in range(rows)],
        }
    )
    options = {"target": ("sex", "income"), "sensitive": ("city",), "quasi": ("age", "city"), "quick": True}
    for real, holdout in ((table, None), (table.slice(0, 100), table.slice(100))):
        assert set(evaluate(real, table, holdout, **options).scores()) <= set(KEYS)
