"""What the leaves hold: sorted (code, count) pairs, never rows."""

import numpy as np
from numba import njit

from parhelion.engines.trees._sort import sort_with
from parhelion.engines.trees._types import Histograms


@njit(nogil=True, cache=True)
def leaf_pairs(y, rows, nodes):
    """The histograms of the leaves.

    y, rows: codes and rows in the order of the leaves; both are sorted by code inside each leaf, which undoes what the
    order of the rows could tell.
    """
    m, many = y.shape[0], nodes.feature.shape[0]
    codes = np.empty(m, np.int32)
    cumulated = np.zeros(m + 1, np.int64)
    pair_at = np.zeros(m + 1, np.int32)
    pairs = 0
    for node in range(many):
        if nodes.feature[node] >= 0:
            continue
        s, e = nodes.begin[node], nodes.end[node]
        sort_with(y, rows, s, e)
        pair_at[s] = pairs
        for i in range(s, e):
            if i == s or y[i] != y[i - 1]:
                codes[pairs] = y[i]
                cumulated[pairs + 1] = cumulated[pairs]
                pairs += 1
            cumulated[pairs] += 1
        pair_at[e] = pairs
    first, last = np.empty(many, np.int32), np.empty(many, np.int32)
    for node in range(many):
        first[node], last[node] = pair_at[nodes.begin[node]], pair_at[nodes.end[node]]
    return Histograms(codes[:pairs], cumulated[: pairs + 1], first, last)
