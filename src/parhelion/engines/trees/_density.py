"""The probability of given codes under a fitted tree: exactly what `_draw` draws from."""

import numpy as np
from numba import njit

from parhelion.engines.trees._copula import normal_cdf, normal_quantile
from parhelion.engines.trees._draw import descend, lean


@njit(nogil=True, cache=True)
def copula_mass(low, high, mu, rest):
    """Probability that Phi(mu + rest * eps) lies between low and high."""
    above = 1.0 if high >= 1 else normal_cdf((normal_quantile(high) - mu) / rest)
    below = 0.0 if low <= 0 else normal_cdf((normal_quantile(low) - mu) / rest)
    return above - below


@njit(nogil=True, cache=True)
def densities(bins, walks, held, values, copulas, by_code, y, path, out):
    """Write p(y | x) of every row.

    by_code: numbers of the (code, count) pairs sorted by code; (size + 1,) where each code's begin in them; their
    counts cumulated in that order.
    """
    pairs, starts, counts = by_code
    for row in range(y.shape[0]):
        depth = descend(bins, row, walks, path)
        own = starts[y[row]]
        mine = pairs[own : starts[y[row] + 1]]
        here, p = 1.0, 0.0
        for at in range(depth, -1, -1):
            node = path[at]
            first, last = held.first[node], held.last[node]
            mass = held.cumulated[last] - held.cumulated[first]
            a, b = np.searchsorted(mine, first), np.searchsorted(mine, last)
            k = counts[own + b] - counts[own + a]
            share = k / mass
            if copulas.group[node] >= 0 and k > 0:
                low = (held.cumulated[mine[a]] - held.cumulated[first]) / mass
                mu = lean(values, row, node, copulas)
                share = copula_mass(low, low + share, mu, copulas.rest[copulas.group[node]])
            stay = mass / (mass + walks.smoothing) if at > 0 else 1.0
            p += here * stay * share
            here *= 1 - stay
        out[row] = p
