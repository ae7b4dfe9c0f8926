"""YAML of people, with scalars read by the core schema."""

import math

import pytest

from parhelion.errors import PlanError
from parhelion.strict_yaml import core_value, lines_of, read_yaml


def read(text, *, typed=True):
    return read_yaml(text, "plan", error=PlanError, is_are="is", expected="a mapping", typed=typed)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("null", None), ("~", None), ("", None), ("true", True), ("FALSE", False), ("12", 12), ("-3", -3), ("012", 12),
        ("0o17", 15), ("0xff", 255), ("1.5", 1.5), (".5", 0.5), ("1.", 1.0), ("1e3", 1000.0), ("-1.5E-3", -0.0015),
        (".inf", math.inf), ("-.INF", -math.inf),
        ("no", "no"), ("yes", "yes"), ("on", "on"), ("y", "y"), ("2024-01-01", "2024-01-01"), ("1_000", "1_000"),
        ("12:30:45", "12:30:45"), ("0b1", "0b1"), ("1e", "1e"), (".", "."), ("+", "+"), ("tRue", "tRue"), ("=", "="),
        ("9" * 401, "9" * 401), ("<<", "<<"),
    ],
)  # fmt: skip
def test_scalars_are_what_the_core_schema_says(text, value):
    assert core_value(text) == value
    assert type(core_value(text)) is type(value)
    assert read(f"a: {text}") == {"a": value}


def test_what_is_quoted_or_in_a_block_is_text():
    assert read("a: '12'\nb: \"true\"\nc: |\n  12\nd: >-\n  null\n") == {
        "a": "12",
        "b": "true",
        "c": "12\n",
        "d": "null",
    }
    assert math.isnan(read("a: .nan")["a"])


def test_keys_are_typed_too_and_still_differ():
    assert read("1: a\n'2': c\nno: d\nnull: e\n1.5: f\n") == {1: "a", "2": "c", "no": "d", None: "e", 1.5: "f"}
    with pytest.raises(PlanError, match="line 3 of the plan gives 'a' a second time"):
        read("a: 1\nb: 2\na: 3\n")
    with pytest.raises(PlanError, match=r"line 2 of the plan gives 1\.0 a second time"):
        read("1: a\n1.0: b\n")
    with pytest.raises(PlanError, match="line 1 of the plan has a key that is not text"):
        read("[1, 2]: a\n")


def test_without_types_all_stays_text():
    assert read("a: 1\nb: [true, ~]\n", typed=False) == {"a": "1", "b": ["true", "~"]}


def test_tags_make_no_objects():
    assert read("a: !!python/object/apply:os.system ['true']\n") == {"a": ["true"]}
    assert read("a: !!python/name:os.system x\n") == {"a": "x"}


def test_aliases_are_bounded_and_never_round():
    assert read("a: &x [1, 2]\nb: *x\n") == {"a": [1, 2], "b": [1, 2]}
    laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    laughs += "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 9))
    with pytest.raises(PlanError, match="has more than 1,000,000 values"):
        read(laughs)
    with pytest.raises(PlanError, match="recursive"):
        read("a: &a [*a]\n")
    with pytest.raises(PlanError, match="nested too deeply"):
        read("a: " + "[" * 5000)


def test_where_values_are():
    text = (
        "goal: g\nfields:\n  q:\n    make: text\n    prompt: |\n      one\n      two\n  r: {make: check, that: 'x'}\n"
    )
    lines = lines_of(text)
    assert lines["fields", "q", "prompt"] == 5
    assert lines["fields", "r", "that"] == 8
    assert lines_of("") == {}
