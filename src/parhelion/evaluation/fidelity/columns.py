"""One column: how far its distribution is from that of held-out rows, and what else can be told of it."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from parhelion.evaluation.anew import copied
from parhelion.evaluation.case import ORDERED, UNORDERED, Case
from parhelion.evaluation.codes import Coded, Floats
from parhelion.evaluation.features import numbers
from parhelion.evaluation.fidelity import charts
from parhelion.evaluation.fidelity.distances import MEASURES, Apart, Flags, apart, interval, mean, shares, wasserstein
from parhelion.evaluation.fidelity.draws import Drawn, Groups, Sets
from parhelion.evaluation.fidelity.figures import ColumnFidelity, Measure
from parhelion.evaluation.scores import Figure, Three
from parhelion.schema import Column, NumberColumn

_UNITS = {"date": "days", "datetime": "seconds", "duration": "seconds", "place": "degrees"}

HUGE = 1e300  # differences of smaller values are finite


class Compared(NamedTuple):
    """The figures of a column, its codes in the drawn rows, where synthetic rows differ, the distance to train rows."""

    figures: ColumnFidelity
    sets: Sets
    apart: Apart
    to_train: Figure | None


def measure_of(column: Column) -> Measure | None:
    """How columns of a kind are compared; None where the values themselves say nothing."""
    if column.kind in UNORDERED:
        return "total variation"
    return "Kolmogorov-Smirnov" if column.kind in ORDERED else None


def compared(case: Case, column: Column, measure: Measure, drawn: Drawn) -> Compared:
    """A column whose distribution can be compared. Missing values are a value of their own, before all others."""
    codes = case.coded(column.name)
    sets, counts = drawn.of(codes), charts.counted(codes)
    found, to_train = apart(sets, codes.size, MEASURES[measure]), _to_train(counts, measure)
    figures = ColumnFidelity(
        name=column.name,
        kind=column.kind,
        measure=measure,
        distance=found.figure,
        interval=interval(sets, found),
        to_train=to_train.value if to_train else None,
        missing=_missing(codes),
        **(_ordered if column.kind in ORDERED else _unordered)(column, codes, counts, sets, case.config.protect),
    )
    return Compared(figures, sets, found, to_train)


def _to_train(counts: charts.Counted, measure: Measure) -> Figure | None:
    """Of all known values to those of the train rows, as SDMetrics has it."""
    if not all(table.any() for table in counts):
        return None
    train, synthetic, holdout = (table / table.sum() for table in counts)
    return Figure(value=MEASURES[measure](synthetic, train).size, reference=MEASURES[measure](holdout, train).size)


def _missing(codes: Coded) -> Three:
    train, synthetic, holdout = (float((each == 0).mean()) for each in codes.tables)
    return Three(train=train, synthetic=synthetic, holdout=holdout)


def _unordered(column: Column, codes: Coded, counts: charts.Counted, sets: Sets, protect: int) -> dict[str, Any]:
    """What is told of categories alone."""
    learned = counts.train > 0

    def covered(some: Groups) -> float:
        return float((np.bincount(some, minlength=codes.size)[1:] > 0)[learned].mean())

    return {
        "coverage": _coverage(sets, covered) if learned.any() else None,
        "unseen": _unseen(counts, learned),
        "chart": charts.of_categories(column, codes.values, counts, protect),
    }


def _ordered(column: Column, codes: Coded, counts: charts.Counted, sets: Sets, protect: int) -> dict[str, Any]:
    """What is told of values that have distances. Infinite ones (and nearly so) are left out."""
    values = numbers(codes.values)[0]
    finite = np.abs(values) < HUGE
    values, counts = values[finite], charts.Counted(*(each[finite] for each in counts))
    kept = np.cumsum(finite) * finite  # the place of each code among finite values, from 1 on
    finite_sets = Sets(*(np.append(0, kept)[codes] for codes in sets))
    told: dict[str, Any] = {
        "unit": _unit(column),
        "wasserstein": _wasserstein(finite_sets, values),
        "chart": charts.of_numbers(column, values, counts, protect),
    }
    if counts.train.any():
        low, high = values[counts.train > 0][[0, -1]]
        told["coverage"] = _coverage(finite_sets, lambda some: _covered(values, some, low, high))
        told["unseen"] = _unseen(counts, (values >= low) & (values <= high))
    return told


def _unit(column: Column) -> str:
    if isinstance(column, NumberColumn):
        return (column.suffix or column.prefix).strip()
    return _UNITS.get(column.kind, "")


def _wasserstein(sets: Sets, values: Floats) -> Figure | None:
    """Between known values; None where a set has none."""
    holdout, *others = (shares(codes, len(values) + 1)[1:] for codes in (sets.holdout, *sets.train, *sets.synthetic))
    if not holdout.any() or not all(each.any() for each in others):
        return None
    real = holdout / holdout.sum()
    moved = [wasserstein(each / each.sum(), real, values) for each in others]
    draws = len(sets.train)
    return Figure(value=mean(moved[draws:]), reference=mean(moved[:draws]))


def _coverage(sets: Sets, covered: Callable[[Groups], float]) -> Three:
    """Of equally many rows of synthetic and held-out rows, because few have fewer different values than many."""
    rows = min(sets.synthetic.shape[1], len(sets.holdout))
    return Three(train=1.0, synthetic=covered(sets.synthetic[0][:rows]), holdout=covered(sets.holdout[:rows]))


def _covered(values: Floats, some: Groups, low: float, high: float) -> float:
    """The share of the range from low to high that some values span; of a range of one value, whether it is there."""
    known = some[some > 0]
    if not len(known):
        return 0.0
    least, most = values[known.min() - 1], values[known.max() - 1]
    if low == high:
        return float(least <= low <= most)
    return max(0.0, float((min(most, high) - max(least, low)) / (high - low)))


def _unseen(counts: charts.Counted, learned: Flags) -> Figure | None:
    """The share of known values that are none of those learned from; of all rows, because it is the same of few."""
    synthetic, holdout = counts.synthetic.sum(), counts.holdout.sum()
    if not counts.train.any() or not synthetic or not holdout:
        return None
    return Figure(
        value=float(counts.synthetic[~learned].sum() / synthetic),
        reference=float(counts.holdout[~learned].sum() / holdout),
    )


def checked(column: Column, train: pa.Array, synthetic: pa.Array, holdout: pa.Array) -> ColumnFidelity:
    """A column whose values are made anew, or are all the same: what is missing, what is copied, what comes twice."""
    tables = train, synthetic, holdout
    known = [values.drop_null() for values in tables]
    made = column.kind != "constant"
    return ColumnFidelity(
        name=column.name,
        kind=column.kind,
        missing=_three([values.null_count / len(values) for values in tables]),
        copied=copied(column, *tables) if made else None,
        unique=_three([_unique(values) for values in known]) if made else None,
    )


def _three(values: Sequence[float | None]) -> Three:
    train, synthetic, holdout = values
    return Three(train=train, synthetic=synthetic, holdout=holdout)


def _unique(values: pa.Array) -> float | None:
    return pc.count_distinct(values).as_py() / len(values) if len(values) else None
