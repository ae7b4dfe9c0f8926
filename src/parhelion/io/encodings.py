"""Which encoding a text file is in: a byte order mark says so, or it is UTF-8, or one of the West's old ones."""

import codecs
from dataclasses import dataclass

from parhelion.errors import FileFormatError
from parhelion.io.paths import Bytes

# Longer marks first: that of UTF-32 begins with that of UTF-16.
MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
UNDEFINED_IN_CP1252 = b"\x81\x8d\x8f\x90\x9d"


@dataclass(frozen=True)
class Undecodable:
    """The first bytes that an encoding cannot be; how many characters beyond ASCII it read well, and how many not."""

    offset: int
    shown: str
    good: int
    bad: int


def encoding_of(source: Bytes) -> tuple[str, tuple[str, ...]]:
    """The encoding of a whole text file, and what to tell about it where it had to be guessed.

    UTF-8 that is damaged in a few places is an error, not another encoding.
    """
    head = next(source.chunks(4096), b"")
    marked = next((name for mark, name in MARKS.items() if head.startswith(mark)), None)
    if marked is None:
        _refuse_binary(source, head)
    fault = _undecodable(source, (marked or "utf-8").removesuffix("-sig"))
    if fault is None:
        return marked or "utf-8", ()
    if marked or fault.good > fault.bad:
        raise _decoding_error(source, (marked or "utf-8").removesuffix("-sig"), fault)
    name = "latin-1" if any(c.translate(None, UNDEFINED_IN_CP1252) != c for c in source.chunks()) else "cp1252"
    first = f"the first byte that is not UTF-8 is {fault.shown} at offset {fault.offset}"
    return name, (f"{source.path.name}: read as {name}, a guess ({first}); if letters look wrong, save it as UTF-8",)


def _refuse_binary(source: Bytes, head: bytes) -> None:
    if head.count(0) * 20 > len(head):
        raise FileFormatError(
            f"{source.path}: many of its first bytes are zero: UTF-16 without a byte order mark, or no text at all; "
            "save it as UTF-8"
        )


def _undecodable(source: Bytes, encoding: str) -> Undecodable | None:
    """Where a file is not in an encoding, or None."""
    decoder = codecs.getincrementaldecoder(encoding)()
    offset = good = 0
    for chunk in source.chunks():
        held = decoder.getstate()[0]
        if encoding == "utf-8" and not held and chunk.isascii():
            offset += len(chunk)
            continue
        try:
            text = decoder.decode(chunk)
        except UnicodeDecodeError as fault:
            return _fault(fault, offset - len(held), good, held + chunk, encoding)
        good += len(text) - len(text.encode("ascii", "ignore"))
        offset += len(chunk)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as fault:
        return _fault(fault, offset - len(fault.object), good, fault.object, encoding)
    return None


def _fault(fault: UnicodeDecodeError, start: int, good: int, chunk: bytes, encoding: str) -> Undecodable:
    text = chunk.decode(encoding, "replace")
    bad = text.count("\ufffd")
    more = len(text) - len(text.encode("ascii", "ignore")) - bad
    shown = " ".join(f"0x{byte:02x}" for byte in fault.object[fault.start : fault.start + 4][: fault.end - fault.start])
    return Undecodable(start + fault.start, shown, good + more, bad)


def _decoding_error(source: Bytes, encoding: str, fault: Undecodable) -> FileFormatError:
    """The error that says where the bytes are which an encoding cannot be."""
    line, left = 1, fault.offset
    for chunk in source.chunks():
        line += chunk[:left].count(b"\n")
        left -= len(chunk)
        if left <= 0:
            break
    return FileFormatError(
        f"{source.path}: not {encoding.upper()} at byte {fault.offset} (line {line}): {fault.shown}; "
        "save the file again as UTF-8, or convert it (iconv -f ENCODING -t UTF-8)"
    )
