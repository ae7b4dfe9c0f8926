"""Code points -> words, compiled."""

import numpy as np
from numba import njit

OTHER, LETTER, ALONE, MARK, APOSTROPHE = 0, 1, 2, 3, 4
_MIX = np.uint64(0x9E3779B97F4A7C15)
_FINAL = np.uint64(0xBF58476D1CE4E5B9)


@njit(inline="always")
def class_of(point, classes):
    return classes[point] if point < classes.shape[0] else OTHER


@njit(inline="always")
def mixed(h):
    """SplitMix64's last steps: every bit of h counts for every bit of the result."""
    h = (h ^ (h >> np.uint64(30))) * _FINAL
    h = (h ^ (h >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return h ^ (h >> np.uint64(31))


@njit(inline="always")
def hash_points(points, start, stop, salt):
    """A 64-bit hash of points[start:stop]."""
    h = np.uint64(salt)
    for i in range(start, stop):
        h = (h ^ np.uint64(points[i])) * _MIX
        h ^= h >> np.uint64(29)
    return mixed(h)


@njit(inline="always")
def word_end(points, start, stop, classes):
    """Where the word ends that begins at start.

    A letter of a script without spaces is a word with its marks; others go on to what is no letter, digit, mark, or
    apostrophe before a letter.
    """
    alone = class_of(points[start], classes) == ALONE
    i = start + 1
    while i < stop:
        kind = class_of(points[i], classes)
        if alone or kind in (OTHER, ALONE):
            if kind != MARK:
                break
        elif kind == APOSTROPHE and not (i + 1 < stop and class_of(points[i + 1], classes) == LETTER):
            break
        i += 1
    return i


@njit(nogil=True, cache=True)
def split(points, ends, classes, starts, stops, word_ends):
    """The words of each text: word i is points[starts[i]:stops[i]]. Room: as many words as points."""
    k = 0
    word_ends[0] = 0
    for row in range(ends.shape[0] - 1):
        i, stop = ends[row], ends[row + 1]
        while i < stop:
            kind = class_of(points[i], classes)
            if kind in (OTHER, APOSTROPHE):
                i += 1
                continue
            end = word_end(points, i, stop, classes)
            starts[k], stops[k] = i, end
            k += 1
            i = end
        word_ends[row + 1] = k
