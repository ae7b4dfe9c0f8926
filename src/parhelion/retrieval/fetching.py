"""Pages of the web, fetched politely: as often as their hosts like, and from nowhere that is not public."""

import asyncio
import ssl
from dataclasses import dataclass, replace
from importlib.metadata import version
from importlib.util import find_spec

from parhelion.errors import missing_extra
from parhelion.retrieval.addresses import Resolver, system_resolver
from parhelion.retrieval.asking import Answer, Asked, Asking
from parhelion.retrieval.bodies import text_of
from parhelion.retrieval.cleaning import clean, one_line
from parhelion.retrieval.contract import Document, PageCache, document_of
from parhelion.retrieval.extraction import Page, web_page
from parhelion.retrieval.passages import title_of
from parhelion.retrieval.permission import Permission
from parhelion.retrieval.turns import Clock
from parhelion.retrieval.unfetched import FetchError, Unfetched

NAME = "parhelion"
PAGES = frozenset(["text/html", "application/xhtml+xml"])
PLAIN = frozenset(["text/plain", "text/markdown", "text/x-markdown", "text/x-rst", "text/prs.fallenstein.rst"])


@dataclass(frozen=True, slots=True)
class Manners:
    """How a fetcher behaves.

    pace: seconds between two requests to one host. seconds: that a page may take; waiting for its turn does not
    count. largest: bytes of a page, uncompressed. at_once: requests in flight, to all hosts together.
    """

    pace: float = 1.0
    seconds: float = 20.0
    largest: int = 5_000_000
    at_once: int = 16


class Fetcher:
    """Who fetches pages, within one event loop.

    private: pages of this machine and its network may be fetched too, on any port.
    contact: an address that the owners of sites can turn to; it is sent with every request.
    resolver: how the addresses of a host are found; they are checked, and one of them is connected to, whatever
    the environment says about proxies: a proxy would look the host up again.
    tls: other certificates than the usual ones to trust, for instance a company's own.
    """

    def __init__(
        self,
        *,
        cache: PageCache | None = None,
        private: bool = False,
        contact: str = "",
        manners: Manners | None = None,
        resolver: Resolver = system_resolver,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        if find_spec("trafilatura") is None:
            raise missing_extra("search", "reading pages of the web")
        self._manners = manners or Manners()
        headers = {
            "User-Agent": agent(contact),
            "Accept": ", ".join(sorted(PAGES | PLAIN)),
            "Accept-Encoding": "gzip",
        }
        self._asking = Asking(headers, resolver, tls, private=private, at_once=self._manners.at_once)
        pace, seconds = self._manners.pace, self._manners.seconds
        self._permission = Permission(NAME, self._asking, pace=pace, seconds=seconds)
        self._cache = cache

    async def fetch(self, url: str) -> Document:
        """The document at an address; its own url is where it came from in the end. Raises FetchError."""
        known = self._cache.get(url) if self._cache is not None else None
        if known is not None:
            return replace(known, url=known.meta.get("final", known.url))
        asked = Asked(Clock(self._manners.seconds), self._manners.largest, PAGES | PLAIN)
        document = await _document(await self._asking.follow(url, asked, self._permission.wait))
        if self._cache is not None:
            self._keep(self._cache, url, document)
        return document

    def _keep(self, cache: PageCache, url: str, document: Document) -> None:
        """Keep a page; one that was moved also where it was looked for."""
        cache.put(document)
        if url != document.url:
            cache.put(replace(document, url=url, meta={**document.meta, "final": document.url}))


def agent(contact: str = "") -> str:
    """How we call ourselves: `parhelion/0.1.0 (+https://example.org/about)`."""
    return f"{NAME}/{version('parhelion')}" + (f" (+{contact})" if contact else "")


async def _document(answer: Answer) -> Document:
    _check(answer)
    text = text_of(answer.body, answer.charset)
    # Reading a page takes up to a second or so, in which others can go on.
    page = await asyncio.to_thread(_read, text, answer)
    if not page.text.strip():
        raise FetchError(Unfetched.EMPTY, answer.url, "there is no text in it")
    meta = {"type": answer.kind, **({"language": page.language} if page.language else {})}
    return document_of(answer.url, page.title or answer.url, page.text, meta)


def _check(answer: Answer) -> None:
    if not 200 <= answer.status < 300:
        raise FetchError(Unfetched.STATUS, answer.url, f"the server answers with status {answer.status}", answer.status)
    if answer.kind not in PAGES | PLAIN:
        expected = ", ".join(sorted(PAGES | PLAIN))
        raise FetchError(
            Unfetched.TYPE, answer.url, f"it is {answer.kind or 'of no stated type'}, not one of {expected}"
        )


def _read(text: str, answer: Answer) -> Page:
    if answer.kind in PAGES:
        return web_page(text, answer.url)
    text = clean(text)
    return Page(one_line(title_of(text)), text, "")
