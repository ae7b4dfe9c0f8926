"""How sure mean errors of associations and of information are: from parts of the rows."""

from collections.abc import Callable, Sequence
from math import sqrt

import numpy as np

from parhelion.evaluation.codes import Floats
from parhelion.evaluation.fidelity.associations import Levelled, Ordered, Side, association
from parhelion.evaluation.fidelity.figures import PairFidelity
from parhelion.evaluation.fidelity.pairs import Prepared, information
from parhelion.evaluation.scores import Interval, Three

PARTS = 8
SURE = 2.3646  # standard errors on either side of 95 %: Student's t of 7 degrees of freedom
LEAST = 50  # rows of a part
PAIRS = 200  # that are looked at

Told = Callable[[Prepared, Prepared, int, slice], float | None]


def intervals(columns: Sequence[Prepared], pairs: Sequence[PairFidelity]) -> tuple[Interval | None, Interval | None]:
    """95 % intervals of the mean absolute error of associations, and of information.

    Rows are cut in eight parts. The mean over pairs of the error, with the sign that it has in all rows, is found in
    each part; its standard error is that of the mean of eight. None where parts would have too few rows.
    """
    if not columns or min(len(columns[0].bins.holdout), columns[0].bins.train.shape[1]) < PARTS * LEAST:
        return None, None
    known = {column.name: column for column in columns}
    some = [(known[pair.first], known[pair.second], pair) for pair in pairs[:: len(pairs) // PAIRS + 1]]
    return (
        _interval(some, [pair.association for pair in pairs], lambda pair: pair.association, _association),
        _interval(some, [pair.information for pair in pairs], lambda pair: pair.information, _information),
    )


def _interval(
    some: Sequence[tuple[Prepared, Prepared, PairFidelity]],
    every: Sequence[Three],
    figure: Callable[[PairFidelity], Three],
    told: Told,
) -> Interval | None:
    errors = [error for one, other, pair in some if (error := _errors(one, other, figure(pair), told)) is not None]
    values = [abs(each) for three in every if (each := _difference(three)) is not None]
    if not errors:
        return None
    value = sum(values) / len(values)
    spread = SURE * float(np.mean(errors, axis=0).std(ddof=1)) / sqrt(PARTS)
    return max(0.0, value - spread), value + spread


def _difference(three: Three) -> float | None:
    if three.train is None or three.synthetic is None or three.holdout is None:
        return None
    return three.synthetic - three.holdout


def _errors(one: Prepared, other: Prepared, whole: Three, told: Told) -> Floats | None:
    """The error in each part; None where a column does not vary in one."""
    difference, found = _difference(whole), []
    if difference is None:
        return None
    for part in range(PARTS):
        synthetic, holdout = (told(one, other, table, _part(one, table, part)) for table in (1, 2))
        if synthetic is None or holdout is None:
            return None
        found.append(synthetic - holdout)
    return np.array(found) * (1 if difference >= 0 else -1)


def _part(column: Prepared, table: int, part: int) -> slice:
    rows = len(column.bins.one[table])
    return slice(part * rows // PARTS, (part + 1) * rows // PARTS)


def _association(one: Prepared, other: Prepared, table: int, rows: slice) -> float | None:
    return association(_cut(one.sides[table], rows), _cut(other.sides[table], rows))


def _cut(side: Side, rows: slice) -> Side:
    if isinstance(side, Levelled):
        return Levelled(side.levels[rows], side.size)
    return Ordered(side.values[rows], full=False)  # no longer around 0


def _information(one: Prepared, other: Prepared, table: int, rows: slice) -> float:
    first, second = (column.bins.one[table][rows].astype(np.intp) for column in (one, other))
    return information(first * other.size + second, one.size, other.size)
