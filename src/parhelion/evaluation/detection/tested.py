"""The classifier two-sample test (Lopez-Paz & Oquab 2017), out of fold."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple, Protocol

import numpy as np

from parhelion.evaluation.detection.sides import FOLDS, Bools, Floats, Ints, Sides
from parhelion.evaluation.rates import Z
from parhelion.evaluation.roc import auc, roc
from parhelion.evaluation.scores import Interval
from parhelion.evaluation.threads import one_thread

_MANY = 20_000  # rows to learn from: with fewer, scikit-learn mostly holds the interpreter


class Learned(Protocol):
    def log_odds(self, rows: Floats) -> Floats: ...


class Learner(Protocol):
    def learn(self, rows: Floats, second: Bools) -> Learned: ...


class Task(NamedTuple):
    """Two tables, what a learner sees of them, and the learner."""

    sides: Sides
    rows: Floats
    learner: Learner


@dataclass(frozen=True)
class Tested:
    """log_odds: of each row, by the model that learned from the other folds. models: one for each fold."""

    sides: Sides
    rows: Floats
    log_odds: Floats
    models: tuple[Learned, ...]

    @property
    def auc(self) -> "FoldedAuc":
        return folded_auc(self.log_odds, self.sides.second, self.sides.fold)

    def curve(self) -> tuple[tuple[float, float], ...]:
        """The ROC curve of ranks within folds."""
        ranks, second = _ranks(self.log_odds, self.sides.fold), self.sides.second
        return roc(ranks[second], ranks[~second]).points


class FoldedAuc(NamedTuple):
    """The mean AUC of folds, and its standard error (DeLong et al. 1988, fold by fold).

    Scores of different models are not compared with each other: a fold that happens to have more rows of one side
    leaves fewer of them to learn from, so that all its scores move the wrong way, and AUC sinks below 0.5.
    """

    value: float
    error: float

    @property
    def interval(self) -> Interval:
        return max(self.value - Z * self.error, 0.0), min(self.value + Z * self.error, 1.0)


def folded_auc(scores: Floats, second: Bools, fold: Ints) -> FoldedAuc:
    """Folds count by their pairs of rows of both sides; without any such pair nothing is told apart, hence 0.5.

    >>> second, fold = np.array([False, True, False, True]), np.array([0, 0, 1, 1])
    >>> folded_auc(np.array([0.1, 0.2, 0.8, 0.9]), second, fold).value
    1.0
    """
    weights, found = [], []
    for one in range(FOLDS):
        of_second, of_first = scores[(fold == one) & second], scores[(fold == one) & ~second]
        if len(of_second) and len(of_first):
            weights.append(len(of_second) * len(of_first))
            found.append(auc(of_second, of_first))
    if not found:
        return FoldedAuc(0.5, 0.5)
    shares = np.array(weights) / sum(weights)
    value = sum(share * each.value for share, each in zip(shares, found, strict=True))
    variance = sum((share * each.error) ** 2 for share, each in zip(shares, found, strict=True))
    return FoldedAuc(float(value), sqrt(float(variance)))


def _ranks(scores: Floats, fold: Ints) -> Floats:
    """Where a score stands among those of its fold, 0 to 1; equal ones stand together."""
    ranks = np.zeros(len(scores))
    for one in range(FOLDS):
        here = fold == one
        ordered = np.sort(scores[here])
        both = np.searchsorted(ordered, scores[here]) + np.searchsorted(ordered, scores[here], "right")
        ranks[here] = both / (2 * max(len(ordered), 1))
    return ranks


def told_apart(tasks: Sequence[Task]) -> list[Tested]:
    """All tasks, fold by fold; on all cores where there are rows enough that threads do not wait for each other."""
    every = [(task, fold) for task in tasks for fold in range(FOLDS)]
    cores = (os.cpu_count() or 1) if max(len(task.rows) for task in tasks) >= _MANY else 1
    with one_thread(), ThreadPoolExecutor(cores, initializer=one_thread) as pool:
        done = list(pool.map(lambda each: _fold(*each), every))
    return [_joined(task, done[FOLDS * at : FOLDS * (at + 1)]) for at, task in enumerate(tasks)]


def _fold(task: Task, fold: int) -> tuple[Learned, Floats]:
    out = task.sides.fold == fold
    model = task.learner.learn(task.rows[~out], task.sides.second[~out])
    return model, model.log_odds(task.rows[out])


def _joined(task: Task, done: Sequence[tuple[Learned, Floats]]) -> Tested:
    log_odds = np.zeros(len(task.rows))
    for fold, (_, found) in enumerate(done):
        log_odds[task.sides.fold == fold] = found
    return Tested(task.sides, task.rows, log_odds, tuple(model for model, _ in done))
