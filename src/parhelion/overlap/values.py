"""Fingerprints of personal values: made-up ones can be checked when the real ones are gone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from parhelion.overlap._hashes import hash_pieces
from parhelion.overlap.filters import Filter, Hashes, check, read_filter
from parhelion.overlap.normalizing import exact_points

RATE = 0.01


@dataclass(frozen=True)
class ValuePrints:
    """Fingerprints of values that are already normalised. One of them is always held; of others one in a hundred is
    taken for one.

    That is often enough for a name that may be used to be easily found, and it answers those falsely who ask for all
    phone numbers there are: of a thousand numbers in a hundred million, a million others seem to be held.

    >>> prints = ValuePrints.of(["ann@example.com"], np.random.default_rng(0))
    >>> prints.held(["ann@example.com", "bob@example.com"]).tolist()
    [True, False]
    """

    salt: int
    filter: Filter

    @classmethod
    def of(cls, values: Sequence[str], rng: np.random.Generator) -> Self:
        """Fingerprints of values, different or not."""
        salt = int(rng.integers(1, 2**63))
        return cls(salt, Filter.of(_hashes(sorted(set(values)), salt), RATE))

    def held(self, values: Sequence[str]) -> npt.NDArray[np.bool_]:
        """(m,) which values are originals, or seem to be."""
        return self.filter.held(_hashes(values, self.salt))

    def state(self) -> dict[str, Any]:
        """What it is, as JSON."""
        return {"salt": self.salt, "probes": self.filter.probes}

    def arrays(self) -> dict[str, Hashes]:
        """The filter, as a flat array of uint64."""
        return {"values": self.filter.bits}

    @classmethod
    def from_parts(cls, state: dict[str, Any], arrays: dict[str, npt.NDArray[Any]]) -> Self:
        """The same fingerprints again. They may come from a stranger: ModelFileError where they cannot be some."""
        check(isinstance(state, dict) and state.keys() == {"salt", "probes"}, "what is told of values")
        check(arrays.keys() == {"values"}, "the number of filters of values")
        salt = state["salt"]
        check(isinstance(salt, int) and not isinstance(salt, bool) and 0 < salt < 2**63, "the salt of values")
        return cls(salt, read_filter("values", arrays["values"], state["probes"]))


def _hashes(values: Sequence[str], salt: int) -> Hashes:
    of = exact_points(pa.array(list(values), pa.large_string()))
    out = np.empty(len(values), np.uint64)
    hash_pieces(of.values, of.ends[:-1], of.ends[1:], np.uint64(salt), out)
    return out
