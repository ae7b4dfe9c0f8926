"""HTTP/1.1 without input or output: bytes in, requests out; responses in, bytes out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from time import time

HEAD, BODY = 65_536, 64 * 2**20  # bytes of the headers and of a body that are taken at most
STATUS = {529: "Overloaded"}


class BadHTTP(Exception):  # noqa: N818 (the client is at fault, not the program)
    """Bytes that are no request that is understood here; the connection ends after the answer."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


@dataclass(slots=True)
class Http:
    """One request. headers: names in lower case; of a name that came twice the values are joined by a comma."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes = b""
    keep: bool = True
    old: bool = False


@dataclass(slots=True)
class Response:
    """What is to be sent, and how.

    pieces: where given, sent instead of the body, `gap` seconds apart; `chunked` where their length is not known.
    cut: bytes of the body that are sent before `ending` happens, -1 for not even the headers; None for all of it.
    length: the Content-Length, where it is not that of the body. ending: keep, close, reset or hang. broken: the client
    cannot read it as HTTP. done: is told how it ended.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    kind: str = "application/json"
    pieces: Iterable[bytes] | None = None
    chunked: bool = False
    length: int | None = None
    broken: bool = False
    delay: float = 0.0
    gap: float = 0.0
    cut: int | None = None
    ending: str = "keep"
    done: Callable[[str], None] | None = None


class Reader:
    """Requests out of bytes, as they come.

    >>> reader = Reader()
    >>> reader.feed(b"POST /v1?a=1 HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 2\\r\\n\\r\\n{}GET / HT")
    >>> request = reader.next()
    >>> request.method, request.path, request.query, request.body
    ('POST', '/v1', 'a=1', b'{}')
    >>> reader.next() is None
    True
    """

    def __init__(self) -> None:
        self.data = bytearray()
        self.head: Http | None = None
        self.left = 0  # bytes of the body; -1 where it is chunked
        self.chunks: list[bytes] = []
        self.expects = False  # whether the client waits for `100 Continue`

    def feed(self, data: bytes) -> None:
        """Bytes have come."""
        self.data += data

    def next(self) -> Http | None:
        """The next request that is whole, or None. Raises BadHTTP."""
        if self.head is None and not self._read_head():
            return None
        request = self.head
        if request is None:
            return None
        if self.left < 0:
            if not self._read_chunks():
                return None
        elif len(self.data) < self.left:
            return None
        else:
            request.body = bytes(self.data[: self.left])
            del self.data[: self.left]
        self.head, self.expects = None, False
        return request

    def _read_head(self) -> bool:
        while self.data[:2] == b"\r\n":  # some clients send an empty line after a body
            del self.data[:2]
        end = self.data.find(b"\r\n\r\n")
        if end < 0 or end > HEAD:
            if len(self.data) > HEAD:
                raise BadHTTP(431, "the headers are too long")
            return False
        lines = self.data[:end].decode("latin-1").split("\r\n")
        del self.data[: end + 4]
        self.head = request = _request(lines[0], _headers(lines[1:]))
        self.left = _length(request.headers)
        self.expects = request.headers.get("expect", "").lower() == "100-continue" and not request.old
        return True

    def _read_chunks(self) -> bool:
        while (end := self.data.find(b"\r\n")) >= 0:
            size = _size(bytes(self.data[:end]))
            if size == 0:
                return self._read_trailers(end)
            if len(self.data) < end + 2 + size + 2:
                return False
            if self.data[end + 2 + size : end + 4 + size] != b"\r\n":
                raise BadHTTP(400, "a chunk does not end where it says")
            self.chunks.append(bytes(self.data[end + 2 : end + 2 + size]))
            del self.data[: end + 4 + size]
            if sum(map(len, self.chunks)) > BODY:
                raise BadHTTP(413, "the body is too long")
        if len(self.data) > 1024:
            raise BadHTTP(400, "a chunk has no size")
        return False

    def _read_trailers(self, end: int) -> bool:
        """Trailers are read and forgotten."""
        if self.data[end + 2 : end + 4] == b"\r\n":
            last = end + 4
        else:
            last = self.data.find(b"\r\n\r\n", end) + 4
            if last < 4:
                return False
        del self.data[:last]
        if self.head is not None:
            self.head.body = b"".join(self.chunks)
        self.chunks = []
        return True


