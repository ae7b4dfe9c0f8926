"""The rows that distances are measured between."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from parhelion.evaluation.case import Case, sample
from parhelion.evaluation.rows import Alike
from parhelion.evaluation.space import Space, space

Rows = npt.NDArray[np.int64]
KNOWN = 50_000  # synthetic rows that an attacker knows, also for a quick look: with fewer, copies are overlooked
FEWEST = 20  # members, others and reference rows each, without which no attack is tried


@dataclass(frozen=True)
class Drawn:
    """At most `Limits.known` real rows of each table, and what part each row has in the attacks.

    case: holds the drawn rows alone. train: their numbers in the train rows. members: how many of them, the first
    ones, were drawn by chance; the others are there because a synthetic row equals them. copied: which of them one
    equals. others, reference: held-out rows of the case that are asked about, and those that show what is usual.
    """

    case: Case
    space: Space
    train: Rows
    members: int
    copied: npt.NDArray[np.bool_]
    others: Rows
    reference: Rows

    @property
    def enough(self) -> bool:
        return min(self.members, len(self.others), len(self.reference)) >= FEWEST


def draw(case: Case, hashes: Alike) -> Drawn:
    """The order of the held-out rows is random, so that neighbours in the file fall on both sides."""
    rng, limits, counts = case.rng("privacy.drawn"), case.limits, case.counts
    train, synthetic = sample(rng, counts.train, limits.known), sample(rng, counts.synthetic, KNOWN)
    holdout = sample(rng, counts.holdout, limits.known)
    copied = np.isin(hashes.train, hashes.synthetic)
    besides = np.setdiff1d(np.flatnonzero(copied), train)
    rows = np.append(train, besides[sample(rng, len(besides), limits.asked)])
    own = replace(
        case,
        train=case.train.take(rows),
        synthetic=case.synthetic.take(synthetic),
        holdout=case.holdout.take(holdout),
    )
    others = min(limits.asked, counts.holdout // 2, len(holdout) // 2)
    order = np.arange(len(holdout))
    return Drawn(own, space(own), rows, len(train), copied[rows], order[:others], order[others:])
