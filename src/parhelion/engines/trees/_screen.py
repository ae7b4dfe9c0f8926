"""Which of many columns tell most about one."""

import numpy as np
from numba import njit

from parhelion.engines.trees._scan import xlogx

ROWS = 2000


@njit(nogil=True, cache=True)
def information(bins, classes, table):
    """Mutual information, in nats times rows, of each predictor (p, n) with the classes (n,)."""
    p, n = bins.shape
    k = np.int64(classes.max()) + 1
    joint, own = np.zeros(256 * k, np.int32), np.zeros(256, np.int32)
    out = np.zeros(p)
    for f in range(p):
        joint[:] = 0
        own[:] = 0
        for i in range(n):
            joint[bins[f, i] * k + classes[i]] += 1
            own[bins[f, i]] += 1
        for b in range(256):
            if own[b] > 0:
                out[f] -= xlogx(table, own[b])
                for c in range(k):
                    out[f] += xlogx(table, joint[b * k + c])
    return out
