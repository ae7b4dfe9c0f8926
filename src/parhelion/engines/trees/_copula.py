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

from parhelion.engines.trees._sort import sort_with
from parhelion.engines.trees._types import Copulas

GROUP = 1500
TERMS = 3
FEWEST = 5  # rows a leaf needs before its rows are put in order
RIDGE = 0.02

_A = (
    -3.969683028665376e01,
    2.209460984245205e02,
    -2.759285104469687e02,
    1.383577518672690e02,
    -3.066479806614716e01,
    2.506628277459239e00,
)
_B = (-5.447609879822406e01, 1.615858368580409e02, -1.556989798598866e02, 6.680131188771972e01, -1.328068155288572e01)
_C = (
    -7.784894002430293e-03,
    -3.223964580411365e-01,
    -2.400758277161838e00,
    -2.549732539343734e00,
    4.374664141464968e00,
    2.938163982698783e00,
)
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
def standardize(values, n):
    """Shift and scale the first n values in place to mean 0 and variance 1, or to 0 where all are the same. Mean, 1 /
    sd."""
    mean, square = 0.0, 0.0
    for i in range(n):
        mean += values[i]
        square += values[i] * values[i]
    mean /= n
    variance = square / n - mean * mean
    scale = 1.0 / math.sqrt(variance) if variance > 1e-6 else 0.0
    for i in range(n):
        values[i] = (values[i] - mean) * scale
    return mean, scale


@njit(nogil=True, cache=True)
def normal_scores(y, start, stop, keys, places, scores):
    """Normal scores of a leaf's codes y[start:stop], ties at their middle rank, standardized; 0 where all are the
    same."""
    n = stop - start
    for i in range(n):
        keys[i] = y[start + i]
        places[i] = i
    sort_with(keys, places, 0, n)
    i = 0
    while i < n:
        j = i
        while j < n and keys[j] == keys[i]:
            j += 1
        score = normal_quantile((i + j) / (2.0 * n))
        for k in range(i, j):
            scores[places[k]] = score
        i = j
    standardize(scores, n)


@njit(nogil=True, cache=True)
def leaf_values(values, rows, start, stop, out):
    """Standardized values of the rows; their mean and 1 / sd."""
    for i in range(start, stop):
        out[i - start] = values[rows[i]]
    return standardize(out, stop - start)


@njit(nogil=True, cache=True)
def gather(values, rows, y, nodes, first, last, keys, places, score, z):
    """Normal scores of the codes and standardized predictors of the rows below nodes first .. last - 1, leaf by leaf.

    Returns how many rows lie in leaves that are large enough; scores elsewhere are 0.
    """
    base, used = nodes.begin[first], 0
    for node in range(first, last):
        if nodes.feature[node] >= 0:
            continue
        s, e = nodes.begin[node], nodes.end[node]
        if e - s < FEWEST:
            score[s - base : e - base] = 0.0
        else:
            normal_scores(y, s, e, keys, places, score[s - base :])
            used += e - s
        for f in range(values.shape[0]):
            leaf_values(values[f], rows, s, e, z[f, s - base :])
    return used


@njit(nogil=True, cache=True)
def inner(a, b, n):
    total = 0.0
    for i in range(n):
        total += a[i] * b[i]
    return total


@njit(nogil=True, cache=True)
def solve(gram, cross, n, out):
    """Solve the n x n system gram out = cross for a symmetric positive definite gram, by Gauss's elimination."""
    m = gram.copy()
    for i in range(n):
        out[i] = cross[i]
    for i in range(n):
        for j in range(i + 1, n):
            factor = m[j, i] / m[i, i]
            out[j] -= factor * out[i]
            for k in range(i, n):
                m[j, k] -= factor * m[i, k]
    for i in range(n - 1, -1, -1):
        for k in range(i + 1, n):
            out[i] -= m[i, k] * out[k]
        out[i] /= m[i, i]


@njit(nogil=True, cache=True)
def strongest(residual, z, n, chosen):
    """The predictor whose values go most with the residual; -1 where it is one of the chosen, or there is none."""
    best, at = 0.0, -1
    for f in range(z.shape[0]):
        c = abs(inner(residual, z[f], n))
        if c > best:
            best, at = c, f
    for k in range(TERMS):
        if chosen[k] == at:
            return -1
    return at


@njit(nogil=True, cache=True)
def pursue(score, residual, z, n, used, penalty, chosen, beta):
    """Orthogonal matching pursuit of score on the rows of z; fills chosen (-1: no more) and beta, returns R^2."""
    gram, cross, trial = np.zeros((TERMS, TERMS)), np.zeros(TERMS), np.zeros(TERMS)
    explained = 0.0
    for i in range(n):
        residual[i] = score[i]
    for taken in range(TERMS):
        at = strongest(residual, z, n, chosen)
        if at < 0:
            break
        chosen[taken] = at
        cross[taken] = inner(score, z[at], n) / used
        for k in range(taken + 1):
            gram[taken, k] = inner(z[at], z[chosen[k]], n) / used
            gram[k, taken] = gram[taken, k]
        gram[taken, taken] += RIDGE
        solve(gram, cross, taken + 1, trial)
        r2 = min(inner(trial, cross, taken + 1), 0.99)
        if -0.5 * used * math.log((1 - r2) / (1 - explained)) <= penalty:
            chosen[taken] = -1
            break
        explained = r2
        for k in range(taken + 1):
            beta[k] = trial[k]
        for i in range(n):
            residual[i] = score[i]
            for k in range(taken + 1):
                residual[i] -= beta[k] * z[chosen[k], i]
    return explained


@njit(nogil=True, cache=True)
def last_below(nodes, first):
    """The node past the last one of the subtree of node `first`."""
    last = first + 1
    while last < nodes.begin.shape[0] and nodes.begin[last] < nodes.end[first]:
        last += 1
    return last


@njit(nogil=True, cache=True)
def fit_copulas(values, rows, y, nodes, penalty):
    """The copulas of one tree; values: (v, n) int32, the ordered predictors; rows, y: in the order of the leaves.

    Groups are the largest subtrees of at most `GROUP` rows.
    """
    many = nodes.feature.shape[0]
    group = np.full(many, -1, np.int32)
    mean, scale = np.zeros((many, TERMS), np.float32), np.zeros((many, TERMS), np.float32)
    which, beta = np.full((many, TERMS), -1, np.int32), np.zeros((many, TERMS), np.float32)
    rest = np.ones(many, np.float32)
    z, score, residual = np.zeros((values.shape[0], GROUP)), np.zeros(GROUP), np.zeros(GROUP)
    keys, places = np.zeros(GROUP, np.int32), np.zeros(GROUP, np.int32)
    groups, last = 0, 0
    for first in range(many):
        size = nodes.end[first] - nodes.begin[first]
        if first < last or size > GROUP:
            continue
        last = last_below(nodes, first)
        used = gather(values, rows, y, nodes, first, last, keys, places, score, z)
        if used < 4 * FEWEST:
            continue
        explained = pursue(score, residual, z, size, used, penalty, which[groups], beta[groups])
        if which[groups, 0] < 0:
            continue
        rest[groups] = math.sqrt(1 - explained)
        for node in range(first, last):
            start, stop = nodes.begin[node], nodes.end[node]
            if nodes.feature[node] < 0 and stop - start >= FEWEST:
                group[node] = groups
                for k in range(TERMS):
                    f = which[groups, k]
                    if f >= 0:
                        mean[node, k], scale[node, k] = leaf_values(values[f], rows, start, stop, residual)
        groups += 1
    return Copulas(group, mean, scale, which[:groups], beta[:groups], rest[:groups])
