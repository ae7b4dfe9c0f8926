"""Compiled search for nearest points: a block of points after the other, column by column, so that it vectorises."""

import numpy as np
from numba import njit

BLOCK = 256  # points whose distances stay in the processor's nearest cache


@njit(nogil=True, cache=True)
def add_numbers(total, query, points, start, stop):
    """Add the squared differences between a query and points[:, start:stop] to total."""
    for c in range(query.shape[0]):
        q, column = query[c], points[c, start:stop]
        for j in range(stop - start):
            d = column[j] - q
            total[j] += d * d


@njit(nogil=True, cache=True)
def add_categories(total, query, points, start, stop):
    """Add 2 for each category of points[:, start:stop] that is not the query's, as two one-hot columns would."""
    for c in range(query.shape[0]):
        q, column = query[c], points[c, start:stop]
        for j in range(stop - start):
            total[j] += np.float32(2) * np.float32(column[j] != q)


@njit(nogil=True, cache=True)
def any_below(total, n, most):
    found = 0
    for j in range(n):
        found += total[j] < most
    return found > 0


@njit(nogil=True, cache=True)
def keep(total, n, start, distances, indices):
    """Insert the nearest of n points, numbered from start, into the ascending k kept; the first of equals stays."""
    last = distances.shape[0] - 1
    for j in range(n):
        d = total[j]
        if d < distances[last]:
            i = last
            while i > 0 and distances[i - 1] > d:
                distances[i] = distances[i - 1]
                indices[i] = indices[i - 1]
                i -= 1
            distances[i] = d
            indices[i] = start + j


@njit(nogil=True, cache=True)
def search(query_numbers, query_categories, numbers, categories, distances, indices):
    """Fill distances (squared, float32, infinite before) and indices, (queries, k), with the k nearest points.

    query_*: (queries, columns); numbers, categories: (columns, points), so that a column of a block is contiguous.
    """
    points = max(numbers.shape[1], categories.shape[1])
    total = np.zeros(BLOCK, np.float32)
    for start in range(0, points, BLOCK):
        stop = min(start + BLOCK, points)
        for q in range(distances.shape[0]):
            total[:] = 0
            worst = distances[q, -1]
            add_categories(total, query_categories[q], categories, start, stop)
            if not any_below(total, stop - start, worst):
                continue
            add_numbers(total, query_numbers[q], numbers, start, stop)
            if any_below(total, stop - start, worst):
                keep(total, stop - start, start, distances[q], indices[q])
