"""One connection to the network's server, which comes back by itself after every interruption.

What is sent goes through one queue with one writer, so that nobody who waits for an answer ever waits inside the NATS
client's own flushing, which cannot be cancelled. Coming back is done here, by a new client each time: the client's own
way keeps what was to be sent and sends it late, and gives up for good at some of the server's complaints.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from parhelion.errors import EndpointError, missing_extra
from parhelion.network.conf import PAYLOAD

# While nats-server takes in a new configuration, it refuses whoever is about to say who they are; and an invitation
# made just now takes it a moment. So a refusal counts when it is repeated, after these seconds.
PATIENCE = (0.4, 0.8)
AGAIN = 1.0  # seconds from one attempt to come back to the next
QUEUED = 64 * PAYLOAD  # bytes that may wait to be sent

Heard = Callable[[Any], Awaitable[None]]


class RefusedError(EndpointError):
    """The server is there, and does not let this key in."""


class _Ear(NamedTuple):
    subject: str
    heard: Heard
    queue: str
    most: int


class Link:
    """A connection. Make one with `linked`.

    url: where the server was reached. downs, ups: called when the connection breaks, and when it is there again.
    ended: the reason once it is over for good, which is when the server refuses the key.
    """

    def __init__(self, urls: Sequence[str], options: dict[str, Any]) -> None:
        self.url = ""
        self.downs: list[Callable[[], None]] = []
        self.ups: list[Callable[[], None]] = []
        self.ended: asyncio.Future[EndpointError] = asyncio.get_running_loop().create_future()
        self._urls, self._options = urls, options
        self._ears: list[_Ear] = []
        self._queue: asyncio.Queue[tuple[str, bytes, str] | None] = asyncio.Queue()
        self._queued = 0
        self._client: Any = None
        self._tasks: list[asyncio.Task[None]] = []

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
        """Sends as soon as may be. While the connection is down, nothing is kept for later."""
        if self.up:
            self._queued += len(data)
            self._queue.put_nowait((subject, data, reply))

    async def hear(self, subject: str, heard: Heard, *, queue: str = "", most: int = QUEUED) -> None:
        """Subscribes. heard: called with each message; it must not wait. most: bytes that may wait to be heard.

        What comes beyond that is lost, for this subject alone.
        """
        ear = _Ear(subject, heard, queue, most)
        self._ears.append(ear)
        await _subscribe(self._client, ear)

    async def deafen(self) -> None:
        """Hears nothing more; whoever asks is told by the server that nobody is there."""
        self._ears.clear()
        for subscription in list(self._client._subs.values()):  # noqa: SLF001 (it keeps them nowhere else)
            await subscription.unsubscribe()

    async def flush(self) -> None:
        """Returns when the server has what was sent, or after two seconds."""
        with suppress(TimeoutError, _client_error(), OSError):
            async with asyncio.timeout(2):
                await self._queue.join()
            await self._client.flush(timeout=2)

    async def open(self) -> None:
        """The first connection. Raises EndpointError; RefusedError where the key opens nothing."""
        self._client = await self._admitted()
        self._tasks = [asyncio.create_task(self._write()), asyncio.create_task(self._keep())]

    async def close(self) -> None:
        """Ends it; what was sent before still leaves."""
        if self.up:
            await self.flush()
        self.ended.cancel()
        self._queue.put_nowait(None)
        for task in self._tasks:
            task.cancel()
        await asyncio.wait(self._tasks, timeout=2)
        await _close(self._client)

    async def _write(self) -> None:
        # The end is a message, as the client's flushing may swallow a cancellation.
        while (item := await self._queue.get()) is not None:
            subject, data, reply = item
            self._queued -= len(data)
            # Whoever waits for an answer hears of a broken connection from `downs`.
            with suppress(_client_error(), OSError):
                if self.up:
                    await self._client.publish(subject, data, reply=reply)
            self._queue.task_done()

    async def _keep(self) -> None:
        """Until cancelled or refused: waits until the connection breaks, and makes another."""
        while True:
            await self._client.over.wait()
            for call in self.downs:
                call()
            await _close(self._client)
            try:
                self._client = await self._come_back()
            except RefusedError as refused:
                self.ended.set_result(refused)
                return
            for ear in self._ears:
                await _subscribe(self._client, ear)
            for call in self.ups:
                call()

    async def _come_back(self) -> Any:
        while True:
            try:
                return await self._admitted()
            except RefusedError:
                raise
            except EndpointError:
                await asyncio.sleep(AGAIN)

    async def _admitted(self) -> Any:
        """A client that is connected. Raises EndpointError; RefusedError once refused repeatedly."""
        for wait in PATIENCE:
            try:
                return await self._connected()
            except RefusedError:
                await asyncio.sleep(wait)
        return await self._connected()

    async def _connected(self) -> Any:
        """A client, connected to the first address that answers."""
        faults = []
        for url in self._urls:
            try:
                client = await _connect(url, self._options)
            except RefusedError:
                raise
            except EndpointError as fault:
                faults.append(str(fault))
            else:
                self.url = url
                return client
        raise EndpointError("; ".join(faults))


@asynccontextmanager
async def linked(urls: Sequence[str], *, seed: str, name: str, ca: str | None = None) -> AsyncIterator[Link]:
    """A connection to the first of these addresses that answers. ca: the text of a self-made authority's certificate.

    Raises RefusedError where the server does not know the key, EndpointError where none can be reached.
    """
    link = Link(_possible(urls), {"nkeys_seed_str": seed, "name": name, "tls": _tls(ca)})
    await link.open()
    try:
        yield link
    finally:
        await link.close()


async def _connect(url: str, options: dict[str, Any]) -> Any:
    """One attempt. The client's `over` is an event: the connection is no more."""
    client, faults = _client(), list[Exception]()
    client.over = asyncio.Event()

    async def failed(fault: Exception) -> None:
        faults.append(fault)
        del faults[1:]

    if url.startswith("tls:"):
        _insist_on_tls(client)
    try:
        async with asyncio.timeout(6):
            await client.connect(url, error_cb=failed, **_usual(url), **options)
        # The client takes a server that hangs up for one that says yes.
        if not client.is_connected:
            raise ConnectionAbortedError("it hung up")  # noqa: TRY301 (closed below)
    except BaseException as fault:
        await _close(client)
        if isinstance(fault, (_client_error(), OSError)):
            greeted = bool(client._server_info)  # noqa: SLF001
            raise _no_server(url, faults[0] if faults else fault, greeted=greeted) from None
        raise
    # The client's own word that it is over is lost where the connection broke while something was to be sent.
    client._reading_task.add_done_callback(lambda _: client.over.set())  # noqa: SLF001
    return client


