"""What is found and what is fetched, whoever finds or fetches it."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as filled
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple, Protocol

from parhelion.errors import DataError


class Hit(NamedTuple):
    """A document that fits a query, the better the greater its score; scores of two searches do not compare.

    start, end: where the snippet stands in the document's text, `text[start:end] == snippet`; None where only the
    provider knows.
    """

    url: str
    title: str
    snippet: str
    score: float
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A document as text. url: where it is from, a file's is its path. sha256: of the text. at: ISO 8601, UTC."""

    url: str
    title: str
    text: str
    sha256: str
    at: str
    meta: Mapping[str, str] = filled(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Changes:
    """What became of an index, in documents. skipped: what could not be taken in, by path, and why."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    same: int = 0
    skipped: Mapping[str, str] = filled(default_factory=dict)


class SearchError(DataError):
    """A search provider does not answer as it should."""


class Search(Protocol):
    """Whoever finds documents."""

    async def search(self, query: str, limit: int = 5) -> list[Hit]:
        """The best documents for a query, best first, none twice. Raises SearchError."""
        ...


class PageCache(Protocol):
    """Where fetched pages are kept, so that none is fetched twice."""

    def get(self, url: str) -> Document | None:
        """The document that was put there under this address."""
        ...

    def put(self, document: Document) -> None:
        """Keep a document under its address, in place of what was there."""
        ...


def document_of(url: str, title: str, text: str, meta: Mapping[str, str] | None = None) -> Document:
    """A document of now.

    >>> document_of("a.txt", "A", "words").sha256[:8]
    'dba36bff'
    """
    at = datetime.now(UTC).isoformat(timespec="seconds")
    return Document(url, title, text, sha256(text.encode()).hexdigest(), at, dict(meta or {}))
