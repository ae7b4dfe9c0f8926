"""Words that may be shown, by their hashes."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from parhelion.overlap._hashes import kinds_of, tabulate
from parhelion.overlap.filters import Hashes, check, check_hashes

SHARED, SHOWN = 1, 2


@dataclass(frozen=True)
class Known:
    """Words that are no secrets, exactly: one of them is never taken for a secret.

    So the filter of secrets is asked about other words only, and may give false alarms often enough to tell little to
    those who ask it for words of a list. shared: of many owners. shown: of few, but as words of a language are.
    Both are what a model shows when it is sampled.
    """

    shared: Hashes
    shown: Hashes
    table: Hashes
    kind: npt.NDArray[np.uint8]

    @classmethod
    def of(cls, shared: Hashes, shown: Hashes) -> Self:
        """Of the hashes of words, in any order: the order of the originals is not kept."""
        size = 1 << (2 * (len(shared) + len(shown)) + 1).bit_length()
        table, kind = np.zeros(size, np.uint64), np.zeros(size, np.uint8)
        tabulate(shared, np.uint8(SHARED), table, kind)
        tabulate(shown, np.uint8(SHOWN), table, kind)
        return cls(np.sort(shared), np.sort(shown), table, kind)

    def kinds(self, words: Hashes) -> npt.NDArray[np.uint8]:
        """SHARED, SHOWN, or 0 for any other word."""
        out = np.empty(len(words), np.uint8)
        kinds_of(words, self.table, self.kind, out)
        return out

    def arrays(self) -> dict[str, Hashes]:
        return {"shared": self.shared, "shown": self.shown}


def read_known(shared: Any, shown: Any) -> Known:
    """Out of a model file, which may come from a stranger."""
    for name, hashes in (("shared", shared), ("shown", shown)):
        check_hashes(name, hashes)
        check(bool(np.all(hashes[1:] > hashes[:-1])), f"the order of {name}")
    return Known.of(shared, shown)
