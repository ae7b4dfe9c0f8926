"""Compiled: hashes of all short sequences of bytes of texts, and signatures of the sets of them."""

import numpy as np
from numba import njit


@njit(nogil=True, cache=True)
def mixed(value):
    """One step of splitmix64 (Steele et al. 2014)."""
    value = (value + np.uint64(0x9E3779B97F4A7C15)) & np.uint64(0xFFFFFFFFFFFFFFFF)
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


@njit(nogil=True, cache=True)
def gram_columns(data, starts, shortest, longest, size, columns):
    """Fill columns with the hash, below `size`, of every sequence of bytes of these lengths, text by text; returns how
    many of them each text has."""
    counts = np.zeros(starts.shape[0] - 1, np.int64)
    place = 0
    for text in range(starts.shape[0] - 1):
        for start in range(starts[text], starts[text + 1]):
            value = np.uint64(0)
            for length in range(1, longest + 1):
                if start + length > starts[text + 1]:
                    break
                value = mixed(value ^ np.uint64(data[start + length - 1]))
                if length >= shortest:
                    columns[place] = value % np.uint64(size)
                    place += 1
                    counts[text] += 1
    return counts


@njit(nogil=True, cache=True)
def signatures(data, starts, length, salts, found):
    """(texts, salts) the least salted hash of all sequences of so many bytes (Broder 1997); of a shorter text, of all
    its bytes."""
    for text in range(starts.shape[0] - 1):
        begin, end = starts[text], starts[text + 1]
        for start in range(begin, max(end - length + 1, begin + 1)):
            value = np.uint64(1)
            for at in range(start, min(start + length, end)):
                value = mixed(value ^ np.uint64(data[at]))
            for one in range(salts.shape[0]):
                salted = (value ^ salts[one]) * np.uint64(0x9E3779B97F4A7C15)
                found[text, one] = min(found[text, one], salted ^ (salted >> np.uint64(32)))
