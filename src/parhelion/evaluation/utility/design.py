"""The terms of a regression: numbers and indicators of categories, standardised by the train rows."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from parhelion.evaluation.case import ORDERED, Case
from parhelion.evaluation.features import numbers
from parhelion.evaluation.utility.targets import FAR, value_names

Floats = npt.NDArray[np.float64]
Rows = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]  # of train, synthetic, holdout

TERMS = 60
_LEVELS = 8  # values of a category that have a term, the most frequent one being what they are compared with


class Term(NamedTuple):
    """One term in the three tables. Missing numbers are at the mean, missing categories at the most frequent one."""

    name: str
    train: Floats
    synthetic: Floats
    holdout: Floats


class Terms(NamedTuple):
    """All terms: (rows, terms) each. in_all: how many there were to choose from."""

    names: tuple[str, ...]
    train: Floats
    synthetic: Floats
    holdout: Floats
    in_all: int


def terms(case: Case, target: str, rows: Rows, truth: Floats, most: int) -> Terms:
    """The terms of all columns but the target: at most so many, those most related to it in the train rows.

    rows: those of each table that are looked at. truth: the target of the train rows among them.
    """
    every = [term for term in _every(case, target, rows) if np.ptp(term.train) > 0]
    related = np.array([abs(_correlation(term.train, truth)) for term in every])
    kept = [every[place] for place in np.sort(np.argsort(-related, kind="stable")[:most])]
    train, synthetic, holdout = (
        np.column_stack([term[table] for term in kept]) if kept else np.zeros((len(each), 0))
        for table, each in enumerate(rows, 1)
    )
    return Terms(tuple(term.name for term in kept), train, synthetic, holdout, len(every))


def _every(case: Case, target: str, rows: Rows) -> Iterator[Term]:
    for column in case.columns:
        if column.name != target:
            of = _number if column.kind in ORDERED else _category
            yield from of(case, column.name, rows)


def _number(case: Case, name: str, rows: Rows) -> Iterator[Term]:
    """Values as (value - mean) / deviation, and at most 10 deviations away, so that one wild value is not all."""
    tables = [
        np.clip(values[taken], -FAR, FAR) for values, taken in zip(numbers(*case.values(name)), rows, strict=True)
    ]
    known = tables[0][~np.isnan(tables[0])]
    if len(known) and (scale := float(np.std(known))) > 0:
        centre = float(np.mean(known))
        yield Term(name, *(np.nan_to_num(np.clip((each - centre) / scale, -10, 10)) for each in tables))


def _category(case: Case, name: str, rows: Rows) -> Iterator[Term]:
    """Indicators of the frequent values, the most frequent one left out."""
    codes = case.coded(name)
    counts = np.bincount(codes.train, minlength=codes.size)
    counts[0] = 0
    order = np.argsort(-counts, kind="stable")[:_LEVELS]
    least = max(case.config.protect, len(codes.train) // 100)
    levels = order[1:][counts[order[1:]] >= least]
    tables = [each[taken] for each, taken in zip((codes.train, codes.synthetic, codes.holdout), rows, strict=True)]
    for level, word in zip(levels, value_names(codes, levels), strict=True):
        share = counts[level] / len(codes.train)
        scale = float(np.sqrt(share * (1 - share)))
        yield Term(f"{name} = {word}", *(((each == level) - share) / scale for each in tables))


def _correlation(one: Floats, other: Floats) -> float:
    one, other = one - one.mean(), other - other.mean()
    size = np.sqrt((one**2).sum() * (other**2).sum())
    return float((one * other).sum() / size) if size else 0.0
