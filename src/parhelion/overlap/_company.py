"""Who uses which word, and in what company, compiled."""

import numpy as np
from numba import njit


@njit(nogil=True, cache=True)
def count_owners(ids, ends, order, owners, counts):
    """How many owners use each word. order: the texts, those of one owner one after the other."""
    last = np.full(counts.shape[0], -1, np.int64)
    owner = 0
    for place in range(order.shape[0]):
        row = order[place]
        if place > 0 and owners[row] != owners[order[place - 1]]:
            owner += 1
        for i in range(ends[row], ends[row + 1]):
            if last[ids[i]] != owner:
                last[ids[i]] = owner
                counts[ids[i]] += 1


@njit(inline="always")
def note(met, word, neighbour):
    """Keep a neighbour among the different ones of a word, as far as there is room."""
    for k in range(met.shape[1]):
        if met[word, k] == neighbour:
            return
        if met[word, k] == -2:
            met[word, k] = neighbour
            return


@njit(nogil=True, cache=True)
def keep_company(ids, ends, known, before, after):
    """The first few different words that stand before and after each word; -1 is the end of a text, -2 nothing.

    known: whether a word counts as company. before, after: (words, as many as are wanted), all -2.
    """
    for row in range(ends.shape[0] - 1):
        for i in range(ends[row], ends[row + 1]):
            if i == ends[row]:
                note(before, ids[i], -1)
            elif known[ids[i - 1]]:
                note(before, ids[i], ids[i - 1])
            if i + 1 == ends[row + 1]:
                note(after, ids[i], -1)
            elif known[ids[i + 1]]:
                note(after, ids[i], ids[i + 1])


@njit(nogil=True, cache=True)
def meetings(ids, ends, wanted, reach, rows, pairs):
    """Each time two different wanted words stand at most `reach` words apart. -> how many; nothing is written where
    rows is empty."""
    k = 0
    for row in range(ends.shape[0] - 1):
        for i in range(ends[row], ends[row + 1]):
            if not wanted[ids[i]]:
                continue
            for j in range(i + 1, min(i + 1 + reach, ends[row + 1])):
                if wanted[ids[j]] and ids[j] != ids[i]:
                    if rows.shape[0]:
                        rows[k], pairs[k, 0], pairs[k, 1] = row, ids[i], ids[j]
                    k += 1
    return k
