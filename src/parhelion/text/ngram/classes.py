"""Classes of words that stand in the same company, and what classes follow each other.

What seldom or never followed two words is told by what follows their classes: a day, a number, the end of a sentence.
Words are sorted by the exchange algorithm (Kneser & Ney 1993; Martin, Liermann & Ney 1998). A word that a context makes
likely is then taken the sooner, the better its class fits what stands before (as topics are put together with sequences
by Gildea & Hofmann 1999).
"""

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from parhelion.text.ngram import _classes
from parhelion.text.ngram.counting import numbered
from parhelion.text.ngram.learning import Stream

Array = npt.NDArray[Any]

MOST = 200  # classes of words that there may be
_FEWEST = 4  # words of a class in the mean, where there are few words
_PASSES = 6
_STILL = 0.01  # share of the words that move, below which no further pass is made
_ANY, _PAIR = 10.0, 4.0  # pseudo-counts by which pairs of classes lean on single ones, and three in a row on pairs


class Classes(NamedTuple):
    """sizes: (C,) words of each class; words stand in the order of their classes. The last two are of one word each,
    the start and the end of texts. pairs, triples: first * C + second and (first * C + second) * C + third of classes
    in a row, ascending, that several owners wrote; pair_counts, triple_counts: how often."""

    sizes: npt.NDArray[np.int64]
    pairs: npt.NDArray[np.int64]
    pair_counts: npt.NDArray[np.int64]
    triples: npt.NDArray[np.int64]
    triple_counts: npt.NDArray[np.int64]

    def kinds(self) -> npt.NDArray[np.int64]:
        """(words,) the class of each word."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    def fits(self) -> npt.NDArray[np.float32]:
        """(C * C, C) how many times likelier than anywhere each class is after two others.

        Counts are smoothed by those of a class less (the mean of a Dirichlet law, MacKay & Peto 1995).
        """
        many = len(self.sizes)
        pairs, triples = np.zeros(many**2), np.zeros(many**3)
        pairs[self.pairs], triples[self.triples] = self.pair_counts, self.triple_counts
        after_one, after_two = pairs.reshape(many, many), triples.reshape(many, many, many)
        anywhere = after_one.sum(0) + 0.5
        anywhere /= anywhere.sum()
        one = (after_one + _ANY * anywhere) / (after_one.sum(1, keepdims=True) + _ANY)
        two = (after_two + _PAIR * one) / (after_two.sum(2, keepdims=True) + _PAIR)
        told: npt.NDArray[np.float32] = (two / anywhere).astype(np.float32).reshape(many**2, many)
        return told


def classed(stream: Stream, people: int, most: int) -> tuple[Classes, npt.NDArray[np.int64], Stream]:
    """At most so many classes of words, beside two of the start and the end of texts; the words in the order of their
    classes, without these two; and the stream with its words numbered so. people: owners that a sequence of classes
    has at least."""
    of = _exchanged(stream, min(most, -(-stream.size // _FEWEST), stream.size - 2))
    order = np.argsort(of, kind="stable")
    number = np.full(stream.size + 1, -1, np.int64)
    number[order] = np.arange(stream.size)
    arranged = replace(stream, words=number[stream.words])
    return _counted(arranged, np.bincount(of), people), order[:-2], arranged


def _counted(stream: Stream, sizes: Array, people: int) -> Classes:
    many = len(sizes)
    own = np.append(np.repeat(np.arange(many), sizes), -1)[stream.words]
    last, before = np.append(-1, own[:-1]), np.append([-1, -1], own[:-2])
    before[np.append(False, stream.starts[:-1])] = many - 2
    sound = ~stream.starts & (own >= 0) & (last >= 0)
    pairs = _shared(np.where(sound, last * many + own, -1), stream.owners, people)
    keys = np.where(sound & (before >= 0), (before * many + last) * many + own, -1)
    return Classes(sizes, *pairs, *_shared(keys, stream.owners, people))


def _shared(keys: Array, owners: Array, people: int) -> tuple[Array, Array]:
    """The keys that so many owners have, ascending, and how often they come."""
    found = numbered(keys, owners)
    kept = np.flatnonzero(found.owners >= people)
    kept = kept[np.argsort(found.keys[kept])]
    return found.keys[kept], found.counts[kept]


def _exchanged(stream: Stream, many: int) -> npt.NDArray[np.int64]:
    """(size,) the class of each word: one of `many`; the start and the end of texts are classes of their own."""
    size = stream.size
    before, after = stream.words[:-1], stream.words[1:]
    sound = (before >= 0) & (after >= 0) & ~stream.starts[1:]
    pairs, counts = np.unique(before[sound] * size + after[sound], return_counts=True)
    left, right = np.divmod(pairs, size)
    uses = np.bincount(left, counts, size) + np.bincount(right, counts, size)
    order = np.argsort(-uses[: size - 2], kind="stable")
    of = np.empty(size, np.int64)
    of[order] = np.minimum(np.arange(len(order)), many - 1)
    of[size - 2 :] = many, many + 1
    table = np.zeros((many + 2, many + 2))
    np.add.at(table, (of[left], of[right]), counts)
    follows, precedes = _beside(left, right, counts, size), _beside(right, left, counts, size)
    lefts, rights, known = table.sum(1), table.sum(0), _classes.weights()
    for _ in range(_PASSES):
        if _classes.exchange(order, follows, precedes, many, of, table, lefts, rights, known) <= _STILL * len(order):
            break
    return _numbered(of)


def _numbered(of: Array) -> npt.NDArray[np.int64]:
    """The same classes without those that no word is left in."""
    return np.unique(of, return_inverse=True)[1].astype(np.int64)


def _beside(words: Array, others: Array, counts: Array, size: int) -> tuple[Array, Array, Array]:
    order = np.argsort(words, kind="stable")
    return np.searchsorted(words[order], np.arange(size + 1)), others[order], counts[order].astype(np.float64)
