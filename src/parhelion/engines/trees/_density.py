"""The probability of given codes under a fitted tree: exactly what `_draw` draws from."""

import numpy as np
from numba import njit

from parhelion.engines.trees._copula import normal_cdf, normal_quantile
from parhelion.engines.trees._draw import descend, lean


@njit(nogil=True, cache=True)
def pairs_of_code(pairs, first, last):
    """Which of a code's pairs (sorted numbers of pairs) lie in first .. last - 1: a range of positions."""
    return np.searchsorted(pairs, first), np.searchsorted(pairs, last)


@njit(nogil=True, cache=True)
def copula_mass(low, high, mu, rest):
    """Probability that Phi(mu + rest * eps) lies between low and high."""
    above = 1.0 if high >= 1 else normal_cdf((normal_quantile(high) - mu) / rest)
    below = 0.0 if low <= 0 else normal_cdf((normal_quantile(low) - mu) / rest)
    return above - below


@njit(nogil=True, cache=True)
def densities(
    x,
    rank,
    feature,
    threshold,
    right,
    first,
    last,
    cumulated,
    smoothing,
    values,
    group,
    mean,
    scale,
    which,
    beta,
    rest,
    pairs,
    starts,
    counts,
    y,
    path,
    out,
):
    """Write p(y | x) of every row.

    pairs: numbers of the (code, count) pairs sorted by code; starts (size + 1): where each code's begin in pairs;
    counts: their counts, cumulated in that order.
    """
    for row in range(y.shape[0]):
        depth = descend(x, row, rank, feature, threshold, right, path)
        mine = pairs[starts[y[row]] : starts[y[row] + 1]]
        here, p = 1.0, 0.0
        for at in range(depth, -1, -1):
            node = path[at]
            mass = cumulated[last[node]] - cumulated[first[node]]
            a, b = pairs_of_code(mine, first[node], last[node])
            k = counts[starts[y[row]] + b] - counts[starts[y[row]] + a]
            share = k / mass
            g = group[node]
            if g >= 0 and k > 0:
                low = (cumulated[mine[a]] - cumulated[first[node]]) / mass
                mu = lean(values, row, mean[node], scale[node], which[g], beta[g])
                share = copula_mass(low, low + share, mu, rest[g])
            stay = mass / (mass + smoothing) if at > 0 else 1.0
            p += here * stay * share
            here *= 1 - stay
        out[row] = p
