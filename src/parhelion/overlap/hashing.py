"""Texts as hashes: of the whole, of spans, of windows of words, of words."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from parhelion.overlap._hashes import hash_pairs, hash_pieces, hash_windows, owners_of_keys, roll, winnow
from parhelion.overlap.filters import Hashes, check
from parhelion.overlap.known import SHOWN
from parhelion.overlap.normalizing import Points
from parhelion.overlap.splitting import Places, places_of

WINDOW = 11  # hashes of which the least is kept: the more, the fewer are kept, and the shorter spans may be found
SHORTEST, LONGEST = 2 * WINDOW, 10_000
PHRASE = 4  # words that may be somebody's secret, however common each is
Ends = npt.NDArray[np.int64]
_NONE = np.uint64(0)
_WHOLE, _SPAN, _SEQUENCE, _WORD, _PHRASE = range(5)


class Settings(NamedTuple):
    """salt: of all hashes. span: characters, words: words that count as copied where they are in a row."""

    salt: int
    span: int
    words: int

    def salted(self, use: int) -> np.uint64:
        """The salt of one sort of hashes."""
        return np.uint64((self.salt + use * 0x9E3779B97F4A7C15) % 2**64)


def read_settings(told: dict[str, Any]) -> Settings:
    """Out of a model file, which may come from a stranger."""
    for name, value in told.items():
        check(isinstance(value, int) and not isinstance(value, bool), f"their {name}")
    check(0 < told["salt"] < 2**63, "their salt")
    check(SHORTEST <= told["span"] <= LONGEST, "their span")
    check(1 <= told["words"] <= LONGEST, "their words")
    return Settings(**told)


@dataclass(frozen=True)
class Hashed:
    """Hashes of texts; text i has those from ends[i] to ends[i + 1] of each sort."""

    points: Points
    places: Places
    whole: Hashes
    whole_ends: Ends
    spans: Hashes
    span_ends: Ends
    sequences: Hashes
    sequence_ends: Ends
    phrases: Hashes
    phrase_ends: Ends
    words: Hashes

    @property
    def word_ends(self) -> Ends:
        return self.places.ends


def hashed(of: Points, settings: Settings) -> Hashed:
    """All hashes of normalised texts."""
    places = places_of(of)
    words = np.empty(len(places.starts), np.uint64)
    hash_pieces(of.values, places.starts, places.stops, settings.salted(_WORD), words)
    return Hashed(
        of,
        places,
        *_whole(of, settings),
        *_spans(of, settings),
        *windows(words, places.ends, settings.words, settings.salted(_SEQUENCE)),
        *windows(words, places.ends, PHRASE, settings.salted(_PHRASE)),
        words,
    )


def _whole(of: Points, settings: Settings) -> tuple[Hashes, Ends]:
    """One hash for each text that is not empty."""
    starts, stops = of.ends[:-1], of.ends[1:]
    some = stops > starts
    out = np.empty(np.count_nonzero(some), np.uint64)
    hash_pieces(of.values, starts[some], stops[some], settings.salted(_WHOLE), out)
    return out, np.concatenate([[0], np.cumsum(some)])


def _spans(of: Points, settings: Settings) -> tuple[Hashes, Ends]:
    width = settings.span - WINDOW + 1
    hashes, out, ends = np.empty(len(of.values), np.uint64), np.empty(len(of.values), np.uint64), np.empty_like(of.ends)
    roll(of.values, of.ends, width, settings.salted(_SPAN), hashes)
    winnow(hashes, of.ends, width, WINDOW, out, ends)
    return out[: ends[-1]], ends


def windows(words: Hashes, ends: Ends, width: int, salt: np.uint64 = _NONE) -> tuple[Hashes, Ends]:
    """The hash of each `width` words in a row of a text. words: their hashes."""
    out, window_ends = np.empty(len(words), np.uint64), np.empty(len(ends), np.int64)
    hash_windows(words, ends, width, salt, out, window_ends)
    return out[: window_ends[-1]], window_ends


def owners_of(keys: Hashes, ends: Ends, owners: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
    """Like keys, in the texts of how many owners each occurs."""
    counts = np.empty(len(keys), np.int32)
    size = 1 << (2 * len(keys)).bit_length()
    owners_of_keys(keys, ends, np.argsort(owners, kind="stable"), owners, size, counts)
    return counts


def where(keys: Hashes, ends: Ends, wanted: npt.NDArray[np.bool_]) -> tuple[Hashes, Ends]:
    """The wanted keys of each text."""
    before = np.concatenate([[0], np.cumsum(wanted)])
    return keys[wanted], before[ends]


def pairs(of: Hashed, kinds: npt.NDArray[np.uint8], reach: int) -> tuple[Hashes, Ends]:
    """Hashes of each two words of few owners that may be shown, and stand near each other."""
    ends, none = np.empty(len(of.word_ends), np.int64), np.empty(0, np.uint64)
    hash_pairs(of.words, kinds, SHOWN, of.word_ends, reach, none, ends)
    out = np.empty(ends[-1], np.uint64)
    if len(out):
        hash_pairs(of.words, kinds, SHOWN, of.word_ends, reach, out, ends)
    return out, ends


def hashes_of_pairs(first: Hashes, second: Hashes) -> Hashes:
    """The hash of each first word with its second, as `pairs` makes it."""
    both = np.column_stack([first, second]).ravel()
    ends = np.arange(0, len(both) + 1, 2)
    out = np.empty(len(first), np.uint64)
    if len(out):
        hash_pairs(both, np.full(len(both), SHOWN, np.uint8), SHOWN, ends, 1, out, np.empty_like(ends))
    return out
