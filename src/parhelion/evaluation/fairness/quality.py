"""Is every group imitated as well as the others? Columns and predictions within each group."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from parhelion.evaluation.case import ORDERED, Case
from parhelion.evaluation.codes import binned
from parhelion.evaluation.fairness.groups import Grouping
from parhelion.evaluation.fairness.outcomes import truth
from parhelion.evaluation.scores import Figure
from parhelion.evaluation.utility import Predicted

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

LEAST = 30  # rows of a group, in each table, that distances can be told from
BOTH = 10  # rows of each of two classes that an AUC can be told from
_MOST = 1_000  # rows of a group in a set
_DRAWS = 4
_BINS = 50
_NOISE = 0.3  # of the distance of one column, times the root of the rows
_BELIEF = 10  # sets that what is expected counts for


class Binned(NamedTuple):
    """A column of the three tables in bins."""

    name: str
    ordered: bool
    tables: tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8], npt.NDArray[np.uint8]]
    size: int


def bins(case: Case, most: int = 60) -> list[Binned]:
    """The columns, at most so many of them: distances are means over columns, which many more would not change."""
    return [_binned(case, column.name, ordered=column.kind in ORDERED) for column in case.columns[:most]]


def _binned(case: Case, name: str, *, ordered: bool) -> Binned:
    codes = case.coded(name)
    of_code, size = binned(codes, ordered=ordered, bins=_BINS)
    return Binned(name, ordered, (of_code[codes.train], of_code[codes.synthetic], of_code[codes.holdout]), size)


@dataclass(frozen=True)
class Distances:
    """Mean distances of columns within each group to its held-out rows; NaN where they cannot be told.

    value: of synthetic rows, reference: of train rows, in sets of equally many rows; the means over sets. variance: of
    the reference between sets, times their rows; NaN where there is one set only. rows: of a set. sets: of synthetic
    and of train rows. columns: how many were compared.
    """

    grouping: Grouping
    value: Floats
    reference: Floats
    variance: Floats
    rows: Codes
    sets: tuple[Codes, Codes]
    columns: int

    def error(self, noise: float) -> Floats:
        """The standard error of value - reference; both have their held-out rows in common, so those add nothing."""
        one, other = self.sets
        each = 1 / np.maximum(one, 1) + 1 / np.maximum(other, 1)
        return np.asarray(noise * np.sqrt(each / np.maximum(self.rows, 1)))


def distances(grouping: Grouping, columns: Sequence[Binned], rng: np.random.Generator) -> Distances | None:
    """None where no column is left to compare, or no group has enough rows."""
    compared = [column for column in columns if column.name not in grouping.columns]
    sizes = np.minimum(grouping.counts()[:, :-1].min(0), _MOST)
    sizes[sizes < LEAST] = 0
    if not compared or not sizes.any():
        return None
    train, synthetic = (_sets(each, sizes, _DRAWS, rng) for each in (grouping.train, grouping.synthetic))
    holdout = _sets(grouping.holdout, sizes, 1, rng)
    found = np.mean([_apart(column, (train, synthetic, holdout), sizes) for column in compared], axis=0)
    return _summed(grouping, found, sizes, (synthetic, train), len(compared))


class _Sets(NamedTuple):
    """Rows in sets, of each group equally many: the rows, and for each its set * groups + its group. many: sets that
    each group has."""

    rows: Codes
    at: Codes
    many: Codes


def _sets(groups: Codes, sizes: Codes, draws: int, rng: np.random.Generator) -> _Sets:
    """Sets without a row in common."""
    order = rng.permutation(len(groups))
    order = order[groups[order] < len(sizes)]
    order = order[np.argsort(groups[order], kind="stable")]
    counts = np.bincount(groups[order], minlength=len(sizes))
    rank = np.arange(len(order)) - np.repeat(np.cumsum(counts) - counts, counts)
    many = np.where(sizes > 0, np.minimum(counts // np.maximum(sizes, 1), draws), 0)
    group = groups[order]
    taken = rank < (many * sizes)[group]
    rows, group, rank = order[taken], group[taken], rank[taken]
    return _Sets(rows, rank // sizes[group] * len(sizes) + group, many)


def _apart(column: Binned, sets: tuple[_Sets, _Sets, _Sets], sizes: Codes) -> Floats:
    """Distances to the held-out rows of each group: (train and synthetic, draws, groups); NaN where there is no set."""
    tables = zip(sets, column.tables, (_DRAWS, _DRAWS, 1), strict=True)
    train, synthetic, holdout = (_shares(each, bins, draws, column.size, sizes) for each, bins, draws in tables)
    gaps = np.stack([train, synthetic]) - holdout
    return np.abs(np.cumsum(gaps, -1)).max(-1) if column.ordered else np.asarray(np.abs(gaps).sum(-1) / 2)


def _shares(sets: _Sets, bins: npt.NDArray[np.uint8], draws: int, size: int, sizes: Codes) -> Floats:
    """(draws, groups, bins)."""
    counts = np.bincount(sets.at * size + bins[sets.rows], minlength=draws * len(sizes) * size)
    found = counts.reshape(draws, len(sizes), size) / np.maximum(sizes, 1)[:, None]
    found[np.arange(draws)[:, None] >= sets.many] = np.nan
    return np.asarray(found, np.float64)


def _summed(grouping: Grouping, found: Floats, sizes: Codes, sets: tuple[_Sets, _Sets], columns: int) -> Distances:
    known = np.isfinite(found)
    many = np.maximum(known.sum(1), 1)
    mean = np.where(known.any(1), np.where(known, found, 0).sum(1) / many, np.nan)
    off = np.where(known, found - mean[:, None], 0) ** 2
    variance = np.where(many > 1, off.sum(1) / np.maximum(many - 1, 1), np.nan)[0] * sizes
    return Distances(grouping, mean[1], mean[0], variance, sizes, (sets[0].many, sets[1].many), columns)


def noise(every: Sequence[Distances]) -> float:
    """The standard deviation of mean distances between sets of train rows, times the root of their rows: of all groups
    together, as a few sets tell little about one, and with what columns that go together in fours would have."""
    columns = max([each.columns for each in every], default=1)
    expected = _NOISE**2 / max(columns / 4, 1)
    found, many = expected * _BELIEF, float(_BELIEF)
    for each in every:
        known = np.isfinite(each.variance)
        free = (each.sets[1] - 1)[known]
        found, many = found + float((each.variance[known] * free).sum()), many + float(free.sum())
    return float(np.sqrt(found / many))


@dataclass(frozen=True)
class Scored:
    """Predictions within each group: AUC, accuracy (more than two classes) or R2 of both models; NaN where they cannot
    be told. error: the standard error of value - reference, both being of the same rows. strayed: of the model learned
    from train rows again, in standard errors."""

    grouping: Grouping
    value: Floats
    reference: Floats
    error: Floats
    strayed: Floats

    def figure(self, group: int) -> Figure | None:
        return _figure(self.value[group], self.reference[group])


def scored(grouping: Grouping, predicted: Predicted) -> Scored | None:
    real, made, again = predicted.train, predicted.synthetic, predicted.again
    if real is None or made is None or again is None:
        return None
    groups = grouping.holdout[predicted.rows]
    found, other = np.full((2, 3, len(grouping.names)), np.nan)
    for group in range(len(grouping.names)):
        inside = np.flatnonzero(groups == group)
        if len(inside) >= LEAST:
            found[:, group] = _score(predicted, inside, real[inside], made[inside])
            other[:, group] = _score(predicted, inside, real[inside], again[inside])
    known = other[:, other[2] > 0]
    return Scored(grouping, found[0], found[1], found[2], (known[0] - known[1]) / known[2])


def _score(predicted: Predicted, inside: Codes, real: Floats, made: Floats) -> tuple[float, float, float]:
    """Of synthetic, of train, and the standard error of their difference."""
    known, classes = predicted.truth[inside], len(predicted.target.classes)
    if not classes:
        return _explained(known, real, made)
    if classes > 2:
        right = (made == known) * 1.0, (real == known) * 1.0
        return float(right[0].mean()), float(right[1].mean()), _error(right[0] - right[1])
    return _areas(truth(predicted)[inside], real, made)


def _explained(known: Floats, real: Floats, made: Floats) -> tuple[float, float, float]:
    """R2 within a group; not told where the group hardly varies beside its largest value."""
    variance = float(known.var())
    if variance <= 1e-9 * float((known**2).mean()):
        return np.nan, np.nan, np.nan
    lost = (made - known) ** 2 / variance, (real - known) ** 2 / variance
    return 1 - float(lost[0].mean()), 1 - float(lost[1].mean()), _error(lost[0] - lost[1])


def _areas(is_: npt.NDArray[np.bool_], real: Floats, made: Floats) -> tuple[float, float, float]:
    """AUC of both, and the error of their difference by placements (DeLong et al. 1988)."""
    if min(is_.sum(), (~is_).sum()) < BOTH:
        return np.nan, np.nan, np.nan
    one, other = (_placements(is_, each) for each in (made, real))
    error = np.hypot(_error(one[0] - other[0]), _error(one[1] - other[1]))
    return float(one[0].mean()), float(other[0].mean()), float(error)


def _placements(is_: npt.NDArray[np.bool_], score: Floats) -> tuple[Floats, Floats]:
    """For every row of the class the share of other rows below it, and for every other row that of the class above."""
    positive, negative = np.sort(score[is_]), np.sort(score[~is_])
    below = _middle(negative, score[is_]) / len(negative)
    return below, 1 - _middle(positive, score[~is_]) / len(positive)


def _middle(ordered: Floats, values: Floats) -> Floats:
    """How many are below each value, ties counting half."""
    left, right = np.searchsorted(ordered, values, "left"), np.searchsorted(ordered, values, "right")
    return np.asarray((left + right) / 2, np.float64)


def _error(values: Floats) -> float:
    return float(values.std() / np.sqrt(len(values)))


class Worst(NamedTuple):
    """The group that fares worst, beyond its noise. error: of value - reference. tests: groups looked at."""

    grouping: Grouping
    group: int
    value: float
    reference: float
    error: float
    tests: int


def farthest(every: Sequence[Distances], noise: float, z: float) -> Worst | None:
    """The group whose columns are surest to be farther from its held-out rows than its train rows are."""
    return _worst(((each.grouping, each.value, each.reference, each.error(noise), 1) for each in every), z)


def least_predicted(every: Sequence[Scored], wider: float, z: float) -> Worst | None:
    """The group for which the model of synthetic rows is surest to be worse than that of train rows.

    wider: by what errors are widened, see `restless`."""
    return _worst(((each.grouping, each.value, each.reference, each.error * wider, -1) for each in every), z)


def _worst(every: Iterator[tuple[Grouping, Floats, Floats, Floats, int]], z: float) -> Worst | None:
    told: list[tuple[float, Worst]] = []
    for grouping, value, reference, error, sign in every:
        excess = sign * (value - reference) - z * error
        if np.isfinite(excess).any():
            at = int(np.nanargmax(excess))
            figures = float(value[at]), float(reference[at]), float(error[at])
            told.append((float(excess[at]), Worst(grouping, at, *figures, tests=int(np.isfinite(excess).sum()))))
    if not told:
        return None
    tests = sum(each.tests for _, each in told)
    return max(told, key=lambda found: found[0])[1]._replace(tests=tests)


def _figure(value: float, reference: float) -> Figure | None:
    return Figure(value=float(value), reference=float(reference)) if np.isfinite(value + reference) else None


def figure(found: Distances | None, group: int) -> Figure | None:
    """The distance of one group; None where it cannot be told."""
    return None if found is None else _figure(found.value[group], found.reference[group])
