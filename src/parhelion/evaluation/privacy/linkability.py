"""Linkability: do the synthetic rows connect two sources about the same person? (Giomi et al. 2023)"""

import numpy as np
import numpy.typing as npt

from parhelion.evaluation.case import Case, sample
from parhelion.evaluation.privacy.drawn import KNOWN
from parhelion.evaluation.privacy.figures import Guesses
from parhelion.evaluation.privacy.gower import Mixed, mixed, nearest_in_views
from parhelion.evaluation.privacy.guessing import guesses
from parhelion.evaluation.rates import Rate

NEIGHBOURS = 10  # synthetic rows that are looked at for each half
_NAMED = 3


def linkability(case: Case) -> Guesses | None:
    """None where there are not two columns. A link is a synthetic row among the nearest ones of both halves."""
    halves = parts(case)
    if not all(halves):
        return None
    train, synthetic, holdout = mixed(case)
    rng = case.rng("privacy.linkability")
    known = synthetic.take(sample(rng, len(synthetic), KNOWN))
    views = np.array([train.view(half) for half in halves])

    def attack(rows: Mixed) -> Rate:
        asked = rows.take(sample(rng, len(rows), case.limits.attacks))
        near = nearest_in_views(asked, known, views, NEIGHBOURS)
        return Rate(int(_linked(near).sum()), len(asked))

    main, control = attack(train), None if case.cut else attack(holdout)
    naive = _by_chance(len(known), main.attempts, rng)
    return guesses("linkability", _detail(halves), main=main, control=control, naive=naive)


def parts(case: Case) -> tuple[list[str], list[str]]:
    """The quasi-identifiers and the other columns; without them, the first and the second half of the columns."""
    names = [column.name for column in case.columns]
    quasi = [name for name in names if name in case.config.quasi]
    if quasi and len(quasi) < len(names):
        return quasi, [name for name in names if name not in quasi]
    return names[: len(names) // 2], names[len(names) // 2 :]


def _linked(near: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Of which rows both halves have a near row in common: (rows, 2, k) to (rows,)."""
    return np.asarray((near[:, 0, :, None] == near[:, 1, None, :]).any((1, 2)))


def _by_chance(known: int, attempts: float, rng: np.random.Generator) -> Rate:
    """Near rows drawn by chance instead."""
    drawn = rng.integers(known, size=(int(attempts), 2, min(NEIGHBOURS, known)))
    return Rate(int(_linked(drawn).sum()), attempts)


def _detail(halves: tuple[list[str], list[str]]) -> str:
    return " | ".join(
        ", ".join(half[:_NAMED]) + (f" and {len(half) - _NAMED} more" if len(half) > _NAMED else "") for half in halves
    )
