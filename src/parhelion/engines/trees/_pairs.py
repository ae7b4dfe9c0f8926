"""What the leaves hold: sorted (code, count) pairs, never rows."""

import numpy as np
from numba import njit


@njit(nogil=True, cache=True)
def leaf_pairs(y, feature, begin, end):
    """Sorted (code, count) pairs of the leaves, and each node's range of them.

    y: codes in the order of the leaves (not changed). Returns codes (pairs,), cumulated counts (pairs + 1,) int64, and per
    node its first pair and the one past its last.
    """
    m, nodes = y.shape[0], begin.shape[0]
    codes = np.empty(m, np.int32)
    cumulated = np.zeros(m + 1, np.int64)
    pair_at = np.zeros(m + 1, np.int32)
    pairs = 0
    for node in range(nodes):
        if feature[node] >= 0:
            continue
        pair_at[begin[node]] = pairs
        part = np.sort(y[begin[node] : end[node]])
        for i in range(part.shape[0]):
            if i == 0 or part[i] != part[i - 1]:
                codes[pairs] = part[i]
                cumulated[pairs + 1] = cumulated[pairs]
                pairs += 1
            cumulated[pairs] += 1
        pair_at[end[node]] = pairs
    return codes[:pairs].copy(), cumulated[: pairs + 1].copy(), pair_at[begin], pair_at[end]
