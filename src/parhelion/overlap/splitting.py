"""Texts as words."""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from parhelion.overlap._words import ALONE, APOSTROPHE, LETTER, MARK, split
from parhelion.overlap.dictionary import Dictionary
from parhelion.overlap.normalizing import TABLE, Points, categories, points, ranges, strings

# Thai and Lao, Myanmar, Khmer, kana and Han put no space between words; a private character stands for a whole value
_ALONE = (
    (0x0E00, 0x0F00), (0x1000, 0x10A0), (0x1780, 0x1800), (0x2E80, 0x3130), (0x31A0, 0x31C0), (0x31F0, 0x3200),
    (0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00), (0x1B000, 0x1B170), (0x20000, TABLE),
)  # fmt: skip

PRIVATE = 0xE000, 0xF900


@dataclass(frozen=True)
class Words:
    """Texts as words that are compared: text i is ids[ends[i]:ends[i + 1]].

    ids: int32, places in vocabulary. vocabulary: the different words, normalised, in order of first appearance.
    """

    ids: npt.NDArray[np.int32]
    ends: npt.NDArray[np.int64]
    vocabulary: pa.Array

    def __len__(self) -> int:
        return len(self.ends) - 1

    def of(self, text: int) -> list[str]:
        """The words of one text."""
        ids = pa.array(self.ids[self.ends[text] : self.ends[text + 1]])
        return [str(word) for word in self.vocabulary.take(ids).to_pylist()]


class Places(NamedTuple):
    """Where words stand among the code points: word i is starts[i]:stops[i], text i is words ends[i]:ends[i + 1]."""

    starts: npt.NDArray[np.int64]
    stops: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]


def words(texts: pa.Array) -> Words:
    """The words of texts, as `normal` makes them: letters, digits and marks, and apostrophes between letters.

    A character of a script without spaces (Han, kana, Thai, ...) is a word, and so is a private character, which
    stands for a personal value.

    >>> made = words(pa.array(["Don't PANIC, it's 3.50 €!", "東京 is big", "", None, "don’t"]))
    >>> [made.of(text) for text in range(len(made))]
    [["don't", 'panic', "it's", '3', '50'], ['東', '京', 'is', 'big'], [], [], ["don't"]]
    >>> made.ids[-1]
    np.int32(0)
    """
    of = points(texts)
    return vocabulary_of(of, places_of(of))


def vocabulary_of(of: Points, places: Places) -> Words:
    """The words of normalised texts, where it is known where they stand."""
    known, ids = Dictionary.of(of.values, places.starts, places.stops)
    return Words(ids, places.ends, _cut(of, known.starts, known.stops))


def places_of(of: Points) -> Places:
    """Where the words stand."""
    ends = np.empty(len(of.ends), np.int64)
    starts, stops = np.empty(len(of.values), np.int64), np.empty(len(of.values), np.int64)
    split(of.values, of.ends, classes(), starts, stops, ends)
    return Places(starts[: ends[-1]].copy(), stops[: ends[-1]].copy(), ends)


def _cut(of: Points, starts: npt.NDArray[np.int64], stops: npt.NDArray[np.int64]) -> pa.Array:
    """Pieces of texts as texts."""
    ends = np.concatenate([[0], np.cumsum(stops - starts)])
    return strings(Points(of.values[ranges(starts, stops - starts)], ends)).cast(pa.string())


@lru_cache(maxsize=1)
def classes() -> npt.NDArray[np.uint8]:
    """What each code point is in a word."""
    kinds = categories()
    made = np.zeros(TABLE, np.uint8)
    marks = np.char.startswith(kinds, "M")
    made[np.char.startswith(kinds, "L") | np.char.startswith(kinds, "N") | marks] = LETTER
    for start, stop in _ALONE:
        letters = made[start:stop] == LETTER
        made[start:stop][letters] = ALONE
    made[PRIVATE[0] : PRIVATE[1]] = ALONE
    made[marks] = MARK
    made[ord("'")] = APOSTROPHE
    return made
