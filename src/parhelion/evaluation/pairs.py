"""Pairs of columns: how far their joint distributions are apart."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from parhelion.evaluation.figures import PairNearness
from parhelion.evaluation.rows import beside, shares, total_variation

PAIRS = 500


class Binned(NamedTuple):
    """A column in bins: of the held-out set, the sets of train rows, the synthetic sets; (1 + 2 draws, rows)."""

    name: str
    bins: npt.NDArray[np.uint8]
    size: int


def chosen(names: Sequence[str], rng: np.random.Generator) -> list[tuple[str, str]]:
    """The pairs to compare: all of them, or as many as are compared at most, drawn at random."""
    every = list(combinations(names, 2))
    if len(every) <= PAIRS:
        return every
    return [every[place] for place in np.sort(rng.choice(len(every), PAIRS, replace=False))]


def pair_distances(columns: Sequence[Binned], pairs: Sequence[tuple[str, str]]) -> Iterator[PairNearness]:
    known = {column.name: column for column in columns}
    for first, second in pairs:
        one, other = known[first], known[second]
        joint = one.bins.astype(np.int64) * other.size + other.bins
        distance = beside(total_variation, shares(joint, one.size * other.size))
        yield PairNearness(first=first, second=second, distance=distance)
