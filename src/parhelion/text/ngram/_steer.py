"""How much a text looks like its labels, in compiled kernels."""

from typing import NamedTuple

import numpy as np
from numba import njit


class Guide(NamedTuple):
    """Softmax regressions of the columns of the context on words and pairs. rows: (R,) place in weights of gram i, or
    -1. weights: (F, C); bias: (C,); heads: (H + 1,) head h is the classes heads[h]:heads[h + 1]. top: (H,) logarithm of
    the probability from which on a text is taken for certain. strength: exponent of the probabilities."""

    rows: np.ndarray
    weights: np.ndarray
    bias: np.ndarray
    heads: np.ndarray
    top: np.ndarray
    strength: float


@njit(cache=True, nogil=True)
def note_features(guide, history, features, n):
    """Add the guide's features of the last word to features[n:]; returns how many there are."""
    for o in range(1, min(3, len(history))):
        gram = history[o]
        if 0 <= gram < len(guide.rows) and guide.rows[gram] >= 0 and n < len(features):
            features[n] = guide.rows[gram]
            n += 1
    return n


@njit(cache=True, nogil=True, fastmath=True)
def scores(guide, features, n, out):
    """The scores of all classes, from the features of one text."""
    out[:] = guide.bias
    if n == 0:
        return
    x = np.float32(1.0 / np.sqrt(n))
    for j in range(n):
        row = guide.weights[features[j]]
        for c in range(len(out)):
            out[c] += x * row[c]


@njit(cache=True, nogil=True)
def log_posterior(out, low, high, label):
    """log p(label) of a softmax over out[low:high]."""
    top = out[low:high].max()
    total = 0.0
    for c in range(low, high):
        total += np.exp(np.float64(out[c] - top))
    return np.float64(out[low + label] - top) - np.log(total)


@njit(cache=True, nogil=True)
def log_taken(guide, features, n, labels, out):
    """The logarithm of the probability that a text with these features is taken for its labels (-1: any will do)."""
    if guide.strength == 0.0:
        return 0.0
    scores(guide, features, n, out)
    log = 0.0
    for h in range(len(guide.top)):
        low, high = guide.heads[h], guide.heads[h + 1]
        if 0 <= labels[h] < high - low:
            log += min(0.0, log_posterior(out, low, high, labels[h]) - guide.top[h])
    return guide.strength * log
