"""Dependence inside the leaves: which of a leaf's codes a row gets, given numbers that the tree no longer cuts.

Inside a leaf the place u of a row in the leaf's sorted codes follows a Gaussian copula (Sklar 1959; regression form)

    u = Phi(sum_k beta_k z_k + sqrt(1 - R^2) eps),    z_k = (x_k - mean_leaf) / sd_leaf,    eps ~ N(0, 1):

the leaf's histogram stays as it is, spikes and all; only who gets which code changes. No single leaf has rows enough to
estimate beta, so all leaves of a subtree of at most `GROUP` rows share it. Predictors join one at a time (orthogonal
matching pursuit) while each gains more than `penalty` nats.
"""

import math

import numpy as np
from numba import njit

GROUP = 1500
TERMS = 3
FEWEST = 5  # rows a leaf needs before its rows are put in order
RIDGE = 0.02

_A = (-3.969683028665376e01, 2.209460984245205e02, -2.759285104469687e02, 1.383577518672690e02, -3.066479806614716e01, 2.506628277459239e00)
_B = (-5.447609879822406e01, 1.615858368580409e02, -1.556989798598866e02, 6.680131188771972e01, -1.328068155288572e01)
_C = (-7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e00, -2.549732539343734e00, 4.374664141464968e00, 2.938163982698783e00)
_D = (7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e00, 3.754408661907416e00)


@njit(nogil=True, cache=True)
def normal_cdf(x):
    """Phi, the standard normal distribution function."""
    return 0.5 * math.erfc(-x * 0.7071067811865476)


@njit(nogil=True, cache=True)
def normal_quantile(p):
    """The inverse of Phi for 0 < p < 1 (P. J. Acklam's rational approximation, relative error under 1.2e-9)."""
    tail = min(p, 1 - p)
    if tail < 0.02425:
        q = math.sqrt(-2 * math.log(tail))
        above = ((((_C[0] * q + _C[1]) * q + _C[2]) * q + _C[3]) * q + _C[4]) * q + _C[5]
        value = above / ((((_D[0] * q + _D[1]) * q + _D[2]) * q + _D[3]) * q + 1)
        return value if p < 0.5 else -value
    q = p - 0.5
    r = q * q
    above = (((((_A[0] * r + _A[1]) * r + _A[2]) * r + _A[3]) * r + _A[4]) * r + _A[5]) * q
    return above / (((((_B[0] * r + _B[1]) * r + _B[2]) * r + _B[3]) * r + _B[4]) * r + 1)


@njit(nogil=True, cache=True)
def standardize(values):
    """Shift and scale values in place to mean 0 and variance 1, or to 0 where they are all the same. Mean and 1 / sd."""
    mean = values.mean()
    variance = (values * values).mean() - mean * mean
    scale = 1.0 / math.sqrt(variance) if variance > 1e-6 else 0.0
    for i in range(values.shape[0]):
        values[i] = (values[i] - mean) * scale
    return mean, scale


@njit(nogil=True, cache=True)
def normal_scores(y, scores):
    """Normal scores of a leaf's codes, ties at their middle rank, standardized. All 0 where all codes are the same."""
    n = y.shape[0]
    order = np.argsort(y)
    i = 0
    while i < n:
        j = i
        while j < n and y[order[j]] == y[order[i]]:
            j += 1
        scores[order[i:j]] = normal_quantile((i + j) / (2.0 * n))
        i = j
    standardize(scores)


@njit(nogil=True, cache=True)
def leaf_values(values, rows, out):
    """Standardized values of the given rows; their mean and 1 / sd."""
    for i in range(rows.shape[0]):
        out[i] = values[rows[i]]
    return standardize(out)


@njit(nogil=True, cache=True)
def gather(values, rows, y, feature, begin, end, first, last, score, z):
    """Normal scores of the codes and standardized predictors of the rows below nodes first .. last - 1, leaf by leaf."""
    base, used = begin[first], 0
    for node in range(first, last):
        if feature[node] >= 0:
            continue
        s, e = begin[node], end[node]
        score[s - base : e - base] = 0.0
        if e - s >= FEWEST:
            normal_scores(y[s:e], score[s - base : e - base])
            used += e - s
        for f in range(values.shape[0]):
            leaf_values(values[f], rows[s:e], z[f, s - base : e - base])
    return used


