"""Random numbers inside compiled kernels: SplitMix64 (Steele, Lea & Flood, OOPSLA 2014), one uint64 of state."""

import numpy as np
from numba import njit

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_MIX1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX2 = np.uint64(0x94D049BB133111EB)


@njit(inline="always")
def next_bits(state):
    """Advance `state` (uint64 array of length 1) and return 64 random bits."""
    state[0] += _GAMMA
    z = state[0]
    z = (z ^ (z >> np.uint64(30))) * _MIX1
    z = (z ^ (z >> np.uint64(27))) * _MIX2
    return z ^ (z >> np.uint64(31))


@njit(inline="always")
def uniform(state):
    """A double in [0, 1)."""
    return (next_bits(state) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@njit(inline="always")
def below(state, n):
    """An integer in 0 .. n-1, n < 2^31 (multiply-shift; its bias is under n / 2^32)."""
    return np.int64(((next_bits(state) >> np.uint64(32)) * np.uint64(n)) >> np.uint64(32))
