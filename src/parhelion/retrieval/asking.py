"""A request and what comes of it, redirects followed: each address is checked anew before anything is sent to it."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import httpx

from parhelion.retrieval.addresses import Resolver, Target, addresses_of, target_of
from parhelion.retrieval.bodies import TooLargeError, UnknownCodingError, body_of
from parhelion.retrieval.pinned import Pinned
from parhelion.retrieval.turns import Clock, Turns
from parhelion.retrieval.unfetched import FetchError, Unfetched

MOST_REDIRECTS = 5
_MOVED = frozenset([301, 302, 303, 307, 308])


class Answer(NamedTuple):
    """What a server said. url: where it is from in the end. kind: its content type."""

    url: str
    status: int
    kind: str
    charset: str | None
    body: bytes


class Asked(NamedTuple):
    """What is wanted of one request. kinds: the content types that are read, None for any. largest: bytes."""

    clock: Clock
    largest: int
    kinds: frozenset[str] | None


class Asking:
    """Requests that go to public addresses only, unless private ones are allowed."""

    def __init__(
        self, headers: dict[str, str], resolver: Resolver, tls: ssl.SSLContext | None, *, private: bool, at_once: int
    ) -> None:
        self._headers, self._resolver, self._private = headers, resolver, private
        self._pinned = Pinned(tls)
        self._places = asyncio.Semaphore(at_once)
        self.turns = Turns()

    def target(self, url: str) -> Target:
        """Where an address leads. Raises FetchError."""
        return target_of(url, private=self._private)

    async def follow(self, url: str, asked: Asked, before: Callable[[str, Target], Awaitable[None]]) -> Answer:
        """The answer in the end; `before` is awaited before each request, and may refuse. Raises FetchError."""
        first = url
        for _ in range(MOST_REDIRECTS + 1):
            target = self.target(url)
            await before(url, target)
            answer = await self._timed(url, target, asked)
            if isinstance(answer, Answer):
                return answer
            url = answer
        raise FetchError(Unfetched.REDIRECTS, first, f"redirected more than {MOST_REDIRECTS} times, last to {url}")

    async def _timed(self, url: str, target: Target, asked: Asked) -> Answer | str:
        async with self._places:
            try:
                async with asked.clock.running():
                    return await self._ask(url, target, asked)
            except TimeoutError as fault:
                raise FetchError(Unfetched.SLOW, url, "it takes too long") from fault

    async def _ask(self, url: str, target: Target, asked: Asked) -> Answer | str:
        """What one request brings: an answer, or where to go instead."""
        addresses = await addresses_of(target, url, self._resolver, private=self._private)
        async with self._pinned.get(url, target, addresses, self._headers) as response:
            if response.status_code in _MOVED and "location" in response.headers:
                return _joined(url, response.headers["location"])
            self._heed(target, response)
            kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
            read = response.is_success and (asked.kinds is None or kind in asked.kinds)
            body = await _body(url, response, asked.largest) if read else b""
            return Answer(url, response.status_code, kind, response.charset_encoding, body)

    def _heed(self, target: Target, response: Any) -> None:
        """Leave a host alone that asks for it."""
        wanted = response.headers.get("retry-after", "")
        if response.status_code in {429, 503} and wanted.isdecimal():
            self.turns.pause(target.host, float(wanted[:6]))


async def _body(url: str, response: Any, largest: int) -> bytes:
    try:
        return await body_of(response, largest)
    except TooLargeError as fault:
        raise FetchError(Unfetched.LARGE, url, f"more than {largest:,} bytes") from fault
    except UnknownCodingError as fault:
        raise FetchError(Unfetched.TYPE, url, f"cannot be uncompressed: {fault}") from fault


def _joined(url: str, location: str) -> str:
    """Where a redirect leads."""
    try:
        return str(httpx.URL(url).join(location).copy_with(fragment=None))
    except (httpx.InvalidURL, UnicodeError, ValueError) as fault:
        raise FetchError(Unfetched.REDIRECTS, url, f"redirected to {location[:200]!r}, which is no address") from fault