def _request(line: str, headers: dict[str, str]) -> Http:
    parts = line.split(" ")
    if len(parts) != 3 or not parts[0].isalpha() or not parts[1]:
        raise BadHTTP(400, "the first line is no request")
    method, target, version = parts
    if version not in {"HTTP/1.1", "HTTP/1.0"}:
        raise BadHTTP(505 if version.startswith("HTTP/") else 400, f"{version[:20]} is not spoken here")
    old = version == "HTTP/1.0"
    if "host" not in headers and not old:
        raise BadHTTP(400, "the header Host is missing")
    if target.startswith(("http://", "https://")):
        target = "/" + target.split("/", 3)[3] if target.count("/") > 2 else "/"
    connection = headers.get("connection", "").lower()
    path, _, query = target.partition("?")
    return Http(method, path, query, headers, keep="close" not in connection and not old, old=old)


def _headers(lines: list[str]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            raise BadHTTP(400, "a header is malformed")
        name, value = name.lower(), value.strip()
        if name == "content-length" and headers.get(name, value) != value:
            raise BadHTTP(400, "there are two different Content-Lengths")
        headers[name] = f"{headers[name]}, {value}" if name in headers and name != "content-length" else value
    return headers


def _length(headers: dict[str, str]) -> int:
    """Bytes of the body, -1 where it is chunked."""
    coding, length = headers.get("transfer-encoding"), headers.get("content-length")
    if coding is not None:
        if length is not None:
            raise BadHTTP(400, "both Transfer-Encoding and Content-Length")
        if coding.lower() != "chunked":
            raise BadHTTP(501, f"the transfer coding {coding[:20]} is not known")
        return -1
    if length is None:
        return 0
    if not (length.isascii() and length.isdigit()):
        raise BadHTTP(400, "Content-Length is no number")
    if len(length) > 12 or int(length) > BODY:
        raise BadHTTP(413, "the body is too long")
    return int(length)


def _size(line: bytes) -> int:
    digits = line.split(b";")[0].strip()
    if not digits or len(digits) > 8 or digits.strip(b"0123456789abcdefABCDEF"):
        raise BadHTTP(400, "the size of a chunk is no number")
    size = int(digits, 16)
    if size > BODY:
        raise BadHTTP(413, "the body is too long")
    return size


def head_of(response: Response, request: Http) -> bytes:
    """The status line and the headers of a response."""
    status = response.status
    phrase = STATUS.get(status) or HTTPStatus(status).phrase
    length = len(response.body) if response.length is None else response.length
    lines = [f"HTTP/1.1 {status} {phrase}", f"content-type: {response.kind}", f"date: {_date(int(time()))}"]
    if response.chunked and not request.old:
        lines.append("transfer-encoding: chunked")
    elif not response.chunked:
        lines.append(f"content-length: {length}")
    if not request.keep or response.ending == "close":
        lines.append("connection: close")
    lines += [f"{name}: {value}" for name, value in response.headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


_dates: dict[int, str] = {}


def _date(now: int) -> str:
    """The date of this second, written once."""
    if now not in _dates:
        _dates.clear()
        _dates[now] = formatdate(now, usegmt=True)
    return _dates[now]


def chunk(piece: bytes) -> bytes:
    """A piece of a body whose length is not known.

    >>> chunk(b"hello")
    b'5\\r\\nhello\\r\\n'
    """
    return b"%x\r\n%b\r\n" % (len(piece), piece)
