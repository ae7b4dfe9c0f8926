"""Which columns of a row tell something of its text."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from parhelion.text.contract import Codes

WORDS = 2000  # the most frequent ones, which are looked at
TEXTS = 50_000
MOST = 6  # columns


def telling(texts: pa.Array, codes: Codes, sizes: list[int]) -> list[int]:
    """The columns of codes (n, c) on which the words of the texts depend, those that tell most first, at most `MOST`.

    A column tells something if the likelihood ratio G of independence is beyond what chance gives: its degrees of
    freedom and four standard deviations of the chi-squared law (Wilks 1938).

    >>> label = np.array([0, 1] * 200, np.int32)
    >>> noise = np.random.default_rng(0).integers(0, 2, 400).astype(np.int32)
    >>> texts = pa.array(["my card is lost", "where is my parcel"] * 200)
    >>> telling(texts, np.stack([noise, label], axis=1), [2, 2])
    [1]
    """
    rows = np.linspace(0, len(texts) - 1, min(len(texts), TEXTS)).astype(np.int64)
    owner, word, words = _pairs(texts.take(pa.array(rows)))
    excess = [_excess(codes[rows, i][owner], word, size, words) for i, size in enumerate(sizes)]
    return [int(i) for i in np.argsort([-e for e in excess], kind="stable") if excess[int(i)] > 0][:MOST]


def _pairs(texts: pa.Array) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], int]:
    """Which text has which word, each once."""
    split = pc.utf8_split_whitespace(pc.utf8_lower(texts))
    words = split.flatten().dictionary_encode()
    owner = np.repeat(np.arange(len(texts)), pc.list_value_length(split).to_numpy(zero_copy_only=False))
    ids = words.indices.to_numpy()
    frequent = np.argsort(-np.bincount(ids, minlength=1), kind="stable")[:WORDS]
    rank = np.full(len(words.dictionary) + 1, -1, np.int64)
    rank[frequent] = np.arange(len(frequent))
    known = rank[ids] >= 0
    pair = np.unique(owner[known] * len(frequent) + rank[ids][known])
    return pair // len(frequent), pair % len(frequent), len(frequent)


def _excess(codes: npt.NDArray[np.int32], word: npt.NDArray[np.int64], size: int, words: int) -> float:
    """Nats a pair by which a column's G exceeds what chance gives."""
    if not len(word):
        return -1.0
    seen = np.bincount(codes.astype(np.int64) * words + word, minlength=size * words).reshape(size, words)
    seen = seen[seen.sum(axis=1) > 0].astype(float)
    expected = seen.sum(axis=1, keepdims=True) * seen.sum(axis=0) / seen.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        g = 2 * np.nansum(seen * np.log(seen / expected))
    free = (seen.shape[0] - 1) * (seen.shape[1] - 1)
    return float(g - free - 4 * np.sqrt(2 * free)) / len(word)
