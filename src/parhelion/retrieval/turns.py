"""Whose turn it is: requests to one host come one after the other, those to different hosts do not wait."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

LONGEST_PAUSE = 60.0


class Turns:
    """When each host may be asked again."""

    def __init__(self) -> None:
        self._next: dict[str, float] = {}

    async def wait(self, host: str, seconds: float) -> None:
        """Return when it is this request's turn; the next one's comes `seconds` later."""
        now = time.monotonic()
        turn = max(now, self._next.get(host, now))
        self._next[host] = turn + seconds
        await asyncio.sleep(turn - now)

    def pause(self, host: str, seconds: float) -> None:
        """Ask a host nothing for a while, as it wishes, but not for ever."""
        until = time.monotonic() + min(seconds, LONGEST_PAUSE)
        self._next[host] = max(self._next.get(host, 0.0), until)


class Clock:
    """The time that is left for a page. Waiting for a turn does not count."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Time passes. Raises TimeoutError when none is left."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(self._left):
                yield
        finally:
            self._left = max(self._left - (time.monotonic() - began), 0.0)
