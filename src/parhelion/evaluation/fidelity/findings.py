"""What is clearly bad, in plain sentences, the worst first."""

from collections.abc import Iterator
from math import sqrt
from typing import NamedTuple

from parhelion.evaluation.fidelity.charts import OTHERS
from parhelion.evaluation.fidelity.figures import ColumnFidelity, Distribution, PairFidelity
from parhelion.evaluation.fidelity.scales import number
from parhelion.evaluation.fidelity.told import Measured
from parhelion.evaluation.rates import Rate, clearly_above, sure
from parhelion.evaluation.scores import Figure, Three
from parhelion.evaluation.shown import percent

MOST = 20
APART = 0.02  # share of rows beyond the reference from which a distance is bad, where it is also
TIMES = 2.0  # so many times the reference
WEAKER = 0.1  # of an association
COPIES = 0.01
LOST = 0.5  # coverage, of that of unseen rows, that is bad: ranges and rare categories hang on single rows
GAINED = 0.01  # share of unseen values that is bad
_ALPHA = 0.01  # chance of one finding on pairs of columns that do go together as in real rows


class Finding(NamedTuple):
    """How bad, 0 to 1, and what."""

    badness: float
    sentence: str


def findings(found: Measured) -> tuple[str, ...]:
    every = [*_of_columns(found), *_of_pairs(found)]
    every.sort(key=lambda finding: -finding.badness)
    return tuple(finding.sentence for finding in every[:MOST])


def _of_columns(found: Measured) -> Iterator[Finding]:
    for column in found.columns:
        for each in (_distance, _coverage, _repeated):
            yield from each(column)
        for told in (_missing, _unseen):
            yield from told(column, found.rows[0])


def _bad(figure: Figure, least: float = APART) -> bool:
    return figure.excess > least and figure.value > TIMES * figure.reference


def _distance(column: ColumnFidelity) -> Iterator[Finding]:
    if column.distance is None or column.interval is None or not _bad(column.distance):
        return
    by_chance = column.interval[0] <= column.distance.reference
    if by_chance or 2 * _missing_gap(column) > column.distance.value:  # else told of missing values
        return
    sentence = (
        f"{column.name} is {percent(column.distance.value)} away from unseen real rows, where other real rows are "
        f"{percent(column.distance.reference)} away"
    )
    yield Finding(column.distance.excess, sentence + _how(column))


def _how(column: ColumnFidelity) -> str:
    """Where a column differs most."""
    if column.wasserstein is not None:
        moved, unit = column.wasserstein, f" {column.unit}" if column.unit else ""
        return (
            f": its values would have to move by {number(_round(moved.value))}{unit} on average, those of other real "
            f"rows by {number(_round(moved.reference))}"
        )
    return "" if column.chart is None or column.chart.edges else _category(column.chart)


def _category(chart: Distribution) -> str:
    gaps = [
        (abs(made - real), label, made, real)
        for label, made, real in zip(chart.labels, chart.synthetic, chart.holdout, strict=True)
        if label != OTHERS
    ]
    if not gaps:
        return ""
    _, label, made, real = max(gaps)
    return f": {label!r} is {percent(made)} of its synthetic values and {percent(real)} of the unseen real ones"


def _rates(made: float, real: float, rows: tuple[int, int]) -> tuple[Rate, Rate]:
    """Shares of synthetic and held-out rows. rows: held-out and synthetic ones, at least."""
    holdout, synthetic = rows
    return Rate(made * synthetic, synthetic), Rate(real * holdout, holdout)


def _missing(column: ColumnFidelity, rows: tuple[int, int]) -> Iterator[Finding]:
    there, real, own = column.missing.synthetic or 0, column.missing.holdout or 0, column.missing.train or 0
    gap, (made, unseen) = _missing_gap(column), _rates(there, real, rows)
    if gap > TIMES * abs(own - real) and (
        clearly_above(made, unseen, by=APART) or clearly_above(unseen, made, by=APART)
    ):
        yield Finding(
            gap,
            f"{column.name} is missing in {percent(there)} of synthetic rows, in {percent(real)} of unseen real rows",
        )


