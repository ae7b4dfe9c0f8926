"""Copies, near copies, and the distances that reports of synthetic data usually show."""

from collections.abc import Iterator

import numpy as np

from parhelion.evaluation.case import Case, sample
from parhelion.evaluation.features import Floats
from parhelion.evaluation.privacy.drawn import FEWEST, Drawn
from parhelion.evaluation.privacy.told import UNSEEN, Finding, Told, untold
from parhelion.evaluation.rates import Rate, clearly_above
from parhelion.evaluation.rows import Alike
from parhelion.evaluation.scores import Score
from parhelion.evaluation.shown import percent
from parhelion.evaluation.space import nearest

NEAR = 0.1  # times as far as the nearest row on the other side: a near copy
HALF = 0.5  # times as far as the second nearest train row

_WEAK = (
    "Weak evidence: such distances miss leaks that attacks find (Yao et al. 2025, arXiv 2505.01524), and rows that are "
    "merely bad lie far from train rows too."
)
COPIES = Score(
    key="privacy.copies", title="Exact copies", value=None, ideal=0.0, unit="share",
    meaning="The share of synthetic rows that equal a train row in every column that can be compared, beside the share "
    "of people never seen who happen to equal one.",
    warning="Rows with few possible values are often the same by chance; what counts is the difference.",
)  # fmt: skip
NEAR_COPIES = Score(
    key="privacy.near_copies", title="Near copies", value=None, ideal=0.0, unit="share",
    meaning="The share of synthetic rows that are at most a tenth as far from a train row as from any held-out row, "
    "beside the share for which it is the other way round, which is chance.",
    warning="Independently drawn columns have none either.",
)  # fmt: skip
DISTANCES = (
    Score(
        key="privacy.dcr", title="Nearer to train rows than to held-out rows", value=None, ideal=0.5, unit="share",
        meaning="The share of synthetic rows that are nearer to a train row than to a held-out row (DCR share), of "
        "equally many rows each: one half where train rows are not special.",
        warning=_WEAK,
    ),
    Score(
        key="privacy.nndr", title="Much nearer to one train row than to the next", value=None, unit="share",
        meaning="The share of synthetic rows that are less than half as far from their nearest train row as from the "
        "second nearest (NNDR), beside the same for held-out rows.",
        warning=_WEAK,
    ),
)  # fmt: skip


def _with(score: Score, rate: Rate, reference: float) -> Score:
    return score.model_copy(
        update={"value": rate.share, "reference": reference, "interval": rate.interval(), "spread": "Wilson"}
    )


def exact_copies(case: Case, hashes: Alike) -> Told:
    """Of all rows, drawn or not."""
    made, unseen = (np.isin(rows, hashes.train) for rows in (hashes.synthetic, hashes.holdout))
    rate, reference = Rate(int(made.sum()), len(made)), Rate(int(unseen.sum()), len(unseen))
    notes = (
        ("copies are looked for in one half of the real rows; the generator may have made as many of the other",)
        if case.cut
        else ()
    )
    return Told((_with(COPIES, rate, reference.share),), tuple(_copied(rate, reference)), notes)


def _copied(rate: Rate, reference: Rate) -> Iterator[Finding]:
    if clearly_above(rate, reference, by=0.0005):
        yield Finding(
            0.3 + rate.share - reference.share,
            f"{int(rate.successes):,} synthetic rows ({percent(rate.share)}) are exact copies of a train row; of "
            f"held-out rows {percent(reference.share)} happen to equal one.",
        )


def near_copies(drawn: Drawn) -> Told:
    """Near copies, DCR and NNDR, of at most `Limits.asked` synthetic rows."""
    standard = (NEAR_COPIES, *DISTANCES)
    if drawn.case.cut:
        return untold(standard, UNSEEN)
    size = min(drawn.members, drawn.case.counts.holdout)
    if size < FEWEST:
        return untold(standard, f"it needs {FEWEST} rows of each table at least; there are {size}")
    train, holdout = _both_sides(drawn, size)
    near, reference = (_rate(a < NEAR * b) for a, b in ((train, holdout), (holdout, train)))
    nearer = _rate(train < holdout, half=train == holdout)
    scores = (_with(NEAR_COPIES, near, reference.share), _with(DISTANCES[0], nearer, 0.5), _nndr(drawn))
    note = (
        f"near copies, and which side is nearer: {len(train):,} synthetic rows against {size:,} train rows and "
        f"{size:,} held-out rows; train rows that were not drawn for it may be copied as often"
    )
    return Told(scores, tuple(_almost(near, reference)), (note,))


def _both_sides(drawn: Drawn, size: int) -> tuple[Floats, Floats]:
    """Distances of synthetic rows to the nearest of equally many train rows and held-out rows."""
    place, rng = drawn.space, drawn.case.rng("privacy.near_copies")
    asked = place.synthetic.take(np.arange(min(len(place.synthetic), drawn.case.limits.asked)))
    sides = (
        place.train.take(np.arange(size)),
        place.holdout.take(sample(rng, len(place.holdout), size)),
    )
    train, holdout = (nearest(asked, side, 1)[0][:, 0] for side in sides)
    return train, holdout


def _rate(hits: np.ndarray, half: np.ndarray | None = None) -> Rate:
    return Rate(float(hits.sum()) + (0.0 if half is None else float(half.sum()) / 2), len(hits))


def _nndr(drawn: Drawn) -> Score:
    place, most = drawn.space, drawn.case.limits.asked
    known = place.train.take(np.arange(drawn.members))
    made, unseen = (
        _rate(_much_nearer(nearest(rows.take(np.arange(min(len(rows), most))), known, 2)[0]))
        for rows in (place.synthetic, place.holdout)
    )
    return _with(DISTANCES[1], made, unseen.share)


def _much_nearer(distances: Floats) -> np.ndarray:
    return np.asarray(distances[:, 0] < HALF * distances[:, 1])


def _almost(near: Rate, reference: Rate) -> Iterator[Finding]:
    if clearly_above(near, reference, by=0.001):
        yield Finding(
            0.25 + near.share - reference.share,
            f"{percent(near.share)} of synthetic rows lie almost on a train row, at most a tenth as far as from any "
            f"held-out row; the other way round it is {percent(reference.share)}.",
        )
