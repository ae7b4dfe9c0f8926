"""What the rows rest on: questions, pages, and facts with the words that say them."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from parhelion.describing.contract import Fact, Question
from parhelion.describing.store.database import Database
from parhelion.describing.store.values import text_of, value_of
from parhelion.errors import DataError
from parhelion.retrieval.contract import Document

_PAGE = "url, title, text, sha256, at, meta"
_FACT = 'statement, quote, "start", "end", url, title, sha256, at, question'


class Source(NamedTuple):
    """A version of a page, without its text."""

    url: str
    title: str
    sha256: str
    at: str


class Sources:
    """The part of a store that keeps questions, pages and facts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep_page(self, page: Document) -> None:
        """Keep a page. One that has changed is kept beside what it was before: facts rest on that."""
        meta = text_of(dict(page.meta), f"the page {page.url!r}")
        self._database.run(
            f"INSERT OR REPLACE INTO pages ({_PAGE}) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608 (our own names)
            (page.url, page.title, page.text, page.sha256, page.at, meta),
        )

    def page(self, url: str, sha256: str | None = None) -> Document | None:
        """The page as it was when it was last kept, or the version with this hash."""
        which, values = ("", (url,)) if sha256 is None else ("AND sha256 = ?", (url, sha256))
        found = self._database.one(
            f"SELECT {_PAGE} FROM pages WHERE url = ? {which} ORDER BY number DESC LIMIT 1",  # noqa: S608 (the same)
            values,
        )
        return found and _page(found)

    def pages(self) -> Iterator[Document]:
        """All versions of all pages, in the order in which they were kept."""
        last = 0
        while found := self._database.one(
            f"SELECT {_PAGE}, number FROM pages WHERE number > ? ORDER BY number LIMIT 1",  # noqa: S608 (the same)
            (last,),
        ):
            last = found[-1]
            yield _page(found[:-1])

    def sources(self) -> list[Source]:
        """The same without their texts, by URL."""
        found = self._database.all("SELECT url, title, sha256, at FROM pages ORDER BY url, number")
        return [Source(*each) for each in found]

    def keep_question(self, question: Question, run: str = "") -> None:
        """Keep a question, once. run: the run that it is for, where not every run of the project is to see it."""
        self._database.run(
            "INSERT OR IGNORE INTO questions (run, text, perspective, turn) VALUES (?, ?, ?, ?)",
            (run, question.text, question.perspective, question.turn),
        )

    def questions(self, run: str = "") -> list[Question]:
        """The questions in the order in which they were kept."""
        found = self._database.all(
            "SELECT text, perspective, turn FROM questions WHERE run = ? ORDER BY number", (run,)
        )
        return [Question(*each) for each in found]

    def keep_fact(self, fact: Fact, run: str = "") -> None:
        """Keep a fact, once. Raises DataError where its quote is not word for word in the page that is kept.

        run: as with questions.
        """
        page = self.page(fact.url, fact.sha256)
        if page is None:
            raise DataError(f"a fact of {fact.url!r} cannot be kept: keep that version of the page first")
        if not 0 <= fact.start < fact.end <= len(page.text) or page.text[fact.start : fact.end] != fact.quote:
            there = page.text[max(fact.start, 0) : max(fact.end, 0)]
            raise DataError(
                f"a fact of {fact.url!r} cannot be kept: the page has {there[:80]!r} from character {fact.start} "
                f"to {fact.end}, and not the quote {fact.quote[:80]!r}"
            )
        self._database.run(
            f"INSERT OR IGNORE INTO facts ({_FACT}, run) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 (the same)
            (*_fact_values(fact), run),
        )

    def facts(self, run: str = "") -> list[Fact]:
        """The facts in the order in which they were kept."""
        found = self._database.all(f"SELECT {_FACT} FROM facts WHERE run = ? ORDER BY number", (run,))  # noqa: S608
        return [Fact(*each) for each in found]


def _page(found: tuple[Any, ...]) -> Document:
    url, title, text, sha256, at, meta = found
    return Document(url, title, text, sha256, at, value_of(meta))


def _fact_values(fact: Fact) -> tuple[Any, ...]:
    """In the order of `_FACT`."""
    return (
        fact.statement, fact.quote, fact.start, fact.end, fact.url, fact.title, fact.sha256, fact.at, fact.question,
    )  # fmt: skip
