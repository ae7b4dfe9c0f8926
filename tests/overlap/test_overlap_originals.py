"""The exact index against brute force."""

from difflib import SequenceMatcher

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parhelion.overlap import Originals, normal, words
from parhelion.overlap.suffixes import suffix_order


def array(texts):
    return pa.array(texts, pa.string())


def longest_common(a, b):
    return SequenceMatcher(None, a, b, autojunk=False).find_longest_match().size


TEXTS = st.lists(st.text("ab", max_size=60) | st.text("abc é東😀\0", max_size=60) | st.none(), max_size=6)


@settings(deadline=None, max_examples=120)
@given(TEXTS, TEXTS)
def test_longest_spans_are_those_of_brute_force(originals, texts):
    index, others = Originals.of(array(originals)), normal(array(originals)).to_pylist()
    for text, length in zip(normal(array(texts)).to_pylist(), index.longest(array(texts)), strict=True):
        true = max((longest_common(text or "", other or "") for other in others), default=0)
        assert length == (true if true >= 20 else 0)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text("abc", max_size=40), min_size=1, max_size=5))
def test_suffixes_are_sorted(texts):
    values = [c for text in texts for c in [*map(ord, text), 0]]
    joined = "".join(f"{text}\0" for text in texts)
    order = suffix_order(np.array(values, np.uint32), max(map(len, texts)))
    suffixes = [joined[i : joined.index("\0", i)] for i in order]
    assert suffixes == sorted(suffixes)
    assert sorted(order) == [i for i, value in enumerate(values) if value]


@settings(deadline=None, max_examples=60)
@given(TEXTS)
def test_where_shows_the_span_in_both(originals):
    texts = [(text or "")[5:] + "cb" for text in originals][::-1]
    index, lengths = Originals.of(array(originals)), Originals.of(array(originals)).longest(array(texts))
    whole, others = normal(array(texts)).to_pylist(), normal(array(originals)).to_pylist()
    for row, length in enumerate(lengths):
        shared = index.where(array(texts), row)
        if not length:
            assert shared is None
            continue
        assert len(shared.span) == length
        assert whole[row][shared.start :].startswith(shared.span)
        assert others[shared.original][shared.original_start :].startswith(shared.span)


@settings(deadline=None, max_examples=80)
@given(st.data())
def test_rare_sequences_are_those_of_brute_force(data):
    text = st.lists(st.sampled_from("abc"), max_size=9).map(" ".join)
    originals, texts = data.draw(st.lists(text, max_size=8)), data.draw(st.lists(text, max_size=5))
    owners = data.draw(st.lists(st.integers(-2, 2), min_size=len(originals), max_size=len(originals)))
    width, rare = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 4))
    wrote = {}
    for owner, original in zip(owners, originals, strict=True):
        split = original.split()
        for i in range(len(split) - width + 1):
            wrote.setdefault(tuple(split[i : i + width]), set()).add(owner)
    index = Originals.of(array(originals), np.array(owners, np.int64))
    expected = [
        sum(0 < len(wrote.get(tuple(t.split()[i : i + width]), ())) < rare for i in range(len(t.split()) - width + 1))
        for t in texts
    ]
    assert index.sequences(array(texts), words=width, rare=rare).tolist() == expected


def test_verbatim_is_the_whole_text():
    index = Originals.of(array(["Ok", "ok", None, "", "a b"]))
    assert index.verbatim(array(["OK ", "o", "ok ok", "", None, "A\nB", "ok.", "a"])).tolist() == [
        True, False, False, False, False, True, False, False,
    ]  # fmt: skip


def test_nothing_at_all():
    for originals in ([], [None, ""]):
        index = Originals.of(array(originals))
        for texts in ([], ["some text that is longer than twenty characters, and has six words"], [None]):
            assert not index.verbatim(array(texts)).any()
            assert index.longest(array(texts)).tolist() == [0] * len(texts)
            assert index.sequences(array(texts)).tolist() == [0] * len(texts)
    assert index.where(array(["some text that is longer than twenty characters"]), 0) is None


def test_a_span_does_not_reach_over_the_end_of_an_original():
    index = Originals.of(array(["the end of the first text", "begins the second text here"]))
    joined = "the end of the first text" + "begins the second text here"
    assert index.longest(array([joined])).tolist() == [27]


@pytest.mark.parametrize("text", ["a" * 60_000, "ab" * 30_000, "the cat sat on the mat " * 2500])
def test_texts_that_repeat_themselves_take_no_longer(text):
    index = Originals.of(array([text[:500], text[:900] + "!", "b" * 30]))
    assert index.longest(array([text, text[100:600] + "?", "?"])).tolist() == [900, 500, 0]


def test_longer_than_the_longest_that_is_told():
    rng = np.random.default_rng(0)
    text = "".join(map(chr, rng.integers(97, 123, 5000)))
    index = Originals.of(array([text]))
    assert index.longest(array([text, text[:1000], text[:999], text[4001:]])).tolist() == [1000, 1000, 999, 999]


def test_pieces_do_not_matter(monkeypatch):
    rng = np.random.default_rng(0)
    texts = array(["".join(map(chr, row)) for row in rng.integers(97, 99, (300, 80))])
    index = Originals.of(texts.slice(0, 150))
    whole = index.longest(texts)
    assert (whole[:150] == 80).all()
    monkeypatch.setattr("parhelion.overlap.pieces.PIECE", 300)
    assert np.array_equal(index.longest(texts), whole)


def test_a_span_of_masked_originals_is_one_too():
    mark = "\ue000"
    index = Originals.of(array([f"Hello {mark}, your parcel is late"]))
    assert index.longest(array([f"hello {mark}, your parcel is here"])).tolist() == [24]
    assert words(array([f"{mark}{mark}"])).of(0) == [mark, mark]
