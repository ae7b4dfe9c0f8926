"""Sets of 64-bit hashes that say "perhaps" or "certainly not"."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from parhelion.errors import ModelFileError
from parhelion.overlap._filter import WORDS, any_held, look_up, put

Hashes = npt.NDArray[np.uint64]
PROBES = 10  # more would cost more time than they save room


@dataclass(frozen=True)
class Filter:
    """A set that never forgets a key, and takes a share of all others for one: a blocked Bloom filter.

    bits: whole blocks of eight uint64; none where the set is empty. probes: bits that each key has set. Any bits are
    a filter.

    >>> made = Filter.of(np.array([3, 5], np.uint64) << np.uint64(60), 0.01)
    >>> made.held(np.array([3, 4, 5], np.uint64) << np.uint64(60)).tolist()
    [True, False, True]
    """

    bits: Hashes
    probes: int

    @classmethod
    def of(cls, keys: Hashes, rate: float) -> Self:
        """The filter of some keys, different or not. rate: the share of other keys that it may take for one."""
        probes = min(PROBES, max(1, round(np.log2(1 / rate))))
        # -k n / ln(1 - p^(1/k)) bits; a tenth more, because some blocks get more keys than others
        room = 1.1 * len(keys) * -probes / np.log1p(-(rate ** (1 / probes)))
        bits = np.zeros(int(np.ceil(room / 512)) * WORDS, np.uint64)
        put(keys, bits, probes)
        return cls(bits, probes)

    def held(self, keys: Hashes) -> npt.NDArray[np.bool_]:
        """Which keys are in it, or seem to be."""
        out = np.zeros(len(keys), np.bool_)
        if len(self.bits):
            look_up(keys, self.bits, self.probes, out)
        return out

    def flag(self, keys: Hashes, ends: npt.NDArray[np.int64], flag: int, out: npt.NDArray[np.uint8]) -> None:
        """Give each text one of whose keys is held the flag. Text i has keys[ends[i]:ends[i + 1]]."""
        if len(self.bits):
            any_held(keys, ends, self.bits, self.probes, np.uint8(flag), out)


def read_filter(name: str, bits: Any, probes: Any) -> Filter:
    """A filter out of a model file, which may come from a stranger."""
    check(isinstance(probes, int) and not isinstance(probes, bool) and 1 <= probes <= PROBES, f"the probes of {name}")
    check_hashes(name, bits)
    check(len(bits) % WORDS == 0, f"the size of {name}")
    return Filter(np.ascontiguousarray(bits), probes)


def check_hashes(name: str, array: Any) -> None:
    """A flat array of 64-bit hashes, or ModelFileError."""
    check(isinstance(array, np.ndarray) and array.ndim == 1 and array.dtype == np.uint64, f"the numbers of {name}")


def check(holds: bool, what: str) -> None:
    """ModelFileError where something does not hold of what a model file says of the originals."""
    if not holds:
        raise ModelFileError(
            f"the model is damaged or was altered: {what} among its fingerprints cannot be right; "
            "get the file again, or fit the model anew"
        )
