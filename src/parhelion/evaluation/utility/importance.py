"""What models look at: the fall of their score when a column is shuffled (permutation importance, Breiman 2001)."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

COLUMNS = 300  # at most so many are shuffled
_ROWS, _CELLS = 3_000, 30_000
_NOTHING = 0.001  # a smaller fall is noise


def importances(
    predicts: Sequence[Callable[[Floats], Floats]],
    score: Callable[[Floats, npt.NDArray[np.int64]], float],
    rows: Floats,
    rng: np.random.Generator,
) -> Floats:
    """(models, columns): falls of the score; all models see the same shuffled rows.

    predicts: the models' predictions of rows. score: of predictions, and of the numbers of the rows that they are for.
    """  # fmt: skip
    columns = min(rows.shape[1], COLUMNS)
    asked = rng.permutation(len(rows))[: min(_ROWS, max(200, _CELLS // max(columns, 1)))]
    shuffled = [rng.permutation(len(asked)) for _ in range(columns)]
    sets = [rows[asked], *(_swapped(rows[asked], column, order) for column, order in enumerate(shuffled))]
    return np.array([_falls(predict, score, sets, asked) for predict in predicts])


def _swapped(rows: Floats, column: int, order: npt.NDArray[np.int64]) -> Floats:
    mixed = rows.copy()
    mixed[:, column] = rows[order, column]
    return mixed


def _falls(
    predict: Callable[[Floats], Floats], score: Callable[[Floats, npt.NDArray[np.int64]], float],
    sets: Sequence[Floats], asked: npt.NDArray[np.int64],
) -> Floats:  # fmt: skip
    together = max(1, _CELLS // len(asked))
    found = []
    for start in range(0, len(sets), together):
        some = sets[start : start + together]
        found += [score(part, asked) for part in np.split(predict(np.concatenate(some)), len(some))]
    return found[0] - np.array(found[1:])


def agreement(one: Floats, other: Floats) -> float | None:
    """Spearman's rank correlation of importances; falls that are noise count as 0. None where they cannot be ranked.

    >>> agreement(np.array([0.3, 0.1, 0.0002, -0.001]), np.array([0.2, 0.1, 0.0, 0.0]))
    1.0
    >>> agreement(np.array([0.3, 0.1]), np.array([0.0, 0.0]))
    0.0
    """
    first, second = (_ranks(np.where(each < _NOTHING, 0.0, each)) for each in (one, other))
    if not len(first) or np.ptp(first) == 0:
        return None
    if np.ptp(second) == 0:
        return 0.0
    return round(float(np.corrcoef(first, second)[0, 1]), 12)


def _ranks(values: Floats) -> Floats:
    """Ranks from 0; equal values share the middle of theirs."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts + 1) / 2)[place], np.float64)
