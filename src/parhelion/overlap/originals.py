"""The originals themselves, for judging texts while they are at hand: nothing is taken for a copy that is none."""

from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from parhelion.overlap._company import count_owners
from parhelion.overlap.dictionary import Dictionary
from parhelion.overlap.normalizing import Points, points, ranges
from parhelion.overlap.pieces import in_pieces
from parhelion.overlap.spans import Spans
from parhelion.overlap.splitting import places_of

Owners = npt.NDArray[np.int64]
Counts = npt.NDArray[np.int32]
Places = npt.NDArray[np.int64]


class Shared(NamedTuple):
    """A span that a text has in common with an original: text[start:start + len(span)] once both are normalised."""

    span: str
    start: int
    original: int
    original_start: int


@dataclass(frozen=True)
class Originals:
    """Originals, and how to find in them what other texts have in common with them; all texts are normalised first.

    >>> originals = Originals.of(pa.array(["It was the best of times, it was the worst of times.", "Call me Ishmael."]))
    >>> others = pa.array(["call me  ishmael.", "Truly: the best of times, it was!", "Nothing of this"])
    >>> originals.verbatim(others).tolist(), originals.longest(others).tolist()
    ([True, False, False], [0, 26, 0])
    >>> originals.sequences(others).tolist()
    [0, 1, 0]
    >>> originals.where(others, 1)
    Shared(span=' the best of times, it was', start=6, original=0, original_start=6)
    """

    texts: Points
    owners: Owners
    whole: Dictionary
    spans: Spans

    @classmethod
    def of(cls, texts: pa.Array, owners: Owners | None = None) -> Self:
        """An index of texts. owners: who wrote each; where nobody is named each text is its own. About 20 bytes for
        each character."""
        made = points(texts)
        whole, ids = Dictionary.of(made.values, made.ends[:-1], made.ends[1:])
        named = np.arange(len(ids)) if owners is None else np.asarray(owners, np.int64)
        return cls(made, named, whole, Spans.of(made, np.unique(ids, return_index=True)[1]))

    def verbatim(self, texts: pa.Array) -> npt.NDArray[np.bool_]:
        """(n,) which texts are originals; empty ones are none."""
        made = points(texts)
        starts, stops = made.ends[:-1], made.ends[1:]
        found: npt.NDArray[np.bool_] = (self.whole.find(made.values, starts, stops) >= 0) & (stops > starts)
        return found

    def longest(self, texts: pa.Array) -> Counts:
        """(n,) characters of the longest span that each text has in common with one original: exact from 20 to
        1000, 0 for fewer, 1000 for more."""
        found = in_pieces(texts, lambda piece: self.spans.longest(points(piece)).lengths)
        return np.concatenate([np.zeros(0, np.int32), *found])

    def sequences(self, texts: pa.Array, words: int = 6, rare: int = 3) -> Counts:
        """(n,) how many of each text's windows of `words` words fewer than `rare` owners of originals wrote, but at
        least one."""
        places, made = places_of(self.texts), points(texts)
        known, ids = Dictionary.of(self.texts.values, places.starts, places.stops)
        windows, window_ids, window_ends = _windows(ids, places.ends, words)
        counts = np.zeros(len(windows), np.int64)
        count_owners(window_ids, window_ends, np.argsort(self.owners, kind="stable"), self.owners, counts)
        asked = places_of(made)
        starts, ends = _starts(asked.ends, words)
        found = windows.find(known.find(made.values, asked.starts, asked.stops), starts, starts + words)
        few = np.append(counts < rare, False)[found]
        return np.diff(np.concatenate([[0], np.cumsum(few)])[ends]).astype(np.int32)

    def where(self, texts: pa.Array, row: int) -> Shared | None:
        """The longest span of one of the texts that an original has too, and the first such original; None where it
        has no 20 characters."""
        made = points(texts.slice(row, 1))
        found = self.spans.longest(made)
        if not found.lengths[0]:
            return None
        original, place = self.spans.place(int(found.places[0]))
        start = int(found.starts[0])
        return Shared(made.text(start, start + int(found.lengths[0])), start, original, place)


def _windows(ids: npt.NDArray[np.int32], ends: Places, words: int) -> tuple[Dictionary, Counts, Places]:
    """The different windows of words of texts, the number of each in a row, and where those of each text end."""
    starts, window_ends = _starts(ends, words)
    windows, numbers = Dictionary.of(ids, starts, starts + words)
    return windows, numbers, window_ends


def _starts(ends: Places, words: int) -> tuple[Places, Places]:
    """Where windows of words begin that are inside a text, and where those of each text end."""
    each = np.maximum(np.diff(ends) - words + 1, 0)
    window_ends = np.concatenate([[0], np.cumsum(each)])
    return ranges(ends[:-1], each), window_ends
