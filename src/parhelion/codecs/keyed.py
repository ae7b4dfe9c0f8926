"""Numbers that depend on a key and a row's number alone: the same in whatever parts and order a result is made."""

from typing import Any

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint64]

WIDEST = 2**62
"""The largest space that `permuted` permutes."""

_ROUNDS = 6


def mixed(words: Words) -> Words:
    """Well-mixed 64-bit words, one to one (splitmix64; Steele, Lea and Flood 2014, Fast splittable generators)."""
    words = words + np.uint64(0x9E3779B97F4A7C15)
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))


def key_of(*parts: int) -> int:
    """One 64-bit key from several numbers.

    >>> key_of(1, 2) == key_of(1, 2), key_of(1, 2) == key_of(2, 1)
    (True, False)
    """
    key = np.zeros(1, np.uint64)
    for part in parts:
        key = mixed(key ^ np.uint64(part % 2**64))
    return int(key[0])


def hashed(numbers: npt.NDArray[Any], key: int) -> Words:
    """A 64-bit word for each number."""
    return mixed(mixed(numbers.astype(np.uint64) ^ np.uint64(key)))


def below(words: Words, bound: int) -> npt.NDArray[np.int64]:
    """Words as numbers 0 .. bound - 1, bound <= 2^32."""
    return (((words >> np.uint64(32)) * np.uint64(bound)) >> np.uint64(32)).astype(np.int64)


def permuted(index: Words, space: Words, key: int) -> Words:
    """Each index < space at its place in a keyed permutation of 0 .. space - 1. Each index has a space of its own.

    A Feistel network on the smallest even number of bits that holds the space, walked until inside it (Black and
    Rogaway 2002, Ciphers with arbitrary finite domains). For one space and key, distinct indices get distinct places.

    >>> sorted(permuted(np.arange(10, dtype=np.uint64), np.full(10, 10, np.uint64), key=7).tolist())
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    """
    half = _half_bits(space)
    place = _feistel(index, half, key)
    outside = np.flatnonzero(place >= space)
    while len(outside):
        place[outside] = _feistel(place[outside], half[outside], key)
        outside = outside[place[outside] >= space[outside]]
    return place


def _half_bits(space: Words) -> Words:
    """Half of the bits, rounded up, that the largest index of a space needs; at least 1."""
    sizes, where = np.unique(space, return_inverse=True)
    halves = [max((int(size - 1).bit_length() + 1) // 2, 1) for size in sizes.tolist()]
    return np.array(halves, np.uint64)[where]


def _feistel(place: Words, half: Words, key: int) -> Words:
    mask = (np.uint64(1) << half) - np.uint64(1)
    left, right = place >> half, place & mask
    for turn in range(_ROUNDS):
        left, right = right, left ^ (hashed(right, key_of(key, turn)) & mask)
    return (left << half) | right
