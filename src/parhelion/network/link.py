"""One connection to the network's server, which comes back by itself after every interruption.

What is sent goes through one queue with one writer, so that nobody who waits for an answer ever waits inside the
client's own flushing, which cannot be cancelled.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

from parhelion.errors import EndpointError, missing_extra
from parhelion.network.conf import PAYLOAD

CONNECT = 5.0  # seconds until a server that does not answer is given up, at the start
# While nats-server takes in a new configuration, it refuses whoever is about to say who they are; and an invitation
# made just now takes it a moment. So a refusal counts when it is repeated: after these seconds, in so many attempts.
PATIENCE = (0.4, 0.8)
REFUSALS = 3
QUEUED = 64 * PAYLOAD  # bytes that may wait to be sent

Heard = Callable[[Any], Awaitable[None]]


class RefusedError(EndpointError):
    """The server is there, and does not let this key in."""


class Link:
    """A connection. Make one with `linked`.

    up: can anything be sent now? downs, ups: called when the connection breaks, and when it is there again.
    ended: the reason once it is over for good, which is when the server refuses the key.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.downs: list[Callable[[], None]] = []
        self.ups: list[Callable[[], None]] = []
        self.ended: asyncio.Future[EndpointError] = asyncio.get_running_loop().create_future()
        self._queue: asyncio.Queue[tuple[str, bytes, str] | None] = asyncio.Queue()
        self._queued = 0
        self._client: Any = None
        self._writer: asyncio.Task[None] | None = None
        self._failure: asyncio.Future[Exception] = asyncio.get_running_loop().create_future()
        self._refusals = 0

    @property
    def up(self) -> bool:
        """Can anything be sent now?"""
        return self._client is not None and bool(self._client.is_connected)

    @property
    def payload(self) -> int:
        """The most bytes of one message."""
        return min(PAYLOAD, int(self._client.max_payload))

    @property
    def full(self) -> bool:
        """Does so much wait to be sent that nothing should be added?"""
        return self._queued > QUEUED

    def send(self, subject: str, data: bytes, reply: str = "") -> None:
        """Sends as soon as may be; while the connection is down, nothing is kept for later."""
        if self.up:
            self._queued += len(data)
            self._queue.put_nowait((subject, data, reply))

    async def hear(self, subject: str, heard: Heard, *, queue: str = "", messages: int = 65536) -> Any:
        """Subscribes. heard: called with each message; it must not wait. messages: that may wait to be heard."""
        return await self._client.subscribe(subject, queue=queue, cb=heard, pending_msgs_limit=messages)

    async def flush(self) -> None:
        """Returns when the server has what was sent, or after two seconds."""
        import nats.errors  # noqa: PLC0415 (an extra)

        with suppress(TimeoutError, nats.errors.Error, OSError):
            async with asyncio.timeout(2):
                await self._queue.join()
            await self._client.flush(timeout=2)

    async def connect(self, seed: str, name: str, tls: ssl.SSLContext | None) -> None:
        """The first connection. Raises EndpointError at the first failure."""
        self._client = _client()
        options = _options(seed, name) | ({"tls": tls} if self.url.startswith(("tls:", "wss:")) else {})
        calls = {"error_cb": self._failed, "closed_cb": self._over}
        calls |= {"disconnected_cb": self._down, "reconnected_cb": self._up}
        trying = asyncio.ensure_future(self._client.connect(self.url, **options, **calls))
        try:
            await asyncio.wait({trying, self._failure}, timeout=CONNECT, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not _well(trying):
                await _given_up(trying, self._client)
        if not _well(trying):
            raise _no_server(self.url, self._failure.result() if self._failure.done() else None)
        self._failure.cancel()
        self._writer = asyncio.create_task(self._write())

    async def close(self) -> None:
        """Ends it; what was sent before still leaves."""
        self.ended.cancel()
        if self._writer is not None:
            self._queue.put_nowait(None)
            await asyncio.wait({self._writer}, timeout=2)
            self._writer.cancel()
        await _closed(self._client)

    async def _write(self) -> None:
        import nats.errors  # noqa: PLC0415

        while (item := await self._queue.get()) is not None:
            subject, data, reply = item
            self._queued -= len(data)
            # Whoever waits for an answer hears of a broken connection from `downs`.
            with suppress(nats.errors.Error, OSError):
                if self.up:
                    await self._client.publish(subject, data, reply=reply)
            self._queue.task_done()

    async def _failed(self, failure: Exception) -> None:
        if not self._failure.done():
            self._failure.set_result(failure)
        self._refusals += _is_refusal(failure)
        if self._refusals >= REFUSALS:
            self._end(failure)

    async def _over(self) -> None:
        """The client has given up by itself."""
        self._end(self._client.last_error)

    def _end(self, failure: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_result(_no_server(self.url, failure))

    async def _down(self) -> None:
        for call in self.downs:
            call()

    async def _up(self) -> None:
        self._refusals = 0
        for call in self.ups:
            call()


@asynccontextmanager
async def linked(urls: Sequence[str], *, seed: str, name: str, ca: str | None = None) -> AsyncIterator[Link]:
    """A connection to the first of these addresses that answers. ca: the text of a self-made authority's certificate.

    Raises RefusedError where the server does not know the key, EndpointError where none can be reached.
    """
    link = await _let_in(_possible(urls), seed, name, ca)
    try:
        yield link
    finally:
        await link.close()


async def _let_in(urls: Sequence[str], seed: str, name: str, ca: str | None) -> Link:
    for wait in PATIENCE:
        try:
            return await _first(urls, seed, name, ca)
        except RefusedError:
            await asyncio.sleep(wait)
    return await _first(urls, seed, name, ca)


async def _first(urls: Sequence[str], seed: str, name: str, ca: str | None) -> Link:
    faults = []
    for url in urls:
        link = Link(url)
        try:
            await link.connect(seed, name, _tls(ca))
        except RefusedError:
            raise
        except EndpointError as fault:
            faults.append(str(fault))
        else:
            return link
    raise EndpointError("; ".join(faults))


def _client() -> Any:
    try:
        import nats.aio.client  # noqa: PLC0415
        import nkeys  # noqa: F401, PLC0415 (the client imports it where nothing catches its absence)
    except ImportError:
        raise missing_extra("network", "parhelion's network") from None
    return nats.aio.client.Client()


def _possible(urls: Sequence[str]) -> Sequence[str]:
    """Those that this installation can use. Raises MissingExtraError where none is left."""
    try:
        import aiohttp  # noqa: F401, PLC0415 (an extra)
    except ImportError:
        direct = [url for url in urls if not url.startswith(("ws:", "wss:"))]
        if not direct:
            raise missing_extra("websocket", "joining by WebSocket") from None
        return direct
    return urls


def _options(seed: str, name: str) -> dict[str, Any]:
    return {
        "nkeys_seed_str": seed,
        "name": name,
        "max_reconnect_attempts": -1,
        "reconnect_time_wait": 1,
        "connect_timeout": 5,
        "ping_interval": 20,
        "max_outstanding_pings": 2,
        "flush_timeout": 5,
    }


def _tls(ca: str | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cadata=ca)
    except ssl.SSLError:
        raise EndpointError("the certificate of the network's authority is damaged; ask for the file again") from None


def _well(trying: "asyncio.Future[None]") -> bool:
    return trying.done() and not trying.cancelled() and trying.exception() is None


async def _given_up(trying: "asyncio.Future[None]", client: Any) -> None:
    trying.cancel()
    await asyncio.wait({trying})
    if not trying.cancelled():
        trying.exception()  # it is told of elsewhere
    await _closed(client)


async def _closed(client: Any) -> None:
    """The client's own closing, which waits for a frozen peer unless it is stopped."""
    with suppress(TimeoutError, OSError):
        async with asyncio.timeout(2):
            await client.close()


def _is_refusal(failure: Exception | None) -> bool:
    return any(words in str(failure).lower() for words in ("authorization violation", "authorization failed"))


def _no_server(url: str, failure: Exception | None) -> EndpointError:
    where = urlsplit(url).netloc
    text = str(failure or "no answer").removeprefix("nats: ").strip("'")
    if _is_refusal(failure):
        return RefusedError(
            f"the network's server at {where} does not let this key in: it was removed, has ended, or is of another "
            "network; ask the network's owner for a new join file"
        )
    if isinstance(failure, ssl.SSLError):
        return EndpointError(f"the network's server at {where} cannot prove who it is: {text}")
    return EndpointError(
        f"the network's server at {where} cannot be reached: {text}; is `parhelion network start` running?"
    )
