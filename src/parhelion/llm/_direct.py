"""A connection to a server with no proxy in between: bytes of one call at a time, by asyncio and h11 alone.

What httpx has for it serves any event loop and any number of connections. It takes 0.6 ms of a processor for a call,
in seven turns of the event loop, and of answers that come at the same time each waits in every turn for all others.
This takes a third of that, in one turn.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import suppress
from itertools import zip_longest
from typing import Any

from parhelion.errors import missing_extra

try:
    import h11
    import httpx
except ImportError as error:
    raise missing_extra("describe", "asking language models") from error

KEPT = 4.0  # seconds that a connection is kept for the next call; servers begin to close them after five
HEAD = 100 * 2**10  # bytes of the headers of an answer
NEXT_ADDRESS = 1.0  # seconds until the next address of the same name is tried


class Direct(httpx.AsyncBaseTransport):
    """One connection, made when it is needed and again when it is gone; one call at a time.

    Raises what httpx's own transports raise. trusted: for TLS, None without.
    """

    def __init__(self, trusted: ssl.SSLContext | None) -> None:
        self._trusted, self._talk, self._closed = trusted, _Talk(), False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer's head, and its body as it comes."""
        if not self._talk.ready:
            self._talk.end()
            self._talk = await self._connected(request)
        talk = self._talk
        try:
            talk.say(request)
            status, headers = await talk.head()
        except BaseException:  # called off, or out of step: nobody can tell what comes next
            talk.end()
            raise
        return httpx.Response(status, headers=headers, stream=_Body(talk))

    async def aclose(self) -> None:
        """Ends the connection; a call on its way fails."""
        self._closed = True
        self._talk.end()
        await asyncio.sleep(0)  # the loop closes the socket in its next turn

    async def _connected(self, request: httpx.Request) -> "_Talk":
        where, tls = request.url, self._trusted
        host, port = where.raw_host.decode("ascii"), where.port or (443 if tls else 80)
        try:
            async with asyncio.timeout(request.extensions["timeout"]["connect"]):
                _, talk = await asyncio.get_running_loop().create_connection(
                    _Talk, sock=await _socket(host, port), ssl=tls, server_hostname=host if tls else None
                )
        except TimeoutError:
            raise httpx.ConnectTimeout("") from None
        except (ssl.SSLError, socket.gaierror) as error:
            raise httpx.ConnectError(str(error)) from None
        except (OSError, UnicodeError):  # of each address in turn, or a name that is none
            raise httpx.ConnectError("All connection attempts failed") from None
        if self._closed:
            talk.end()
            raise httpx.ReadError("closed meanwhile")
        return talk


async def _socket(host: str, port: int) -> socket.socket:
    """A socket that is connected to a host, at the first of its addresses that takes it.

    asyncio can try addresses, too, and loses the socket of a call that is called off at the wrong moment.
    """
    *others, last = await _addresses(host, port)
    for address in others:
        with suppress(OSError):
            async with asyncio.timeout(NEXT_ADDRESS):
                return await _reached(*address)
    return await _reached(*last)


async def _addresses(host: str, port: int) -> list[tuple[int, Any]]:
    """Families and addresses of a host, one family after the other in turn, as one of them may lead nowhere."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except socket.gaierror:  # it is a name
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    families = {family: [each[4] for each in found if each[0] == family] for family, *_ in found}
    turns = zip_longest(*([(family, where) for where in there] for family, there in families.items()))
    return [each for turn in turns for each in turn if each]


async def _reached(family: int, where: Any) -> socket.socket:
    # with its protocol named, as asyncio sets TCP_NODELAY only then
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, where)
    except BaseException:
        sock.close()
        raise
    return sock


class _Talk(asyncio.Protocol):
    """What is said on a connection: calls and their answers in turn."""

    def __init__(self) -> None:
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD)
        self._transport: asyncio.Transport | None = None
        self._more: asyncio.Future[None] | None = None
        self._idle_until: float | None = 0.0
        self._eof, self._lost = False, ""

    @property
    def ready(self) -> bool:
        """Whether a call may be made."""
        if self._transport is None or self._transport.is_closing() or self._idle_until is None:
            return False
        return asyncio.get_running_loop().time() < self._idle_until

    def say(self, request: httpx.Request) -> None:
        """Send a call, in one piece."""
        assert self._transport is not None
        self._idle_until = None
        try:
            head = h11.Request(method=request.method, target=request.url.raw_path, headers=request.headers.raw)
            events = (head, h11.Data(request.content), h11.EndOfMessage())
            self._transport.write(b"".join(self._http.send(event) or b"" for event in events))
        except h11.LocalProtocolError as error:
            raise httpx.LocalProtocolError(str(error)) from None

    async def head(self) -> tuple[int, list[tuple[bytes, bytes]]]:
        """Status and headers."""
        while not isinstance(event := await self._next(), h11.Response):
            pass  # 100 to 199, which say that the answer is still to come
        return event.status_code, event.headers.raw_items()

    async def body(self) -> AsyncIterator[bytes]:
        """The parts of a body, as they come."""
        while isinstance(event := await self._next(), h11.Data):
            yield bytes(event.data)

    def rest(self) -> None:
        """An answer has been read, or is read no further: keep the connection where it was read to its end."""
        if self._http.states != {h11.CLIENT: h11.DONE, h11.SERVER: h11.DONE} or self._http.trailing_data[0]:
            self.end()
            return
        self._http.start_next_cycle()
        self._idle_until = asyncio.get_running_loop().time() + KEPT

    def end(self) -> None:
        """Close the connection now."""
        if self._transport is not None:
            self._transport.abort()

    async def _next(self) -> object:
        """The next of h11's events."""
        while True:
            try:
                event = self._http.next_event()
            except h11.RemoteProtocolError as error:
                raise httpx.RemoteProtocolError(str(error)) from None
            if event is not h11.NEED_DATA:
                return event
            if self._eof and self._http.their_state is h11.SEND_BODY:
                self._eof = False
                self._http.receive_data(b"")  # which ends a body of no stated length
            elif self._lost:
                raise httpx.ReadError(self._lost)
            else:
                self._more = asyncio.get_running_loop().create_future()
                await self._more

    def _wake(self) -> None:
        if self._more is not None and not self._more.done():
            self._more.set_result(None)

    # what asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._idle_until = asyncio.get_running_loop().time() + KEPT

    def data_received(self, data: bytes) -> None:
        if self._idle_until is not None:  # nobody asked
            self.end()
            return
        self._http.receive_data(data)
        self._wake()

    def eof_received(self) -> None:
        self._eof, self._lost = True, "closed by the server"
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost = self._lost or str(exc or "closed")
        self._wake()


class _Body(httpx.AsyncByteStream):
    """A body as httpx hands it on."""

    def __init__(self, talk: _Talk) -> None:
        self._talk = talk

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._talk.body()

    async def aclose(self) -> None:
        self._talk.rest()
