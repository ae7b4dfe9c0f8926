"""One connection: requests are read one after the other, and answered in their order."""

import asyncio
import socket
import struct
from collections.abc import Iterator
from typing import Protocol

from .wire import HEAD, BadHTTP, Http, Reader, Response, chunk, head_of

SETTLE = 0.02  # seconds in which a client reads what was sent before a reset throws it away


class Answering(Protocol):
    """Who knows the answers."""

    connections: set["Connection"]

    def respond(self, http: Http) -> Response:
        """What to send."""
        ...

    def bad(self, error: BadHTTP) -> Response:
        """What to send to bytes that are no request."""
        ...


class Connection(asyncio.Protocol):
    """Requests that come before the last is answered wait; so does reading, when too many do."""

    transport: asyncio.Transport

    def __init__(self, app: Answering) -> None:
        self.app, self.reader = app, Reader()
        self.now: tuple[Http, Response] | None = None
        self.pieces: Iterator[bytes] | None = None
        self.timer: asyncio.TimerHandle | None = None
        self.working = self.paused = self.deaf = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.app.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.app.connections.discard(self)
        self.pieces = None
        if self.timer is not None:
            self.timer.cancel()
        if self.now is not None:
            response, self.now = self.now[1], None
            _tell(response, "broken" if response.cut is not None else "left")

    def data_received(self, data: bytes) -> None:
        self.reader.feed(data)
        if self.now is None:
            self.work()
        elif len(self.reader.data) > HEAD:
            self.transport.pause_reading()
            self.deaf = True

    def pause_writing(self) -> None:
        self.paused = True

    def resume_writing(self) -> None:
        self.paused = False
        if self.pieces is not None and self.timer is None:
            self.send()

    def work(self) -> None:
        """Take the requests that are there, until one has to wait."""
        if self.working:
            return
        self.working = True
        while self.now is None and not self.transport.is_closing():
            try:
                request = self.reader.next()
            except BadHTTP as error:
                self.start(Http("", "", "", {}, keep=False), self.app.bad(error))
                break
            if request is None:
                self.encourage()
                break
            self.start(request, self.app.respond(request))
        self.working = False

    def encourage(self) -> None:
        """Tell a client that waits for it to send the body."""
        if self.reader.expects:
            self.reader.expects = False
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def start(self, request: Http, response: Response) -> None:
        """Begin with an answer, now or later."""
        self.now = request, response
        if response.delay > 0:
            self.timer = asyncio.get_running_loop().call_later(response.delay, self.begin)
        else:
            self.begin()

    def begin(self) -> None:
        """Send the answer, or its first piece."""
        self.timer = None
        if self.now is None:
            return
        request, response = self.now
        if response.cut == -1:
            self.end()
        elif request.method == "HEAD":
            self.transport.write(head_of(response, request))
            self.end()
        elif response.pieces is None and response.cut is None:
            self.transport.write(head_of(response, request) + response.body)
            self.end()
        else:
            self.transport.write(head_of(response, request))
            self.pieces = _framed(response, request)
            self.send()

    def send(self) -> None:
        """Send pieces, as long as they are read and no pause is wanted."""
        self.timer = None
        if self.now is None or self.pieces is None:
            return
        gap = self.now[1].gap
        for piece in self.pieces:
            self.transport.write(piece)
            if gap > 0:
                self.timer = asyncio.get_running_loop().call_later(gap, self.send)
                return
            if self.paused:
                return
        self.pieces = None
        self.end()

    def end(self) -> None:
        """All that was to be sent is: go on, close, reset, or wait for the client to give up."""
        if self.now is None:
            return
        request, response = self.now
        if response.ending == "hang":
            return
        if response.ending == "reset":
            wait = 0 if response.cut == -1 else SETTLE
            self.timer = asyncio.get_running_loop().call_later(wait, self.reset)
            return
        self.now = None
        _tell(response, "answered" if response.cut is None and not response.broken else "broken")
        if response.ending == "close" or not request.keep:
            self.transport.close()
            return
        if self.deaf:
            self.deaf = False
            self.transport.resume_reading()
        self.work()

    def reset(self) -> None:
        """Drop the connection, so that the client gets ECONNRESET."""
        sock = self.transport.get_extra_info("socket")
        if sock is not None and sock.fileno() >= 0:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()


def _tell(response: Response, ended: str) -> None:
    if response.done is not None:
        response.done(ended)


def _framed(response: Response, request: Http) -> Iterator[bytes]:
    """The pieces of a body as they are sent, up to where it is cut."""
    chunked, left = response.chunked and not request.old, response.cut
    for whole in [response.body] if response.pieces is None else response.pieces:
        piece = whole if left is None else whole[:left]
        if piece:
            yield chunk(piece) if chunked else piece
        if left is not None:
            left -= len(piece)
            if left <= 0:
                return
    if chunked:
        yield b"0\r\n\r\n"
