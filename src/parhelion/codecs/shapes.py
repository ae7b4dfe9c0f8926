"""What texts of identifiers look like, place by place, and new texts of the same look."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from parhelion.codecs.keyed import WIDEST, Words, below, hashed, key_of, permuted

Bytes = npt.NDArray[np.uint8]

_DIGITS, _UPPER, _LOWER = "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"
CLASSES = {
    "9": _DIGITS,
    "A": _UPPER,
    "a": _LOWER,
    "x": "0123456789abcdef",
    "X": "0123456789ABCDEF",
    "*": _DIGITS + _UPPER + _LOWER,
}
_LONGEST = 64
_LENGTHS = 64
_LOOKED_AT = 50_000
_ENOUGH = 20
"""So many rows for each character of a class show which characters of it occur at all."""
_ROOM = 1_000
"""So many texts for each real one leave room for new ones."""

Place = str
"""The characters a place may hold: one of them alone is literal (and may be outside ASCII)."""


@dataclass(frozen=True)
class Looks:
    """For each length in bytes: how many texts have it, and how often each byte stands at each place, [place, byte].

    At most 50,000 texts of each part are looked at, and texts of more than 64 bytes are not.
    """

    count: dict[int, int]
    bytes_at: dict[int, npt.NDArray[np.int64]]

    @classmethod
    def of(cls, texts: pa.Array) -> Self:
        """The looks of texts none of which is missing."""
        texts = texts.cast(pa.large_string())
        if len(texts) > _LOOKED_AT:
            texts = texts.take(pa.array(np.linspace(0, len(texts) - 1, _LOOKED_AT).astype(np.int64)))
        data, starts, lengths = text_bytes(texts)
        sizes, counts = np.unique(lengths[lengths <= _LONGEST], return_counts=True)
        most = sizes[np.argsort(-counts, kind="stable")[:_LENGTHS]].tolist()
        bytes_at = {}
        for size in most:
            at = starts[lengths == size][:, None] + np.arange(size)
            flat = data[at].astype(np.int64) + 256 * np.arange(size)
            bytes_at[size] = np.bincount(flat.ravel(), minlength=256 * size).reshape(size, 256)
        return cls({size: int((lengths == size).sum()) for size in most}, bytes_at)

    def merge(self, other: Self) -> Self:
        sizes = sorted({*self.count, *other.count}, key=lambda s: (-self.count.get(s, 0) - other.count.get(s, 0), s))
        kept = sizes[:_LENGTHS]
        none = np.zeros((1, 256), np.int64)
        return type(self)(
            {size: self.count.get(size, 0) + other.count.get(size, 0) for size in kept},
            {size: self.bytes_at.get(size, none) + other.bytes_at.get(size, none) for size in kept},
        )

    def shapes(self, rows: int) -> "list[Shape]":
        """A shape for each length that at least `rows` texts have and whose places are ASCII, or always the same."""
        found = [
            self._narrowed(Shape(tuple(places), self.count[size]), size, rows)
            for size, seen in sorted(self.bytes_at.items())
            if size and self.count[size] >= rows and (places := _places(seen)) is not None
        ]
        return found or [Shape((_DIGITS,) * 8, 1)]

    def shape(self, pattern: str, rows: int) -> "Shape":
        """The shape of a pattern (see `IdentifierColumn.pattern`), narrowed to the characters seen at its places."""
        places = parse_pattern(pattern)
        width = sum(_width(place) for place in places)
        shape = Shape(tuple(places), 1)
        return self._narrowed(shape, width, rows) if width in self.bytes_at else shape

    def _narrowed(self, shape: "Shape", size: int, rows: int) -> "Shape":
        """The shape with the characters that occur at its places, where that leaves room enough for new texts."""
        seen, at, places = self.bytes_at[size], 0, []
        for place in shape.places:
            places.append(place if len(place) == 1 else _occurring(place, seen[at], rows))
            at += _width(place)
        narrow = Shape(tuple(places), shape.weight)
        return narrow if narrow.space(frozenset()) >= _ROOM * self.count[size] else shape


def _width(place: Place) -> int:
    """How many bytes a place takes."""
    return len(place.encode()) if len(place) == 1 else 1


def text_bytes(texts: pa.Array) -> tuple[Bytes, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """All bytes of an array of large strings, where each text starts in them, and its length."""
    _, offsets, data = texts.buffers()
    ends = np.frombuffer(offsets, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    flat = np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)
    return flat, ends[:-1], np.diff(ends)


def parse_pattern(pattern: str) -> list[Place]:
    r"""The places of a pattern.

    >>> parse_pattern(r"A\A-9")
    ['ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'A', '-', '0123456789']
    """
    signs = iter(pattern)
    return [next(signs, sign) if sign == "\\" else CLASSES.get(sign, sign) for sign in signs]


def _places(seen: npt.NDArray[np.int64]) -> list[Place] | None:
    """The places of one length's texts; None where bytes outside ASCII vary."""
    literal = (seen > 0).sum(axis=1) == 1
    if (seen[~literal, 128:] > 0).any():
        return None
    raw = bytes(int(place.argmax()) for place in seen)
    places: list[Place] = []
    at = 0
    while at < len(seen):
        if literal[at]:
            width = _sign_width(raw[at])
            places.append(raw[at : at + width].decode("utf-8", "replace")[0])
            at += width
        else:
            places.append(_smallest_class(seen[at]))
            at += 1
    return _counting(places)


def _counting(places: list[Place]) -> list[Place]:
    """A digit that is the same in all texts, and varying ones after it: the count of 10000 to 19999, not a prefix."""
    return [
        _DIGITS[1:] if place in _DIGITS[1:] and places[at + 1 : at + 2] == [_DIGITS] and not before.isdigit() else place
        for at, (before, place) in enumerate(zip(["-", *places], places, strict=False))
    ]


def _sign_width(byte: int) -> int:
    return 1 if byte < 0xC0 else 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4


def _smallest_class(seen: npt.NDArray[np.int64]) -> Place:
    signs = {chr(at) for at in np.flatnonzero(seen)}
    for place in sorted(CLASSES.values(), key=len):
        if signs <= set(place):
            return place
    return "".join(sorted(signs | set(CLASSES["*"])))


def _occurring(place: Place, seen: npt.NDArray[np.int64], rows: int) -> Place:
    """The characters of the class that occur at this place, if enough texts were seen to tell."""
    if seen.sum() < _ENOUGH * len(place):
        return place
    held = "".join(sign for sign in place if seen[ord(sign)] >= rows)
    return held or place


@dataclass(frozen=True)
class Shape:
    """The places of a text, and how many of the texts look so."""

    places: tuple[Place, ...]
    weight: int

    def space(self, fixed: frozenset[int]) -> int:
        """How many texts there are of this shape when the places `fixed` follow from the others.

        >>> Shape(("I", "0123456789", "01"), 1).space(frozenset())
        20
        """
        space = 1
        for at, place in enumerate(self.places):
            space *= 1 if at in fixed else len(place)
        return space

    def without_leading_zero(self) -> "Shape":
        """The shape of integers."""
        first = self.places[0].replace("0", "") if len(self.places) > 1 else self.places[0]
        return Shape((first or self.places[0], *self.places[1:]), self.weight)

    def widened(self, fixed: frozenset[int], least: int) -> "Shape":
        """With as many more digits as it takes to tell `least` texts apart, after the last place that varies."""
        free = [at for at, place in enumerate(self.places) if len(place) > 1 and at not in fixed]
        after = free[-1] + 1 if free else len(self.places) - (len(self.places) - 1 in fixed)
        space, more = self.space(fixed), 0
        while space < least:
            space, more = space * 10, more + 1
        return Shape((*self.places[:after], *(_DIGITS,) * more, *self.places[after:]), self.weight)

    def write(self, index: Words, fixed: frozenset[int], key: int) -> list[Bytes]:
        """Bytes (rows, width) of each place: text number `index` of a keyed order of the shape's texts.

        Different indices below `space` give different texts (below 2^62 where the space is larger). The places `fixed`
        are left for the caller to fill.
        """
        order = permuted(index, np.full(len(index), min(self.space(fixed), WIDEST), np.uint64), key)
        written: list[Bytes] = []
        room = WIDEST
        for at in reversed(range(len(self.places))):
            place = self.places[at]
            if len(place) == 1 or at in fixed:
                written.append(np.tile(np.frombuffer(place[0].encode(), np.uint8), (len(index), 1)))
                continue
            if room >= len(place):
                order, chosen = np.divmod(order, np.uint64(len(place)))
                room //= len(place)
            else:
                chosen = below(hashed(index, key_of(key, at)), len(place)).astype(np.uint64)
            written.append(np.frombuffer(place.encode("ascii"), np.uint8)[chosen][:, None])
        return written[::-1]


def as_texts(written: list[Bytes], rows: int) -> pa.Array:
    """Texts of equal length from the bytes (rows, width) of their places."""
    matrix = np.hstack(written) if written else np.zeros((rows, 0), np.uint8)
    offsets = np.arange(rows + 1, dtype=np.int64) * matrix.shape[1]
    return pa.Array.from_buffers(
        pa.large_string(), rows, [None, pa.py_buffer(offsets.tobytes()), pa.py_buffer(matrix.tobytes())]
    )
