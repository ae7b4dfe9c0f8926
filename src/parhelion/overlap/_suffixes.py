"""Searching in sorted suffixes, compiled."""

from numba import njit


@njit(inline="always")
def common(points, i, stop, values, j, known, most):
    """How many characters are equal from i and from j on, when the first `known` are. values: ends with a zero."""
    k = known
    while k < most and i + k < stop and values[j + k] != 0 and points[i + k] == values[j + k]:
        k += 1
    return k


@njit(inline="always")
def match(points, i, stop, values, order, most):
    """The longest beginning of points[i:stop] among the suffixes of values, and where it is (Manber & Myers, 1993)."""
    low, high = 0, order.shape[0]
    below, above = 0, 0  # what it shares with the suffixes at low - 1 and high
    best, where = 0, 0
    while low < high:
        middle = (low + high) // 2
        j = order[middle]
        k = common(points, i, stop, values, j, min(below, above), most)
        if k > best:
            best, where = k, j
        if k == most or i + k == stop:
            return best, where
        if values[j + k] < points[i + k]:
            low, below = middle + 1, k
        else:
            high, above = middle, k
    return best, where


@njit(nogil=True, cache=True)
def longest_spans(points, ends, held, values, order, least, most, lengths, starts, places):
    """The longest span of each text that stands in values, if it has `least` characters or more.

    held: whether the `least` characters from each place on may stand in values. values: texts, a zero after each.
    lengths, starts, places: how long, from where in the text, from where in values; zero where there is none.
    """
    for row in range(ends.shape[0] - 1):
        best, stop = least - 1, ends[row + 1]
        for i in range(ends[row], stop - least + 1):
            if i + best >= stop or best >= most:
                break
            # to be longer it must hold the `least` characters that end where the longer one would
            if not (held[i] and held[i + best + 1 - least]):
                continue
            found, place = match(points, i, stop, values, order, most)
            if found > best:
                best = found
                lengths[row], starts[row], places[row] = found, i - ends[row], place
