"""What the leaves hold: sorted (code, count) pairs, never rows."""

import numpy as np
from numba import njit

from parhelion.engines.trees._sort import sort_with


@njit(nogil=True, cache=True)
def leaf_pairs(y, rows, feature, begin, end):
    """Sorted (code, count) pairs of the leaves, and each node's range of them.

    y, rows: codes and rows in the order of the leaves; both are sorted by code inside each leaf, which undoes what the
    order of the rows could tell. Returns codes (pairs,), cumulated counts (pairs + 1,) int64, and per node its first
    pair and the one past its last.
    """
    m, nodes = y.shape[0], begin.shape[0]
    codes = np.empty(m, np.int32)
    cumulated = np.zeros(m + 1, np.int64)
    pair_at = np.zeros(m + 1, np.int32)
    pairs = 0
    for node in range(nodes):
        if feature[node] >= 0:
            continue
        s, e = begin[node], end[node]
        sort_with(y, rows, s, e)
        pair_at[s] = pairs
        for i in range(s, e):
            if i == s or y[i] != y[i - 1]:
                codes[pairs] = y[i]
                cumulated[pairs + 1] = cumulated[pairs]
                pairs += 1
            cumulated[pairs] += 1
        pair_at[e] = pairs
    first, last = np.empty(nodes, np.int32), np.empty(nodes, np.int32)
    for node in range(nodes):
        first[node], last[node] = pair_at[begin[node]], pair_at[end[node]]
    return codes[:pairs], cumulated[: pairs + 1], first, last
