"""Categories and constants: what is shown, what is hidden."""

import numpy as np
import pyarrow as pa
import pytest

from parhelion.codecs import Draw, Protection, observe
from parhelion.errors import DataError
from parhelion.schema.columns import BooleanColumn, CategoryColumn, ConstantColumn

DRAW = Draw(np.random.default_rng(0), 0, 0, 1000)
SPEC = CategoryColumn(name="x")


@pytest.fixture(autouse=True)
def same_numbers(monkeypatch):
    """A test draws the same whichever others were run before it, in whatever order they are dealt out."""
    monkeypatch.setattr(f"{__name__}.DRAW", Draw(np.random.default_rng(0), 0, 0, 1000))


def codec_of(values, rows=10, spec=SPEC):
    return observe(values, spec).codec(Protection(rows=rows))


def test_codes_fall_in_frequency_and_equal_ones_in_the_order_of_values():
    codec = codec_of(pa.array(["b"] * 20 + ["a"] * 20 + ["c"] * 30 + [None]))
    assert codec.values == ["c", "a", "b"]
    assert codec.encode(pa.array([None, "c", "a", "b"])).tolist() == [0, 1, 2, 3]


def test_rare_values_share_the_last_code_which_decodes_to_frequent_ones():
    codec = codec_of(pa.array(["a"] * 90 + ["b"] * 10 + ["rare"] * 9))
    assert (codec.size, codec.hidden) == (3, 2)
    assert codec.encode(pa.array(["rare", "never seen", None, "b"])).tolist() == [2, 2, 2, 1]
    made = codec.decode(np.full(1000, 2, np.int32), DRAW).to_pylist()
    assert set(made) == {"a", "b"}
    assert 850 < made.count("a") < 950


def test_nothing_rare_is_in_the_state():
    assert "rare" not in str(codec_of(pa.array(["a"] * 90 + ["rare"] * 9)).state())


def test_unknown_values_get_the_most_frequent_where_nothing_is_hidden():
    codec = codec_of(pa.array(["a"] * 90 + ["b"] * 10 + [None]))
    assert codec.hidden is None
    assert codec.encode(pa.array(["?", None])).tolist() == [1, 0]


@pytest.mark.parametrize(
    ("values", "shown", "stands"),
    [(["a", "b"], "_other", "'_other'"), ([1, 2], None, "a missing value"), ([True, False], None, "a missing value")],
)
def test_where_all_is_rare_one_code_stands_for_all(values, shown, stands):
    codec = codec_of(pa.array(values))
    assert (codec.size, codec.hidden) == (1, None)
    assert codec.decode(codec.encode(pa.array(values)), DRAW).to_pylist() == [shown, shown]
    assert stands in codec.note


def test_ten_thousand_categories():
    values = pa.array([f"word {i}" for i in np.random.default_rng(0).integers(0, 10_000, 300_000)])
    codec = codec_of(values)
    assert 9_990 <= codec.size <= 10_001
    codes = codec.encode(values)
    kept = pa.array(codes != (codec.hidden or codec.size))
    assert codec.decode(codes, DRAW).filter(kept).equals(values.filter(kept))


def test_more_categories_than_can_be_counted_are_counted_together():
    tail = pa.array([f"once {i}" for i in range(300_000)])
    values = pa.concat_arrays([pa.array(["often"] * 100), tail])
    summary = observe(values, SPEC)
    assert len(summary.values) <= 1 << 18
    codec = summary.merge(observe(pa.array(["often"] * 11), SPEC)).codec(Protection())
    assert (codec.values, codec.counts, codec.hidden) == (["often"], (111,), 1)


def test_a_boolean_that_is_hardly_ever_true_is_hidden():
    codec = codec_of(pa.array([True] * 3 + [False] * 500), spec=BooleanColumn(name="x"))
    assert codec.hidden == 1
    assert codec.decode(np.array([0, 1], np.int32), DRAW).to_pylist() == [False, False]


def test_integers_and_their_text_are_the_same_category():
    codec = codec_of(pa.array([1, 2, 2] * 20, pa.int32()))
    assert codec.encode(pa.array(["2", "1"])).tolist() == [0, 1]
    with pytest.raises(DataError, match="learned from int32, and now holds string"):
        codec.encode(pa.array(["two"]))


def test_dictionaries_are_their_values():
    values = pa.array(["a", None, "b"] * 20)
    assert codec_of(values.dictionary_encode()) == codec_of(values)


def test_a_constant_that_few_rows_show_is_left_out():
    codec = codec_of(pa.array(["the one"] * 9 + [None] * 50), spec=ConstantColumn(name="x"))
    assert codec.size == 1
    assert codec.decode(np.zeros(2, np.int32), DRAW).to_pylist() == [None, None]
    assert "left out" in codec.note
    assert "the one" not in str(codec.state())
