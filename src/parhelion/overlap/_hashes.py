"""Hashes of texts, words, windows of words and spans of characters, compiled."""

import numpy as np
from numba import njit

from parhelion.overlap._words import hash_points, mixed

_BASE = np.uint64(0x9E3779B97F4A7C15)


@njit(nogil=True, cache=True)
def hash_pieces(points, starts, stops, salt, out):
    """A hash of each piece of the code points."""
    for i in range(starts.shape[0]):
        out[i] = hash_points(points, starts[i], stops[i], salt)


@njit(nogil=True, cache=True)
def hash_windows(words, ends, width, salt, out, out_ends):
    """A hash of each `width` words in a row of each text. words: their hashes."""
    k = 0
    out_ends[0] = 0
    for row in range(ends.shape[0] - 1):
        for i in range(ends[row], ends[row + 1] - width + 1):
            h = salt
            for j in range(i, i + width):
                h = mixed((h ^ words[j]) + _BASE)
            out[k] = h
            k += 1
        out_ends[row + 1] = k


@njit(inline="always")
def value_of(point, salt):
    return mixed((np.uint64(point) + np.uint64(1)) * _BASE ^ salt)


@njit(nogil=True, cache=True)
def roll(points, ends, width, salt, out):
    """out[i] is a hash of points[i:i + width], where these are of one text; other places are left as they are."""
    values = np.empty(256, np.uint64)
    for point in range(256):
        values[point] = value_of(point, salt)
    top = np.uint64(1)  # what the character that leaves is multiplied by
    for _ in range(width):
        top *= _BASE
    for row in range(ends.shape[0] - 1):
        rolling = np.uint64(0)
        for i in range(ends[row], ends[row + 1]):
            point = points[i]
            rolling = rolling * _BASE + (values[point] if point < 256 else value_of(point, salt))
            if i - width >= ends[row]:
                gone = points[i - width]
                rolling -= top * (values[gone] if gone < 256 else value_of(gone, salt))
            if i - width + 1 >= ends[row]:
                out[i - width + 1] = mixed(rolling)


@njit(nogil=True, cache=True)
def winnow(hashes, ends, width, window, out, out_ends):
    """Fingerprints of each text: the least of each `window` hashes, in a row, of `width` characters (Schleimer,
    Wilkerson & Aiken, SIGMOD 2003).

    Two texts that share width + window - 1 characters in a row share a fingerprint. hashes: as `roll` makes them.
    """
    k = 0
    out_ends[0] = 0
    for row in range(ends.shape[0] - 1):
        at = -1
        for i in range(ends[row] + window - 1, ends[row + 1] - width + 1):
            if at <= i - window:
                at = least_of(hashes, i - window + 1, i + 1)
            elif hashes[i] > hashes[at]:
                continue
            else:
                at = i
            out[k] = mixed(hashes[at])  # the least are small numbers; mixed they are any again
            k += 1
        out_ends[row + 1] = k


@njit(inline="always")
def least_of(hashes, start, stop):
    """Where the last least one stands."""
    at = start
    for other in range(start + 1, stop):
        if hashes[other] <= hashes[at]:
            at = other
    return at


@njit(nogil=True, cache=True)
def owners_of_keys(keys, ends, order, owners, size, counts):
    """In the texts of how many owners each key occurs. Text i has keys[ends[i]:ends[i + 1]].

    order: the texts, those of one owner one after the other. size: of a table, a power of two, over the number of
    keys. counts: like keys.
    """
    table = np.full(size, -1, np.int64)
    last, found = np.empty(size, np.int64), np.zeros(size, np.int32)
    owner = 0
    for place in range(order.shape[0]):
        row = order[place]
        if place > 0 and owners[row] != owners[order[place - 1]]:
            owner += 1
        for i in range(ends[row], ends[row + 1]):
            slot = slot_of_key(table, keys, keys[i])
            if table[slot] < 0:
                table[slot] = i
            elif last[slot] == owner:
                continue
            last[slot] = owner
            found[slot] += 1
    for i in range(keys.shape[0]):
        counts[i] = found[slot_of_key(table, keys, keys[i])]


@njit(inline="always")
def slot_of_key(table, keys, key):
    mask = np.uint64(table.shape[0] - 1)
    slot = key & mask
    while table[slot] >= 0 and keys[table[slot]] != key:
        slot = (slot + np.uint64(1)) & mask
    return slot


@njit(nogil=True, cache=True)
def slot_of(table, key):
    """Where a key stands in an open table, or the empty slot (zero) where it would."""
    mask = np.uint64(table.shape[0] - 1)
    slot = key & mask
    while table[slot] != 0 and table[slot] != key:
        slot = (slot + np.uint64(1)) & mask
    return slot


@njit(nogil=True, cache=True)
def tabulate(keys, kind, table, kinds):
    """Put keys of one kind in an open table with more room than keys."""
    for i in range(keys.shape[0]):
        slot = slot_of(table, keys[i])
        table[slot] = keys[i]
        kinds[slot] = kind


@njit(nogil=True, cache=True)
def kinds_of(keys, table, kinds, out):
    """The kind of each key; zero where it is not in the table."""
    for i in range(keys.shape[0]):
        slot = slot_of(table, keys[i])
        out[i] = kinds[slot] if table[slot] == keys[i] else 0


@njit(inline="always")
def pair_hash(first, second):
    return mixed((mixed(first + _BASE) ^ second) + _BASE)


@njit(nogil=True, cache=True)
def hash_pairs(words, kinds, kind, ends, reach, out, out_ends):
    """A hash of each two words of one kind that stand at most `reach` apart. Where out is empty they are counted."""
    k = 0
    out_ends[0] = 0
    for row in range(ends.shape[0] - 1):
        for i in range(ends[row], ends[row + 1]):
            if kinds[i] != kind:
                continue
            for j in range(i + 1, min(i + 1 + reach, ends[row + 1])):
                if kinds[j] == kind:
                    if out.shape[0]:
                        out[k] = pair_hash(words[i], words[j])
                    k += 1
        out_ends[row + 1] = k
