"""Who finds documents: an index of this machine, a list of addresses, or a search service of the web."""

import asyncio
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from parhelion.retrieval.cleaning import one_line
from parhelion.retrieval.contract import Hit, SearchError
from parhelion.retrieval.fetching import Fetcher
from parhelion.retrieval.local_index import LocalIndex
from parhelion.retrieval.services import Service
from parhelion.retrieval.unfetched import FetchError

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
LONGEST_QUERY = 400  # characters: what Brave and Tavily take
LONGEST_SNIPPET = 5000


@dataclass(frozen=True, slots=True)
class Local:
    """An index of documents, as a provider."""

    index: LocalIndex

    async def search(self, query: str, limit: int = 5) -> list[Hit]:
        """The documents that fit best."""
        return self.index.search(query, limit)


@dataclass(frozen=True, slots=True)
class SearXNG:
    """A SearXNG server, which asks other search engines. url: `http://localhost:8888`."""

    url: str

    async def search(self, query: str, limit: int = 5) -> list[Hit]:
        """What the engines find. Raises SearchError."""
        service = Service("SearXNG", self.url, refused="its settings.yml must name json under search.formats")
        asked = {"q": query[:LONGEST_QUERY], "format": "json"}
        return _hits(await service.get("/search", asked), "results", ("url", "title", "content"), limit)


@dataclass(frozen=True, slots=True)
class Tavily:
    """The search of Tavily. key: its API key, which is shown nowhere."""

    key: str = field(repr=False)
    url: str = "https://api.tavily.com"

    async def search(self, query: str, limit: int = 5) -> list[Hit]:
        """What Tavily finds, twenty at most. Raises SearchError."""
        service = Service("Tavily", self.url, self.key.strip(), {"Authorization": f"Bearer {self.key.strip()}"})
        asked = {"query": query[:LONGEST_QUERY], "max_results": min(max(limit, 1), 20)}
        return _hits(await service.post("/search", asked), "results", ("url", "title", "content"), limit)


@dataclass(frozen=True, slots=True)
class Brave:
    """The web search of Brave. key: its subscription token, which is shown nowhere."""

    key: str = field(repr=False)
    url: str = "https://api.search.brave.com"

    async def search(self, query: str, limit: int = 5) -> list[Hit]:
        """What Brave finds, twenty at most. Raises SearchError."""
        service = Service("Brave", self.url, self.key.strip(), {"X-Subscription-Token": self.key.strip()})
        asked = {"q": query[:LONGEST_QUERY], "count": str(min(max(limit, 1), 20))}
        found = await service.get("/res/v1/web/search", asked)
        web = found.get("web") or {}
        return _hits(web if isinstance(web, dict) else {}, "results", ("url", "title", "description"), limit)


class Urls:
    """The pages of a list, fetched at the first search and searched here.

    failed: the addresses that could not be fetched, and why; known after the first search.
    """

    def __init__(self, urls: Sequence[str], fetcher: Fetcher, db: sqlite3.Connection | None = None) -> None:
        self._urls = list(dict.fromkeys(urls))
        self._fetcher = fetcher
        self._index = LocalIndex(db if db is not None else sqlite3.connect(":memory:"))
        self._fetching: asyncio.Lock = asyncio.Lock()
        self._fetched = False
        self.failed: dict[str, FetchError] = {}

    async def search(self, query: str, limit: int = 5) -> list[Hit]:
        """The pages that fit best. Raises SearchError where none of the list could be fetched."""
        async with self._fetching:
            if not self._fetched:
                await asyncio.gather(*(self._fetch(url) for url in self._urls))
                self._fetched = True
        if self._urls and len(self.failed) == len(self._urls):
            raise SearchError(
                f"none of {len(self._urls)} pages could be fetched; the first: {next(iter(self.failed.values()))}"
            )
        return self._index.search(query, limit)

    async def _fetch(self, url: str) -> None:
        try:
            self._index.put(await self._fetcher.fetch(url))
        except FetchError as fault:
            self.failed[url] = fault


def _hits(found: dict[str, Any], where: str, names: tuple[str, str, str], limit: int) -> list[Hit]:
    """The results of an answer, as far as they are any: what is no page of the web is left out."""
    results = found.get(where)
    hits: dict[str, Hit] = {}
    for place, result in enumerate(results if isinstance(results, list) else []):
        if isinstance(result, dict):
            url, title, snippet = (str(result.get(name) or "") for name in names)
            score = result.get("score")
            worth = float(score) if isinstance(score, int | float) else 1 / (1 + place)
            if url.startswith(("http://", "https://")) and url not in hits:
                hits[url] = Hit(url, _shown(title), _shown(snippet), worth)
    return list(hits.values())[: max(limit, 0)]


def _shown(text: str) -> str:
    """A title or snippet without the marks that show what was found."""
    return one_line(unescape(_TAG.sub("", text[:LONGEST_SNIPPET])), LONGEST_SNIPPET)
