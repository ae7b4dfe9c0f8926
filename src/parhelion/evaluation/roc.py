"""How well scores tell members from others."""

from math import sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from parhelion.evaluation.rates import Rate, Z
from parhelion.evaluation.scores import Interval

Floats = npt.NDArray[np.float64]
# False positive rates that a curve is drawn at: dense where few others are taken for members.
_GRID = np.concatenate([[0.0], np.geomspace(1e-4, 0.05, 16), np.linspace(0.075, 1.0, 38)])
_FEWEST = 5  # others above the threshold, without which a true positive rate is not told


class Auc(NamedTuple):
    value: float
    error: float

    @property
    def interval(self) -> Interval:
        return max(self.value - Z * self.error, 0.0), min(self.value + Z * self.error, 1.0)


class Roc(NamedTuple):
    """The curve: for each false positive rate that occurs, ascending, the highest true positive rate."""

    false: Floats
    true: Floats
    members: int
    others: int

    def at(self, rate: float) -> float:
        """The true positive rate at a false positive rate; between two that occur, the mix of both."""
        return float(np.interp(rate, self.false, self.true))

    def told_at(self, rate: float) -> float | None:
        """The same, None where too few others are above the threshold."""
        return self.at(rate) if rate * self.others >= _FEWEST else None

    def interval_at(self, rate: float) -> Interval:
        """95 %, for members and others both: Wilson's interval of the true positives at either end of the false ones'.

        Conservative: the two ends meet by chance far less often than each.
        """
        ends = Rate(rate * self.others, self.others).interval()
        low, high = (Rate(self.at(end) * self.members, self.members).interval() for end in ends)
        return low[0], high[1]

    @property
    def points(self) -> tuple[tuple[float, float], ...]:
        return tuple((float(rate), self.at(rate)) for rate in _GRID)


def auc(members: Floats, others: Floats) -> Auc:
    """The chance that a member's score is above another's (ties count half), and its standard error.

    DeLong et al. 1988; at least that of chance for so few rows.

    >>> auc(np.array([1.0, 2.0, 3.0]), np.array([1.0, 0.0])).value
    0.9166666666666666
    """
    above, below = _placed(members, others), 1 - _placed(others, members)
    m, n, value = len(members), len(others), float(above.mean())
    variance = float(above.var(ddof=1)) / m + float(below.var(ddof=1)) / n if min(m, n) > 1 else 1.0
    return Auc(value, max(sqrt(variance), 1 / (2 * min(m, n))))


def _placed(scores: Floats, among: Floats) -> Floats:
    """The share of others below each score; those equal count half."""
    ordered = np.sort(among)
    both = np.searchsorted(ordered, scores, "left") + np.searchsorted(ordered, scores, "right")
    return np.asarray(both / (2 * len(among)))


def roc(members: Floats, others: Floats) -> Roc:
    """
    >>> curve = roc(np.array([3.0, 2.0, 0.0]), np.array([2.5, 1.0]))
    >>> curve.false, curve.true.round(2)
    (array([0. , 0.5, 1. ]), array([0.33, 0.67, 1.  ]))
    """
    cuts = np.unique(np.concatenate([members, others]))[::-1]
    true = 1 - np.searchsorted(np.sort(members), cuts, "left") / len(members)
    false = 1 - np.searchsorted(np.sort(others), cuts, "left") / len(others)
    last = np.append(np.diff(false) > 0, True)
    start = [0.0] if false[last][0] > 0 else []
    return Roc(np.append(start, false[last]), np.append(start, true[last]), len(members), len(others))
