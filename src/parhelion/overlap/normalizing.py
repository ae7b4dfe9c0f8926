"""How texts are compared: what looks the same is the same.

Folded are compatible forms (NFKC), the case of letters, kinds of quotation marks and dashes, and runs of white space;
characters that nobody sees are left out.
"""

import unicodedata
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from parhelion.overlap._points import DROPPED, encode, fold_texts, hard_texts

TABLE = 0x34000  # no letter has a code point from here on
_SAME = {
    **dict.fromkeys("‘’‚‛′´ʼ`", "'"),
    **dict.fromkeys("“”„‟«»″", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
}
_UNSEEN = "\u034f\u115f\u1160\u3164\ufe00-\ufe0f\U000e0000-\U000e01ff"
_JAMO = (range(0x1100, 0x1200), range(0xA960, 0xA980), range(0xD7B0, 0xD800))


class Points(NamedTuple):
    """Texts as they are compared: text i is the code points values[ends[i]:ends[i + 1]]."""

    values: npt.NDArray[np.uint32]
    ends: npt.NDArray[np.int64]

    def text(self, start: int, stop: int) -> str:
        """The characters from one place to another."""
        return self.values[start:stop].astype("<u4").tobytes().decode("utf-32-le", "replace")


def normal(texts: pa.Array) -> pa.Array:
    """Texts as they are compared, in the type they came in; null stays null.

    >>> normal(pa.array(["  The\\u00a0“ＣＡＴ”\\n sat – there ", "e\\u0301t\\u00e9 so\\u00adft", None])).to_pylist()
    ['the "cat" sat - there', 'été soft', None]
    """
    made = strings(points(texts))
    nulls = texts.is_null()
    return pc.if_else(nulls, None, made).cast(texts.type) if texts.null_count else made.cast(texts.type)


def ranges(starts: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The whole numbers from each start on, as many as its length.

    >>> ranges(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    before = np.cumsum(lengths) - lengths
    every: npt.NDArray[np.int64] = np.arange(lengths.sum()) + np.repeat(starts - before, lengths)
    return every


def strings(of: Points) -> pa.Array:
    """Code points as texts again."""
    data, offsets = np.empty(4 * len(of.values), np.uint8), np.empty(len(of.ends), np.int64)
    encode(of.values, of.ends, data, offsets)
    return pa.LargeStringArray.from_buffers(
        len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(data[: offsets[-1]].copy())
    )


def points(texts: pa.Array) -> Points:
    """Texts as they are compared, as code points; null is an empty text."""
    data, offsets = _buffers(_composed(flat_texts(texts)))
    values, ends = np.empty(int(offsets[-1] - offsets[0]), np.uint32), np.empty(len(offsets), np.int64)
    fold_texts(data, offsets, _folds(), values, ends)
    return Points(values[: ends[-1]], ends)


def exact_points(texts: pa.Array) -> Points:
    """Texts as they are, as code points; null is an empty text."""
    pieces = ["" if text is None else text for text in texts.to_pylist()]
    values = np.frombuffer("".join(pieces).encode("utf-32-le"), "<u4").astype(np.uint32)
    return Points(values, np.cumsum([0, *map(len, pieces)], dtype=np.int64))


def flat_texts(texts: pa.Array) -> pa.Array:
    """One array without nulls, whatever holds the texts."""
    whole = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    return pc.fill_null(whole.cast(pa.large_string()), "")


def _buffers(flat: pa.Array) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    _, offsets, data = flat.buffers()
    if offsets is None or not len(flat):
        return np.zeros(0, np.uint8), np.zeros(1, np.int64)
    held = np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)
    return held, np.frombuffer(offsets, np.int64)[flat.offset : flat.offset + len(flat) + 1]


def _composed(flat: pa.Array) -> pa.Array:
    """NFKC of the texts that it may change; it costs ten times all the rest."""
    data, offsets = _buffers(flat)
    hard = np.zeros(len(flat), np.bool_)
    hard_texts(data, offsets, _hard(), hard)
    if not hard.any():
        return flat
    seen = pc.replace_substring_regex(flat.filter(pa.array(hard)), rf"[\p{{Cf}}{_UNSEEN}]", "")
    return pc.replace_with_mask(flat, pa.array(hard), pc.utf8_normalize(seen, form="NFKC"))


@lru_cache(maxsize=1)
def categories() -> npt.NDArray[np.str_]:
    """The general category of each code point below TABLE."""
    return np.array([unicodedata.category(chr(point)) for point in range(TABLE)])


@lru_cache(maxsize=1)
def _hard() -> npt.NDArray[np.bool_]:
    """Code points that NFKC may change or move: alone, or beside others."""
    hard = np.char.startswith(categories(), "M")
    hard |= [not unicodedata.is_normalized("NFKC", chr(point)) for point in range(TABLE)]
    for jamo in _JAMO:
        hard[jamo] = True
    return hard


@lru_cache(maxsize=1)
def _folds() -> npt.NDArray[np.uint32]:
    """What each code point is compared as."""
    folds = np.arange(TABLE, dtype=np.uint32)
    for point in range(TABLE):
        character = chr(point)
        if character.isspace():
            folds[point] = 32
        else:
            folded = character.casefold()
            folds[point] = ord(folded if len(folded) == 1 else character.lower()[:1])
    for character, same in _SAME.items():
        folds[ord(character)] = ord(same)
    folds[categories() == "Cf"] = DROPPED
    for point in (0x034F, 0x115F, 0x1160, 0x3164, *range(0xFE00, 0xFE10)):
        folds[point] = DROPPED
    return folds
