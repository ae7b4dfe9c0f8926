"""Texts as rows of tokens that a network reads at once, and what it is to write after each of them.

A row begins with START, or CONTINUE where a text goes on, then comes one token for each column of the context, then the
text. A text longer than the window is read in windows that overlap by half, so that each of its tokens is written
exactly once, and with at least half a window known before it: what `writing` does when it writes a long text.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

NOTHING = -1  # the target where nothing is to be written; what stands before a text
Tokens = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Layout:
    """Which token is what. words: the size of the vocabulary, tokens 0 .. words - 1. sizes: codes of each column of
    the context and, last, topics: there is a token for each, and for each column one for not being told. window:
    tokens of a row at most.

    >>> layout = Layout(300, (2, 3), 16)
    >>> layout.end, layout.start, layout.blank, layout.read
    (300, 301, 303, 311)
    >>> layout.known(np.array([[1, 2]]))
    array([[305, 309]])
    """

    words: int
    sizes: tuple[int, ...]
    window: int

    @property
    def end(self) -> int:
        return self.words

    @property
    def start(self) -> int:
        return self.words + 1

    @property
    def going_on(self) -> int:
        return self.words + 2

    @property
    def blank(self) -> int:
        return self.words + 3

    @property
    def read(self) -> int:
        return self.words + 4 + sum(self.sizes) + len(self.sizes)

    @property
    def untold(self) -> Tokens:
        """(c,) the token of each column that is not told."""
        return self.words + 4 + np.cumsum([size + 1 for size in self.sizes], dtype=np.int64) - 1

    @property
    def front(self) -> int:
        """Tokens of a row before the text."""
        return 1 + len(self.sizes)

    @property
    def room(self) -> int:
        """Tokens of a text that fit behind the front."""
        return self.window - self.front

    @property
    def overlap(self) -> int:
        return self.room // 2

    def known(self, codes: npt.NDArray[np.int32]) -> Tokens:
        """(n, c) the tokens of the context."""
        return codes.astype(np.int64) + (self.untold - np.array(self.sizes, np.int64))


class Text(NamedTuple):
    """tokens: of a text, its end included where it is whole. targets: the same, NOTHING where nobody is to learn it."""

    tokens: Tokens
    targets: Tokens


class Row(NamedTuple):
    """tokens: what is read. targets: what is to be written after each; NOTHING where that was done before."""

    tokens: Tokens
    targets: Tokens
    text: int


def rows_of(texts: Sequence[Text], known: Tokens, layout: Layout) -> list[Row]:
    """All rows of texts. known: (n, c), of each text."""
    return [row for i, text in enumerate(texts) for row in _rows(text, known[i], layout, i)]


def _rows(text: Text, known: Tokens, layout: Layout, number: int) -> Iterator[Row]:
    begin, done = 0, 0
    while done < len(text.tokens):
        stop = min(begin + layout.room + 1, len(text.tokens))
        front = [layout.going_on if begin else layout.start]
        tokens = np.concatenate([front, known, text.tokens[begin : stop - 1]])
        targets = np.full(len(tokens), NOTHING)
        targets[len(tokens) - (stop - done) :] = text.targets[done:stop]
        yield Row(tokens, targets, number)
        begin, done = stop - layout.overlap, stop


class Batch(NamedTuple):
    """tokens, targets: (rows, longest) with blanks and NOTHING behind shorter rows. texts: (rows,) whose they are."""

    tokens: Tokens
    targets: Tokens
    texts: Tokens


def batches(rows: Sequence[Row], tokens: int, rng: np.random.Generator | None = None) -> Iterator[Batch]:
    """Rows of about the same length together, at most so many tokens a batch (but one row at least). With an `rng`
    rows of the same length, and the batches, are shuffled."""
    lengths = np.array([len(row.tokens) for row in rows], np.int64)
    order = np.lexsort((rng.random(len(rows)) if rng else np.arange(len(rows)), lengths))
    cuts = starts(lengths[order], tokens)
    numbers = np.split(order, cuts[1:])
    for i in rng.permutation(len(cuts)) if rng else range(len(cuts)):
        yield _batch([rows[j] for j in numbers[i]])


def starts(lengths: npt.NDArray[np.int64], tokens: int) -> list[int]:
    """Where the batches of rows of such lengths, ascending, begin.

    >>> starts(np.array([2, 2, 3, 9, 30]), 10)
    [0, 3, 4]
    """
    begins: list[int] = []
    for i, length in enumerate(lengths.tolist()):
        if not begins or (i + 1 - begins[-1]) * length > tokens:
            begins.append(i)
    return begins


def _batch(rows: Sequence[Row]) -> Batch:
    longest = max(len(row.tokens) for row in rows)
    tokens, targets = np.zeros((len(rows), longest), np.int64), np.full((len(rows), longest), NOTHING)
    for i, row in enumerate(rows):
        tokens[i, : len(row.tokens)], targets[i, : len(row.tokens)] = row.tokens, row.targets
    return Batch(tokens, targets, np.array([row.text for row in rows]))
