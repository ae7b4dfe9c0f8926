"""How texts are compared, and what their words are, against Python's own Unicode."""

import unicodedata

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parhelion.overlap import normal, words
from parhelion.overlap.normalizing import TABLE

ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
USUAL = st.text("aB'’-é\u0301\u00a0 \t\n.9東ก\u0e31\u200dß😀\ue000\0", max_size=30)
QUOTES = str.maketrans(
    {**dict.fromkeys("‘’‚‛′´ʼ`", "'"), **dict.fromkeys("“”„‟«»″", '"'), **dict.fromkeys("‐‑‒–—―−", "-")}
)


def naive(text):
    text = "".join(c for c in text if unicodedata.category(c) != "Cf" and not "\ufe00" <= c <= "\ufe0f")
    text = unicodedata.normalize("NFKC", text).translate(QUOTES)
    return " ".join("".join(c.casefold() if len(c.casefold()) == 1 else c for c in text).split())


@settings(deadline=None, max_examples=150)
@given(st.lists(st.none() | USUAL, max_size=5))
def test_texts_are_compared_as_python_folds_them(texts):
    expected = [None if text is None else naive(text) for text in texts]
    assert normal(pa.array(texts, pa.string())).to_pylist() == expected


@settings(deadline=None, max_examples=150)
@given(st.lists(ANY, min_size=1, max_size=4))
def test_any_unicode_can_be_compared(texts):
    made = normal(pa.array(texts))
    assert len(made) == len(texts)
    made.validate(full=True)
    split = words(pa.array(texts))
    for row, text in enumerate(made.to_pylist()):
        assert text == text.strip(" ")
        assert all(word in text for word in split.of(row))


def naive_words(text):
    """One character at a time: letters, digits and marks go on; an apostrophe does between letters."""
    found, last = [], ""
    for i, c in enumerate(text):
        kind = unicodedata.category(c)[0]
        alone = "\u0e00" <= c <= "\u0e7f" or "\u4e00" <= c <= "\u9fff" or "\ue000" <= c <= "\uf8ff"
        if alone and kind in "LNC":
            found.append(c)
            last = "alone"
        elif kind == "M":
            found, last = ([*found, c], "word") if not last else ([*found[:-1], found[-1] + c], last)
        elif kind in "LN":
            found, last = ([*found[:-1], found[-1] + c], last) if last == "word" else ([*found, c], "word")
        elif c == "'" and last == "word" and unicodedata.category(text[i + 1 : i + 2] or " ")[0] in "LN":
            after = text[i + 1]
            goes_on = not ("\u0e00" <= after <= "\u0e7f" or "\u4e00" <= after <= "\u9fff")
            found, last = ([*found[:-1], found[-1] + c], last) if goes_on else (found, "")
        else:
            last = ""
    return found


@settings(deadline=None, max_examples=200)
@given(st.lists(USUAL, max_size=4))
def test_words_are_split_as_one_would_by_hand(texts):
    split = words(pa.array(texts, pa.string()))
    assert [split.of(row) for row in range(len(split))] == [naive_words(naive(text)) for text in texts]


def test_equal_words_have_one_number_and_others_another():
    rng = np.random.default_rng(0)
    texts = [" ".join(f"w{i}" for i in rng.integers(0, 3000, 40)) for _ in range(200)]
    split = words(pa.array(texts))
    vocabulary = split.vocabulary.to_pylist()
    assert len(set(vocabulary)) == len(vocabulary)
    assert [split.of(row) for row in range(200)] == [text.split() for text in texts]


@pytest.mark.parametrize("make", [
    lambda: pa.array(["x", None, "The  Cat", ""]).slice(1, 2),
    lambda: pa.chunked_array([["x"], [None, "The  Cat"]], pa.string()).slice(1),
    lambda: pa.array([None, "The  Cat"], pa.large_string()),
    lambda: pa.array([None, "The  Cat"], pa.string_view()),
    lambda: pa.array([None, "The  Cat"]).dictionary_encode(),
])  # fmt: skip
def test_texts_may_come_in_any_form(make):
    assert normal(make()).to_pylist() == [None, "the cat"]
    assert words(make()).of(1) == ["the", "cat"]


def test_no_texts_and_nothing_but_nulls():
    for texts in (pa.array([], pa.string()), pa.nulls(3, pa.string()), pa.array(["", " "])):
        assert len(normal(texts)) == len(words(texts)) == len(texts)
        assert not len(words(texts).ids)


def test_no_letter_lies_behind_the_table():
    assert not any(unicodedata.category(chr(point))[0] in "LN" for point in range(TABLE, 0x110000))


def test_what_nobody_sees_makes_no_difference():
    spoiled = "t\u200bh\u00ade\ufe0f c\u2060at\U000e0020 \ufeff"
    assert normal(pa.array([spoiled])).to_pylist() == ["the cat"]


def test_text_of_a_megabyte():
    text = "Ünï cödé 東 " * 100_000
    assert normal(pa.array([text])).to_pylist() == [naive(text)]
    assert len(words(pa.array([text])).ids) == 300_000
