"""The scores of fidelity: means over columns, pairs and triples, each beside its reference."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from parhelion.evaluation.fidelity.distances import mean
from parhelion.evaluation.fidelity.figures import ColumnFidelity, PairFidelity, TripleFidelity
from parhelion.evaluation.fidelity.trends import Trend
from parhelion.evaluation.scores import Figure, Interval, Score, Three

_SPREAD = "standard error over rows, whatever the dependence between columns"
_PARTS = "standard error over eight parts of the rows"
_COPY = "A mere copy of the training rows wins it: read it beside privacy."
_ALONE = "Independently drawn columns win it: read it beside the pairs. A mere copy of the training rows wins it too."
_UNEVEN = "All rows count: where fewer are held out than were made, the reference is lower by chance."
_NONE = "no column has values that can be compared"
_FEW = "fewer than two columns can be compared"


@dataclass(frozen=True)
class Measured:
    """What was measured.

    shapes: distances of columns to the train rows.
    rows: of the held-out set and of the others, for columns, and for pairs and triples.
    bins: of the known values of a column, for pairs and for triples.
    """

    columns: Sequence[ColumnFidelity]
    pairs: Sequence[PairFidelity]
    triples: Sequence[TripleFidelity]
    shapes: Sequence[Figure]
    trends: Sequence[Trend]
    intervals: Mapping[str, Interval | None]
    rows: tuple[tuple[int, int], tuple[int, int]]
    bins: tuple[int, int]
    pairs_in_all: int


def scores(found: Measured) -> tuple[Score, ...]:
    """The most telling first."""
    return (*_distances(found), *_dependences(found), *_values(found), *_like_sdmetrics(found))


def _distances(found: Measured) -> Iterator[Score]:
    yield Score(
        key="fidelity.columns", title="Columns", unit="share", ideal=0.0, **_sure(found, "columns"),
        **_mean((column.distance for column in found.columns), _NONE),
        meaning="How far the values of a column are from those of unseen real rows, on average: about the share of "
        "rows that would have to change.", warning=_ALONE,
    )  # fmt: skip
    yield Score(
        key="fidelity.pairs", title="Pairs of columns", unit="share", ideal=0.0, **_sure(found, "pairs"),
        **_mean((pair.distance for pair in found.pairs), _FEW),
        meaning="How far two columns taken together are from those of unseen real rows, on average: the share of rows "
        "that would have to change, in bins.", warning=_COPY,
    )  # fmt: skip
    yield Score(
        key="fidelity.triples", title="Triples of columns", unit="share", ideal=0.0, **_sure(found, "triples"),
        **_mean((triple.distance for triple in found.triples), "fewer than three columns can be compared"),
        meaning="The same for the groups of three columns that go together most strongly in the real rows.",
        warning=_COPY,
    )  # fmt: skip


def _dependences(found: Measured) -> Iterator[Score]:
    none = _FEW if not found.pairs else "no two columns vary in all three tables"
    yield Score(
        key="fidelity.association", title="Strength of associations", ideal=0.0, **_sure(found, "association"),
        **_mean((_error(pair.association) for pair in found.pairs), none),
        meaning="By how much the strength with which two columns go together, from 0 to 1, differs from that in unseen "
        "real rows, on average.", warning=_COPY,
    )  # fmt: skip
    yield Score(
        key="fidelity.information", title="Information in pairs", unit="bits", ideal=0.0,
        **_sure(found, "information"),
        **_mean((_error(pair.information) for pair in found.pairs), none),
        meaning="By how much the information that one column holds about another differs from that in unseen real "
        "rows, on average.", warning=_COPY,
    )  # fmt: skip


def _sure(found: Measured, name: str) -> dict[str, Any]:
    """The fields of a score that tell how sure it is."""
    interval = found.intervals[name]
    spread = _PARTS if name in {"association", "information"} else _SPREAD
    return {"interval": interval, "spread": spread if interval else ""}


def _error(figures: Three) -> Figure | None:
    """How far synthetic rows are from the held-out rows, beside the train rows; None where one is untold."""
    if figures.train is None or figures.synthetic is None or figures.holdout is None:
        return None
    return Figure(value=abs(figures.synthetic - figures.holdout), reference=abs(figures.train - figures.holdout))


def _values(found: Measured) -> Iterator[Score]:
    missing = [column.missing for column in found.columns]
    some = [each for each in missing if each.train or each.synthetic or each.holdout] or missing
    yield Score(
        key="fidelity.missing", title="Missing values", unit="share", ideal=0.0,
        **_mean((_error(each) for each in some), "there is no column"),
        meaning="By how much the share of missing values differs from that in unseen real rows, on average over the "
        "columns with missing values.", warning=_ALONE,
    )  # fmt: skip
    covered = [column.coverage for column in found.columns if column.coverage]
    yield Score(
        key="fidelity.coverage", title="Coverage", unit="share", better="higher", ideal=1.0,
        **_mean((_figure(each.synthetic, each.holdout) for each in covered), _NONE),
        meaning="The share of a number's range, or of the categories, of the real rows that also come in the synthetic "
        "rows, on average.", warning=_ALONE,
    )  # fmt: skip
    yield Score(
        key="fidelity.unseen", title="Values never seen", unit="share", ideal=0.0,
        **_mean((column.unseen for column in found.columns), _NONE),
        meaning="The share of values outside the range, or none of the categories, of the real rows learned from, on "
        "average. A few are natural: unseen real rows have some too.", warning=_ALONE,
    )  # fmt: skip


def _like_sdmetrics(found: Measured) -> Iterator[Score]:
    shapes = [Figure(value=1 - each.value, reference=1 - each.reference) for each in found.shapes]
    yield Score(
        key="fidelity.shapes", title="Column shapes, as SDMetrics has them", unit="share", better="higher", ideal=1.0,
**_mean(shapes, _NONE),
        meaning="The score called Column Shapes in SDMetrics' QualityReport, for comparison with other reports.",
        warning=f"{_ALONE} It is measured against the training rows alone. {_UNEVEN}",
    )  # fmt: skip
    counted = [trend for trend in found.trends if trend.counts]
    told = _FEW if not found.trends else "no two columns go together as strongly as SDMetrics asks"
    yield Score(
        key="fidelity.trends", title="Pair trends, as SDMetrics has them", unit="share", better="higher", ideal=1.0,
        **_mean((_figure(trend.synthetic, trend.holdout) for trend in counted), told),
        meaning="The score called Column Pair Trends in SDMetrics' QualityReport, for comparison with other reports.",
        warning=f"{_COPY} It is measured against the training rows, on pairs that go together strongly in them. "
        f"{_UNEVEN}",
    )  # fmt: skip


def _figure(value: float | None, reference: float | None) -> Figure | None:
    return None if value is None or reference is None else Figure(value=value, reference=reference)


def _mean(figures: Iterable[Figure | None], untold: str) -> dict[str, Any]:
    """The fields of a score that is a mean of figures; where there is none, why."""
    known = [figure for figure in figures if figure is not None]
    if not known:
        return {"value": None, "untold": untold}
    return {"value": mean(figure.value for figure in known), "reference": mean(figure.reference for figure in known)}
