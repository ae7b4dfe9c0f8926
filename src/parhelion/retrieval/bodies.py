"""Bodies of answers: not more bytes than wanted, and in letters."""

import codecs
import re
import zlib
from collections.abc import AsyncIterator
from importlib.util import find_spec
from typing import Any

MOST_STREAMS = 500
_GZIP = b"\x1f\x8b"
_META = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
ENOUGH_LETTERS = 60  # beyond ASCII: with fewer, statistics only mislead
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# As browsers do: what calls itself ASCII or Latin-1 is its extension by Windows.
_ALIKE = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932"}

_ESCAPES = frozenset([
    "idna", "punycode", "unicode_escape", "raw_unicode_escape", "unicode-escape", "raw-unicode-escape", "undefined",
    "utf-7", "mbcs", "oem",
])  # fmt: skip


class TooLargeError(Exception):
    """More bytes than are wanted."""


class UnknownCodingError(Exception):
    """A body compressed in a way that was not asked for, or damaged."""


async def body_of(response: Any, most: int) -> bytes:
    """The body of an answer, uncompressed. Raises TooLargeError as soon as there is more, UnknownCodingError.

    Never more than `most` bytes are made of what comes, however well it was compressed.
    """
    length = response.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > most:
        raise TooLargeError
    coding = response.headers.get("content-encoding", "").strip().lower()
    if coding in {"", "identity"}:
        return await _whole(response.aiter_raw(), most)
    if coding in {"gzip", "x-gzip", "deflate"}:
        return await _inflated(response.aiter_raw(), most)
    raise UnknownCodingError(coding)


async def _whole(chunks: AsyncIterator[bytes], most: int) -> bytes:
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > most:
            raise TooLargeError
    return bytes(body)


async def _inflated(chunks: AsyncIterator[bytes], most: int) -> bytes:
    unpacking, body, came = _Unpacking(), bytearray(), 0
    try:
        async for chunk in chunks:
            came += len(chunk)
            body += unpacking.of(chunk, most + 1 - len(body))
            if max(len(body), came) > most:
                raise TooLargeError
    except zlib.error as fault:
        raise UnknownCodingError(str(fault)) from fault
    if not unpacking.done:
        raise UnknownCodingError("it is cut short")
    return bytes(body)


class _Unpacking:
    """A compressed stream; some servers send several, one after the other, that together are the page."""

    def __init__(self) -> None:
        self._one = zlib.decompressobj(wbits=47)
        self._streams = 1

    @property
    def done(self) -> bool:
        return self._one.eof

    def of(self, chunk: bytes, most: int) -> bytes:
        """What the next bytes hold, `most` of it; what is no stream behind the last is no part of the page."""
        made = b""
        while chunk and len(made) < most and (not self._one.eof or self._next(chunk)):
            made += self._one.decompress(chunk, most - len(made))
            chunk = self._one.unused_data
        return made

    def _next(self, chunk: bytes) -> bool:
        """Begin the next stream, if there is one. Nobody honest sends thousands."""
        if not chunk.startswith(_GZIP):
            return False
        self._streams += 1
        if self._streams > MOST_STREAMS:
            raise UnknownCodingError("it is compressed in too many parts")
        self._one = zlib.decompressobj(wbits=47)
        return True


def text_of(body: bytes, charset: str | None) -> str:
    """The letters of a body: by its mark, by what the header says, what the page says, or by a guess.

    >>> text_of("Grüße".encode("latin-1"), None)
    'Grüße'
    >>> text_of("Grüße".encode(), "no-such-charset")
    'Grüße'
    """
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    told = [
        charset,
        *(found[1].decode("ascii") for found in (_XML.search(body[:1024]), _META.search(body[:4096])) if found),
    ]
    for name in filter(None, map(_codec, told)):
        return body.decode(name, "replace")
    return body.decode(_guess(body), "replace")


def _codec(name: str | None) -> str | None:
    """The Python codec for a charset of the web; None where it is none of text."""
    try:
        found = codecs.lookup(name or "")
    except (LookupError, ValueError):
        return None
    # Codecs such as `hex` or `zip` are none of letters, and `idna`, `punycode` and escapes none of pages.
    text = getattr(found, "_is_text_encoding", False) and found.name not in _ESCAPES
    return _ALIKE.get(found.name, found.name) if text else None


def _guess(body: bytes) -> str:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return _likely(body)
    return "utf-8"


def _likely(body: bytes) -> str:
    odd = body.translate(None, bytes(range(128)))
    if len(odd) < ENOUGH_LETTERS or find_spec("charset_normalizer") is None:
        return "cp1252"
    from charset_normalizer import from_bytes  # noqa: PLC0415 (comes with trafilatura)

    best = from_bytes(body[:50_000]).best()
    return best.encoding if best is not None else "cp1252"
