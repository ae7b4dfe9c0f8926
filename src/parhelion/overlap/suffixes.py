"""All suffixes of texts in order, so that the longest common spans are found by searching."""

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


def suffix_order(values: npt.NDArray[np.uint32], longest: int) -> Ints:
    """Where the suffixes of texts begin, in their order (prefix doubling: Manber & Myers, 1993).

    values: texts with a zero after each. longest: characters that a text has at most. Suffixes are compared up to
    their text's end; those at a zero are left out.

    >>> suffix_order(np.array([*b"ba", 0, *b"ab", 0], np.uint32), 2).tolist()
    [1, 3, 4, 0]
    """
    key, depth = _first_keys(values)
    order = np.argsort(key, kind="stable")
    order = order[np.count_nonzero(values == 0) :]
    rank = np.zeros(len(values) + 1, np.int64)  # of suffixes at a zero, and of what lies behind the end: 0
    tied = np.arange(len(order))
    tied = _rank(order, tied, key[order], rank)
    while len(tied) and depth <= longest:
        suffixes = order[tied]
        second = rank[np.minimum(suffixes + depth, len(values))]
        key = rank[suffixes] * (len(values) + 2) + second
        by_key = np.argsort(key, kind="stable")
        order[tied] = suffixes[by_key]
        tied = _rank(order, tied, key[by_key], rank)
        depth *= 2
    return order


def _first_keys(values: npt.NDArray[np.uint32]) -> tuple[Ints, int]:
    """The first few characters of each suffix as one number, and how many they are."""
    present = np.zeros(int(values.max(initial=0)) + 1, np.int64)
    present[values] = 1
    present[0] = 0
    codes, size = np.cumsum(present)[values], int(present.sum()) + 1
    depth = max(1, int(62 / np.log2(size + 1)))
    key = np.zeros(len(values), np.int64)
    for offset in range(depth):
        key *= size
        key[: max(0, len(codes) - offset)] += codes[offset:]
    return key, depth


def _rank(order: Ints, places: Ints, keys: Ints, rank: Ints) -> Ints:
    """Give the suffixes at some places of the order, whose keys are sorted, their rank: one more than the place of
    the first with the same key. -> the places of those that are not alone."""
    new = np.ones(len(keys), np.bool_)
    new[1:] = keys[1:] != keys[:-1]
    firsts = np.maximum.accumulate(np.where(new, places, 0))
    rank[order[places]] = firsts + 1
    alone = new & np.append(new[1:], True)
    tied: Ints = places[~alone]
    return tied
