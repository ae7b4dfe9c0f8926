"""Compiled: counts of sequences of bytes in an open hash table, and interpolated probabilities of texts.

A table holds for every context (up to so many bytes) how often it came and how many different bytes followed it, and
for every context with the byte after it how often that came. Byte 256 is the end of a text.
"""

import numpy as np
from numba import njit

from parhelion.evaluation.text._grams import mixed

END, SIGNS = 256, 257


@njit(nogil=True, cache=True)
def slot(keys, key):
    """Where a key is, or would be."""
    mask = np.uint64(keys.shape[0] - 1)
    at = key & mask
    while keys[at] != 0 and keys[at] != key:
        at = (at + np.uint64(1)) & mask
    return at


@njit(nogil=True, cache=True)
def contexts(data, start, end, order, found):
    """Fill found with a key for each context that ends before `end`, from none to `order` bytes (none before start);
    returns how many there are."""
    value = mixed(np.uint64(1))
    found[0] = value
    many = min(order, end - start)
    for length in range(1, many + 1):
        value = mixed(value ^ np.uint64(data[end - length] + 1))
        found[length] = value
    return many + 1


@njit(nogil=True, cache=True)
def follows(context, sign):
    return mixed(context ^ (np.uint64(sign + 1) << np.uint64(40))) | np.uint64(1)


@njit(nogil=True, cache=True)
def learn(data, starts, first, last, order, keys, counts, kinds):
    """Count the texts from first to last; returns how many new keys there are."""
    found = np.zeros(order + 1, np.uint64)
    new = 0
    for text in range(first, last):
        for place in range(starts[text], starts[text + 1] + 1):
            sign = END if place == starts[text + 1] else np.int64(data[place])
            for c in range(contexts(data, starts[text], place, order, found)):
                after = slot(keys, follows(found[c], sign))
                if keys[after] == 0:
                    keys[after] = follows(found[c], sign)
                    new += 1
                context = slot(keys, found[c])
                if keys[context] == 0:
                    keys[context] = found[c]
                    new += 1
                kinds[context] += counts[after] == 0
                counts[context] += 1
                counts[after] += 1
    return new


@njit(nogil=True, cache=True)
def grow(keys, counts, kinds, new_keys, new_counts, new_kinds):
    for at in range(keys.shape[0]):
        if keys[at] != 0:
            to = slot(new_keys, keys[at])
            new_keys[to], new_counts[to], new_kinds[to] = keys[at], counts[at], kinds[at]


@njit(nogil=True, cache=True)
def log_chances(data, starts, order, keys, counts, kinds, total):
    """Fill total with the natural logarithm of each text's probability, its end included.

    p(b | c) = (n(c b) + t(c) p(b | c')) / (n(c) + t(c)), t(c) the number of different bytes after c, c' one byte
    shorter (Witten & Bell 1991, method C, interpolated).
    """
    found = np.zeros(order + 1, np.uint64)
    for text in range(starts.shape[0] - 1):
        total[text] = 0.0
        for place in range(starts[text], starts[text + 1] + 1):
            sign = END if place == starts[text + 1] else np.int64(data[place])
            chance = 1.0 / SIGNS
            for c in range(contexts(data, starts[text], place, order, found)):
                context = slot(keys, found[c])
                if keys[context] == 0:
                    break
                after = slot(keys, follows(found[c], sign))
                came = counts[after] if keys[after] != 0 else 0
                chance = (came + kinds[context] * chance) / (counts[context] + kinds[context])
            total[text] += np.log(chance)
