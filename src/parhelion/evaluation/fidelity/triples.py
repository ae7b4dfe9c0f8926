"""Triples of columns: how far the joint distributions of the strongest are apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from parhelion.evaluation.case import ORDERED, Case
from parhelion.evaluation.codes import Floats, binned
from parhelion.evaluation.fidelity.distances import Apart, apart
from parhelion.evaluation.fidelity.draws import Drawn, Groups, Sets
from parhelion.evaluation.fidelity.figures import PairFidelity, TripleFidelity
from parhelion.evaluation.fidelity.pairs import entropy
from parhelion.schema import Column

COLUMNS = 60  # of which triples are made
CANDIDATES = 2_500
ROWS = 20_000  # on which the strongest are looked for


@dataclass(frozen=True)
class Coarse:
    """A column in few bins in the drawn rows."""

    name: str
    bins: Sets
    size: int


def strongest(pairs: Sequence[PairFidelity], most: int = COLUMNS) -> list[str]:
    """The columns of the pairs that tell most of one another in the train rows, at most so many."""
    order = sorted(pairs, key=lambda pair: -(pair.information.train or 0))
    return list(dict.fromkeys(name for pair in order for name in (pair.first, pair.second)))[:most]


def coarse(case: Case, column: Column, drawn: Drawn) -> Coarse:
    codes = case.coded(column.name)
    of_code, size = binned(codes, ordered=column.kind in ORDERED, bins=drawn.bins(3))
    return Coarse(column.name, drawn.of(codes, of_code), size)


@dataclass(frozen=True)
class Triple:
    """The figures of a triple, its joint bins, where synthetic rows differ."""

    figures: TripleFidelity
    joint: Sets
    apart: Apart


def compared(columns: Sequence[Coarse], most: int) -> list[Triple]:
    """The strongest triples: those whose columns are told most by the two others, even the one that is told least."""
    told = _pairwise(columns)
    candidates = _candidates(told)
    strength = [_least_told(columns, told, triple) for triple in candidates]
    order = np.argsort(-np.array(strength), kind="stable")[:most]
    return [_triple([columns[place] for place in candidates[at]]) for at in order]


def _pairwise(columns: Sequence[Coarse]) -> Floats:
    """Mutual information of each two columns in the train rows, in bits; symmetric, 0 on the diagonal."""
    told = np.zeros((len(columns), len(columns)))
    for i, j in combinations(range(len(columns)), 2):
        told[i, j] = told[j, i] = _total([columns[i], columns[j]])
    return told


def _total(columns: Sequence[Coarse]) -> float:
    """Total correlation in bits: the sum of the columns' entropies less that of all together."""
    alone = sum(_entropy(column.bins.train[0][:ROWS], column.size) for column in columns)
    return alone - _entropy(*_joint([column.bins.train[0][:ROWS] for column in columns], columns))


def _entropy(codes: Groups, size: int) -> float:
    counts = np.bincount(codes, minlength=size)
    return entropy(counts[counts > 0] / len(codes))


def _joint(codes: Sequence[Groups], columns: Sequence[Coarse]) -> tuple[npt.NDArray[np.intp], int]:
    joint, size = codes[0].astype(np.intp), columns[0].size
    for each, column in zip(codes[1:], columns[1:], strict=True):
        joint, size = joint * column.size + each, size * column.size
    return joint, size


def _candidates(told: Floats) -> list[tuple[int, ...]]:
    """All triples, or those whose pairs tell most without the strongest pair of each."""
    every = np.array(list(combinations(range(len(told)), 3)), int).reshape(-1, 3)
    pairs = np.stack([told[every[:, i], every[:, j]] for i, j in ((0, 1), (0, 2), (1, 2))])
    order = np.argsort(-(pairs.sum(0) - pairs.max(0)), kind="stable")[:CANDIDATES]
    return [tuple(every[at].tolist()) for at in order]


def _least_told(columns: Sequence[Coarse], told: Floats, triple: tuple[int, ...]) -> float:
    """What the two others tell of the column that they tell least of, in bits.

    The total correlation less the strongest pair's information: I(x, y; z) = C(x, y, z) - I(x; y).
    """
    strongest_pair = max(float(told[i, j]) for i, j in combinations(triple, 2))
    return _total([columns[place] for place in triple]) - strongest_pair


def _triple(columns: Sequence[Coarse]) -> Triple:
    (holdout, size), (train, _), (synthetic, _) = (
        _joint([column.bins[table] for column in columns], columns) for table in range(3)
    )
    joint = Sets(holdout, train, synthetic)
    found = apart(joint, size)
    first, second, third = (column.name for column in columns)
    return Triple(TripleFidelity(columns=(first, second, third), distance=found.figure), joint, found)
