"""The work on one target: models learned from equally many rows, judged on the same held-out rows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from parhelion.evaluation.case import Case
from parhelion.evaluation.features import Features
from parhelion.evaluation.threads import one_thread
from parhelion.evaluation.utility.conclusions import Conclusions, conclusions
from parhelion.evaluation.utility.figures import Learned
from parhelion.evaluation.utility.importance import importances
from parhelion.evaluation.utility.marks import Marks, Weights, of_classes, of_numbers, ranked, weights
from parhelion.evaluation.utility.models import Learner, Model
from parhelion.evaluation.utility.targets import Target

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]
Source = Learned | Literal["train again"]

_TREES = {False: 100, True: 30}  # of a model; in a quick look
_CERTAIN = 5_000  # rows from which on models hardly differ by the rows that they happen to learn from
_AGAIN = {False: 4, True: 1}  # models of train rows drawn again, where there are fewer rows; in a quick look
_RARE = 10  # held-out rows that a class needs to be judged by itself


class Split(NamedTuple):
    """Rows whose target is known. train, synthetic: equally many, to learn from. again: as many train rows, drawn with
    replacement, once or several times. holdout: those to test on."""

    train: Rows
    synthetic: Rows
    again: Rows
    holdout: Rows


@dataclass(frozen=True)
class Tested:
    """One model's predictions of the held-out rows, and how good they are: of all rows, then of bootstrap samples.

    rare, of_rare: the class that is judged by itself, and its marks.
    """

    model: Model
    rows: int
    predicted: Floats
    marks: Marks
    of_rare: Marks = field(default_factory=dict)
    rare: int | None = None


@dataclass(frozen=True)
class Work:
    """All that was done about one target. tested: by what the model learned from; empty where none could be learned.

    learning: the standard error of a difference of first scores that comes of the rows models happen to learn from.
    names: of the columns whose importances are told: (models, columns), of train, synthetic and train again.
    """

    target: Target
    split: Split
    tested: dict[Source, Tested]
    learning: float
    names: tuple[str, ...]
    importances: Floats
    conclusions: Conclusions | None

    @property
    def main(self) -> str:
        """The score that is told first."""
        return "AUC" if self.target.classes else "R2"

    def mark(self, source: Source) -> float | None:
        """The first score of one model; None where there is none, or it cannot be told."""
        found = self.tested[source].marks[self.main][0] if source in self.tested else np.nan
        return float(found) if np.isfinite(found) else None


def work(case: Case, target: Target, features: Features) -> Work:
    """Learns, predicts, judges. features: of all columns but the target."""
    with one_thread():
        return _work(case, target, features)


def _work(case: Case, target: Target, features: Features) -> Work:
    rng = case.rng(f"utility.{target.name}")
    split = _split(case, target, rng)
    tested: dict[Source, Tested] = {}
    learning = 0.0
    if len(split.holdout) and len(features.names):
        test = _Test(target, target.holdout[split.holdout], weights(len(split.holdout), len(target.classes), rng))
        learner = Learner(features.categorical, len(target.classes), _TREES[case.config.quick], case.config.seed)
        for source, (rows, truth) in _lessons(case, target, features, split).items():
            model = learner.learn(rows, truth)
            once = test._replace(weight=test.weight[:1]) if source == "train again" else test
            tested[source] = once.of(model, len(rows), features.holdout[split.holdout])
        learning = _learning(tested, learner, test, features, split)
    falls = _importances(case, target, tested, features.holdout[split.holdout], target.holdout[split.holdout])
    same = conclusions(case, target, (split.train, split.synthetic, split.holdout))
    return Work(target, split, tested, learning, features.names, falls, same)


def _split(case: Case, target: Target, rng: np.random.Generator) -> Split:
    train, synthetic, holdout = (
        rng.permutation(np.flatnonzero(np.isfinite(each)))
        for each in (target.train, target.synthetic, target.holdout)
    )  # fmt: skip
    many = min(len(train), len(synthetic) or len(train), case.limits.learned)
    times = 1 if many > _CERTAIN else _AGAIN[case.config.quick]
    again = rng.choice(train, (times, many)) if len(train) else train[None]
    return Split(train[:many], synthetic[:many], again, np.sort(holdout[: case.limits.known]))


def _lessons(case: Case, target: Target, features: Features, split: Split) -> dict[Source, tuple[Floats, Floats]]:
    """What each model learns from: rows and their targets."""
    train = features.train[split.train], target.train[split.train]
    found: dict[Source, tuple[Floats, Floats]] = {}
    if not len(split.train):
        return found
    found["train"] = train
    if len(split.synthetic):
        synthetic = features.synthetic[split.synthetic], target.synthetic[split.synthetic]
        found["synthetic"] = synthetic
        if not case.config.quick:
            found["train + synthetic"] = (np.vstack([train[0], synthetic[0]]), np.concatenate([train[1], synthetic[1]]))
    found["train again"] = features.train[split.again[0]], target.train[split.again[0]]
    return found


def _learning(tested: dict[Source, Tested], learner: Learner, test: "_Test", features: Features, split: Split) -> float:
    """By models of train rows drawn again: those of other rows are twice as far from each other, in variance."""
    if "train again" not in tested:
        return 0.0
    main, once = "AUC" if test.target.classes else "R2", test._replace(weight=test.weight[:1])
    marks = [tested["train again"].marks[main][0]]
    for again in split.again[1:]:
        model = learner.learn(features.train[again], test.target.train[again])
        marks.append(once.of(model, len(again), features.holdout[split.holdout]).marks[main][0])
    strayed = np.array(marks) - tested["train"].marks[main][0]
    return float(np.sqrt(2 * np.mean(strayed**2)))


class _Test(NamedTuple):
    """The held-out rows that all models are judged on, and how often each is in each bootstrap sample."""

    target: Target
    truth: Floats
    weight: Weights

    def of(self, model: Model, rows: int, asked: Floats) -> Tested:
        predicted = model.predict(asked)
        if not self.target.classes:
            return Tested(model, rows, predicted, of_numbers(self.weight, self.truth, predicted))
        classes, rarest = self.truth.astype(np.int64), self._rarest()
        every, own = of_classes(self.weight, classes, predicted, rarest)
        return Tested(model, rows, predicted, every, own, rarest)

    def _rarest(self) -> int | None:
        """The rarest class that enough rows have."""
        counts = np.bincount(self.truth.astype(np.int64), minlength=len(self.target.classes))
        enough = np.flatnonzero(counts >= _RARE)
        return int(enough[-1]) if len(enough) > 1 else None


def _importances(case: Case, target: Target, tested: dict[Source, Tested], rows: Floats, truth: Floats) -> Floats:
    """Of the models of train, synthetic and train again; NaN where there is no such model."""
    order: tuple[Source, ...] = ("train", "synthetic", "train again")
    there = [source for source in order if source in tested]
    if not there:
        return np.zeros((3, 0))
    predicts = [tested[source].model.predict for source in there]
    rng = case.rng(f"utility.importance.{target.name}")
    asked = rng.permutation(len(rows))[: case.limits.asked]
    falls = importances(predicts, _first_score(target, truth[asked]), rows[asked], rng)
    found = np.full((3, falls.shape[1]), np.nan)
    found[[order.index(source) for source in there]] = falls
    return found


def _first_score(target: Target, truth: Floats) -> Callable[[Floats, Rows], float]:
    """AUC or R2 of predictions of some rows."""

    def score(predicted: Floats, rows: Rows) -> float:
        weight = np.ones((1, len(rows)), np.float32)
        if not target.classes:
            return float(of_numbers(weight, truth[rows], predicted)["R2"][0])
        present = np.unique(truth[rows]) if len(target.classes) > 2 else np.array([1])
        return float(np.mean([ranked(weight, truth[rows] == one, predicted[:, int(one)])[0][0] for one in present]))

    return score
