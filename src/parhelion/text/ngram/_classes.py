"""The exchange algorithm, in compiled kernels: each word goes to the class that says most of the words beside it."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, inline="always")
def _weight(n):
    return n * np.log(n) if n > 0.0 else 0.0


@njit(cache=True, nogil=True)
def _beside(first, words, counts, word, of, sums, met):
    """How often each class stands on one side of a word, the word itself left out; returns (classes met, itself)."""
    n, itself = 0, 0.0
    for j in range(first[word], first[word + 1]):
        other = words[j]
        if other == word:
            itself += counts[j]
            continue
        if sums[of[other]] == 0.0:
            met[n] = of[other]
            n += 1
        sums[of[other]] += counts[j]
    return n, itself


@njit(cache=True, nogil=True)
def _shift(table, own, after, after_met, before, before_met, itself, sign):
    """Take a word's pairs out of its class (sign -1), or put them in (sign 1)."""
    for g in after_met:
        table[own, g] += sign * after[g]
    for g in before_met:
        table[g, own] += sign * before[g]
    table[own, own] += sign * itself


@njit(cache=True, nogil=True)
def _gain(table, lefts, rights, k, after, after_met, before, before_met, itself, left, right):
    """How much the logarithm of the likelihood of pairs of classes grows when a word comes into class k."""
    gain = 0.0
    for g in after_met:
        if g != k:
            gain += _weight(table[k, g] + after[g]) - _weight(table[k, g])
    for g in before_met:
        if g != k:
            gain += _weight(table[g, k] + before[g]) - _weight(table[g, k])
    gain += _weight(table[k, k] + after[k] + before[k] + itself) - _weight(table[k, k])
    gain -= _weight(lefts[k] + left) - _weight(lefts[k])
    return gain - _weight(rights[k] + right) + _weight(rights[k])


@njit(cache=True, nogil=True)
def exchange(words, follows, precedes, classes, of, table):
    """One pass over `words`, each of which moves into the best of the first `classes` classes; returns how many moved.

    follows, precedes: (first, words, counts): what stands after and before each word, and how often. of: (V,) the class
    of each word; table: (C, C) how often each class stands before each. Both are brought up to date.
    """
    lefts, rights = table.sum(1), table.sum(0)
    after, before = np.zeros(len(table)), np.zeros(len(table))
    after_room, before_room = np.empty(len(table), np.int64), np.empty(len(table), np.int64)
    moved = 0
    for word in words:
        n, itself = _beside(follows[0], follows[1], follows[2], word, of, after, after_room)
        after_met = after_room[:n]
        n, _ = _beside(precedes[0], precedes[1], precedes[2], word, of, before, before_room)
        before_met = before_room[:n]
        left, right, own = after.sum() + itself, before.sum() + itself, of[word]
        _shift(table, own, after, after_met, before, before_met, itself, -1.0)
        lefts[own] -= left
        rights[own] -= right
        best, most = own, -np.inf
        for k in range(classes):
            gain = _gain(table, lefts, rights, k, after, after_met, before, before_met, itself, left, right)
            if gain > most:
                best, most = k, gain
        _shift(table, best, after, after_met, before, before_met, itself, 1.0)
        lefts[best] += left
        rights[best] += right
        of[word] = best
        moved += best != own
        after[after_met] = 0.0
        before[before_met] = 0.0
    return moved
