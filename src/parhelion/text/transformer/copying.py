"""Runs of tokens that few wrote: they are not written again.

Texts that copy an original are thrown away whole by whoever asked for them, the longer the likelier; here a run is left
where it would become a copy, so that long texts are not lost. Only fingerprints of the runs are kept, keyed anew for
each model: they can tell that a run is one of them, and nothing of any other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from parhelion.text.transformer.windows import NOTHING

Prints = npt.NDArray[np.uint64]
RUN = 6  # tokens
RARE = 3  # owners: a run of fewer is not written again
MOST = 1 << 22  # runs that are remembered
_FACTOR = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Copying:
    """key: of the fingerprints. prints: ascending."""

    key: int
    prints: Prints

    @classmethod
    def of(
        cls, texts: Sequence[npt.NDArray[np.int64]], owners: npt.NDArray[np.int64], rng: np.random.Generator
    ) -> Self:
        """texts: tokens of texts, their ends included. A text shorter than a run is one, however many wrote it."""
        key = int(rng.integers(2**62))
        short = [i for i, text in enumerate(texts) if len(text) < RUN]
        padded = np.full((len(short), RUN), NOTHING)
        for row, i in enumerate(short):
            padded[row, RUN - len(texts[i]) :] = texts[i]
        whole = [i for i, text in enumerate(texts) if len(text) >= RUN]
        runs = [np.lib.stride_tricks.sliding_window_view(texts[i], RUN) for i in whole]
        of_run = np.repeat(owners[whole], [len(of) for of in runs])
        rare = _of_few(_fingerprints(np.concatenate([np.zeros((0, RUN), np.int64), *runs]), key), of_run)
        return cls(key, np.union1d(_fingerprints(padded, key), rare[:MOST]))

    def held(self, runs: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """(n,) whether each of (n, RUN) tokens is such a run; before a text stands -1.

        >>> copying = Copying.of([np.arange(9), np.array([5, 9])], np.array([0, 1]), np.random.default_rng(0))
        >>> copying.held(np.array([[2, 3, 4, 5, 6, 7], [2, 3, 4, 5, 6, 6], [-1, -1, -1, -1, 5, 9]])).tolist()
        [True, False, True]
        """
        found = _fingerprints(runs, self.key)
        places = np.searchsorted(self.prints, found)
        held: npt.NDArray[np.bool_] = np.append(self.prints, np.uint64(0))[places] == found
        return held & (places < len(self.prints))


def _fingerprints(runs: npt.NDArray[np.int64], key: int) -> Prints:
    found = np.full(len(runs), key, np.uint64)
    for tokens in runs.T:
        found = (found ^ tokens.astype(np.uint64)) * _FACTOR
        found ^= found >> np.uint64(29)
    return found


def _of_few(prints: Prints, owners: npt.NDArray[np.int64]) -> Prints:
    """Fingerprints that few owners have, ascending."""
    order = np.lexsort((owners, prints))
    prints, owners = prints[order], owners[order]
    first = np.append(True, (prints[1:] != prints[:-1]) | (owners[1:] != owners[:-1]))[: len(prints)]
    different, counts = np.unique(prints[first], return_counts=True)
    rare: Prints = different[counts < RARE]
    return rare
