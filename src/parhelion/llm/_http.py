"""One server's connections: bytes there and bytes back, in time and within bounds; what goes wrong is a CallError."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import cache
from ssl import PROTOCOL_TLS_CLIENT, SSLContext
from typing import NamedTuple
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from parhelion.errors import EndpointError, missing_extra
from parhelion.llm.addresses import beneath, is_loopback, shown
from parhelion.llm.contract import CallError, Failing

try:
    import httpx
except ImportError as error:
    raise missing_extra("describe", "asking language models") from error

LARGEST = 16 * 2**20  # bytes of a body
CONNECT = 10.0  # seconds to connect
KEPT = 4.0  # seconds that a connection is kept for the next call; servers begin to close them after five
SECRET, BLOT = 12, b"[the key]"  # letters that no text has by chance


class Answered(NamedTuple):
    """What a server answered, whatever its status."""

    status: int
    headers: httpx.Headers
    body: bytes
    seconds: float


class _UnreadableError(Exception):
    """A body that is not read to its end; the message says why."""


class Wire:
    """The connections to one server, made when they are needed, all in one event loop until `close`.

    Transports are used without httpx's client around them: no redirect is followed, no cookie kept, nothing logged.
    Each has one connection, as httpx looks at all connections of a pool at every request.
    headers: sent with every request; they hold the key, and no repr shows them. secret: the key, which some servers
    repeat in their errors, so it is blotted out of what they answer.
    """

    def __init__(self, base: str, *, name: str, headers: Mapping[str, str], secret: str | None, timeout: float) -> None:
        self.base, self.name, self.timeout = base, name, timeout
        self._secret = (secret or "").encode()
        # identity: an answer is small, and none can then unfold to more than it seems
        plain = {"accept": "application/json", "accept-encoding": "identity", "content-type": "application/json"}
        self._headers = httpx.Headers(plain | {"user-agent": "parhelion"} | dict(headers))
        self._lanes: list[httpx.AsyncHTTPTransport] = []
        self._free: list[httpx.AsyncHTTPTransport] = []  # those that no call is on; the last one was used last
        self._addresses: dict[str, httpx.URL] = {}

    async def post(self, path: str, body: bytes) -> Answered:
        """Sends JSON. Raises CallError where no whole answer came."""
        return await self._call("POST", path, self.timeout, body)

    async def get(self, path: str, within: float) -> Answered:
        """Fetches JSON. Raises CallError where no whole answer came."""
        return await self._call("GET", path, within)

    async def close(self) -> None:
        """Closes all connections; calls on their way fail."""
        lanes, self._lanes, self._free = self._lanes, [], []
        for lane in tuple(lanes):  # calls that fail by it take theirs out
            await lane.aclose()

    async def _call(self, method: str, path: str, within: float, body: bytes | None = None) -> Answered:
        # all but connecting is under the one deadline, which no drip of bytes can move
        limits = {"connect": min(CONNECT, 0.9 * within), "read": None, "write": None, "pool": None}
        if path not in self._addresses:  # taken apart once
            self._addresses[path] = httpx.URL(beneath(self.base, path))
        request = httpx.Request(
            method, self._addresses[path], headers=self._headers, content=body, extensions={"timeout": limits}
        )
        response: httpx.Response | None = None
        started = time.perf_counter()
        try:
            async with self._lane() as lane, asyncio.timeout(within):
                response = await lane.handle_async_request(request)
                whole = await _whole(response)
        except (httpx.TransportError, OSError, _UnreadableError) as error:
            # from None: what httpx raises holds the request, and the request the key
            raise self._failed(error, within, answering=response is not None) from None
        return self._blotted(Answered(response.status_code, response.headers, whole, time.perf_counter() - started))

    def _blotted(self, answered: Answered) -> Answered:
        """The answer without the key in it."""
        if answered.status == 200:
            # a short "key" for a server that wants none, like `ollama`, may well be a word of a good answer
            blot = self._secret and len(self._secret) >= SECRET
            return answered._replace(body=answered.body.replace(self._secret, BLOT)) if blot else answered
        if not self._secret:
            return answered
        headers = [(name, value.replace(self._secret, BLOT)) for name, value in answered.headers.raw]
        return answered._replace(headers=httpx.Headers(headers), body=answered.body.replace(self._secret, BLOT))

    @asynccontextmanager
    async def _lane(self) -> AsyncIterator[httpx.AsyncHTTPTransport]:
        lanes = self._lanes
        if not self._free:
            self._free.append(_transport(self.base))
            lanes.append(self._free[-1])
        lane = self._free.pop()
        try:
            yield lane
        except BaseException:
            # where a call is called off as it connects, httpx may keep the connection, and wait for it for ever
            lanes.remove(lane)
            await lane.aclose()
            raise
        if self._lanes is lanes:  # not closed meanwhile
            self._free.append(lane)

    def _failed(self, error: Exception, within: float, *, answering: bool) -> CallError:
        """What a call ended in. Once a request is out, tokens may be spent on it, whatever becomes of the answer."""
        failing, spent, why = Failing.UNAVAILABLE, False, str(error) or type(error).__name__
        if isinstance(error, _UnreadableError):
            failing, spent = Failing.GARBLED, True
        elif isinstance(error, TimeoutError) and answering:
            failing, spent, why = Failing.GARBLED, True, f"its answer was not complete after {within:g} s"
        elif isinstance(error, TimeoutError):
            failing, spent, why = Failing.SLOW, True, f"no answer within {within:g} s"
        elif isinstance(error, httpx.ReadError | httpx.RemoteProtocolError):
            failing, spent = (Failing.GARBLED if answering else Failing.UNAVAILABLE), True
            why = f"the connection ended before its answer did ({why})"
        elif isinstance(error, httpx.ConnectTimeout):
            why = f"no connection to {shown(self.base)} within {min(CONNECT, 0.9 * within):g} s"
        elif isinstance(error, httpx.ConnectError):
            why = f"no connection to {shown(self.base)} ({why}); is it running?"
        return CallError(failing, self.name, why, spent=spent)


async def _whole(response: httpx.Response) -> bytes:
    try:
        coding = response.headers.get("content-encoding", "identity")
        if coding != "identity":
            raise _UnreadableError(f"its answer is compressed ({coding}), which was not asked for")
        chunks, size = [], 0
        async for chunk in response.aiter_raw():
            chunks.append(chunk)
            size += len(chunk)
            if size > LARGEST:
                raise _UnreadableError(f"its answer is longer than {LARGEST >> 20} MB")
        return b"".join(chunks)
    finally:
        await response.aclose()


def _transport(base: str) -> httpx.AsyncHTTPTransport:
    limits = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=KEPT)
    try:
        return httpx.AsyncHTTPTransport(limits=limits, verify=_trusted(base.startswith("https")), proxy=_proxy(base))
    except (ImportError, ValueError) as error:  # a proxy of a kind that httpx cannot use
        raise EndpointError(f"no way to {shown(base)} by the proxy of the environment: {error}") from None


@cache
def _trusted(tls: bool) -> SSLContext:
    """The authorities that are trusted; read once, which takes longer than a call. Without TLS: none."""
    return httpx.create_ssl_context() if tls else SSLContext(PROTOCOL_TLS_CLIENT)


def _proxy(base: str) -> str | None:
    """The proxy that the environment names for an address, if any; none for this machine."""
    parts, proxies = urlsplit(base), getproxies()
    found = proxies.get(parts.scheme) or proxies.get("all")
    if not found or is_loopback(base) or proxy_bypass(parts.netloc.rpartition("@")[2]):
        return None
    return found if "://" in found else f"http://{found}"
