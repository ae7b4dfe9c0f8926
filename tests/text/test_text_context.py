"""What a text is known by: columns of a row as codes."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from pydantic import TypeAdapter, ValidationError

from parhelion.schema import (
    BooleanColumn,
    CategoryColumn,
    DateColumn,
    DatetimeColumn,
    DurationColumn,
    NumberColumn,
    TextColumn,
)
from parhelion.text.context import BINS, CATEGORIES, Coder, coder_of, context_of, fits
from parhelion.text.relevance import MOST, telling

NUMBER, CATEGORY = NumberColumn(name="n"), CategoryColumn(name="c")


def told(coder, values):
    """What the codes of values mean."""
    words = coder.column().words
    return [words[code] for code in coder.codes(values).tolist()]


def test_categories_that_few_share_are_others():
    values = pa.array(["a"] * 10 + ["b"] * 9 + ["c"] * 20 + [None])
    coder = coder_of(values, CATEGORY, 10)
    assert coder.column().words == ("a", "c", "other", "missing")
    assert told(coder, pa.array(["c", "b", None, "new", "a"])) == ["c", "other", "missing", "other", "a"]


def test_dictionaries_and_booleans_are_categories():
    coded = pa.array(["x", "y", None] * 20).dictionary_encode()
    assert told(coder_of(coded, CATEGORY, 5), coded[:3]) == ["x", "y", "missing"]
    flags = pa.array([True, False] * 20)
    assert told(coder_of(flags, BooleanColumn(name="b"), 5), pa.array([False, None, True])) == [
        "false", "missing", "true",
    ]  # fmt: skip


def test_no_more_categories_than_can_be_told_apart():
    values = pa.array([f"{i % 5000:05d}" for i in range(10_000)])
    assert coder_of(values, CATEGORY, 2).column().size == CATEGORIES + 2


def test_few_numbers_are_each_their_own():
    values = pa.array([*range(77)] * 12)
    coder = coder_of(values, NUMBER, 10)
    assert coder.column().ordered
    assert told(coder, pa.array([0, 76, 40, None])) == ["0", "76", "40", "missing"]
    assert told(coder, pa.array([-5, 1000, 40.4])) == ["0", "76", "40"]  # the nearest there is


def test_numbers_that_few_share_are_not_among_the_cuts():
    values = pa.array([1.0, 2.0] * 50 + [123.456])
    assert "123.456" not in coder_of(values, NUMBER, 10).model_dump_json()


def test_many_numbers_are_in_bins_of_like_size():
    values = pa.array(np.random.default_rng(0).gamma(2, 20, 4000))
    coder = coder_of(values, NUMBER, 10)
    counts = np.bincount(coder.codes(values))
    assert len(counts) == BINS
    assert counts.min() > 400
    assert coder.column().words[0].startswith("below ")
    assert coder.column().words[-2].endswith(" or more")


@pytest.mark.parametrize("odd", [float("inf"), float("-inf"), float("nan")])
def test_numbers_that_are_none_are_missing(odd):
    values = pa.array([1.0, 2.0] * 30 + [odd])
    assert told(coder_of(values, NUMBER, 10), values)[-1] == "missing"


def test_numbers_of_any_type():
    wide = pa.array([2**62, 2**62 - 2**40] * 20)
    assert coder_of(wide, NUMBER, 10).column().size == 3
    decimals = pa.array([1, 2] * 20).cast(pa.decimal128(30, 3))
    assert told(coder_of(decimals, NUMBER, 10), decimals)[:2] == ["1", "2"]
    lengths = pa.array([60, 3600] * 20, pa.duration("s"))
    assert told(coder_of(lengths, DurationColumn(name="d"), 10), lengths)[:2] == ["60", "3600"]


@pytest.mark.parametrize(
    "numbers", [[-1.7e308, 1.7e308], [2.0**53 + 2 * i for i in range(9)], [1.0, np.nextafter(1, 2), np.nextafter(1, 0)]]
)
def test_numbers_at_the_ends_of_what_there_is(numbers):
    for many in (4, 400):
        values = pa.array((numbers * 400)[: many * len(numbers)])
        coder = coder_of(values, NUMBER, 10)
        assert coder is None or coder.codes(values).max() < coder.column().size


def test_moments_are_months():
    days = pa.array([dt.date(2024, 1, 31), dt.date(1999, 12, 1), None])
    assert told(coder_of(days, DateColumn(name="d"), 10), days) == ["January", "December", "missing"]
    moments = days.cast(pa.timestamp("us"))
    assert told(coder_of(moments, DatetimeColumn(name="d"), 10), moments) == ["January", "December", "missing"]


@pytest.mark.parametrize(
    ("values", "spec"),
    [
        (pa.array(["same"] * 40), CATEGORY), (pa.array([7] * 40), NUMBER), (pa.nulls(40, pa.float64()), NUMBER),
        (pa.nulls(40, pa.date32()), DateColumn(name="d")), (pa.array([dt.date(2024, 5, 1)] * 40), DateColumn(name="d")),
        (pa.array(["a", "b"] * 20), TextColumn(name="t")), (pa.array([f"l{i}" for i in range(40)]), CATEGORY),
        (pa.array([float("nan"), float("inf")] * 20), NUMBER),
    ],
)  # fmt: skip
def test_what_tells_nothing_has_no_coder(values, spec):
    assert coder_of(values, spec, 10) is None


def test_codes_are_within_the_words_whatever_comes():
    rng = np.random.default_rng(0)
    coder = coder_of(pa.array(rng.normal(size=500)), NUMBER, 10)
    wild = pa.array([None, np.nan, np.inf, -1e300, 1e300, *rng.normal(size=50) * 1e6])
    codes = coder.codes(wild)
    assert codes.dtype == np.int32
    assert 0 <= codes.min() <= codes.max() < coder.column().size


def test_a_context_of_no_columns_and_of_no_rows():
    assert context_of([], [], 3).codes.shape == (3, 0)
    coder = coder_of(pa.array(["a", "b"] * 20), CATEGORY, 5)
    assert context_of([coder], [pa.array([], pa.string())], 0).codes.shape == (0, 1)


def test_state_is_json_and_a_coder_is_for_its_kinds():
    adapter = TypeAdapter(Coder)
    values = pa.array([*range(20)] * 10)
    for coder in (coder_of(values, NUMBER, 5), coder_of(values.cast(pa.string()), CATEGORY, 5)):
        assert adapter.validate_json(coder.model_dump_json()) == coder
        assert [fits(coder, kind) for kind in ("number", "category", "date", "text")].count(True) == 1


@pytest.mark.parametrize(
    "state",
    [
        {"kind": "number", "name": "n", "edges": [2, 1]}, {"kind": "number", "name": "n", "edges": [1, 1]},
        {"kind": "number", "name": "n", "edges": [1], "single": [1]}, {"kind": "number", "name": "n", "edges": [None]},
        {"kind": "number", "name": "n", "edges": [float("nan")]}, {"kind": "month", "name": "d", "more": 1},
        {"kind": "category", "name": "c", "values": ["a", "a"]}, {"kind": "category", "name": "c", "values": [1]},
        {"kind": "category", "name": "c", "values": ["x"] * 5000}, {"kind": "odd", "name": "c"}, {},
    ],
)  # fmt: skip
def test_altered_state_is_refused(state):
    with pytest.raises(ValidationError):
        TypeAdapter(Coder).validate_python(state)


def test_what_tells_most_comes_first_and_noise_not_at_all():
    rng = np.random.default_rng(0)
    label, hint, noise = rng.integers(0, 3, 900), rng.integers(0, 2, 900), rng.integers(0, 5, 900)
    words = np.array(["card", "parcel", "app"])
    texts = pa.array([f"my {words[a]} is {'late' if b else 'lost'} now" for a, b in zip(label, hint, strict=True)])
    codes = np.stack([noise, hint, label], axis=1).astype(np.int32)
    assert telling(texts, codes, [5, 2, 3]) == [2, 1]


def test_no_more_columns_than_can_be_looked_at_and_texts_without_words():
    label = np.tile(np.arange(2, dtype=np.int32), 200)
    texts = pa.array(["a card", "my parcel"] * 200)
    assert len(telling(texts, np.stack([label] * 9, axis=1), [2] * 9)) == MOST
    assert telling(pa.array(["\u00a0"] * 400), label[:, None], [2]) == []
    assert telling(texts, np.zeros((400, 0), np.int32), []) == []
