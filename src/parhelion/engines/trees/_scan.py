"""Finding the best threshold of one predictor in one node.

The gain of cutting n rows with class counts t into parts L and R, in nats, is n times the drop in entropy:

    gain = S(L) - |L| log |L| + S(R) - |R| log |R| - (S(t) - n log n),   S(c) = sum_k c_k log c_k.

Both scans move rows from R to L in the order of the predictor's bins and keep S(L) and S(R) up to date.
"""

import math

import numpy as np
from numba import njit

TABLE = 1 << 16
SMALL = 768  # nodes of fewer rows are scanned by their rows, larger ones by a histogram


def xlogx_table() -> np.ndarray:
    """x log x for x = 0 .. 65,535."""
    x = np.arange(TABLE, dtype=np.float64)
    x[1:] *= np.log(x[1:])
    return x


@njit(nogil=True, inline="always")
def xlogx(table, k):
    return table[k] if k < TABLE else k * math.log(k)


@njit(nogil=True, cache=True)
def sort_by_bin(bins, rank, count, rows, start, stop, room):
    """Counting sort of the node's classes by the rank of their bin, into room.classes; room.ends[b] becomes the end of
    rank b. Returns the lowest and the highest rank."""
    ends, classes, local = room.ends, room.classes, room.local
    low, high = 255, 0
    ends[: count + 1] = 0
    for i in range(start, stop):
        b = rank[bins[rows[i]]]
        ends[b + 1] += 1
        low = min(low, b)
        high = max(high, b)
    if low == high:
        return low, high
    for b in range(low + 1, high + 1):
        ends[b + 1] += ends[b]
    for i in range(start, stop):
        b = rank[bins[rows[i]]]
        classes[ends[b]] = local[i]
        ends[b] += 1
    return low, high


@njit(nogil=True, cache=True)
def scan_rows(bins, rank, count, rows, start, stop, k, base, min_leaf, table, room):
    """Best threshold for a node of fewer than `SMALL` rows and k classes, whose S is base: S(L) + S(R) - |L| log |L| -
    |R| log |R| and the rank, -1 where there is none."""
    ends, classes, left, right = room.ends, room.classes, room.left, room.right
    n = stop - start
    low, high = sort_by_bin(bins, rank, count, rows, start, stop, room)
    for c in range(k):
        left[c] = 0
        right[c] = room.total[c]
    in_left, in_right, best, where, at = 0.0, base, 0.0, -1, 0
    for b in range(low, high):
        if ends[b] == at:
            continue
        while at < ends[b]:
            c = classes[at]
            in_left += table[left[c] + 1] - table[left[c]]
            in_right += table[right[c] - 1] - table[right[c]]
            left[c] += 1
            right[c] -= 1
            at += 1
        if n - at < min_leaf:
            break
        if at >= min_leaf:
            gain = in_left + in_right - table[at] - table[n - at]
            if where < 0 or gain > best:
                best, where = gain, b
    return best, where


@njit(nogil=True, cache=True)
def scan_histogram(bins, inverse, count, rows, start, stop, k, base, min_leaf, table, room):
    """The same for a large node, by its histogram of bins x classes."""
    histogram, left, right, local = room.histogram, room.left, room.right, room.local
    n = stop - start
    histogram[: count * k] = 0
    for i in range(start, stop):
        histogram[np.int64(bins[rows[i]]) * k + local[i]] += 1
    for c in range(k):
        left[c] = 0
        right[c] = room.total[c]
    in_left, in_right, best, where, at = 0.0, base, 0.0, -1, 0
    for b in range(count - 1):
        cell = np.int64(inverse[b]) * k
        before = at
        for c in range(k):
            m = histogram[cell + c]
            if m > 0:
                in_left += xlogx(table, left[c] + m) - xlogx(table, left[c])
                in_right += xlogx(table, right[c] - m) - xlogx(table, right[c])
                left[c] += m
                right[c] -= m
                at += m
        if n - at < min_leaf:
            break
        if at > before and at >= min_leaf:
            gain = in_left + in_right - xlogx(table, at) - xlogx(table, n - at)
            if where < 0 or gain > best:
                best, where = gain, b
    return best, where
