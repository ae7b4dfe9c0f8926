"""Label columns: what texts are classified by."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from parhelion.evaluation.case import UNORDERED, Case
from parhelion.evaluation.text.drawn import Drawn, Ints
from parhelion.evaluation.utility.targets import value_names

CLASSES, ROWS = 200, 10  # at most so many labels, of at least so many rows each, where nobody named the column
MOST = 3  # label columns that are found
_ASKED = 8  # columns that are tried


@dataclass(frozen=True)
class Labels:
    """A label column of the texts drawn. train, synthetic, holdout: classes as codes, -1 where it is missing, or where
    no train text has it. names: of the codes; rare ones have none of their own."""

    column: str
    given: bool
    names: tuple[str, ...]
    train: Ints
    synthetic: Ints
    holdout: Ints


@dataclass(frozen=True)
class Refused:
    column: str
    why: str


def labels(drawn: Drawn) -> list[Labels | Refused]:
    """The columns named by the user as labels, else as targets; else those that may be labels."""
    case = drawn.case
    named = case.config.label or tuple(name for name in case.config.target if case.table.column(name).kind in UNORDERED)
    if named:
        return [_labels(drawn, name) for name in named if name != drawn.name]
    return [found for name in _candidates(case) if isinstance(found := _labels(drawn, name, given=False), Labels)]


def _candidates(case: Case) -> Iterator[str]:
    """The schema's target first, then columns in their order."""
    names = [column.name for column in case.columns if column.kind in UNORDERED]
    names.sort(key=lambda name: name != case.table.target)
    for name in names[:_ASKED]:
        counts = np.bincount(case.coded(name).train)[1:]
        counts = counts[counts > 0]
        if 2 <= len(counts) <= CLASSES and np.median(counts) >= ROWS:
            yield name


def _labels(drawn: Drawn, name: str, *, given: bool = True) -> Labels | Refused:
    codes = drawn.case.coded(name)
    counts = np.bincount(codes.train, minlength=codes.size)
    counts[0] = 0
    kept = np.flatnonzero(counts)
    if len(kept) < 2:
        return Refused(name, "has fewer than two values in the texts learned from")
    if len(kept) > CLASSES:
        return Refused(name, f"has {len(kept):,} different values; labels may be {CLASSES} at most")
    place = np.full(codes.size, -1, np.int64)
    place[kept] = np.arange(len(kept))
    words = value_names(codes, kept)
    least = 1 if drawn.case.table.column(name).kind == "boolean" else drawn.case.config.protect
    names = tuple(
        word if counts[code] >= least else f"(rare label {at})"
        for at, (code, word) in enumerate(zip(kept, words, strict=True), 1)
    )
    sides = zip(codes.tables, (drawn.train, drawn.synthetic, drawn.holdout), strict=True)
    return Labels(name, given, names, *(place[own[side.rows]] for own, side in sides))
