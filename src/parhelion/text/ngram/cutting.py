"""Texts to tokens and back, without a character lost."""

import unicodedata
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from parhelion.personal.marks import FIRST, LAST
from parhelion.text.ngram import _tokens

Array = npt.NDArray[Any]

_SPACELESS = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x2E80, 0x30FF), (0x31F0, 0x31FF), (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0xFF66, 0xFF9F), (0x1B000, 0x1B16F), (0x20000, 0x3FFFF), (FIRST, LAST),
)  # fmt: skip
"""Thai, Lao, Burmese, Khmer, Chinese, Japanese: written without spaces; and marks."""
_TONES = (0x1F3FB, 0x1F3FF)
_BLOCK = 1 << 28


class Cut(NamedTuple):
    """Texts as tokens, one after the other.

    forms: (m,) the token's place in strings, which are all different. glued: (m,) no space stood before it though a
    token did. lengths: (n,) tokens of each text.
    """

    forms: npt.NDArray[np.int32]
    strings: list[str]
    glued: npt.NDArray[np.bool_]
    lengths: npt.NDArray[np.int64]


def cut(texts: pa.Array) -> Cut:
    """The tokens of texts.

    >>> tokens = cut(pa.array(["Don't panic... ok?", "\\u4f60\\u597d ok"]))
    >>> [tokens.strings[form] for form in tokens.forms], tokens.lengths.tolist()
    (["Don't", 'panic', '...', 'ok', '?', '\\u4f60', '\\u597d', 'ok'], [5, 3])
    >>> tokens.glued.tolist()
    [False, False, True, False, True, False, True, False]
    """
    data, offsets = buffers(texts)
    classes = _classes(data, offsets)
    room = int(offsets[-1] - offsets[0])
    out, ends = np.empty(room, np.uint8), np.empty(room + 1, np.int64)
    glued, lengths = np.empty(room, np.bool_), np.empty(len(texts), np.int64)
    ends[0] = 0
    n = _tokens.cut(data, offsets, classes, out, ends[1:], glued, lengths)
    tokens = pa.LargeStringArray.from_buffers(n, pa.py_buffer(ends[: n + 1].copy()), pa.py_buffer(out[: ends[n]]))
    coded = tokens.dictionary_encode()
    return Cut(
        coded.indices.to_numpy(zero_copy_only=False).astype(np.int32),
        coded.dictionary.to_pylist(),
        glued[:n].copy(),
        lengths,
    )


def buffers(texts: pa.Array) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """The UTF-8 of texts without nulls, and where each begins in it, and the last ends."""
    texts = texts.cast(pa.large_string())
    _, offsets, data = texts.buffers()
    places = (
        np.frombuffer(offsets, np.int64)[texts.offset : texts.offset + len(texts) + 1]
        if len(texts)
        else np.zeros(1, np.int64)
    )
    return np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(0, np.uint8), places


def _classes(data: npt.NDArray[np.uint8], offsets: npt.NDArray[np.int64]) -> npt.NDArray[np.uint8]:
    """What each character that comes in the texts is; others are 0."""
    seen = np.zeros(_tokens.CODE_POINTS, np.bool_)
    _tokens.mark_points(data, offsets[0], offsets[-1], seen)
    classes = np.zeros(_tokens.CODE_POINTS, np.uint8)
    for point in np.flatnonzero(seen).tolist():
        classes[point] = _class(point)
    return classes


def _class(point: int) -> int:
    character = chr(point)
    category = unicodedata.category(character)
    if point == 0x200D:
        return _tokens.JOINER
    if category[0] == "M" or point == 0x200C or _TONES[0] <= point <= _TONES[1]:
        return _tokens.ATTACHED
    if any(first <= point <= last for first, last in _SPACELESS) or category == "So":
        return _tokens.ALONE
    if character.isspace():
        return _tokens.SPACE
    if character in "'\N{RIGHT SINGLE QUOTATION MARK}":
        return _tokens.APOSTROPHE
    return _tokens.WORD if category[0] in "LN" else _tokens.OTHER
