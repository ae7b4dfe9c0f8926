"""The propensity score's mean squared error, pMSE (Woo et al. 2009; Snoke et al. 2018)."""

from math import sqrt
from typing import NamedTuple

import numpy as np

from parhelion.evaluation.detection.logistic import RIDGE, Logistic, probability
from parhelion.evaluation.detection.sides import Bools, Floats
from parhelion.evaluation.rates import Z
from parhelion.evaluation.scores import Interval


class Propensity(NamedTuple):
    """error: pMSE, 0 to 0.25. expected: by chance, of two samples of one law. terms: free ones of the model."""

    error: float
    expected: float
    terms: float

    @property
    def ratio(self) -> float:
        return self.error / self.expected

    @property
    def interval(self) -> Interval:
        """Of the ratio. Times `terms` it is a chi-square, noncentral where the laws differ."""
        beyond = max(self.ratio - 1, 0.0) * self.terms
        half = Z * sqrt(2 * (self.terms + 2 * beyond)) / self.terms
        return max(self.ratio - half, 0.0), self.ratio + half


def propensity(terms: Floats, second: Bools) -> Propensity | None:
    """In-sample, by a logistic regression of both sides together; None without any term.

    pMSE = mean (p - 1/2)². By chance p - 1/2 is about S (y - 1/2), where S = X (X'X + 4λ)⁻¹ X', so that the expected
    pMSE is tr(S²) / (4 N): with no penalty (k - 1) / (4 N), twice what Snoke et al. expect of rows that were
    synthesised from those that they are compared with.
    """
    if not terms.shape[1]:
        return None
    p = probability(Logistic().learn(terms, second).log_odds(terms))
    strengths = np.maximum(np.linalg.eigvalsh(terms.T @ terms), 0.0)
    free = float(((strengths / (strengths + 4 * RIDGE)) ** 2).sum())
    return Propensity(float(((p - 0.5) ** 2).mean()), free / (4 * len(terms)), free)
