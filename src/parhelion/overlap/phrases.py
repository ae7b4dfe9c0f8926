"""Phrases that may be secrets though their words are not: "correct horse battery staple", "copper walrus lantern"."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from parhelion.overlap.filters import Hashes
from parhelion.overlap.hashing import PHRASE, Ends, Hashed, owners_of, windows

NEARLY = (
    0.7  # of the owners of two words in a row, those who use them in the phrase; fewer, and many texts were refused
)
TRIPLE = 3  # uncommon words in a row
UNCOMMON = 4  # times as many owners as are protected: of words that fewer use
Flags = npt.NDArray[np.bool_]


def bound_phrases(of: Hashed, owners: npt.NDArray[np.int64], protect: int, unsafe: Flags) -> Flags:
    """Which windows of four words must not be shown: `protect` owners or fewer wrote them, and of those who wrote two
    of the words together, nearly all for each such two.

    unsafe: words that must not be shown anyway; phrases with them are not told.
    """
    wrote = owners_of(of.phrases, of.phrase_ends, owners)
    links, link_ends = windows(of.words, of.word_ends, 2)
    linked = owners_of(links, link_ends, owners)
    bound = wrote <= protect
    first_link, first_word = _firsts(of.phrase_ends, link_ends), _firsts(of.phrase_ends, of.word_ends)
    for offset in range(PHRASE - 1):
        bound &= wrote >= NEARLY * linked[first_link + offset]
    for offset in range(PHRASE):
        bound &= ~unsafe[first_word + offset]
    return bound


class Triples(NamedTuple):
    """hashes: of each three words in a row; ends: of texts among these; told: which must not be shown."""

    hashes: Hashes
    ends: Ends
    told: Flags

    def within(self, of: Hashed) -> Flags:
        """Which windows of four words hold one that must not be shown."""
        first = _firsts(of.phrase_ends, self.ends)
        return self.told[first] | self.told[first + 1]


def uncommon_triples(of: Hashed, owners: npt.NDArray[np.int64], protect: int, uncommon: Flags) -> Triples:
    """Three uncommon words in a row must not be shown where `protect` owners or fewer wrote them.

    uncommon: words of at most `UNCOMMON` times as many owners, but those that must not be shown anyway.
    """
    hashes, ends = windows(of.words, of.word_ends, TRIPLE)
    told = owners_of(hashes, ends, owners) <= protect
    first = _firsts(ends, of.word_ends)
    for offset in range(TRIPLE):
        told &= uncommon[first + offset]
    return Triples(hashes, ends, told)


def _firsts(ends: Ends, others: Ends) -> Ends:
    """For each window of a text, in all texts, where its first link or word is among those of all texts."""
    each = np.diff(ends)
    firsts: Ends = np.arange(ends[-1]) + np.repeat(others[:-1] - ends[:-1], each)
    return firsts