def _missing_gap(column: ColumnFidelity) -> float:
    return abs((column.missing.synthetic or 0) - (column.missing.holdout or 0))


def _coverage(column: ColumnFidelity) -> Iterator[Finding]:
    told = column.coverage
    if told is None or told.synthetic is None or told.holdout is None:
        return
    what = "categories" if column.measure == "total variation" else "range"
    if told.synthetic < LOST * told.holdout:
        yield Finding(
            (told.holdout - told.synthetic) / 10,
            f"{column.name} covers {percent(told.synthetic)} of its real {what}, where as many unseen real rows cover "
            f"{percent(told.holdout)}",
        )


def _unseen(column: ColumnFidelity, rows: tuple[int, int]) -> Iterator[Finding]:
    told = column.unseen
    if told and _bad(told, GAINED) and clearly_above(*_rates(told.value, told.reference, rows), by=GAINED):
        what = "none of its real categories" if column.measure == "total variation" else "outside its real range"
        yield Finding(
            told.value,
            f"{percent(told.value)} of the synthetic values of {column.name} are {what}, where "
            f"{percent(told.reference)} of unseen real values are",
        )


def _repeated(column: ColumnFidelity) -> Iterator[Finding]:
    told = column.unique
    if told is None or told.train is None or told.synthetic is None or column.kind != "identifier":
        return
    if told.train == 1 and told.synthetic < 1:
        yield Finding(
            1 - told.synthetic,
            f"{column.name} names every real row once, but {percent(told.synthetic)} of its synthetic values differ",
        )


def _of_pairs(found: Measured) -> Iterator[Finding]:
    rows, known = found.rows[1][1], {column.name: _known(column) for column in found.columns}
    noise = _noise(len(found.pairs), rows)
    for pair in found.pairs:
        error, both = _lost(pair.association), rows * known[pair.first] * known[pair.second]
        if error is not None and _bad(error, max(WEAKER, _noise(len(found.pairs), both))):
            yield Finding(error.excess, _association(pair))
        elif _bad(pair.distance, max(2 * APART, noise / 2)) and pair.distance.excess > TIMES * _apart_alone(
            found, pair
        ):
            yield Finding(pair.distance.excess, _together(pair))


def _known(column: ColumnFidelity) -> float:
    """The share of values that are known, in the table where fewest are: associations are those of known values."""
    missing = column.missing
    return 1 - max(missing.train or 0, missing.synthetic or 0, missing.holdout or 0)


def _noise(pairs: int, rows: float) -> float:
    """How far the associations of two sets of so many rows differ by chance in the worst of so many pairs, at most.

    What an error is beyond its reference is no more than the difference between synthetic and train rows, whatever the
    held-out rows. A standard error is that of a correlation of 0; a share's is half as large.
    """
    return sure(pairs, _ALPHA) * sqrt(2 / max(rows, 1))


def _lost(told: Three) -> Figure | None:
    if told.train is None or told.synthetic is None or told.holdout is None:
        return None
    return Figure(value=abs(told.synthetic - told.holdout), reference=abs(told.train - told.holdout))


def _association(pair: PairFidelity) -> str:
    told = pair.association
    made, real = (round(each or 0, 2) + 0.0 for each in (told.synthetic, told.holdout))  # no -0.00
    return (
        f"{pair.first} and {pair.second} go together with strength {made:.2f}, in unseen real rows {real:.2f} "
        f"({pair.measure})"
    )


def _together(pair: PairFidelity) -> str:
    return (
        f"{pair.first} and {pair.second} together are {percent(pair.distance.value)} away from unseen real rows, where "
        f"other real rows are {percent(pair.distance.reference)} away"
    )


def _apart_alone(found: Measured, pair: PairFidelity) -> float:
    """How much farther than its reference the worse of two columns is by itself."""
    return max(
        column.distance.excess
        for column in found.columns
        if column.distance and column.name in {pair.first, pair.second}
    )


def _round(value: float) -> float:
    return float(f"{value:.3g}")
