"""The train rows that the synthetic rows give away most, by their numbers alone."""

from collections.abc import Iterator

import numpy as np

from parhelion.evaluation.features import Floats
from parhelion.evaluation.privacy.drawn import Drawn
from parhelion.evaluation.privacy.figures import AtRisk

MOST = 20


def at_risk(drawn: Drawn, scores: tuple[Floats, Floats]) -> tuple[AtRisk, ...]:
    """The rows with the highest scores of the distance attack, those of equal scores in their order in the file."""
    members, others = scores
    worst = np.lexsort((drawn.train, -members))[:MOST]
    return tuple(_figures(drawn, members, np.sort(others), worst))


def _figures(drawn: Drawn, members: Floats, others: Floats, worst: np.ndarray) -> Iterator[AtRisk]:
    for place in worst.tolist():
        score = float(members[place])
        yield AtRisk(
            row=int(drawn.train[place]),
            score=score,
            percentile=float(np.searchsorted(others, score) / max(len(others), 1)),
            why=_why(float(np.exp(-score)), copied=bool(drawn.copied[place])),
        )


def _why(ratio: float, *, copied: bool) -> str:
    """
    >>> _why(0.1234, copied=False)
    'its nearest synthetic row is 0.12 times as far as its nearest held-out row'
    """
    if copied:
        return "an exact copy of it is among the synthetic rows"
    times = f"{ratio:.2f} times" if ratio >= 0.01 else "less than 0.01 times"
    return f"its nearest synthetic row is {times} as far as its nearest held-out row"
