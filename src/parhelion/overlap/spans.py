"""The longest spans that texts have in common with others, exactly."""

from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from parhelion.overlap._hashes import roll
from parhelion.overlap._suffixes import longest_spans
from parhelion.overlap.filters import Filter, Hashes
from parhelion.overlap.normalizing import Points, ranges
from parhelion.overlap.suffixes import suffix_order

LEAST, MOST = 20, 1000  # characters of spans that are looked for; longer ones are told as MOST
_RATE = 0.02  # more would be searched for in vain
Ints = npt.NDArray[np.int64]


class Longest(NamedTuple):
    """The longest span of each text: how long, from where in the text, from where among the originals' characters."""

    lengths: npt.NDArray[np.int32]
    starts: Ints
    places: Ints


@dataclass(frozen=True)
class Spans:
    """All spans of some texts.

    values: their characters plus one, with a zero after each text. ends: where these texts begin in values, and the
    last one's end. rows: which text each was. grams: of the first characters of each suffix, order: see
    `suffix_order`.
    """

    values: npt.NDArray[np.uint32]
    ends: Ints
    rows: Ints
    grams: Filter
    order: Ints

    @classmethod
    def of(cls, texts: Points, rows: Ints) -> Self:
        """The spans of some of the texts; rows: which."""
        lengths = np.diff(texts.ends)[rows]
        ends = np.concatenate([[0], np.cumsum(lengths + 1)])
        values = np.zeros(ends[-1], np.uint32)
        values[ranges(ends[:-1], lengths)] = texts.values[ranges(texts.ends[rows], lengths)] + 1
        hashes = _grams(Points(values, ends))
        order = suffix_order(values, int(lengths.max(initial=0)))
        return cls(values, ends, rows, Filter.of(hashes, _RATE), order)

    def longest(self, texts: Points) -> Longest:
        """The longest span of each text that is one of these."""
        n = len(texts.ends) - 1
        found = Longest(np.zeros(n, np.int32), np.zeros(n, np.int64), np.zeros(n, np.int64))
        shifted = texts.values + np.uint32(1)
        held = self.grams.held(_grams(Points(shifted, texts.ends)))
        longest_spans(shifted, texts.ends, held, self.values, self.order, LEAST, MOST, *found)
        return found

    def place(self, at: int) -> tuple[int, int]:
        """The text that holds a character, and which of its characters that is."""
        which = int(np.searchsorted(self.ends, at, "right")) - 1
        return int(self.rows[which]), at - int(self.ends[which])


def _grams(texts: Points) -> Hashes:
    """The hash of the LEAST characters from each place on; zero where a text has fewer."""
    hashes = np.zeros(len(texts.values), np.uint64)
    roll(texts.values, texts.ends, LEAST, np.uint64(1), hashes)
    return hashes
