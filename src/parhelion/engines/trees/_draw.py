"""Drawing codes: rows walk down to their nodes, then the rows of one node share a stratified sample of its histogram.

Each row's code still has its node's distribution, and rows of a node are otherwise in random order; but the node's
counts come out as their expectation, rounded, so that a part of the result repeats the learned proportions with far
less noise than independent draws would (systematic sampling, Cochran 1977, chapter 8). Where a leaf has a copula it is
the copula's eps that is stratified.
"""

from numba import njit

from parhelion.engines.trees._copula import normal_cdf, normal_quantile
from parhelion.engines.trees._random import below, uniform


@njit(nogil=True, cache=True)
def descend(bins, row, walks, path):
    """Write the nodes from the root to the row's leaf into path; return the leaf's depth."""
    node, depth = 0, 0
    path[0] = 0
    while walks.feature[node] >= 0:
        f = walks.feature[node]
        node = node + 1 if walks.rank[f, bins[f, row]] <= walks.threshold[node] else walks.right[node]
        depth += 1
        path[depth] = node
    return depth


@njit(nogil=True, cache=True)
def walk(bins, walks, held, state, path, nodes):
    """The node each row draws from: its leaf or, with probability smoothing / (rows + smoothing) each, one above it."""
    for row in range(nodes.shape[0]):
        depth = descend(bins, row, walks, path)
        while depth > 0:
            node = path[depth]
            mass = held.cumulated[held.last[node]] - held.cumulated[held.first[node]]
            if uniform(state) * (mass + walks.smoothing) >= walks.smoothing:
                break
            depth -= 1
        nodes[row] = path[depth]


@njit(nogil=True, cache=True)
def group_rows(nodes, count, order):
    """Counting sort of the rows by node: order holds rows, count[j] becomes the end of node j."""
    count[:] = 0
    for i in range(nodes.shape[0]):
        count[nodes[i]] += 1
    at = 0
    for j in range(count.shape[0]):
        at += count[j]
        count[j] = at - count[j]
    for i in range(nodes.shape[0]):
        order[count[nodes[i]]] = i
        count[nodes[i]] += 1


@njit(nogil=True, cache=True)
def shuffle(order, state):
    for i in range(order.shape[0] - 1, 0, -1):
        j = below(state, i + 1)
        order[i], order[j] = order[j], order[i]


@njit(nogil=True, cache=True)
def code_at(u, held, node):
    """Code at the fraction u of a node's mass, by bisection."""
    first, last = held.first[node], held.last[node]
    low = held.cumulated[first]
    at = low + u * (held.cumulated[last] - low)
    while last - first > 1:
        middle = (first + last) // 2
        if held.cumulated[middle] <= at:
            first = middle
        else:
            last = middle
    return held.codes[first]


@njit(nogil=True, cache=True)
def stratify(order, held, node, state, out):
    """Give the rows, in order, one code of each of as many equal strata of the node's mass."""
    k = order.shape[0]
    pair, last = held.first[node], held.last[node]
    low = held.cumulated[pair]
    step = (held.cumulated[last] - low) / k
    shift = uniform(state)
    for i in range(k):
        at = low + (i + shift) * step
        while pair < last - 1 and held.cumulated[pair + 1] <= at:
            pair += 1
        out[order[i]] = held.codes[pair]


@njit(nogil=True, cache=True)
def lean(values, row, node, copulas):
    """The copula's mean for a row: sum_k beta_k z_k."""
    mu, g = 0.0, copulas.group[node]
    for k in range(copulas.which.shape[1]):
        f = copulas.which[g, k]
        if f < 0:
            break
        z = (values[f, row] - copulas.mean[node, k]) * copulas.scale[node, k]
        mu += copulas.beta[g, k] * min(max(z, -3.0), 3.0)
    return mu


@njit(nogil=True, cache=True)
def draw(nodes, held, values, copulas, state, count, order, out):
    """One code for every row, given the node it draws from."""
    group_rows(nodes, count, order)
    start = 0
    for node in range(count.shape[0]):
        rows = order[start : count[node]]
        start = count[node]
        k, g = rows.shape[0], copulas.group[node]
        if k == 0:
            continue
        shuffle(rows, state)
        if g < 0:
            stratify(rows, held, node, state, out)
            continue
        shift = uniform(state)
        for i in range(k):
            share = min(max((i + shift) / k, 1e-12), 1 - 1e-12)
            place = lean(values, rows[i], node, copulas) + copulas.rest[g] * normal_quantile(share)
            out[rows[i]] = code_at(normal_cdf(place), held, node)
