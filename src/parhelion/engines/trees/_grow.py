"""Growing one tree: p(target | predictors) as a partition of the rows into leaves.

Rows are sorted in place so that each node's rows are one range. Nodes are numbered in preorder: the left child of node
i is node i + 1, and the leaves below a node are one range too.
"""

import numpy as np
from numba import njit

from parhelion.engines.trees._scan import SMALL, scan_histogram, scan_rows, xlogx


@njit(nogil=True, cache=True)
def classes_ordered(y, start, stop, specials, most, local, count, class_of):
    """Cut the node's codes into about `most` classes of equal mass; special codes and heavy ones stay alone.

    Writes local[start:stop] and returns the number of classes. count is all zero before and after.
    """
    for i in range(start, stop):
        count[y[i]] += 1
    share = (stop - start) / most
    k, mass, ranked, closed = -1, 0, 0, True
    for c in range(count.shape[0]):
        m = count[c]
        if m == 0:
            continue
        count[c] = 0
        if c < specials:
            k += 1
        else:
            if (closed or mass + 0.5 * m > share) and ranked < most:
                k += 1
                ranked += 1
                mass = 0
            mass += m
            closed = mass >= share
        class_of[c] = k
    for i in range(start, stop):
        local[i] = class_of[y[i]]
    return k + 1


@njit(nogil=True, cache=True)
def classes_unordered(y, start, stop, most, local, count, class_of):
    """Give each frequent code of the node a class of its own and the others one together: at most `most` + 1
    classes."""
    for i in range(start, stop):
        count[y[i]] += 1
    k = 0
    for i in range(start, stop):
        c = y[i]
        if count[c] > 0:
            own = 2 * count[c] * most >= stop - start and k < most
            class_of[c] = k if own else -1
            k += own
            count[c] = 0
    others = 0
    for i in range(start, stop):
        c = class_of[y[i]]
        others |= c < 0
        local[i] = k if c < 0 else c
    return k + others


@njit(nogil=True, cache=True)
def best_split(x, bins, rank, inverse, bonus, rows, local, start, stop, total, min_leaf, table, room):
    """Best predictor, threshold on its rank, and gain in nats with its bonus; -1 where none leaves `min_leaf` rows on
    both sides."""
    count, classes, histogram, left, right = room
    n = stop - start
    base = 0.0
    for c in range(total.shape[0]):
        base += xlogx(table, total[c])
    uncut = base - xlogx(table, n)
    best, feature, cut = 0.0, -1, 0
    for f in range(x.shape[0]):
        if n < SMALL:
            gain, at = scan_rows(
                x[f],
                rows,
                local,
                start,
                stop,
                rank[f],
                bins[f],
                total,
                base,
                min_leaf,
                table,
                (count, classes, left, right),
            )
        else:
            gain, at = scan_histogram(
                x[f],
                rows,
                local,
                start,
                stop,
                inverse[f],
                bins[f],
                total,
                base,
                min_leaf,
                table,
                (histogram, left, right),
            )
        worth = gain - uncut + bonus[f]
        if at >= 0 and worth > best:
            best, feature, cut = worth, f, at
    return feature, cut, best


@njit(nogil=True, cache=True)
def partition(bins_of_rows, rank, cut, rows, y, start, stop, spare):
    """Bring the rows of rank <= cut to the front, both sides keeping their order. Returns where the back begins."""
    front, back = start, 0
    for i in range(start, stop):
        row, code = rows[i], y[i]
        if rank[bins_of_rows[row]] <= cut:
            rows[front] = row
            y[front] = code
            front += 1
        else:
            spare[back, 0] = row
            spare[back, 1] = code
            back += 1
    for i in range(back):
        rows[front + i] = spare[i, 0]
        y[front + i] = spare[i, 1]
    return front


@njit(nogil=True, cache=True)
def grow(
    x,
    bins,
    rank,
    inverse,
    bonus,
    rows,
    y,
    size,
    specials,
    ordered,
    penalty,
    class_penalty,
    min_leaf,
    most,
    per_class,
    table,
):
    """Grow one tree; a node is cut while the gain exceeds penalty + class_penalty * (classes - 1).

    x: (p, n) uint8, bins of the predictors; bins: (p,), how many each has; rank, inverse: (p, 256) uint8, the order in
    which a predictor's bins are cut, and back; bonus: (p,), nats that a cut on the predictor counts besides; rows: (m,)
    int32, the rows to learn from, and y: (m,) int32, their codes: both are sorted in place. Returns per node: predictor
    (-1: a leaf), threshold on the rank, right child, first row, end row.
    """
    m = rows.shape[0]
    space = 2 * (m // min_leaf) + 3
    feature = np.full(space, -1, np.int32)
    threshold = np.zeros(space, np.uint8)
    right = np.zeros(space, np.int32)
    begin = np.zeros(space, np.int32)
    end = np.zeros(space, np.int32)
    widest = most + specials + 1
    room = (
        np.zeros(258, np.int32), np.zeros(SMALL, np.uint8), np.zeros(256 * widest, np.int32),
        np.zeros(widest, np.int32), np.zeros(widest, np.int32),
    )  # fmt: skip
    local, total = np.zeros(m, np.uint8), np.zeros(widest, np.int32)
    count, class_of = np.zeros(size, np.int32), np.zeros(size, np.int32)
    spare = np.empty((m, 2), np.int32)
    todo = np.zeros((space, 3), np.int32)
    todo[0, 1], todo[0, 2] = m, -1
    nodes, waiting = 0, 1
    while waiting > 0:
        waiting -= 1
        start, stop, parent = todo[waiting, 0], todo[waiting, 1], todo[waiting, 2]
        node = nodes
        nodes += 1
        begin[node], end[node] = start, stop
        if parent >= 0:
            right[parent] = node
        n = stop - start
        if n < 2 * min_leaf:
            continue
        want = min(most, max(2, n // per_class))
        if ordered:
            k = classes_ordered(y, start, stop, specials, want, local, count, class_of)
        else:
            k = classes_unordered(y, start, stop, want, local, count, class_of)
        total[:k] = 0
        for i in range(start, stop):
            total[local[i]] += 1
        f, cut, gain = best_split(
            x, bins, rank, inverse, bonus, rows, local, start, stop, total[:k], min_leaf, table, room
        )
        if f < 0 or gain <= penalty + class_penalty * (k - 1):
            continue
        middle = partition(x[f], rank[f], cut, rows, y, start, stop, spare)
        feature[node], threshold[node] = f, cut
        todo[waiting, 0], todo[waiting, 1], todo[waiting, 2] = middle, stop, node
        todo[waiting + 1, 0], todo[waiting + 1, 1], todo[waiting + 1, 2] = start, middle, -1
        waiting += 2
    return feature[:nodes], threshold[:nodes], right[:nodes], begin[:nodes], end[:nodes]
