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
def sort_by_bin(x, rows, local, start, stop, rank, bins, count, classes):
    """Counting sort of the node's classes by the rank of their bin; count[b] becomes the end of bin b. Lowest and
    highest rank."""
    low, high = 255, 0
    count[: bins + 1] = 0
    for i in range(start, stop):
        b = rank[x[rows[i]]]
        count[b + 1] += 1
        low = min(low, b)
        high = max(high, b)
    if low == high:
        return low, high
    for b in range(low + 1, high + 1):
        count[b + 1] += count[b]
    for i in range(start, stop):
        b = rank[x[rows[i]]]
        classes[count[b]] = local[i]
        count[b] += 1
    return low, high


@njit(nogil=True, cache=True)
def scan_rows(x, rows, local, start, stop, rank, bins, total, base, min_leaf, table, room):
    """Best threshold for a node of fewer than `SMALL` rows: (S(L) + S(R) - |L| log |L| - |R| log |R|, rank), rank -1:
    none."""
    count, classes, left, right = room
    n = stop - start
    low, high = sort_by_bin(x, rows, local, start, stop, rank, bins, count, classes)
    for c in range(total.shape[0]):
        left[c] = 0
        right[c] = total[c]
    in_left, in_right, best, where, at = 0.0, base, 0.0, -1, 0
    for b in range(low, high):
        if count[b] == at:
            continue
        while at < count[b]:
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
def scan_histogram(x, rows, local, start, stop, inverse, bins, total, base, min_leaf, table, room):
    """The same for a large node, by its histogram of bins x classes."""
    histogram, left, right = room
    n, k = stop - start, total.shape[0]
    histogram[: bins * k] = 0
    for i in range(start, stop):
        histogram[np.int64(x[rows[i]]) * k + local[i]] += 1
    for c in range(k):
        left[c] = 0
        right[c] = total[c]
    in_left, in_right, best, where, at = 0.0, base, 0.0, -1, 0
    for b in range(bins - 1):
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
