"""Is every group there? Shares of groups in synthetic rows beside those in real rows."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parhelion.evaluation.fairness.groups import Grouping
from parhelion.evaluation.rates import sure, wilson
from parhelion.evaluation.scores import Figure, Interval

Floats = npt.NDArray[np.float64]

_DRAWS = 50


@dataclass(frozen=True)
class Represented:
    """The shares of the groups of one grouping.

    shares: (3, groups + 1), those without a group last. low, high: of synthetic minus train, 95 %. distance: total
    variation, of equally many synthetic and held-out rows. error: the standard error of its value.
    """

    grouping: Grouping
    counts: npt.NDArray[np.int64]
    shares: Floats
    low: Floats
    high: Floats
    distance: Figure
    error: float

    @property
    def interval(self) -> Interval:
        reach = 1.96 * self.error
        return max(0.0, self.distance.value - reach), min(1.0, self.distance.value + reach)


def total_variation(shares: Floats, real: Floats) -> Floats:
    """The share of rows that would have to change their group: (..., groups) to (...)."""
    return np.asarray(np.abs(shares - real).sum(-1) / 2)


def represented(grouping: Grouping, rng: np.random.Generator) -> Represented:
    counts = grouping.counts()
    shares = counts / counts.sum(1, keepdims=True)
    low, high = difference(counts[1], counts[1].sum(), counts[0], counts[0].sum())
    distance, error = _distance(counts, shares, rng)
    return Represented(grouping, counts, shares, low, high, distance, error)


def _distance(counts: npt.NDArray[np.int64], shares: Floats, rng: np.random.Generator) -> tuple[Figure, float]:
    """The distances of equally many synthetic and held-out rows, because few are farther away by chance: means over
    draws without replacement; and the bootstrap standard error of the former."""
    rows, made = int(counts[1:].sum(1).min()), int(counts[1].sum())
    value, reference = (
        float(total_variation(rng.multivariate_hypergeometric(each, rows, _DRAWS) / rows, shares[0]).mean())
        for each in counts[1:]
    )
    again = total_variation(rng.multinomial(made, shares[1], _DRAWS) / made, shares[0])
    return Figure(value=value, reference=reference), float(again.std())


def difference(
    one: npt.NDArray[np.int64], of_one: int, other: npt.NDArray[np.int64], of_other: int, z: float = 1.96
) -> tuple[Floats, Floats]:
    """Of two shares, one minus the other: an interval that holds for rare groups too (Newcombe 1998, method 10).

    >>> low, high = difference(np.array([0]), 1000, np.array([10]), 1000)
    >>> float(low[0].round(4)), float(high[0].round(4))
    (-0.0183, -0.004)
    """
    p, q = one / of_one, other / of_other
    (p_low, p_high), (q_low, q_high) = wilson(p, of_one, z), wilson(q, of_other, z)
    low = p - q - np.sqrt((p - p_low) ** 2 + (q_high - q) ** 2)
    return low, p - q + np.sqrt((p_high - p) ** 2 + (q - q_low) ** 2)


def lost(every: list[Represented]) -> Iterator[tuple[Represented, int]]:
    """Groups of train rows that no synthetic row is of, though chance would give them some; the largest first. Two
    columns together are told only where each group by itself is there."""
    tests = sum(len(each.grouping.names) for each in every)
    gone: list[tuple[Represented, int]] = []
    told: set[str] = set()
    for each in every:
        expected = each.shares[0] * each.counts[1].sum()
        for group in np.flatnonzero((each.counts[1][:-1] == 0) & (expected[:-1] > 7 + np.log(max(tests, 1)))):
            words = _parts(each.grouping, int(group))
            if words.isdisjoint(told):
                gone.append((each, int(group)))
            told |= words if len(each.grouping.columns) == 1 else set()
    yield from sorted(gone, key=lambda found: (len(found[0].grouping.columns), -found[0].shares[0][found[1]]))


def misjudged(every: list[Represented]) -> Iterator[tuple[Represented, int]]:
    """Groups that are there, but half as often or twice as often as among train rows, or by five hundredths of all rows
    off; those that add most to chi-square first. Two columns together are told only where neither is by itself."""
    tests = sum(len(each.grouping.names) for each in every)
    found, told = [], set[str]()
    for each in every:
        low, high = difference(
            each.counts[1], each.counts[1].sum(), each.counts[0], each.counts[0].sum(), sure(tests, 0.01)
        )
        real, made = each.shares[0], each.shares[1]
        far = (made > 0) & ((made < real / 2) | (made > 2 * real) | (np.abs(made - real) > 0.05))
        for group in np.flatnonzero((far & ((high < 0) | (low > 0)))[:-1]):
            words = _parts(each.grouping, int(group))
            if words.isdisjoint(told):
                found.append((each, int(group)))
            told |= words if len(each.grouping.columns) == 1 else set()
    yield from sorted(found, key=lambda one: -_chi_square(*one))


def _chi_square(found: Represented, group: int) -> float:
    real, made = found.shares[0, group], found.shares[1, group]
    return float((made - real) ** 2 / real)


def _parts(grouping: Grouping, group: int) -> set[str]:
    """What a group is of each column."""
    words = grouping.parts[group]
    return {f"{column} = {word}" for column, word in zip(grouping.columns, words, strict=True)}
