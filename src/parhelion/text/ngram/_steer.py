"""How much a text looks like its labels, in compiled kernels."""

from typing import NamedTuple

import numpy as np
from numba import njit

from parhelion.text.ngram._lent import lent

_AROUND = 8


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


@njit(inline="always")
def note_features(guide, lattice, history, features, n):
    """Add the guide's features of the last word to features[n:]; returns how many there are."""
    while lattice.lengths[history] > 2:
        history = lattice.suffixes[history]
    pair = lattice.lengths[history] == 2
    gram = lattice.suffixes[history] if pair else history
    if 0 < gram < len(guide.rows) and guide.rows[gram] >= 0 and n < len(features):
        features[n] = guide.rows[gram]
        n += 1
    if pair and history < len(guide.rows) and guide.rows[history] >= 0 and n < len(features):
        features[n] = guide.rows[history]
        n += 1
    return n


@njit(inline="always")
def _score(guide, features, n, low, high, out):
    """The scores of classes low to high, from the features of one text."""
    part, bias = out[low:high], guide.bias[low:high]
    part[:] = 0.0
    for j in range(n):
        row = guide.weights[features[j], low:high]
        for c in range(len(part)):
            part[c] += row[c]
    x = np.float32(1.0 / np.sqrt(max(n, 1)))
    for c in range(len(part)):
        part[c] = bias[c] + x * part[c]


@njit(inline="always")
def _log_posterior(out, low, high, label):
    """log p(label) of a softmax over out[low:high], whose exponentials are left there.

    exp(x) is exp(x / 256)^256 by a polynomial, whose error is below 1e-5, since compilers can do many of these at once.
    """
    own, part = out[label], out[low:high]
    top = part[0]
    for c in range(len(part)):
        top = max(top, part[c])
    for c in range(len(part)):
        x = max(part[c] - top, np.float32(-30.0)) * np.float32(1.0 / 256.0)
        y = np.float32(1.0 / 6.0) + x * (np.float32(1.0 / 24.0) + x * np.float32(1.0 / 120.0))
        y = np.float32(1.0) + x * (np.float32(1.0) + x * (np.float32(0.5) + x * y))
        y *= y
        y *= y
        y *= y
        y *= y
        y *= y
        y *= y
        y *= y
        part[c] = y * y
    total = 0.0
    for c in range(len(part)):
        total += part[c]
    return np.float64(own - top) - np.log(total)


@njit(cache=True, nogil=True)
def _log_of_head(guide, features, n, h, label, around, out):
    """The logarithm of the probability that one head takes a text for its label (-1: any will do), or of a larger one,
    where only the classes `around` its label are looked at."""
    guide = lent(guide)
    low, high = guide.heads[h], guide.heads[h + 1]
    if not 0 <= label < high - low:
        return 0.0
    label += low
    low, high = max(low, label - around), min(high, label + around)
    _score(guide, features, n, low, high, out)
    return min(0.0, _log_posterior(out, low, high, label) - guide.top[h])


@njit(cache=True, nogil=True)
def log_taken(guide, features, n, labels, out):
    """The logarithm of the probability that a text with these features is taken for its labels."""
    log = 0.0
    if guide.strength > 0.0:
        for h in range(len(guide.top)):
            log += _log_of_head(guide, features, n, h, labels[h], len(out), out)
    return guide.strength * log


@njit(inline="always")
def is_taken(guide, features, n, labels, log, out):
    """Whether log_taken is `log` at least. Most texts that are not taken are told by few of the classes."""
    if guide.strength == 0.0:
        return True
    most = 0.0
    for h in range(len(guide.top)):
        most += _log_of_head(guide, features, n, h, labels[h], _AROUND, out)
    if guide.strength * most < log:
        return False
    return log_taken(guide, features, n, labels, out) >= log
