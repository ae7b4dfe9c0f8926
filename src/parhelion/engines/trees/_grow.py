"""Growing one tree: p(target | predictors) as a partition of the rows into leaves.

Rows are sorted in place so that each node's rows are one range.
"""

import numpy as np
from numba import njit

from parhelion.engines.trees._scan import SMALL, scan_histogram, scan_rows, xlogx
from parhelion.engines.trees._types import Nodes


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
def classes_of_node(y, start, stop, target, limits, room):
    """Cut the node's codes into classes, room.local[start:stop]; count them in room.total. How many there are."""
    want = min(limits.classes, max(2, (stop - start) // limits.rows_per_class))
    if target.ordered:
        k = classes_ordered(y, start, stop, target.specials, want, room.local, room.tally, room.class_of)
    else:
        k = classes_unordered(y, start, stop, want, room.local, room.tally, room.class_of)
    room.total[:k] = 0
    for i in range(start, stop):
        room.total[room.local[i]] += 1
    return k


@njit(nogil=True, cache=True)
def best_cut(known, rows, start, stop, k, min_leaf, table, room):
    """Best predictor, threshold on its rank, and gain in nats with its bonus; predictor -1 where none leaves `min_leaf`
    rows on both sides."""
    n = stop - start
    base = 0.0
    for c in range(k):
        base += xlogx(table, room.total[c])
    uncut = base - xlogx(table, n)
    best, feature, cut = 0.0, -1, 0
    for f in range(known.bins.shape[0]):
        bins, count = known.bins[f], known.widths[f]
        if n < SMALL:
            gain, at = scan_rows(bins, known.rank[f], count, rows, start, stop, k, base, min_leaf, table, room)
        else:
            gain, at = scan_histogram(bins, known.inverse[f], count, rows, start, stop, k, base, min_leaf, table, room)
        worth = gain - uncut + known.bonus[f]
        if at >= 0 and worth > best:
            best, feature, cut = worth, f, at
    return feature, cut, best


@njit(nogil=True, cache=True)
def partition(bins, rank, cut, rows, y, start, stop, spare):
    """Bring the rows of rank <= cut to the front, both sides keeping their order. Returns where the back begins."""
    front, back = start, 0
    for i in range(start, stop):
        row, code = rows[i], y[i]
        if rank[bins[row]] <= cut:
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
def grow(known, rows, y, target, limits, table, room):
    """Grow one tree; a node is cut while the gain exceeds penalty + class_penalty * (classes - 1).

    rows: (m,) int32, the rows to learn from, and y: (m,) int32, their codes: both are sorted in place.
    """
    space = 2 * (rows.shape[0] // limits.min_leaf) + 3
    feature, right = np.full(space, -1, np.int32), np.zeros(space, np.int32)
    threshold = np.zeros(space, np.uint8)
    begin, end = np.zeros(space, np.int32), np.zeros(space, np.int32)
    todo = np.zeros((space, 3), np.int32)  # first row, end row, and the parent of a right child
    todo[0, 1], todo[0, 2] = rows.shape[0], -1
    node, waiting = -1, 1
    while waiting > 0:
        waiting -= 1
        start, stop, parent = todo[waiting, 0], todo[waiting, 1], todo[waiting, 2]
        node += 1
        begin[node], end[node] = start, stop
        if parent >= 0:
            right[parent] = node
        if stop - start < 2 * limits.min_leaf:
            continue
        k = classes_of_node(y, start, stop, target, limits, room)
        f, cut, gain = best_cut(known, rows, start, stop, k, limits.min_leaf, table, room)
        if f < 0 or gain <= limits.penalty + limits.class_penalty * (k - 1):
            continue
        middle = partition(known.bins[f], known.rank[f], cut, rows, y, start, stop, room.spare)
        feature[node], threshold[node] = f, cut
        todo[waiting, 0], todo[waiting, 1], todo[waiting, 2] = middle, stop, node
        todo[waiting + 1, 0], todo[waiting + 1, 1], todo[waiting + 1, 2] = start, middle, -1
        waiting += 2
    n = node + 1
    return Nodes(feature[:n], threshold[:n], right[:n], begin[:n], end[:n])
