"""Logistic regression that tells two tables apart: what can be seen in columns one by one."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from parhelion.evaluation.detection.sides import Bools, Floats, Sides

RIDGE = 1.0
_STEPS, _ENOUGH, _LONGEST = 50, 1e-6, 8.0
_CODES, _SHARE, _WIDEST = 30, 0.002, 200  # categories a column with a term of their own; their rows; terms in all
_TAIL = 0.001
_SAME = 1e-9  # a deviation that rounding alone brings about


def design(sides: Sides) -> Floats:
    """Terms of mean 0 and deviation 1: numbers, whether they are missing, and which of the frequent categories it is.

    A number's farthest values stand at its quantiles, so that one of them cannot outweigh all others. Of more terms
    than can be kept every second, third, ... is.
    """
    columns = sides.values.shape[1]
    most = min(_CODES, max(_WIDEST // max(columns, 1), 1))
    found = [term for at in range(columns) for term in _terms(sides.values[:, at], most * sides.categorical[at])]
    kept = found[:: -(-len(found) // _WIDEST) or 1]
    return np.column_stack(kept) if kept else np.zeros((len(sides.values), 0))


def _terms(column: Floats, codes: int) -> Iterator[Floats]:
    """codes: how many categories have a term; 0 for a number."""
    missing = np.isnan(column)
    parts = _categories(column, codes) if codes else iter([_number(column, missing)])
    for part in (*parts, missing.astype(np.float64)):
        deviation = part.std()
        if deviation > _SAME:
            yield (part - part.mean()) / deviation


def _number(column: Floats, missing: Bools) -> Floats:
    """Between its quantiles, as a share of the way; missing in the middle of the others."""
    if missing.all():
        return np.zeros(len(column))
    low, high = np.quantile(column[~missing], [_TAIL, 1 - _TAIL])
    if low == high:
        low, high = np.nanmin(column), np.nanmax(column)
    size = max(abs(low), abs(high)) or 1.0
    span = high / size - low / size or 1.0
    way = (np.clip(column, low, high) / size - low / size) / span
    return np.asarray(np.where(missing, way[~missing].mean(), way), np.float64)


def _categories(column: Floats, most: int) -> Iterator[Floats]:
    """The frequent categories but the first, which is what remains when it is none of them."""
    for code in range(1, most + 1):
        marked = (column == code).astype(np.float64)
        if marked.mean() < _SHARE:
            return
        yield marked


@dataclass(frozen=True)
class Line:
    weights: Floats

    def log_odds(self, rows: Floats) -> Floats:
        return np.asarray(self.weights[0] + rows @ self.weights[1:], np.float64)


class Logistic:
    """Learns a logistic regression with a small ridge penalty by Newton's method."""

    def learn(self, rows: Floats, second: Bools) -> Line:
        """Steps are cut where they would move any row's log-odds far, so that no start leads astray; the penalty keeps
        the weights finite where the sides can be told apart perfectly."""
        terms = np.column_stack([np.ones(len(rows)), rows])
        penalty = np.full(terms.shape[1], RIDGE)
        penalty[0] = 1e-6
        weights = np.zeros(terms.shape[1])
        for _ in range(_STEPS):
            chance = probability(terms @ weights)
            slope = terms.T @ (second - chance) - penalty * weights
            curve = (terms.T * (chance * (1 - chance))) @ terms + np.diag(penalty)
            step = np.linalg.solve(curve, slope)
            far = np.abs(terms @ step).max(initial=0.0)
            weights = weights + step * min(1.0, _LONGEST / max(far, _ENOUGH))
            if far < _ENOUGH:
                break
        return Line(weights)


def probability(log_odds: Floats) -> Floats:
    """
    >>> probability(np.array([0.0, 1000.0, -1000.0])).round(3)
    array([0.5, 1. , 0. ])
    """
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -500, 500))))