@njit(nogil=True, cache=True)
def pursue(score, z, used, penalty):
    """Orthogonal matching pursuit of score on the rows of z: predictors (-1: no more), coefficients, R^2."""
    chosen, beta = np.full(TERMS, -1, np.int32), np.zeros(TERMS)
    gram, cross = np.zeros((TERMS, TERMS)), np.zeros(TERMS)
    residual, explained = score.copy(), 0.0
    for taken in range(TERMS):
        best, at = 0.0, -1
        for f in range(z.shape[0]):
            c = abs(np.dot(residual, z[f]))
            if c > best:
                best, at = c, f
        if at < 0 or at in chosen:
            break
        chosen[taken] = at
        for k in range(taken + 1):
            gram[taken, k] = gram[k, taken] = np.dot(z[at], z[chosen[k]]) / used
        gram[taken, taken] += RIDGE
        cross[taken] = np.dot(score, z[at]) / used
        trial = np.linalg.solve(gram[: taken + 1, : taken + 1], cross[: taken + 1])
        r2 = min((trial * cross[: taken + 1]).sum(), 0.99)
        if -0.5 * used * math.log((1 - r2) / (1 - explained)) <= penalty:
            chosen[taken] = -1
            break
        explained = r2
        beta[: taken + 1] = trial
        residual[:] = score
        for k in range(taken + 1):
            residual -= trial[k] * z[chosen[k]]
    return chosen, beta, explained


@njit(nogil=True, cache=True)
def subtrees(begin, end, feature):
    """First node and node past the last of the largest subtrees of at most `GROUP` rows, in order."""
    out = []
    node, nodes = 0, begin.shape[0]
    while node < nodes:
        last = node + 1
        if end[node] - begin[node] <= GROUP:
            while last < nodes and begin[last] < end[node]:
                last += 1
            out.append((node, last))
        node = last
    return out


@njit(nogil=True, cache=True)
def fit_copulas(values, rows, y, feature, begin, end, penalty):
    """The copulas of one tree.

    values: (v, n) float64, the ordered predictors; rows, y: in the order of the leaves. Returns per node its group (-1:
    none) and (nodes, TERMS) mean and 1 / sd of the group's predictors; per group (groups, TERMS) the predictors (-1: no
    more) and coefficients, and the residual sd sqrt(1 - R^2).
    """
    nodes = feature.shape[0]
    group = np.full(nodes, -1, np.int32)
    mean, scale = np.zeros((nodes, TERMS), np.float32), np.zeros((nodes, TERMS), np.float32)
    parts = subtrees(begin, end, feature)
    which, beta = np.full((len(parts), TERMS), -1, np.int32), np.zeros((len(parts), TERMS), np.float32)
    rest = np.ones(len(parts), np.float32)
    room, spare = np.zeros((values.shape[0], GROUP)), np.zeros(GROUP)
    groups = 0
    for first, last in parts:
        size = end[first] - begin[first]
        score, z = np.zeros(size), room[:, :size]
        used = gather(values, rows, y, feature, begin, end, first, last, score, z)
        if used < 4 * FEWEST:
            continue
        chosen, coefficients, explained = pursue(score, z, used, penalty)
        if chosen[0] < 0:
            continue
        which[groups], beta[groups], rest[groups] = chosen, coefficients, math.sqrt(1 - explained)
        for node in range(first, last):
            if feature[node] < 0 and end[node] - begin[node] >= FEWEST:
                group[node] = groups
                for k in range(TERMS):
                    if chosen[k] >= 0:
                        part = rows[begin[node] : end[node]]
                        mean[node, k], scale[node, k] = leaf_values(values[chosen[k]], part, spare[: part.shape[0]])
        groups += 1
    return group, mean, scale, which[:groups].copy(), beta[:groups].copy(), rest[:groups].copy()
