"""Compiled attacks: rows that answer a query, and nearest rows in several views of the columns at once."""

import numpy as np
from numba import njit

from parhelion.evaluation._nearest import BLOCK, any_below, keep


@njit(nogil=True, cache=True)
def count(codes, columns, low, high, other, most, counts):
    """How many rows answer each query; counting stops above `most`.

    codes: (columns, rows). A row answers a query if, for each of its columns, low <= code <= high (other: if not so).
    """
    rows = codes.shape[1]
    answers = np.zeros(BLOCK, np.uint8)
    for q in range(columns.shape[0]):
        counts[q] = 0
        for start in range(0, rows, BLOCK):
            n = min(BLOCK, rows - start)
            answers[:] = 1
            for i in range(columns.shape[1]):
                column = codes[columns[q, i], start : start + n]
                a, b, unlike = low[q, i], high[q, i], other[q, i]
                for j in range(n):
                    answers[j] &= ((column[j] >= a) & (column[j] <= b)) != unlike
            found = 0
            for j in range(n):
                found += answers[j]
            counts[q] += found
            if counts[q] > most:
                break


@njit(nogil=True, cache=True)
def unlikeness(parts, numbers_of, categories_of, numbers, categories, start, n):
    """Gower's distance of one row to n rows, by column: numbers by their difference, categories 1 if they differ.

    A missing number (NaN) is 1 from all others and 0 from another missing one.
    """
    width = numbers_of.shape[0]
    for c in range(width):
        q, column = numbers_of[c], numbers[c, start : start + n]
        if np.isnan(q):
            for j in range(n):
                parts[c, j] = np.float32(not np.isnan(column[j]))
        else:
            for j in range(n):
                d = abs(column[j] - q)
                parts[c, j] = np.float32(1) if np.isnan(d) else d
    for c in range(categories_of.shape[0]):
        code, others = categories_of[c], categories[c, start : start + n]
        for j in range(n):
            parts[width + c, j] = np.float32(others[j] != code)


@njit(nogil=True, cache=True)
def add_parts(parts, view, wanted, sign, total, n):
    """Add (or subtract) the columns whose place in the view is as wanted."""
    for c in range(parts.shape[0]):
        if view[c] == wanted:
            for j in range(n):
                total[j] += sign * parts[c, j]


@njit(nogil=True, cache=True)
def search_views(asked_numbers, asked_categories, numbers, categories, views, distances, indices):
    """Fill distances (infinite before) and indices, (queries, views, k), with the nearest rows in each view.

    asked_*: (queries, columns); numbers, categories: (columns, rows). views: (views, columns) bool, numbers first. A
    view of all columns but one is all of them less that one, so that leaving out each in turn costs no more than one
    search; less more than one, rounding would tell apart rows that are equally far.
    """
    width, rows = views.shape[1], max(numbers.shape[1], categories.shape[1])
    parts = np.zeros((width, BLOCK), np.float32)
    every, total = np.zeros(BLOCK, np.float32), np.zeros(BLOCK, np.float32)
    for start in range(0, rows, BLOCK):
        n = min(BLOCK, rows - start)
        for q in range(distances.shape[0]):
            unlikeness(parts, asked_numbers[q], asked_categories[q], numbers, categories, start, n)
            every[:] = 0
            for c in range(width):
                every += parts[c]
            for v in range(views.shape[0]):
                if views[v].sum() == width - 1:
                    total[:] = every
                    add_parts(parts, views[v], False, np.float32(-1), total, n)
                else:
                    total[:] = 0
                    add_parts(parts, views[v], True, np.float32(1), total, n)
                if any_below(total, n, distances[q, v, -1]):
                    keep(total, n, start, distances[q, v], indices[q, v])
