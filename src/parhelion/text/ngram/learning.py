"""Counting sequences of words: all that several owners wrote, and how often in which context.

The mass of what was counted and is not kept goes to shorter sequences (`Counts.total` holds it). Counts of histories
shorter than the longest are of different words before (Kneser & Ney 1995), discounts those of Chen & Goodman (1999).
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from parhelion.text.ngram.counting import numbered

Array = npt.NDArray[Any]


class Counts(NamedTuple):
    """gram_parents, gram_words: (M,) gram i + 1 is the history gram_parents[i] and one more word; gram 0 is no words at
    all. contexts, histories, totals: (N,) nodes, and how much was counted at each. sizes: (N,) cells of each; words,
    counts: of the cells, by word. discounts: (levels, order, 3) of counts 1, 2, more."""

    gram_parents: npt.NDArray[np.int64]
    gram_words: npt.NDArray[np.int64]
    contexts: npt.NDArray[np.int64]
    histories: npt.NDArray[np.int64]
    totals: npt.NDArray[np.int64]
    sizes: npt.NDArray[np.int64]
    words: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]
    discounts: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Stream:
    """All texts as one sequence: a start, its words (-1: hidden), an end, for each. rows: the text of each position,
    owners: its owner, ascending. size: words there are, start and end included."""

    words: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int64]
    owners: npt.NDArray[np.int64]
    starts: npt.NDArray[np.bool_]
    size: int

    @classmethod
    def of(cls, words: Array, lengths: Array, owners: Array, vocabulary: int) -> "Stream":
        ends = np.cumsum(lengths + 2)
        rows = np.repeat(np.arange(len(lengths)), lengths + 2)
        first, last = np.zeros(len(rows), bool), np.zeros(len(rows), bool)
        first[ends - lengths - 2], last[ends - 1] = True, True
        out = np.empty(len(rows), np.int64)
        out[first], out[last], out[~(first | last)] = vocabulary, vocabulary + 1, words
        return cls(out, rows, owners[rows], first, vocabulary + 2)


class Grams(NamedTuple):
    """histories[o]: (positions,) the gram of the o words before each, -1 where it is not kept. ends[o]: the gram of the
    o + 1 words that end at each. parents, words: see Counts. singles: (order, 4) grams that come 1 .. 4 times, kept or
    not."""

    histories: list[Array]
    ends: list[Array]
    parents: Array
    words: Array
    singles: Array


def grams_of(stream: Stream, order: int, people: int) -> Grams:
    """All sequences of up to `order` words that `people` owners share."""
    histories, ends, parents, words, singles = [np.zeros(len(stream.words), np.int32)], [], [], [], []
    kept = 1
    for o in range(order):
        sound = (stream.words >= 0) & (histories[o] >= 0)
        keys = np.where(sound, histories[o].astype(np.int64) * stream.size + stream.words, -1)
        found = numbered(keys, stream.owners)
        keep = found.owners >= people
        if o == 0:
            keep |= found.keys >= stream.size - 2
        number = np.full(len(keep) + 1, -1, np.int32)
        new = np.flatnonzero(keep)[np.argsort(found.keys[keep])]
        number[new] = kept + np.arange(len(new))
        kept += len(new)
        parents.append(found.keys[new] // stream.size)
        words.append(found.keys[new] % stream.size)
        singles.append(np.bincount(found.counts, minlength=5)[1:5])
        ends.append(number[found.ids])
        histories.append(np.where(stream.starts, -1, np.concatenate([[-1], ends[-1][:-1]])).astype(np.int32))
    return Grams(histories[:order], ends, np.concatenate(parents), np.concatenate(words), np.array(singles))


class _Cells(NamedTuple):
    contexts: Array
    histories: Array
    totals: Array
    nodes: Array
    words: Array
    counts: Array


def counts_of(stream: Stream, grams: Grams, contexts: Array, scale: float, *, keep_lengths: bool) -> Counts:
    """The counts of kept grams in each context. contexts: (texts, levels) nodes. scale: of the discounts.
    keep_lengths: see NgramConfig."""
    order, levels = len(grams.ends), contexts.shape[1]
    parts: list[_Cells] = []
    discounts = np.zeros((levels, order, 3))
    for level in range(levels):
        own = contexts[:, level][stream.rows]
        for o in range(order):
            part = _cells(stream, grams, own, o, keep_lengths=keep_lengths)
            singles = grams.singles[o] if level == 0 else np.bincount(part.counts, minlength=5)[1:5]
            discounts[level, o] = scale * _discounts(singles)
            parts.append(part)
    begins = np.cumsum([0, *(len(part.totals) for part in parts)])
    nodes = np.concatenate([part.nodes + begin for part, begin in zip(parts, begins[:-1], strict=True)])
    words, counts = (np.concatenate([part[i] for part in parts]) for i in (4, 5))
    arranged = np.lexsort((words, nodes))
    known, history, totals = (np.concatenate([part[i] for part in parts]) for i in (0, 1, 2))
    sizes = np.bincount(nodes, minlength=len(totals))
    return Counts(
        grams.parents, grams.words, known, history, totals, sizes, words[arranged], counts[arranged], discounts
    )


def _cells(stream: Stream, grams: Grams, contexts: Array, o: int, *, keep_lengths: bool) -> _Cells:
    """What follows the histories of o words, in each context of one level."""
    at = np.flatnonzero((stream.words >= 0) & ~stream.starts & (grams.histories[o] >= 0))
    owners, many = stream.owners[at], len(grams.parents) + 1
    nodes = numbered(contexts[at] * many + grams.histories[o][at], owners)
    pairs = numbered(nodes.ids.astype(np.int64) * stream.size + stream.words[at], owners)
    node, word = np.divmod(pairs.keys, stream.size)
    counts = pairs.counts if o == len(grams.ends) - 1 else _continuations(stream, at, o, pairs.ids, pairs.counts)
    if keep_lengths and o < len(grams.ends) - 1:
        counts = _ends_as_often(node, word == stream.size - 1, pairs.counts, counts)
    totals = np.bincount(node, weights=counts, minlength=len(nodes.keys)).astype(np.int64)
    kept = np.zeros(len(pairs.keys), bool)
    kept[pairs.ids] = grams.ends[o][at] >= 0
    context, history = np.divmod(nodes.keys, many)
    return _Cells(context, history, totals, node[kept], word[kept], counts[kept])


def _ends_as_often(nodes: Array, ends: Array, counts: Array, different: Array) -> Array:
    """Counts of different words before, but for the end of a text: it keeps its share of all that follows a history.

    A text ends after few different words, but surely: taken for a word like others, it would come too late.
    """
    others = np.bincount(nodes[~ends], weights=counts[~ends], minlength=int(nodes.max(initial=-1)) + 1)
    unlike = np.bincount(nodes[~ends], weights=different[~ends], minlength=len(others))
    scale = np.where(others > 0, unlike / np.maximum(others, 1), 1.0)
    return np.where(ends, np.maximum(np.rint(counts * scale[nodes]), 1), different).astype(np.int64)


def _continuations(stream: Stream, at: Array, o: int, ids: Array, counts: Array) -> Array:
    """How many different words stand before each sequence; how often it comes where it begins its text."""
    before = np.maximum(at - o - 1, 0)
    inside = stream.rows[before] == stream.rows[at]
    inside &= at - o - 1 >= 0
    left = np.where(stream.words[before] >= 0, stream.words[before], stream.size)
    different = numbered(np.where(inside, ids * np.int64(stream.size + 1) + left, -1), stream.owners[at])
    found = np.bincount(different.keys // (stream.size + 1), minlength=len(counts))
    return np.where(found > 0, found, counts)


def _discounts(singles: Array) -> Array:
    """D1, D2, D3+ by how many things come 1, 2, 3, 4 times (Chen & Goodman 1999, equation 26)."""
    n = np.maximum(singles, 1).astype(float)
    y = n[0] / (n[0] + 2 * n[1])
    discounts: Array = np.clip([j - (j + 1) * y * n[j] / n[j - 1] for j in (1, 2, 3)], 0.05, (0.95, 1.9, 2.85))
    return discounts
