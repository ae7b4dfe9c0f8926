"""Blocked Bloom filters (Putze, Sanders & Singler, WEA 2007), compiled: all bits of a key are in one block of 512.

Keys are 64-bit hashes, already well mixed.
"""

import numpy as np
from numba import njit

from parhelion.overlap._words import mixed

WORDS = 8  # of 64 bits, in a block
_SECOND = np.uint64(0xD6E8FEB86659FD93)


@njit(inline="always")
def block_of(key, blocks):
    return np.int64(((key >> np.uint64(32)) * np.uint64(blocks)) >> np.uint64(32)) * WORDS


@njit(nogil=True, cache=True)
def put(keys, bits, probes):
    """Set the bits of keys."""
    for i in range(keys.shape[0]):
        first = block_of(keys[i], bits.shape[0] // WORDS)
        rest = mixed(keys[i] ^ _SECOND)
        for probe in range(probes):
            if probe % 7 == 6:
                rest = mixed(rest ^ _SECOND)
            bits[first + np.int64(rest & np.uint64(7))] |= np.uint64(1) << ((rest >> np.uint64(3)) & np.uint64(63))
            rest >>= np.uint64(9)


@njit(inline="always")
def holds(key, bits, probes):
    """Whether all bits of a key are set."""
    first = block_of(key, bits.shape[0] // WORDS)
    rest = mixed(key ^ _SECOND)
    for probe in range(probes):
        if probe % 7 == 6:
            rest = mixed(rest ^ _SECOND)
        word = bits[first + np.int64(rest & np.uint64(7))]
        if not (word >> ((rest >> np.uint64(3)) & np.uint64(63))) & np.uint64(1):
            return False
        rest >>= np.uint64(9)
    return True


@njit(nogil=True, cache=True)
def look_up(keys, bits, probes, out):
    """Which keys have all their bits set. bits: not empty."""
    for i in range(keys.shape[0]):
        out[i] = holds(keys[i], bits, probes)


@njit(nogil=True, cache=True)
def any_held(keys, ends, bits, probes, flag, out):
    """Give each text that has a key held the flag. Text i has keys[ends[i]:ends[i + 1]]; bits: not empty."""
    for row in range(ends.shape[0] - 1):
        for i in range(ends[row], ends[row + 1]):
            if holds(keys[i], bits, probes):
                out[row] |= flag
                break
