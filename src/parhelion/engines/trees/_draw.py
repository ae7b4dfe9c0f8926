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
def descend(x, row, rank, feature, threshold, right, path):
    """Write the nodes from the root to the row's leaf into path; return the leaf's depth."""
    node, depth = 0, 0
    path[0] = 0
    while feature[node] >= 0:
        f = feature[node]
        node = node + 1 if rank[f, x[f, row]] <= threshold[node] else right[node]
        depth += 1
        path[depth] = node
    return depth


@njit(nogil=True, cache=True)
def walk(x, rank, feature, threshold, right, first, last, cumulated, smoothing, state, path, nodes):
    """The node each row draws from: its leaf or, with probability smoothing / (rows + smoothing) each, one further
    up."""
    for row in range(nodes.shape[0]):
        depth = descend(x, row, rank, feature, threshold, right, path)
        while depth > 0:
            node = path[depth]
            mass = cumulated[last[node]] - cumulated[first[node]]
            if uniform(state) * (mass + smoothing) >= smoothing:
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
def code_at(u, codes, cumulated, first, last):
    """Code at the fraction u of the mass of pairs first .. last - 1, by bisection."""
    at = cumulated[first] + u * (cumulated[last] - cumulated[first])
    while last - first > 1:
        middle = (first + last) // 2
        if cumulated[middle] <= at:
            first = middle
        else:
            last = middle
    return codes[first]


@njit(nogil=True, cache=True)
def stratify(order, codes, cumulated, first, last, state, out):
    """Give the rows, in order, one code of each of as many equal strata of the mass of pairs first .. last - 1."""
    k = order.shape[0]
    low = cumulated[first]
    step = (cumulated[last] - low) / k
    shift = uniform(state)
    pair = first
    for i in range(k):
        at = low + (i + shift) * step
        while pair < last - 1 and cumulated[pair + 1] <= at:
            pair += 1
        out[order[i]] = codes[pair]


@njit(nogil=True, cache=True)
def lean(values, row, mean, scale, which, beta):
    """The copula's mean for a row: sum_k beta_k z_k."""
    mu = 0.0
    for k in range(which.shape[0]):
        if which[k] < 0:
            break
        z = (values[which[k], row] - mean[k]) * scale[k]
        mu += beta[k] * min(max(z, -3.0), 3.0)
    return mu


@njit(nogil=True, cache=True)
def draw(nodes, codes, cumulated, first, last, values, group, mean, scale, which, beta, rest, state, count, order, out):
    """One code for every row, given the node it draws from; see `_copula` for group .. rest."""
    group_rows(nodes, count, order)
    start = 0
    for node in range(count.shape[0]):
        rows = order[start : count[node]]
        start = count[node]
        k, g = rows.shape[0], group[node]
        if k == 0:
            continue
        shuffle(rows, state)
        if g < 0:
            stratify(rows, codes, cumulated, first[node], last[node], state, out)
            continue
        shift = uniform(state)
        for i in range(k):
            share = min(max((i + shift) / k, 1e-12), 1 - 1e-12)
            place = lean(values, rows[i], mean[node], scale[node], which[g], beta[g]) + rest[g] * normal_quantile(share)
            out[rows[i]] = code_at(normal_cdf(place), codes, cumulated, first[node], last[node])
