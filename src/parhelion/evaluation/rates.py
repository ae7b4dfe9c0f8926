"""Rates of success and how sure they are."""

from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from parhelion.evaluation.scores import Interval

Z = 1.959963984540054  # of 95 %


Floats = npt.NDArray[np.float64]


class Rate(NamedTuple):
    """So many successes of so many attempts (either may be a fraction, where they are corrected or weighted).

    >>> rate = Rate(3, 100)
    >>> rate.share, [round(end, 3) for end in rate.interval()]
    (0.03, [0.01, 0.085])
    """

    successes: float
    attempts: float

    @property
    def share(self) -> float:
        return self.successes / self.attempts if self.attempts else 0.0

    def wilson(self, z: float = Z) -> tuple[float, float]:
        """The middle and half the width of Wilson's interval (Wilson 1927)."""
        n, spread = self.attempts, self.successes * (1 - self.share)
        return (self.successes + z * z / 2) / (n + z * z), z / (n + z * z) * sqrt(max(spread, 0.0) + z * z / 4)

    def interval(self, z: float = Z) -> Interval:
        middle, half = self.wilson(z)
        return max(min(middle - half, self.share), 0.0), min(max(middle + half, self.share), 1.0)  # against rounding


def wilson(share: Floats, rows: int, z: float = Z) -> tuple[Floats, Floats]:
    """The interval of a share of so many rows (Wilson 1927), within 0 and 1 also where the share is one of them.

    >>> low, high = wilson(np.array(0.0), 100)
    >>> float(low.round(4)), float(high.round(4))
    (0.0, 0.037)
    """
    centre = (share + z**2 / (2 * rows)) / (1 + z**2 / rows)
    reach = z * np.sqrt(share * (1 - share) / rows + z**2 / (4 * rows**2)) / (1 + z**2 / rows)
    low, high = np.maximum(centre - reach, 0), np.minimum(centre + reach, 1)
    return np.minimum(low, share), np.maximum(high, share)  # against rounding


def rate_of(successes: npt.NDArray[np.float64], most: float) -> Rate:
    """The rate of successes that are not simply 0 or 1, or not drawn one by one.

    Its attempts are so many that Wilson's interval is about as wide as the mean's is, `most` at most.

    >>> rate_of(np.array([0.0, 1.0, 0.0, 1.0]), most=10)
    Rate(successes=2.0, attempts=4.0)
    >>> rate_of(np.array([0.5, 0.5, 0.0, 1.0]), most=10).attempts
    8.0
    """
    share, variance = min(float(successes.mean()), 1.0), float(successes.var()) / len(successes)
    attempts = min(share * (1 - share) / variance, most) if variance > 0 else len(successes)
    attempts = max(attempts, 1.0)
    return Rate(share * attempts, attempts)


class Risk(NamedTuple):
    value: float
    interval: Interval


def residual(main: Rate, control: Rate, z: float = Z) -> Risk:
    """The success beyond the control's, of what is left beyond it: (main - control) / (1 - control), 0 to 1.

    As `residual_success` of Anonymeter 1.1 (Giomi et al. 2023): of the middles of Wilson's intervals, with
    their half widths propagated to first order. That order says little where the control nearly always succeeds, so
    the interval begins at 0 wherever that of the difference does (Newcombe 1998, method 10); and where the control
    succeeds as often, the risk is 0, although of few attempts the middle of a 100 % is the lower one.

    >>> value, (low, high) = residual(Rate(300, 1000), Rate(100, 1000))
    >>> round(value, 3), round(low, 3), round(high, 3)
    (0.222, 0.186, 0.257)
    >>> residual(Rate(96, 96), Rate(24, 24)).value, residual(Rate(431, 455), Rate(103, 114)).interval[0]
    (0.0, 0.0)
    """
    (a, da), (c, dc) = main.wilson(z), control.wilson(z)
    value, half = (a - c) / (1 - c), sqrt((da / (1 - c)) ** 2 + (dc * (1 - a) / (1 - c) ** 2) ** 2)
    if main.share <= control.share:
        value, half = 0.0, max(value, 0.0) + half
    low = value - half if _differ(main, control, z) else 0.0
    return Risk(_bound(value), (_bound(low), _bound(value + half)))


def _differ(main: Rate, control: Rate, z: float) -> bool:
    """Is the whole interval of the difference above 0 (Newcombe 1998, method 10)?"""
    below, above = main.share - main.interval(z)[0], control.interval(z)[1] - control.share
    return main.share - control.share > sqrt(below**2 + above**2)


def _bound(share: float) -> float:
    return min(max(share, 0.0), 1.0)


def sure(tests: int, alpha: float = 0.05) -> float:
    """How many standard errors a difference needs when so many are looked at (Bonferroni), on either side.

    >>> round(sure(1), 2), round(sure(20), 2)
    (1.96, 3.02)
    """
    return NormalDist().inv_cdf(1 - alpha / 2 / max(tests, 1))


def clearly_above(rate: Rate, expected: Rate, by: float) -> bool:
    """Is a share more than `by` above another, beyond what chance makes of both (at about one in a thousand)?

    >>> clearly_above(Rate(40, 1000), Rate(10, 1000), by=0.005), clearly_above(Rate(12, 1000), Rate(10, 1000), by=0)
    (True, False)
    """
    if not rate.attempts or not expected.attempts:
        return False
    error = sqrt((rate.wilson()[1] / Z) ** 2 + (expected.wilson()[1] / Z) ** 2)
    return rate.share - expected.share > max(by, 3 * error)
