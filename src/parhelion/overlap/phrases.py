"""Four words that come mostly together: a secret of common words, such as "correct horse battery staple"."""

import numpy as np
import numpy.typing as npt

from parhelion.overlap.hashing import PHRASE, Ends, Hashed, owners_of, windows

NEARLY = (
    0.7  # of the owners of two words in a row, those who use them in the phrase; fewer, and many texts were refused
)
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


def _firsts(ends: Ends, others: Ends) -> Ends:
    """For each window of a text, in all texts, where its first link or word is among those of all texts."""
    each = np.diff(ends)
    firsts: Ends = np.arange(ends[-1]) + np.repeat(others[:-1] - ends[:-1], each)
    return firsts
