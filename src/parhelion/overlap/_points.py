"""UTF-8 <-> code points as they are compared, compiled."""

import numpy as np
from numba import njit

DROPPED = np.uint32(0xFFFFFFFF)
SPACE = np.uint32(32)
REPLACEMENT = np.uint32(0xFFFD)


@njit(inline="always")
def point_at(data, i, stop):
    """The code point that begins at byte i, and where the next one does. Reads nothing from stop on, whatever the
    bytes are."""
    first = np.uint32(data[i])
    if first < 0x80:
        return first, i + 1
    more = 1 + (first >= 0xE0) + (first >= 0xF0)
    if first < 0xC0 or i + more >= stop:
        return REPLACEMENT, i + 1
    point = first & np.uint32(0x3F >> more)
    for j in range(i + 1, i + 1 + more):
        point = (point << np.uint32(6)) | (np.uint32(data[j]) & np.uint32(0x3F))
    return (point, i + 1 + more) if point < 0x110000 else (REPLACEMENT, i + 1 + more)


@njit(nogil=True, cache=True)
def hard_texts(data, offsets, hard, out):
    """Which texts have a code point that may have to be composed with another, or taken apart."""
    for row in range(offsets.shape[0] - 1):
        i, stop = offsets[row], offsets[row + 1]
        while i < stop:
            if data[i] < 0x80:
                i += 1
                continue
            point, i = point_at(data, i, stop)
            if point < hard.shape[0] and hard[point]:
                out[row] = True
                break


@njit(nogil=True, cache=True)
def fold_texts(data, offsets, fold, points, ends):
    """Code points, folded one by one; runs of white space are one space, and none stands at an end.

    points: as long as data. ends: (n + 1,); text i is points[ends[i]:ends[i + 1]].
    """
    k = 0
    ends[0] = 0
    for row in range(offsets.shape[0] - 1):
        i, stop = offsets[row], offsets[row + 1]
        begin, space = k, False
        while i < stop:
            point, i = point_at(data, i, stop)
            if point < fold.shape[0]:
                point = fold[point]
            elif 0xE0000 <= point < 0xE0200:
                point = DROPPED
            if point == SPACE:
                space = k > begin
            elif point != DROPPED:
                if space:
                    points[k] = SPACE
                    k += 1
                    space = False
                points[k] = point
                k += 1
        ends[row + 1] = k


@njit(nogil=True, cache=True)
def encode(points, ends, data, offsets):
    """UTF-8 of code points. data: long enough. offsets: (n + 1,)."""
    k = 0
    offsets[0] = 0
    for row in range(ends.shape[0] - 1):
        for i in range(ends[row], ends[row + 1]):
            point = points[i]
            if point < 0x80:
                data[k] = point
                k += 1
                continue
            more = 1 + (point >= 0x800) + (point >= 0x10000)
            data[k] = ((0xFF00 >> (more + 1)) & 0xFF) | (point >> np.uint32(6 * more))
            for j in range(more):
                data[k + 1 + j] = 0x80 | ((point >> np.uint32(6 * (more - 1 - j))) & 0x3F)
            k += 1 + more
        offsets[row + 1] = k
