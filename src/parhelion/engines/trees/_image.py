"""Does one column follow from another?"""

from numba import njit


@njit(nogil=True, cache=True)
def image(source, target, ignored, table):
    """Fill table with the target code of each source code; False as soon as one source code has two of them.

    Rows with the ignored source code, or a target code below 0, do not count; -1 stays where no row tells.
    """
    table[:] = -1
    for i in range(source.shape[0]):
        s, t = source[i], target[i]
        if s == ignored or t < 0:
            continue
        if table[s] < 0:
            table[s] = t
        elif table[s] != t:
            return False
    return True


@njit(nogil=True, cache=True)
def first_source(codes, target, candidates, sizes, ignored, table):
    """The first candidate that determines the target, its table in the front of `table`; -1 where none does."""
    for f in candidates:
        if image(codes[f], target, ignored[f], table[: sizes[f]]):
            return f
    return -1
