"""Words and pairs of words that may be somebody's secret: few owners use them, and not as a language is used.

A word of more than `protect` owners is nobody's. One of fewer is shown only if it behaves and looks like a word of the
language: at least three owners use it, after three or more different words that are themselves shared, before two or
more, and each three letters of it stand in another shared word. Two such words that come mostly together are a name
or a secret, and are not shown together.

What this cannot tell: a secret that is one word, looks like any word, and was written by three owners or more in
sentences of their own; and a secret of words that each have many owners, unless it is four words or more that come
only together (see `phrases`). Both are as words of a language are.
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from parhelion.overlap._company import count_owners, keep_company, meetings
from parhelion.overlap.shapes import familiar
from parhelion.overlap.splitting import PRIVATE, Words, words

SHARING = 3  # owners of a word that may be shown
BEFORE, AFTER = 3, 2  # different words that it must have beside it
REACH = 2  # words from one word of a bound pair to the other
TOGETHER = 0.5  # of the owners of the rarer word of a pair, those who use both together: bound from here on

Flags = npt.NDArray[np.bool_]
Owners = npt.NDArray[np.int64]


def unsafe_words(texts: pa.Array, owners: Owners, protect: int) -> frozenset[str]:
    """The normalised words (see `words`) that must not be shown.

    owners: (n,) who wrote each text. protect: words of more owners than this are safe; with 1 all words are.

    >>> texts = pa.array([f"the {animal} is zorbax today" for animal in ("cat", "dog", "cow", "cat", "dog")])
    >>> sorted(unsafe_words(texts, np.arange(5), protect=4))
    ['cat', 'cow', 'dog']
    >>> sorted(unsafe_words(texts, np.arange(5), protect=10))
    ['cat', 'cow', 'dog', 'is', 'the', 'today', 'zorbax']
    >>> unsafe_words(texts, np.arange(5), protect=1)
    frozenset()
    """
    made = words(texts)
    return frozenset(made.vocabulary.filter(pa.array(unsafe_ids(made, owners, protect))).to_pylist())


def unsafe_pairs(texts: pa.Array, owners: Owners, protect: int) -> frozenset[tuple[str, str]]:
    """Pairs of normalised words that must not be shown with the second after the first or one word further on.

    Both words of each are safe by themselves: pairs with an unsafe word need not be listed.

    >>> first, last, ends = ["rat", "mat", "trail", "mail"], ["is", "was", "has", "can"], ["so", "now", "here", "then"]
    >>> texts = [f"{a} {pair} {b} {c}" for a, b, c in zip(first, last, ends) for pair in ("rain", "rain main", "main")]
    >>> unsafe_pairs(pa.array(texts), np.arange(12), protect=10)
    frozenset({('rain', 'main')})
    """
    made = words(texts)
    names = np.asarray(made.vocabulary.to_pylist(), object)
    return frozenset((str(a), str(b)) for a, b in names[unsafe_pair_ids(made, owners, protect)])


def owners_of_words(made: Words, owners: Owners) -> npt.NDArray[np.int64]:
    """(V,) how many owners use each word of the vocabulary."""
    counts = np.zeros(len(made.vocabulary), np.int64)
    count_owners(made.ids, made.ends, np.argsort(owners, kind="stable"), np.asarray(owners, np.int64), counts)
    return counts


def unsafe_ids(made: Words, owners: Owners, protect: int) -> Flags:
    """(V,) which words of the vocabulary must not be shown."""
    return unsafe_of(made, owners_of_words(made, owners), protect)


def unsafe_of(made: Words, counts: npt.NDArray[np.int64], protect: int) -> Flags:
    """The same where it is known how many owners use each word."""
    if protect <= 1:
        return np.zeros(len(counts), np.bool_)
    return _rare(made, counts, protect) & ~(_varied(made, counts) & _familiar(made, counts))


def _rare(made: Words, counts: npt.NDArray[np.int64], protect: int) -> Flags:
    """Words of few owners. A private character is never one: it stands for a value, and another is put there."""
    private = [len(word) == 1 and PRIVATE[0] <= ord(word) < PRIVATE[1] for word in made.vocabulary.to_pylist()]
    rare: Flags = (counts <= protect) & ~np.asarray(private, np.bool_)
    return rare


def _varied(made: Words, counts: npt.NDArray[np.int64]) -> Flags:
    """Words with enough different words on both sides; what fewer than three owners use is no company."""
    before = np.full((len(counts), BEFORE), -2, np.int32)
    after = np.full((len(counts), AFTER), -2, np.int32)
    keep_company(made.ids, made.ends, counts >= SHARING, before, after)
    varied: Flags = (before[:, -1] != -2) & (after[:, -1] != -2)
    return varied


def _familiar(made: Words, counts: npt.NDArray[np.int64]) -> Flags:
    """Words of three owners or more that look like others of these."""
    shared = np.flatnonzero(counts >= SHARING)
    looks = np.zeros(len(counts), np.bool_)
    looks[shared] = familiar(made.vocabulary.take(pa.array(shared)).to_pylist())
    return looks


def unsafe_pair_ids(made: Words, owners: Owners, protect: int) -> npt.NDArray[np.int32]:
    """(m, 2) the pairs that must not be shown, of words of the vocabulary."""
    counts = owners_of_words(made, owners)
    shown = pairable(made, counts, protect) & ~unsafe_of(made, counts, protect)
    return bound_pairs(made, owners, counts, protect, shown)


def pairable(made: Words, counts: npt.NDArray[np.int64], protect: int) -> Flags:
    """(V,) words so rare that a pair of `protect` owners is at least half of their owners."""
    return _rare(made, counts, int(protect / TOGETHER))


def bound_pairs(
    made: Words, owners: Owners, counts: npt.NDArray[np.int64], protect: int, wanted: Flags
) -> npt.NDArray[np.int32]:
    """Pairs of wanted words that `protect` owners or fewer use together, but half of the rarer one's owners or more."""
    if protect <= 1:
        return np.zeros((0, 2), np.int32)
    rows, pairs = np.empty(0, np.int64), np.empty((0, 2), np.int32)
    met = meetings(made.ids, made.ends, wanted, REACH, rows, pairs)
    if not met:
        return pairs
    rows, pairs = np.empty(met, np.int64), np.empty((met, 2), np.int32)
    meetings(made.ids, made.ends, wanted, REACH, rows, pairs)
    each = np.unique(np.column_stack([pairs, np.asarray(owners, np.int64)[rows]]), axis=0)
    found, together = np.unique(each[:, :2], axis=0, return_counts=True)
    bound = (together <= protect) & (together >= TOGETHER * counts[found].min(axis=1))
    return np.asarray(found[bound], np.int32)
