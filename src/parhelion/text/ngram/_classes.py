"""The exchange algorithm, in compiled kernels: each word goes to the class that says most of the words beside it."""

import numpy as np
from numba import njit

_KNOWN = 1 << 16


@njit(inline="always")
def _weight(n, known):
    """n log n. known: that of small n."""
    return known[np.int64(n)] if n < _KNOWN else n * np.log(n)


@njit(cache=True, nogil=True)
def weights():
    """n log n of small n."""
    out = np.zeros(_KNOWN)
    for n in range(2, _KNOWN):
        out[n] = n * np.log(n)
    return out


@njit(cache=True, nogil=True)
def _beside(first, words, counts, word, of, sums, met):
    """How often each class stands on one side of a word, the word itself left out; returns (classes met, words there,
    itself)."""
    n, itself, whole = 0, 0.0, 0.0
    for j in range(first[word], first[word + 1]):
        other = words[j]
        whole += counts[j]
        if other == word:
            itself += counts[j]
            continue
        if sums[of[other]] == 0.0:
            met[n] = of[other]
            n += 1
        sums[of[other]] += counts[j]
    return n, whole, itself


@njit(cache=True, nogil=True)
def _shift(table, own, after, after_met, before, before_met, itself, sign):
    """Take a word's pairs out of its class (sign -1), or put them in (sign 1)."""
    for g in after_met:
        table[own, g] += sign * after[g]
    for g in before_met:
        table[g, own] += sign * before[g]
    table[own, own] += sign * itself


@njit(cache=True, nogil=True)
def _gain(table, weighed, k, after, after_met, before, before_met, itself, known):
    """How much the sum of n log n over pairs of classes grows when a word comes into class k; weighed: of the table."""
    gain = 0.0
    for g in after_met:
        if g != k:
            gain += _weight(table[k, g] + after[g], known) - weighed[k, g]
    for g in before_met:
        if g != k:
            gain += _weight(table[g, k] + before[g], known) - weighed[g, k]
    return gain + _weight(table[k, k] + after[k] + before[k] + itself, known) - weighed[k, k]


@njit(cache=True, nogil=True)
def _weigh(table, weighed, own, after_met, before_met, known):
    """Bring n log n of the pairs of a class up to date."""
    for g in after_met:
        weighed[own, g] = _weight(table[own, g], known)
    for g in before_met:
        weighed[g, own] = _weight(table[g, own], known)
    weighed[own, own] = _weight(table[own, own], known)


@njit(cache=True, nogil=True)
def exchange(words, follows, precedes, classes, of, table, lefts, rights, known):
    """One pass over `words`, each of which moves into that of the first `classes` classes with which pairs of classes
    are likeliest; returns how many moved.

    follows, precedes: (first, words, counts): what stands after and before each word, and how often. of: (V,) the class
    of each word; table: (C, C) how often each class stands before each; lefts, rights: (C,) its sums by rows and by
    columns. All are brought up to date. known: `weights`.
    """
    weighed = np.empty_like(table)
    for a in range(len(table)):
        for b in range(len(table)):
            weighed[a, b] = _weight(table[a, b], known)
    after, before = np.zeros(len(table)), np.zeros(len(table))
    after_room, before_room = np.empty(len(table), np.int64), np.empty(len(table), np.int64)
    moved = 0
    for word in words:
        n, left, itself = _beside(follows[0], follows[1], follows[2], word, of, after, after_room)
        after_met = after_room[:n]
        n, right, _ = _beside(precedes[0], precedes[1], precedes[2], word, of, before, before_room)
        before_met = before_room[:n]
        own = of[word]
        _shift(table, own, after, after_met, before, before_met, itself, -1.0)
        _weigh(table, weighed, own, after_met, before_met, known)
        lefts[own] -= left
        rights[own] -= right
        best, most = own, -np.inf
        for k in range(classes):
            gain = _gain(table, weighed, k, after, after_met, before, before_met, itself, known)
            gain -= _weight(lefts[k] + left, known) - _weight(lefts[k], known)
            gain -= _weight(rights[k] + right, known) - _weight(rights[k], known)
            if gain > most:
                best, most = k, gain
        _shift(table, best, after, after_met, before, before_met, itself, 1.0)
        _weigh(table, weighed, best, after_met, before_met, known)
        lefts[best] += left
        rights[best] += right
        of[word] = best
        moved += best != own
        for g in after_met:
            after[g] = 0.0
        for g in before_met:
            before[g] = 0.0
    return moved
