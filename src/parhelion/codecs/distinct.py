"""How many different values a column holds, estimated from a bounded sketch that merges."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pyarrow as pa

from parhelion.codecs.keyed import Words, hashed, mixed
from parhelion.codecs.shapes import text_bytes
from parhelion.codecs.ticks import Ticks

_KEPT = 4_096


@dataclass(frozen=True)
class Distinct:
    """The smallest hashes of the values (k minimum values, Bar-Yossef et al. 2002): exact to 4,096, then within 5 %."""

    smallest: Words

    @classmethod
    def of_ticks(cls, ticks: Ticks) -> Self:
        numbers = ticks % 2**64 if ticks.dtype == object else ticks.astype(np.int64)
        return cls(np.unique(hashed(numbers, 0))[:_KEPT])

    @classmethod
    def of_texts(cls, texts: pa.Array) -> Self:
        """Texts none of which is missing."""
        data, starts, lengths = text_bytes(texts.cast(pa.large_string()))
        if not len(starts):
            return cls(np.zeros(0, np.uint64))
        data = data[starts[0] : starts[0] + lengths.sum()]
        starts = starts - starts[0]
        place = np.arange(len(data)) - np.repeat(starts, lengths)
        words = mixed((place.astype(np.uint64) << np.uint64(8)) | data)
        sums = np.r_[np.uint64(0), np.cumsum(words)]
        return cls(np.unique(mixed(sums[starts + lengths] - sums[starts]))[:_KEPT])

    def merge(self, other: Self) -> Self:
        return type(self)(np.union1d(self.smallest, other.smallest)[:_KEPT])

    def estimate(self) -> float:
        """
        >>> Distinct.of_ticks(np.repeat(np.arange(300), 5)).estimate()
        300.0
        """
        if len(self.smallest) < _KEPT:
            return float(len(self.smallest))
        return (_KEPT - 1) * 2.0**64 / float(self.smallest[-1])


def pool_share(distinct: float, rows: int) -> float:
    """Size, for each row, of a pool from which `rows` draws hit about `distinct` different members.

    From m members, n draws hit m (1 - exp(-n / m)).

    >>> round(pool_share(632.1, 1000), 2), round(pool_share(100, 1000), 2)
    (1.0, 0.1)
    """
    share, low, high = min(distinct / rows, 0.9999), 1e-9, 1e9
    for _ in range(100):
        middle = (low * high) ** 0.5
        low, high = (middle, high) if middle * -np.expm1(-1 / middle) < share else (low, middle)
    return float(low)
