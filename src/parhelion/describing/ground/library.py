"""Where facts are looked for: the sources of a plan as one library. What is found or read is kept in the project."""

import os
import sqlite3
from collections import Counter
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path

from parhelion.describing.delivery import WRITTEN
from parhelion.describing.plan.model import Sources
from parhelion.describing.store import Store
from parhelion.describing.store.database import fault_of
from parhelion.errors import PlanError
from parhelion.progress import Progress
from parhelion.retrieval import (
    Brave,
    Changes,
    Document,
    Fetcher,
    FetchError,
    Hit,
    Local,
    LocalIndex,
    Search,
    SearchError,
    SearXNG,
    Tavily,
    Urls,
)
from parhelion.waiting import at_once

# What a project writes is no document of its own, also where its folder is among the documents.
_OWN = (
    *WRITTEN, "plan.yaml", "questions.jsonl", "facts.jsonl", "tasks.jsonl", "approved.jsonl", "project.lock",
    "project.sqlite", "project.sqlite-wal", "project.sqlite-shm",
)  # fmt: skip
_READABLE = "expected folders or files of .txt, .md, .rst, .html, or tables with a column of texts"


class Shelves:
    """Meets `Library` for a plan's sources. unread: pages that could not be read, by reason."""

    def __init__(self, sources: Sources, store: Store) -> None:
        self._store = store
        self._index = LocalIndex(store.db) if sources.documents else None
        self._web = Fetcher(cache=_Pages(store), private=sources.private) if _on_the_web(sources) else None
        self._providers = _providers(sources, self._index, self._web)
        self.unread: Counter[str] = Counter()
        self._answers: set[str] = set()

    async def search(self, query: str, limit: int) -> Sequence[Hit]:
        """The best pages of all providers in turn, none twice.

        Raises SearchError where one does not answer that has never answered; later, it is left out of the search.
        """
        found = [await self._found(name, provider, query, limit) for name, provider in self._providers.items()]
        in_turn = (hit for each in zip_longest(*found) for hit in each if hit is not None)
        return [*{hit.url: hit for hit in in_turn}.values()][:limit]

    async def document(self, url: str) -> Document | None:
        """The page, kept; None where it cannot be read."""
        try:
            document = await self._read(url)
        except FetchError as fault:
            self.unread[f"pages not read: {fault.kind}"] += 1
            return None
        self._store.keep_page(document)
        return document

    async def _read(self, url: str) -> Document:
        if self._index is not None and "://" not in url:
            return self._index.document(url)
        assert self._web is not None
        return await self._web.fetch(url)

    async def _found(self, name: str, provider: Search, query: str, limit: int) -> list[Hit]:
        """What a provider finds; a service of the web is asked the same once."""
        if isinstance(provider, Local | Urls):
            return await provider.search(query, limit)
        asked = f"search {name} {limit} {query}"
        kept = self._store.get(asked)
        if kept is None:
            try:
                kept = [list(hit) for hit in await provider.search(query, limit)]
            except SearchError:
                if name not in self._answers:
                    raise
                self.unread[f"searches not answered by {name}"] += 1
                return []
            self._store.set(asked, kept)
        self._answers.add(name)
        return [Hit(*hit) for hit in kept]


@at_once()
def indexed(sources: Sources, store: Store, folder: Path, progress: Progress) -> Changes:
    """Bring the index of the plan's own documents up to date. folder: where relative paths begin.

    Raises PlanError where there is none that can be read, DataError where a path leads nowhere, and OutputError where
    the disk is full.
    """
    try:
        index = LocalIndex(store.db)
        paths = [str(folder / each) for each in sources.documents]
        changes = index.update(paths, progress, besides=[_file(store).with_name(name) for name in _OWN])
    except sqlite3.Error as fault:
        raise fault_of(_file(store), fault) from fault
    if not len(index):
        why = "; ".join(f"{path}: {why}" for path, why in [*changes.skipped.items()][:3])
        raise PlanError(f"sources.documents has no document that can be read{why and ': '}{why}; {_READABLE}")
    return changes


def _file(store: Store) -> Path:
    return Path(store.db.execute("PRAGMA database_list").fetchone()[2])


def index_mark(store: Store) -> str:
    """What all documents of the index are known by together."""
    return LocalIndex(store.db).mark()


class _Pages:
    """The pages of a project, as the cache of a fetcher."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, url: str) -> Document | None:
        return self._store.page(url)

    def put(self, document: Document) -> None:
        self._store.keep_page(document)


def _on_the_web(sources: Sources) -> bool:
    return bool(sources.urls or sources.searxng or sources.tavily or sources.brave)


def _providers(sources: Sources, index: LocalIndex | None, web: Fetcher | None) -> dict[str, Search]:
    providers: dict[str, Search] = {}
    if index is not None:
        providers["documents"] = Local(index)
    if sources.urls and web is not None:
        providers["urls"] = Urls(sources.urls, web)
    if sources.searxng:
        providers["searxng"] = SearXNG(sources.searxng)
    if sources.tavily:
        providers["tavily"] = Tavily(_secret(sources.tavily, "tavily"))
    if sources.brave:
        providers["brave"] = Brave(_secret(sources.brave, "brave"))
    return providers


def _secret(variable: str, where: str) -> str:
    """What an environment variable holds. Raises PlanError where it holds nothing."""
    secret = os.environ.get(variable, "").strip()
    if not secret:
        raise PlanError(f"sources.{where} names the environment variable {variable!r}, which is not set; set it")
    return secret
