"""Counting 64-bit keys by open addressing, in compiled kernels."""

import numpy as np
from numba import njit

_MIX = np.uint64(0x9E3779B97F4A7C15)
_EMPTY = np.int64(-1)


@njit(cache=True, nogil=True, inline="always")
def slot_of(key, bits):
    """The place of a key in a table of 2**bits (Fibonacci hashing, Knuth 1998, 6.4)."""
    mixed = np.uint64(key) * _MIX
    mixed ^= mixed >> np.uint64(32)
    mixed *= _MIX
    return np.int64(mixed >> np.uint64(64 - bits))


@njit(cache=True, nogil=True)
def count(keys, owners, bits, ids, unique, counts, people):
    """Number the keys (>= 0) in the order in which they come; returns how many there are.

    owners: of each key, in ascending order, so that those who have a key are counted by their changes. ids: the number
    of each key, -1 for keys below 0. unique, counts, people: each number's key, how often it comes, with how many
    owners.
    """
    size = 1 << bits
    table = np.full(size, -1, np.int32)
    last = np.empty(len(unique), np.int64)
    n = 0
    for i in range(len(keys)):
        key = keys[i]
        if key < 0:
            ids[i] = -1
            continue
        at = slot_of(key, bits)
        while table[at] >= 0 and unique[table[at]] != key:
            at = (at + 1) & (size - 1)
        number = table[at]
        if number < 0:
            number = np.int32(n)
            table[at] = number
            unique[n] = key
            counts[n] = 0
            people[n] = 0
            n += 1
        if people[number] == 0 or last[number] != owners[i]:
            people[number] += 1
            last[number] = owners[i]
        counts[number] += 1
        ids[i] = number
    return n


@njit(cache=True, nogil=True)
def fill(keys, bits):
    """A table of 2**bits slots with the number of each of the different keys, -1 where a slot is free."""
    size = 1 << bits
    table = np.full(size, -1, np.int32)
    for i in range(len(keys)):
        at = slot_of(keys[i], bits)
        while table[at] >= 0:
            at = (at + 1) & (size - 1)
        table[at] = i
    return table


@njit(cache=True, nogil=True)
def find(key, keys, table, bits):
    """The number of a key, -1 where there is none."""
    at = slot_of(key, bits)
    while table[at] >= 0:
        if keys[table[at]] == key:
            return np.int64(table[at])
        at = (at + 1) & ((1 << bits) - 1)
    return np.int64(-1)
