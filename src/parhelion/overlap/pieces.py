"""Many texts a piece at a time, on all cores."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
import pyarrow as pa

from parhelion.overlap.normalizing import flat_texts

PIECE = 1 << 21  # bytes of texts that are worked on together: what comes of them fits a processor's memory
T = TypeVar("T")


def in_pieces(texts: pa.Array, work: Callable[[pa.Array], T]) -> list[T]:
    """What comes of each piece of the texts, in order. A piece is whole texts, and at least one.

    >>> in_pieces(pa.array(["a", None, "b"]), len)
    [3]
    >>> in_pieces(pa.array([], pa.string()), len)
    []
    """
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return list(pool.map(work, _pieces(flat_texts(texts))))


def _pieces(flat: pa.Array) -> Iterator[pa.Array]:
    if not len(flat):
        return
    offsets = np.frombuffer(flat.buffers()[1], np.int64)[flat.offset : flat.offset + len(flat) + 1]
    start = 0
    while start < len(flat):
        stop = max(start + 1, int(np.searchsorted(offsets, offsets[start] + PIECE, "right")) - 1)
        yield flat.slice(start, stop - start)
        start = stop
