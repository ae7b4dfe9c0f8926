"""Whether a site lets us in: its robots.txt, read once."""

import asyncio
import time
from typing import NamedTuple

import httpx

from parhelion.retrieval.addresses import Target
from parhelion.retrieval.asking import Asked, Asking
from parhelion.retrieval.bodies import text_of
from parhelion.retrieval.robots import LONGEST, Robots, robots_of
from parhelion.retrieval.turns import Clock
from parhelion.retrieval.unfetched import FetchError, Unfetched

FRESH = 24 * 3600.0  # seconds; RFC 9309 asks for no more than a day
FRESH_FAULT = 300.0
LONGEST_DELAY = 10.0  # seconds: a site that asks for more between two requests gets this


class _Known(NamedTuple):
    until: float
    robots: Robots | FetchError


class Permission:
    """What sites ask of a robot of this name: one without a robots.txt nothing, one that fails to stay away."""

    def __init__(self, name: str, asking: Asking, *, pace: float, seconds: float) -> None:
        self._name, self._asking, self._pace, self._seconds = name, asking, pace, seconds
        self._known: dict[str, _Known] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def wait(self, url: str, target: Target) -> None:
        """Return when a page may be fetched. Raises FetchError where it may not."""
        robots = await self._robots(url, target)
        if not robots.allow(httpx.URL(url).raw_path.decode("ascii")):
            raise FetchError(Unfetched.ROBOTS, url, f"{target.origin}/robots.txt asks robots not to read it")
        await self._asking.turns.wait(target.host, max(self._pace, min(robots.delay, LONGEST_DELAY)))

    async def _robots(self, url: str, target: Target) -> Robots:
        async with self._locks.setdefault(target.origin, asyncio.Lock()):
            known = self._known.get(target.origin)
            if known is None or known.until < time.monotonic():
                known = self._known[target.origin] = await self._read(target)
        if isinstance(known.robots, FetchError):
            raise FetchError(known.robots.kind, url, f"its robots.txt: {known.robots.why}", known.robots.status)
        return known.robots

    async def _read(self, target: Target) -> _Known:
        try:
            return _Known(time.monotonic() + FRESH, await self._fetched(target))
        except FetchError as fault:
            return _Known(time.monotonic() + FRESH_FAULT, fault)

    async def _fetched(self, target: Target) -> Robots:
        url = f"{target.origin}/robots.txt"
        try:
            answer = await self._asking.follow(url, Asked(Clock(self._seconds), LONGEST, None), self._turn)
        except FetchError as fault:
            if fault.kind in {Unfetched.REDIRECTS, Unfetched.TYPE}:
                return Robots()
            # Of a longer file, the standard wants the beginning read; nobody honest has one.
            kind = Unfetched.ROBOTS if fault.kind is Unfetched.LARGE else fault.kind
            raise FetchError(kind, url, fault.why, fault.status) from fault
        if answer.status >= 500 or answer.status == 429:
            why = f"the server answers with status {answer.status}, so that nobody knows whether robots may come"
            raise FetchError(Unfetched.ROBOTS, url, why, answer.status)
        if not 200 <= answer.status < 300:
            return Robots()
        return robots_of(text_of(answer.body, answer.charset), self._name)

    async def _turn(self, url: str, target: Target) -> None:
        del url
        await self._asking.turns.wait(target.host, self._pace)
