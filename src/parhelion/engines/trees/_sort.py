"""Sorting inside compiled kernels: small code that compiles in a moment, where NumPy's takes seconds."""

from numba import njit


@njit(nogil=True, cache=True)
def sort_with(keys, others, start, stop):
    """Sort keys[start:stop] in place, and others with them (Shell 1959, gaps by Tokuda's rule, about n^1.25 steps)."""
    gap = 1
    while 9 * gap < 4 * (stop - start):
        gap = (9 * gap + 4) // 4
    while gap > 0:
        for i in range(start + gap, stop):
            key, other = keys[i], others[i]
            j = i
            while j >= start + gap and keys[j - gap] > key:
                keys[j] = keys[j - gap]
                others[j] = others[j - gap]
                j -= gap
            keys[j] = key
            others[j] = other
        gap = (4 * gap) // 9
