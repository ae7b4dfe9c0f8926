"""Texts as the bytes of their UTF-8."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa


class Bytes(NamedTuple):
    """data: of all texts, one after the other. starts: (n + 1,) of each."""

    data: npt.NDArray[np.uint8]
    starts: npt.NDArray[np.int64]


def as_bytes(texts: pa.Array) -> Bytes:
    """
    >>> data, starts = as_bytes(pa.array(["b", "aé"]).slice(1))
    >>> data.tolist(), starts.tolist()
    ([97, 195, 169], [0, 3])
    """
    whole = pa.concat_arrays([texts.cast(pa.large_string())])
    _, offsets, data = whole.buffers()
    starts = np.frombuffer(offsets, np.int64)[whole.offset : whole.offset + len(whole) + 1]
    if data is None:
        return Bytes(np.zeros(0, np.uint8), np.zeros(len(whole) + 1, np.int64))
    return Bytes(np.frombuffer(data, np.uint8)[starts[0] : starts[-1]], starts - starts[0])
