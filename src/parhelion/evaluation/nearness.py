"""How near synthetic rows are to real rows that the generator never saw."""

from collections.abc import Sequence
from statistics import fmean
from typing import Any, NamedTuple

import numpy as np

from parhelion.evaluation.codes import binned, coded
from parhelion.evaluation.columns import checked, compared, measure_of
from parhelion.evaluation.figures import ColumnNearness, Counts, Figure, Nearness, PairNearness
from parhelion.evaluation.natives import Natives, natives
from parhelion.evaluation.pairs import Binned, chosen, pair_distances
from parhelion.evaluation.rows import Drawn, Fingerprints, draw
from parhelion.evaluation.words import notes, sentence
from parhelion.schema import Table


def nearness(train: Any, synthetic: Any, holdout: Any, table: Table | None = None, *, seed: int = 0) -> Nearness:
    """How near synthetic rows are to held-out real rows, and, as the reference, how near the train rows are to them.

    train: the rows that the generator learned from. holdout: real rows that it never saw. All three may be paths,
    dataframes or Arrow tables, also of native values. table: what the columns are; otherwise found in the train rows.
    Equal numbers of rows are drawn by `seed` and compared, because few rows lie farther from others than many.
    DataError where the tables have different columns, or columns of types that cannot be compared.

    >>> import pyarrow as pa
    >>> real = pa.table({"sex": ["m", "f"] * 50})
    >>> figures = nearness(real, pa.table({"sex": ["m", "f", "f", "f"] * 25}), real)
    >>> figures.columns[0].distance
    Figure(value=0.25, reference=0.0)
    """
    sets = natives(train, synthetic, holdout, table)
    return _compare(sets, np.random.default_rng(seed), seed)


def _compare(sets: Natives, rng: np.random.Generator, seed: int) -> Nearness:
    counts = Counts(train=sets.train.num_rows, synthetic=sets.synthetic.num_rows, holdout=sets.holdout.num_rows)
    names = [column.name for column in sets.table.columns if measure_of(column)]
    pairs = chosen(names, rng)
    drawn = draw(counts, len(sets.table.columns), rng)
    columns, bins, copies = _columns(sets, drawn, counts, {name for pair in pairs for name in pair})
    return _whole(_Found(counts, drawn, columns, list(pair_distances(bins, pairs)), copies), len(names), seed)


class _Found(NamedTuple):
    counts: Counts
    drawn: Drawn
    columns: list[ColumnNearness]
    pairs: list[PairNearness]
    copies: Figure | None


def _columns(
    sets: Natives, drawn: Drawn, counts: Counts, paired: set[str]
) -> tuple[list[ColumnNearness], list[Binned], Figure | None]:
    """Every column, one after the other; and what pairs and whole rows need of it."""
    columns, bins, rows = [], [], Fingerprints(counts)
    for column in sets.table.columns:
        values, measure = sets.column(column.name), measure_of(column)
        if measure is None:
            columns.append(checked(column, *values))
            continue
        codes = coded(*values)
        rows.add(codes)
        taken = drawn.of(codes)
        columns.append(compared(column, measure, codes, taken))
        if column.name in paired:
            of_code, size = binned(codes, ordered=measure == "Kolmogorov-Smirnov")
            bins.append(Binned(column.name, of_code[taken], size))
    return columns, bins, rows.copies()


def _whole(found: _Found, comparable: int, seed: int) -> Nearness:
    columns = sorted(found.columns, key=lambda each: -each.distance.excess if each.distance else np.inf)
    pairs = sorted(found.pairs, key=lambda each: -each.distance.excess)
    figures = Nearness(
        seed=seed,
        counts=found.counts,
        rows=found.drawn.rows,
        draws=found.drawn.draws,
        columns=tuple(columns),
        pairs=tuple(pairs),
        pairs_in_all=comparable * (comparable - 1) // 2,
        column_distance=_mean([each.distance for each in columns if each.distance]),
        pair_distance=_mean([each.distance for each in pairs]),
        copies=found.copies,
        sentence="",
    )
    return figures.model_copy(update={"sentence": sentence(figures), "notes": notes(figures)})


def _mean(figures: Sequence[Figure]) -> Figure | None:
    if not figures:
        return None
    return Figure(value=fmean(f.value for f in figures), reference=fmean(f.reference for f in figures))
