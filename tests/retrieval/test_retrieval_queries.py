"""What is asked of the local index, and what comes of odd questions."""

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parhelion.errors import DataError
from parhelion.retrieval import LocalIndex, document_of
from parhelion.retrieval.cleaning import clean
from parhelion.retrieval.passages import MOST, passages

DOCUMENTS = {
    "config": ("pyproject.toml", "The file pyproject.toml holds the table build-system. See PEP 517 and C++."),
    "wheels": ("Wheels", "A wheel is a built distribution; 517 of them were toml and pyproject was not."),
    "tokyo": ("東京", "東京都は日本の首都です。人口は約1400万人。"),
    "kyoto": ("京都", "京都府の府庁所在地は京都市です。"),
    "cafe": ("Café", "Le café est près de l'école."),
    "tobe": ("Hamlet", "To be, or not to be."),
    "naked": ("Quotes", 'He said "near" AND (left) NOT*'),
    "thai": ("ไทย", "ภาษาไทยเป็นภาษาราชการ"),
}


@pytest.fixture(scope="module")
def index():
    index = LocalIndex(sqlite3.connect(":memory:"))
    for url, (title, text) in DOCUMENTS.items():
        index.put(document_of(url, title, text))
    return index


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("pyproject.toml", "config"),
        ("PEP 517", "config"),
        ("build_system", "config"),
        ("wheels distributing", "wheels"),
        ("日本の首都はどこですか", "tokyo"),
        ("京都市", "kyoto"),
        ("京", "kyoto"),
        ("cafe ecole", "cafe"),
        ("CAFÉ", "cafe"),
        ("to be or not to be", "tobe"),
        ("what is the NEAR(left)", "naked"),
        ("ภาษาไทย", "thai"),
    ],
)
def test_what_is_meant_comes_first(index, query, first):
    assert index.search(query)[0].url == first


@pytest.mark.parametrize(
    "query",
    [
        "",
        " ",
        '"',
        "'",
        '"""',
        "AND",
        "OR OR",
        "NEAR(",
        "title:",
        "-",
        "^a",
        "a*",
        "🙂",
        "😀🙂 *",
        "\x00",
        "a\x00b",
        "(((",
        "{}",
        "a AND",
        "' OR 1=1 --",
        "x" * 100_000,
        "a " * 50_000,
        "\ud800",
        "字" * 5_000,
        "%s",
        "\\",
        "col : x",
        "a + b",
        "\u202e",
    ],
)
def test_odd_queries_find_what_they_find(index, query):
    assert isinstance(index.search(query), list)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_a_query(text):
    index = LocalIndex(sqlite3.connect(":memory:"))
    index.put(document_of("one", "t", text + " words"))
    assert isinstance(index.search(text), list)
    assert [hit.url for hit in index.search("words")] == ["one"]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(["word ", "\n\n", "Head\n====\n", "# H\n", "。", "a" * 900, "é\n", ". "]), max_size=60))
def test_passages_are_the_whole_text(parts):
    text = "".join(parts)
    spans = list(passages(text))
    assert "".join(text[a:b] for a, b in spans) == text
    assert all(0 < b - a <= MOST for a, b in spans)


def test_limits(index):
    assert index.search("京", 0) == []
    assert index.search("京", -1) == []
    assert len(index.search("京", 1)) == 1
    assert len(index.search("a the pyproject wheel 京 cafe hamlet said ภาษา", 100)) == len(DOCUMENTS)


def test_each_document_is_found_once(index):
    small = LocalIndex(sqlite3.connect(":memory:"))
    for number in range(8):
        small.put(document_of(f"d{number}", "t", "the same words again. " * 800))
    assert sorted(hit.url for hit in small.search("words", 8)) == [f"d{n}" for n in range(8)]


def test_scores_go_down(index):
    scores = [hit.score for hit in index.search("pyproject toml wheel table")]
    assert scores == sorted(scores, reverse=True)
    assert all(score > 0 for score in scores)


def test_a_document_that_is_not_there(index):
    with pytest.raises(DataError, match="did you mean 'config'"):
        index.document("confg")


@pytest.mark.parametrize("text", ["می‌خواهم", "❤️‍🔥", "👩‍💻", "हिन्दी", "क्‍ष", "naïve", "עברית"])
def test_words_of_all_scripts_stay_as_they_are(text):
    assert clean(text) == text


@pytest.mark.parametrize(
    "smuggled",
    [
        "\u200b",
        "\u202e",
        "\u2066",
        "\ufeff",
        "\U000e0041",
        "\u2062",
        "\x1b",
        "\x00",
        "\u00ad",
        "\ufe0f\ufe01",
        "\u200d",
        "\U000e0101",
    ],
)
def test_signs_that_nobody_sees_go(smuggled):
    assert clean(f"ab{smuggled}cd") == "abcd"
