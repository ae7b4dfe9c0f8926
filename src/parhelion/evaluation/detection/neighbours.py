"""Precision, recall and authenticity by nearest neighbours."""

from typing import NamedTuple

import numpy as np

from parhelion.evaluation.case import Case, sample
from parhelion.evaluation.detection.sides import WIDE
from parhelion.evaluation.rates import Rate
from parhelion.evaluation.space import Points, nearest, space

NEAREST = 5  # a point's ball reaches to its fifth neighbour
_FEW = 500  # rows that are asked about, however many columns there are
_LOOKED_AT = 10  # balls that a query may be in: those of the nearest points


class Rated(NamedTuple):
    """A share of synthetic rows, and the same of held-out (or train) rows."""

    value: Rate
    reference: Rate


class Support(NamedTuple):
    """precision: of synthetic rows that are where held-out rows are. recall: of held-out rows that are where synthetic
    rows are. authenticity: of synthetic rows that are no nearer to a train row than another train row is. rows: of each
    side; known: train rows."""

    precision: Rated
    recall: Rated
    authenticity: Rated
    rows: int
    known: int


def support(case: Case, rng: np.random.Generator) -> Support | None:
    """None with too few rows for a neighbourhood, or without columns."""
    counts, limits = case.counts, case.limits
    size = min(
        max(limits.asked * WIDE // max(len(case.columns), WIDE), _FEW), counts.train, counts.synthetic, counts.holdout
    )
    if size <= NEAREST or not case.columns:
        return None
    every = space(case)
    known = every.train.take(sample(rng, counts.train, limits.known))
    train = known.take(np.arange(size))
    synthetic = every.synthetic.take(sample(rng, counts.synthetic, size))
    holdout = every.holdout.take(sample(rng, counts.holdout, size))
    return Support(
        Rated(_inside(synthetic, holdout), _inside(train, holdout)),
        Rated(_inside(holdout, synthetic), _inside(holdout, train)),
        Rated(_authentic(synthetic, known), _authentic(holdout, known)),
        size,
        len(known),
    )


def _inside(queries: Points, points: Points) -> Rate:
    """How many queries lie within reach of a point, which is the distance to its k-th neighbour (Kynkäänniemi et al.
    2019, equation 1; of the balls that a query may be in, those of its ten nearest points are looked at)."""
    reach = nearest(points, points, NEAREST + 1)[0][:, -1]
    distances, which = nearest(queries, points, _LOOKED_AT)
    return Rate(int((distances <= reach[which]).any(1).sum()), len(queries))


def _authentic(queries: Points, known: Points) -> Rate:
    """How many queries are farther from their nearest known row than that one's nearest other is (Alaa et al. 2022,
    section 3.3)."""
    distances, which = nearest(queries, known, 1)
    closest, row = np.unique(which[:, 0], return_inverse=True)
    others = nearest(known.take(closest), known, 2)[0][:, -1]
    return Rate(int((distances[:, 0] > others[row]).sum()), len(queries))
