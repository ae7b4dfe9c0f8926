"""Is every group treated alike? Outcomes by group, in the data and as models predict them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from parhelion.evaluation.fairness.groups import Grouping
from parhelion.evaluation.rates import sure
from parhelion.evaluation.scores import Figure, Interval, Three
from parhelion.evaluation.utility import Predicted
from parhelion.evaluation.utility.targets import Target

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

LEAST = 30  # rows of a group that its outcome can be told from
_DRAWS = 4


@dataclass(frozen=True)
class Outcome:
    """The outcome of each row: 1 where it has the class that counts, else 0; or a number in deviations from the mean of
    the train rows. NaN where it is unknown. The figure that people read is centre + scale times it.

    counted: it is a share of rows, not a mean.
    """

    words: str
    train: Floats
    synthetic: Floats
    holdout: Floats
    centre: float = 0.0
    scale: float = 1.0

    counted: bool = True

    @property
    def tables(self) -> tuple[Floats, Floats, Floats]:
        return self.train, self.synthetic, self.holdout


def outcome(target: Target) -> Outcome:
    tables = (target.train, target.synthetic, target.holdout)
    if target.classes:
        train, synthetic, holdout = (np.where(np.isnan(each), np.nan, each == target.positive) for each in tables)
        return Outcome(target.outcome, train, synthetic, holdout)
    centre, scale = float(np.nanmean(target.train)), float(np.nanstd(target.train)) or 1.0
    train, synthetic, holdout = (np.clip((each - centre) / scale, -100, 100) for each in tables)
    return Outcome(f"the mean of {target.name}", train, synthetic, holdout, centre, scale, counted=False)


@dataclass(frozen=True)
class Rates:
    """The mean of something in every group: its standard error, and of how many rows."""

    mean: Floats
    error: Floats
    rows: npt.NDArray[np.int64]

    @property
    def told(self) -> Bools:
        return self.rows >= LEAST


def rates(values: Floats, groups: npt.NDArray[np.int64], many: int) -> Rates:
    """Of the first so many groups; NaN values are left out."""
    known = np.isfinite(values) & (groups < many)
    at, values = groups[known], values[known]
    rows = np.bincount(at, minlength=many)
    mean = np.bincount(at, values, many) / np.maximum(rows, 1)
    squares = np.bincount(at, values**2, many) / np.maximum(rows, 1)
    # One more row on either side of a share, so that groups which are all alike have an error too (Agresti, Coull).
    spread = np.maximum(squares - mean**2, 1 / (rows + 4))
    return Rates(mean, np.sqrt(spread / np.maximum(rows, 1)), rows)


@dataclass(frozen=True)
class Change:
    """How much the difference between two groups has changed: the surest of all changes.

    value: without sign. error: its standard error. groups: by number. tests: how many pairs of groups there are, of all
    attributes.
    """

    value: float
    error: float
    groups: tuple[int, int]
    tests: int

    @property
    def least(self) -> float:
        """What it is at least, all pairs considered; at most 0 where it may be chance."""
        return self.value - sure(self.tests) * self.error

    @property
    def interval(self) -> Interval:
        reach = sure(self.tests) * self.error
        return max(0.0, self.value - reach), self.value + reach


def change(moved: Floats, error: Floats, told: Bools, attributes: int) -> Change | None:
    """moved: how far each group has moved. The surest is the largest beyond its noise, so that a few rows of a small
    group are not the worst by chance. None with fewer than two groups."""
    groups = np.flatnonzero(told)
    if len(groups) < 2:
        return None
    tests = attributes * len(groups) * (len(groups) - 1) // 2
    gaps = np.abs(moved[groups, None] - moved[groups])
    errors = np.sqrt(error[groups, None] ** 2 + error[groups] ** 2)
    one, other = np.unravel_index(int(np.argmax(gaps - sure(tests) * errors - np.eye(len(groups)) * 1e9)), gaps.shape)
    pair = int(groups[one]), int(groups[other])
    return Change(float(gaps[one, other]), float(errors[one, other]), pair, tests)


@dataclass(frozen=True)
class Treated:
    """Outcomes of the groups of one grouping.

    train, synthetic, holdout: of the data. changed, by_chance: of synthetic and of as many held-out rows against the
    train rows. positive, true_positive: rates of the models learned from train and synthetic rows. paired_error: of the
    difference of their true positive rates. strayed: that of the model learned from train rows again, in standard
    errors.
    """

    grouping: Grouping
    outcome: Outcome
    train: Rates
    synthetic: Rates
    holdout: Rates
    changed: Change | None
    by_chance: Change | None
    positive: tuple[Rates, Rates] | None = None
    true_positive: tuple[Rates, Rates] | None = None
    paired_error: Floats | None = None
    strayed: Floats = field(default_factory=lambda: np.zeros(0))

    @property
    def told(self) -> Bools:
        return self.train.told & self.synthetic.told & self.holdout.told

    def of(self, group: int) -> Three:
        """The outcome of one group; None where it has too few rows to be told."""
        train, synthetic, holdout = (
            self.outcome.centre + self.outcome.scale * float(each.mean[group]) if each.told[group] else None
            for each in (self.train, self.synthetic, self.holdout)
        )
        return Three(train=train, synthetic=synthetic, holdout=holdout)

    @property
    def parity(self) -> Three | None:
        """The largest differences between groups that can be told in all three tables."""
        if self.told.sum() < 2:
            return None
        train, synthetic, holdout = (
            float(np.ptp(each.mean[self.told])) * self.outcome.scale
            for each in (self.train, self.synthetic, self.holdout)
        )
        return Three(train=train, synthetic=synthetic, holdout=holdout)


def treated(
    grouping: Grouping, of: Outcome, predicted: Predicted, attributes: int, rng: np.random.Generator
) -> Treated:
    """attributes: how many are looked at in all."""
    many = len(grouping.names)
    groups = (grouping.train, grouping.synthetic, grouping.holdout)
    train, synthetic, holdout = (rates(values, at, many) for values, at in zip(of.tables, groups, strict=True))
    changed, by_chance = _changes(grouping, of, train, attributes, rng)
    found = Treated(grouping, of, train, synthetic, holdout, changed, by_chance)
    return _modelled(found, predicted)


def _changes(
    grouping: Grouping, of: Outcome, train: Rates, attributes: int, rng: np.random.Generator
) -> tuple[Change | None, Change | None]:
    """Against the train rows, of equally many synthetic and held-out rows: the mean over draws of synthetic rows."""
    rows = min(len(grouping.synthetic), len(grouping.holdout))
    draws = min(_DRAWS, len(grouping.synthetic) // rows)
    sets = rng.permutation(len(grouping.synthetic))[: draws * rows].reshape(draws, rows)
    found = [_against(train, of.synthetic[each], grouping.synthetic[each], attributes) for each in sets]
    chance = rng.permutation(len(grouping.holdout))[:rows]
    known = [each for each in found if each is not None]
    return _mean(known), _against(train, of.holdout[chance], grouping.holdout[chance], attributes)


def _against(train: Rates, values: Floats, groups: npt.NDArray[np.int64], attributes: int) -> Change | None:
    other = rates(values, groups, len(train.mean))
    error = np.sqrt(train.error**2 + other.error**2)
    return change(other.mean - train.mean, error, train.told & other.told, attributes)


def _mean(found: list[Change]) -> Change | None:
    """The mean value; the groups are those of the surest change."""
    if not found:
        return None
    surest = max(found, key=lambda each: each.least)
    value, error = (float(np.mean([getattr(each, name) for each in found])) for name in ("value", "error"))
    return Change(value, error, surest.groups, surest.tests)


def _modelled(found: Treated, predicted: Predicted) -> Treated:
    """The same with what models predict; as it is where they predict numbers, or one could not be learned."""
    said = decisions(predicted)
    if said is None:
        return found
    many, groups = len(found.grouping.names), found.grouping.holdout[predicted.rows]
    of_train, of_synthetic, of_again = (np.where(truth(predicted), each, np.nan) for each in said)
    moved, strayed = (rates(each - of_train, groups, many) for each in (of_synthetic, of_again))
    return replace(
        found,
        positive=(rates(said[0], groups, many), rates(said[1], groups, many)),
        true_positive=(rates(of_train, groups, many), rates(of_synthetic, groups, many)),
        paired_error=moved.error,
        strayed=(strayed.mean / strayed.error)[strayed.told],
    )


def truth(predicted: Predicted) -> Bools:
    """Which held-out rows have the class that counts."""
    target = predicted.target
    return np.asarray(predicted.truth == (1 if len(target.classes) == 2 else target.positive))


def decisions(predicted: Predicted) -> tuple[Floats, Floats, Floats] | None:
    """1 where a model (of train rows, of synthetic rows, of train rows again) decides for the class that counts: of two
    classes where its probability is above that which makes the model of train rows decide so as often as the class is
    there; of more where it predicts the class."""
    target = predicted.target
    if not target.classes or not len(predicted.rows):
        return None
    of_train, of_synthetic, of_again = predicted.train, predicted.synthetic, predicted.again
    if of_train is None or of_synthetic is None or of_again is None:
        return None
    at = np.quantile(of_train, 1 - float(truth(predicted).mean()))

    def decide(said: Floats) -> Floats:
        return (said >= at if len(target.classes) == 2 else said == target.positive).astype(np.float64)

    return decide(of_train), decide(of_synthetic), decide(of_again)


def gap(pair: tuple[Rates, Rates] | None) -> Figure | None:
    """The largest difference between groups, of the model of synthetic rows beside that of train rows."""
    if pair is None or pair[0].told.sum() < 2:
        return None
    of_train, of_synthetic = (float(np.ptp(each.mean[each.told])) for each in pair)
    return Figure(value=of_synthetic, reference=of_train)


def widened(found: Treated) -> tuple[Figure, float] | None:
    """The gap of true positive rates, and the standard error of its value minus its reference."""
    figure = gap(found.true_positive)
    if figure is None or found.true_positive is None or found.paired_error is None:
        return None
    told = np.flatnonzero(found.true_positive[0].told)
    order = told[np.argsort(found.true_positive[1].mean[told], kind="stable")]
    return figure, float(np.hypot(found.paired_error[order[0]], found.paired_error[order[-1]]))


def restless(strayed: Sequence[Floats]) -> float:
    """By what to widen standard errors that hold for given models, because models of other rows differ by more.

    strayed: differences between the models of train rows and of train rows again, in such standard errors. That model's
    rows are drawn from those that the first one knows, so a model of other rows strays twice as far (in variance).

    >>> restless([np.array([1.0, -1.0])]), restless([np.array([2.0, -2.0])])
    (1.0, 2.6457513110645907)
    """
    known = np.concatenate([*strayed, np.zeros(0)])
    return float(np.sqrt(max(1.0, 2 * np.mean(known**2) - 1))) if known.size else 1.0
