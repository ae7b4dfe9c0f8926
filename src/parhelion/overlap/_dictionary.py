"""Pieces of arrays as keys of an open table, compared item by item, compiled."""

import numpy as np
from numba import njit

from parhelion.overlap._words import hash_points


@njit(inline="always")
def same(values, a, others, b, length):
    for i in range(length):  # noqa: SIM110, a generator is not compiled
        if values[a + i] != others[b + i]:
            return False
    return True


@njit(inline="always")
def slot_of(table, hashes, h, values, start, stop, known, starts, stops):
    """Where the table has values[start:stop], or the empty slot (-1) where it would."""
    mask = np.uint64(table.shape[0] - 1)
    slot = h & mask
    while table[slot] >= 0:
        other, length = table[slot], stop - start
        if hashes[other] == h and stops[other] - starts[other] == length:  # noqa: SIM102, one line is too long
            if same(values, start, known, starts[other], length):
                break
        slot = (slot + np.uint64(1)) & mask
    return slot


@njit(nogil=True, cache=True)
def intern(values, starts, stops, ids, known_starts, known_stops, hashes):
    """Equal pieces get one id, in order of first appearance. -> how many ids, and the table.

    known_starts, known_stops: where each id appeared first. hashes: of each id.
    """
    table = np.full(1024, -1, np.int32)
    count = 0
    for w in range(starts.shape[0]):
        h = hash_points(values, starts[w], stops[w], np.uint64(stops[w] - starts[w]))
        slot = slot_of(table, hashes, h, values, starts[w], stops[w], values, known_starts, known_stops)
        if table[slot] < 0:
            table[slot] = count
            known_starts[count], known_stops[count] = starts[w], stops[w]
            hashes[count] = h
            count += 1
            ids[w] = count - 1
            if 2 * count > table.shape[0]:
                table = grown(hashes, count, 4 * table.shape[0])
        else:
            ids[w] = table[slot]
    return count, table


@njit(nogil=True, cache=True)
def grown(hashes, count, size):
    table = np.full(size, -1, np.int32)
    mask = np.uint64(size - 1)
    for k in range(count):
        slot = hashes[k] & mask
        while table[slot] >= 0:
            slot = (slot + np.uint64(1)) & mask
        table[slot] = k
    return table


@njit(nogil=True, cache=True)
def find(values, starts, stops, table, hashes, known, known_starts, known_stops, ids):
    """The id of each piece, or -1."""
    for w in range(starts.shape[0]):
        h = hash_points(values, starts[w], stops[w], np.uint64(stops[w] - starts[w]))
        ids[w] = table[slot_of(table, hashes, h, values, starts[w], stops[w], known, known_starts, known_stops)]
