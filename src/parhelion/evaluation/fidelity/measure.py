"""All of fidelity, from three tables to figures."""

from collections.abc import Sequence

from parhelion.evaluation.case import Case
from parhelion.evaluation.fidelity import columns, pairs, parts, triples
from parhelion.evaluation.fidelity.distances import Weights
from parhelion.evaluation.fidelity.draws import Drawn, draw
from parhelion.evaluation.fidelity.figures import ColumnFidelity, Fidelity, PairFidelity, TripleFidelity
from parhelion.evaluation.fidelity.findings import findings
from parhelion.evaluation.fidelity.notes import notes
from parhelion.evaluation.fidelity.told import Measured, scores
from parhelion.evaluation.fidelity.trends import Trend
from parhelion.evaluation.scores import Figure, Interval

Intervals = tuple[Interval | None, ...]


def measure(case: Case) -> Fidelity:
    """How near columns, pairs and triples of columns are to real rows that the generator never saw.

    Each distance stands beside that of as many train rows to the same held-out rows.

    >>> import pyarrow as pa
    >>> from parhelion.evaluation.config import EvaluateConfig
    >>> from parhelion.schema import CategoryColumn, Table
    >>> real, made = pa.table({"sex": ["m", "f"] * 500}), pa.table({"sex": ["m", "f", "f", "f"] * 250})
    >>> table = Table(name="people", columns=(CategoryColumn(name="sex"),))
    >>> figures = measure(Case(table, real, made, real, cut=False, config=EvaluateConfig()))
    >>> figures.column("sex").distance
    Figure(value=0.25, reference=0.0)
    >>> print(figures.findings[0])
    sex is 25 % away from unseen real rows, where other real rows are 0 % away: 'm' is 25 % of its synthetic
    values and 50 % of the unseen real ones
    """
    rng, limits = case.rng("fidelity"), case.limits
    names = [column.name for column in case.columns]
    chosen = pairs.chosen(names, limits.pairs, rng)
    drawn = draw(case.counts, limits.drawn, rng)
    joint = draw(case.counts, pairs.rows_of(limits.drawn, len(chosen), len(names)), rng)
    single, shapes, column_interval = _columns(case, drawn)
    double, trends, pair_intervals = _pairs(case, joint, chosen)
    triple, triple_interval = _triples(case, joint, double)
    keys = ("columns", "pairs", "association", "information", "triples")
    measured = Measured(
        columns=single, pairs=double, triples=triple, shapes=shapes, trends=trends,
        intervals=dict(zip(keys, (column_interval, *pair_intervals, triple_interval), strict=True)),
        rows=(drawn.sizes, joint.sizes), bins=(joint.bins(2), joint.bins(3)),
        pairs_in_all=len(names) * (len(names) - 1) // 2,
    )  # fmt: skip
    return _sorted(case, measured)


def _columns(case: Case, drawn: Drawn) -> tuple[list[ColumnFidelity], list[Figure], Interval | None]:
    found, shapes, weights = [], [], Weights(drawn)
    for column in case.table.columns:
        measure_of = columns.measure_of(column)
        if measure_of is None:
            found.append(columns.checked(column, *case.values(column.name)))
            continue
        compared = columns.compared(case, column, measure_of, drawn)
        weights.add(compared.sets, compared.apart)
        found.append(compared.figures)
        shapes += [compared.to_train] if compared.to_train else []
    return found, shapes, weights.interval()


def _pairs(
    case: Case, drawn: Drawn, chosen: Sequence[tuple[str, str]]
) -> tuple[list[PairFidelity], list[Trend], Intervals]:
    used = {name for pair in chosen for name in pair}
    prepared = [pairs.prepared(case, column, drawn) for column in case.columns if column.name in used]
    found, trends, weights = [], [], Weights(drawn)
    for pair in pairs.compared(prepared, chosen):
        weights.add(pair.joint, pair.apart)
        found.append(pair.figures)
        trends.append(pair.trend)
    sure = (None, None) if case.config.quick else parts.intervals(prepared, found)
    return found, trends, (weights.interval(), *sure)


def _triples(case: Case, drawn: Drawn, found: Sequence[PairFidelity]) -> tuple[list[TripleFidelity], Interval | None]:
    weights = Weights(drawn)
    names = triples.strongest(found)
    prepared = [triples.coarse(case, case.table.column(name), drawn) for name in names]
    compared = triples.compared(prepared, case.limits.triples)
    for triple in compared:
        weights.add(triple.joint, triple.apart)
    return [triple.figures for triple in compared], weights.interval()


def _sorted(case: Case, measured: Measured) -> Fidelity:
    """The figures, the worst first."""
    return Fidelity(
        scores=scores(measured),
        findings=findings(measured),
        notes=notes(case, measured),
        columns=tuple(
            sorted(measured.columns, key=lambda each: -each.distance.excess if each.distance else float("inf"))
        ),
        pairs=tuple(sorted(measured.pairs, key=lambda each: -each.distance.excess)),
        pairs_in_all=measured.pairs_in_all,
        triples=tuple(sorted(measured.triples, key=lambda each: -each.distance.excess)),
    )
