"""How likely a text is, to somebody who has read others."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from parhelion.evaluation.text import _scorer
from parhelion.evaluation.text.bytewise import Bytes, as_bytes

Floats = npt.NDArray[np.float64]

ORDER = 8  # bytes of a context
_FIRST, _FULL, _AT_ONCE = 1 << 16, 0.5, 64


@dataclass(frozen=True)
class Scorer:
    """An interpolated model of bytes (see `_scorer`): small, quick to learn, and a good memory.

    >>> scorer = Scorer.of(pa.array(["the cat sat", "the cat ran"] * 20))
    >>> likely, unlikely = scorer.log_likelihood(pa.array(["the cat sat", "a dog barks"]))
    >>> bool(likely > unlikely)
    True
    """

    keys: npt.NDArray[np.uint64]
    counts: npt.NDArray[np.int32]
    kinds: npt.NDArray[np.int32]

    @classmethod
    def of(cls, texts: pa.Array) -> Self:
        """What is learned from texts, none of them missing."""
        read = as_bytes(texts)
        found, held = cls(*_empty(_FIRST)), 0
        for first in range(0, len(texts), _AT_ONCE):
            last = min(first + _AT_ONCE, len(texts))
            found = found._with_room(held + _most(read, first, last))
            held += _scorer.learn(*read, first, last, ORDER, found.keys, found.counts, found.kinds)
        return found

    def _with_room(self, held: int) -> Self:
        size = len(self.keys)
        while held > _FULL * size:
            size *= 2
        if size == len(self.keys):
            return self
        larger = type(self)(*_empty(size))
        _scorer.grow(self.keys, self.counts, self.kinds, larger.keys, larger.counts, larger.kinds)
        return larger

    def log_likelihood(self, texts: pa.Array) -> Floats:
        """(n,) natural logarithm of the probability of each text."""
        total = np.zeros(len(texts))
        _scorer.log_chances(*as_bytes(texts), ORDER, self.keys, self.counts, self.kinds, total)
        return total


def _empty(size: int) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    return np.zeros(size, np.uint64), np.zeros(size, np.int32), np.zeros(size, np.int32)


def _most(read: Bytes, first: int, last: int) -> int:
    """New keys that these texts can bring at most."""
    return 2 * (ORDER + 1) * int(read.starts[last] - read.starts[first] + last - first)
