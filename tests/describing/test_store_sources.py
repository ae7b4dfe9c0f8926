"""Pages, questions and facts: no quote that is not in its page."""

from dataclasses import replace
from hashlib import sha256

import pytest

from parhelion.describing.contract import Fact, Question
from parhelion.describing.store import Source, open_store
from parhelion.errors import DataError
from parhelion.retrieval.contract import Document

TEXT = "Ein Rad ist ein ZIP-Archiv. 🎉 Fin\x00."


def page(text=TEXT, url="file:a", at="2026-01-01T00:00:00Z"):
    return Document(url, "Title", text, sha256(text.encode("utf-8", "replace")).hexdigest(), at, {"lang": "de"})


def fact(start=8, end=26, quote=None, of=None):
    of = of or page()
    return Fact(
        "said", of.text[start:end] if quote is None else quote, start, end, of.url, of.title, of.sha256, of.at, "?"
    )


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path) as made:
        yield made


def test_pages_are_given_back_and_older_versions_stay(store):
    old, new = page(), page("new text", at="2026-02-01T00:00:00Z")
    store.keep_page(old)
    store.keep_fact(fact())
    store.keep_page(new)
    assert store.page("file:a") == new
    assert store.page("file:a", old.sha256) == old
    assert store.page("file:b") is None
    assert [*store.pages()] == [old, new]
    assert store.sources() == [Source("file:a", "Title", each.sha256, each.at) for each in (old, new)]
    store.keep_page(old)
    assert store.page("file:a") == old
    store.keep_fact(fact(of=new, start=0, end=3))


def test_facts_are_kept_once_and_in_order(store):
    store.keep_page(page())
    for each in (fact(), fact(28, 29), fact()):
        store.keep_fact(each)
    assert store.facts() == [fact(), fact(28, 29)]
    assert store.facts("run") == []
    store.keep_fact(fact(), "run")
    assert store.facts("run") == [fact()]


@pytest.mark.parametrize(
    "wrong",
    [
        fact(quote="ein ZIP-Archiv!"), fact(quote="EIN ZIP-ARCHIV. "), fact(9, 27, TEXT[8:26]), fact(5, 5),
        fact(8, 3, ""), fact(-5, -1), fact(8, 10**6, TEXT[8:]),
        replace(fact(), sha256="0" * 64), replace(fact(), url="file:b"),
    ],
)  # fmt: skip
def test_a_quote_that_does_not_stand_there_is_refused(store, wrong):
    store.keep_page(page())
    with pytest.raises(DataError, match="cannot be kept"):
        store.keep_fact(wrong)
    assert store.facts() == []


def test_questions_are_kept_once(store):
    first, second = Question("What?", "a user", 0), Question("Why?", "a user", 1)
    for each in (first, second, first):
        store.keep_question(each)
    store.keep_question(second, "run")
    assert store.questions() == [first, second]
    assert store.questions("run") == [second]
