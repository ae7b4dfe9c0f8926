"""Search services of the web: JSON asked for, again where they are busy, and clear words where they refuse."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import httpx

from parhelion.retrieval.bodies import TooLargeError, UnknownCodingError, body_of
from parhelion.retrieval.cleaning import one_line
from parhelion.retrieval.contract import SearchError

TRIES = 4
LONGEST_WAIT = 30.0  # seconds
LARGEST = 5_000_000
_BUSY = frozenset([429, 500, 502, 503, 504])


class _Later(NamedTuple):
    """A try that failed: why, and how many seconds to wait before the next."""

    why: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Service:
    """A search service. key: is shown nowhere. refused: what to do where it forbids (403)."""

    name: str
    url: str
    key: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    refused: str = "check its key"

    async def get(self, path: str, asked: Mapping[str, str]) -> dict[str, Any]:
        """What it answers to a query. Raises SearchError."""
        return await self._ask("GET", path, params=dict(asked))

    async def post(self, path: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        """What it answers to a query in JSON. Raises SearchError."""
        return await self._ask("POST", path, json=dict(asked))

    async def _ask(self, method: str, path: str, **asked: Any) -> dict[str, Any]:
        if not (self.key.isascii() and self.key.isprintable()):
            raise self._error("its key holds characters that no key has")
        headers = {**self.headers, "Accept": "application/json", "Accept-Encoding": "gzip"}
        why = ""
        # Redirects are not followed: they would take the key along.
        async with httpx.AsyncClient(timeout=20, headers=headers) as client:
            for attempt in range(TRIES):
                found = await self._try(client, attempt, method, self.url.rstrip("/") + path, **asked)
                if not isinstance(found, _Later):
                    return found
                why = found.why
                if attempt < TRIES - 1:
                    await asyncio.sleep(found.seconds)
        raise self._error(f"no answer after {TRIES} tries: {why}")

    async def _try(
        self, client: httpx.AsyncClient, attempt: int, method: str, url: str, **asked: Any
    ) -> dict[str, Any] | _Later:
        """The answer, or when to ask again."""
        try:
            async with client.stream(method, url, **asked) as response:
                if response.status_code in _BUSY:
                    return _Later(f"status {response.status_code}", _wait(response, attempt))
                return await self._answer(response)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError) as fault:
            raise self._error(f"{self.url!r} is no address of a service: {fault}") from None
        except httpx.TransportError as fault:
            return _Later(str(fault) or type(fault).__name__, float(2**attempt))

    async def _answer(self, response: httpx.Response) -> dict[str, Any]:
        try:
            body = await body_of(response, LARGEST)
        except (TooLargeError, UnknownCodingError) as fault:
            raise self._error(f"an answer that cannot be used ({type(fault).__name__})") from fault
        if not response.is_success:
            raise self._error(self._refusal(response.status_code, body))
        try:
            found = json.loads(body)
        except (ValueError, RecursionError) as fault:
            raise self._error("an answer that is no JSON; is this the address of the service?") from fault
        if not isinstance(found, dict):
            raise self._error(f"an answer of JSON that is a {type(found).__name__}, not an object")
        return found

    def _refusal(self, status: int, body: bytes) -> str:
        said = one_line(body[:2000].decode("utf-8", "replace"), 300)
        hint = {401: "check its key", 403: self.refused, 432: "its plan is used up", 404: "check its address"}.get(
            status, ""
        )
        return f"status {status}" + (f": {hint}" if hint else "") + (f" (it says: {said})" if said else "")

    def _error(self, why: str) -> SearchError:
        message = f"{self.name}: {why}"
        return SearchError(message.replace(self.key, "…") if self.key else message)


def _wait(response: httpx.Response, attempt: int) -> float:
    """Seconds until the next try: as it asks, but not for ever."""
    wanted = response.headers.get("retry-after", "")
    return min(float(wanted[:6]) if wanted.isdecimal() else float(2**attempt), LONGEST_WAIT)