def _insist_on_tls(client: Any) -> None:
    """Nothing is said to a server that offers no TLS, as one in between might: the client would go on without."""
    usual = client._connect_command  # noqa: SLF001

    def guarded() -> Any:
        if not client._server_info.get("tls_required"):  # noqa: SLF001
            raise ssl.SSLError("it offers no TLS")
        return usual()

    client._connect_command = guarded  # noqa: SLF001


def _usual(url: str) -> dict[str, Any]:
    return {
        "allow_reconnect": False,
        "max_reconnect_attempts": 1,  # 0 would be for ever
        "reconnect_time_wait": 0,
        "connect_timeout": 5,
        "ping_interval": 10,
        "max_outstanding_pings": 2,
        "flush_timeout": 5,
        "tls_hostname": urlsplit(url).hostname,
    }


async def _subscribe(client: Any, ear: _Ear) -> None:
    # A connection that breaks meanwhile is noticed elsewhere, and all of this is done again.
    with suppress(_client_error(), OSError):
        await client.subscribe(ear.subject, queue=ear.queue, cb=ear.heard, pending_bytes_limit=ear.most)


def _client() -> Any:
    try:
        import nats.aio.client  # noqa: PLC0415
        import nkeys  # noqa: F401, PLC0415 (the client imports it where nothing catches its absence)
    except ImportError:
        raise missing_extra("network", "parhelion's network") from None
    return nats.aio.client.Client()


def _client_error() -> type[Exception]:
    import nats.errors  # noqa: PLC0415

    error: type[Exception] = nats.errors.Error
    return error


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


def _tls(ca: str | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cadata=ca)
    except ssl.SSLError:
        raise EndpointError("the certificate of the network's authority is damaged; ask for the file again") from None


async def _close(client: Any) -> None:
    """The client's own closing, which would wait for a frozen peer, and gives up at a connection that is broken."""
    with suppress(TimeoutError, OSError, _client_error()):
        async with asyncio.timeout(2):
            await client.close()
    if client._transport:  # noqa: SLF001
        client._transport.close()  # noqa: SLF001


def _no_server(url: str, failure: Exception, *, greeted: bool) -> EndpointError:
    """greeted: the server had begun to speak."""
    where = urlsplit(url).netloc
    text = str(failure).removeprefix("nats: ").strip("'") or type(failure).__name__
    # It hangs up as it refuses, and then its last words may be lost.
    if greeted and (isinstance(failure, ConnectionError) or "authorization" in text.lower()):
        return RefusedError(
            f"the network's server at {where} does not let this key in: it was removed, has ended, or is of another "
            "network; ask the network's owner for a new join file"
        )
    if isinstance(failure, ssl.SSLError):
        return EndpointError(f"the network's server at {where} cannot prove who it is: {text}")
    why = "no answer" if isinstance(failure, TimeoutError) else text
    return EndpointError(
        f"the network's server at {where} cannot be reached: {why}; is `parhelion network start` running?"
    )
