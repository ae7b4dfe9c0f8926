"""Sums and products, found in real rows."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from parhelion.schema._rule_keeps import allowed, kept_by
from parhelion.schema._rule_kinds import ProductRule, SumRule
from parhelion.schema._rule_rows import Flags, Floats, Rows

_FAMILIES = (("number", "date"), ("datetime", "duration"))
_PROBES = 48
_FIRST = 4
_THREE = 40  # columns among which sums of three are looked for
_MOST = 2_000
_BITS = 60.0  # by chance such a sum holds once in 2^60 tries
_TELLING = 20


class Probes(NamedTuple):
    """A few rows of the columns of one family: values (rows, columns), and how far totals may be off."""

    names: list[str]
    values: Floats
    slack: Floats


def sums(seen: Rows, names: Sequence[str]) -> tuple[list[SumRule | ProductRule], list[str]]:
    """Sums of two and three columns and products of two that hold in the rows seen, and what was not looked at."""
    found: list[SumRule | ProductRule] = []
    notes = []
    for family in _FAMILIES:
        probes = _probes(seen, [name for name in names if seen.column(name).kind in family])
        found += _telling(_pairs(probes, product=False), seen)
        if "number" in family:
            found += _telling(_pairs(probes, product=True), seen)
        if len(probes.names) <= _THREE:
            found += [rule for rule in _telling(_triples(probes), seen) if not _composed(rule, found)]
        else:
            notes.append(f"sums of three columns were not looked for: there are {len(probes.names)} to be added")
    return found, notes


def _probes(seen: Rows, names: list[str]) -> Probes:
    """Rows that tell much: half at random, half those in which most columns hold something other than 0."""
    if not names:
        return Probes([], np.zeros((0, 0)), np.zeros((0, 0)))
    every = np.column_stack([seen.numbers(name) for name in names])
    order = np.random.default_rng(0).permutation(len(every))
    full = ((every != 0) & ~np.isnan(every)).sum(axis=1)
    chosen = np.concatenate([order[np.argsort(-full[order], kind="stable")[: _PROBES // 2]], order[: _PROBES // 2]])
    values = every[chosen]
    slack = np.column_stack(
        [allowed(seen, name, tuple(names), np.abs(values[:, place])) for place, name in enumerate(names)]
    )
    return Probes(names, values, slack)


def _pairs(probes: Probes, *, product: bool) -> Iterator[SumRule | ProductRule]:
    """Totals of two columns each."""
    names, values, slack = probes
    one, other = np.triu_indices(len(names), 1)
    made = values[:, one] * values[:, other] if product else values[:, one] + values[:, other]
    for place, name in enumerate(names):
        for at in _matching(values[:, place], slack[:, place], made)[:_MOST]:
            terms = names[one[at]], names[other[at]]
            if name not in terms:
                yield ProductRule(total=name, factors=terms) if product else SumRule(total=name, plus=terms)


def _triples(probes: Probes) -> Iterator[SumRule]:
    """Totals of three columns: a total less one of them is the sum of two."""
    names, values, slack = probes
    one, other = np.triu_indices(len(names), 1)
    made = values[:, one] + values[:, other]
    for place, name in enumerate(names):
        for third in range(len(names)):
            if third == place:
                continue
            for at in _matching(values[:, place] - values[:, third], slack[:, place], made)[:_MOST]:
                if third > other[at] and place not in (one[at], other[at]):
                    yield SumRule(total=name, plus=(names[one[at]], names[other[at]], names[third]))


def _matching(total: Floats, slack: Floats, made: Floats) -> npt.NDArray[np.int64]:
    """Which columns of `made` are the total; unknown values contradict nothing."""

    def near(rows: slice, columns: Floats) -> Flags:
        off = np.abs(columns - total[rows, None]) > slack[rows, None]
        return np.asarray(~off.any(axis=0))

    first = np.flatnonzero(near(slice(_FIRST), made[:_FIRST]))
    return first[near(slice(None), made[:, first])]


def _telling(rules: Iterator[SumRule | ProductRule], seen: Rows) -> list[SumRule | ProductRule]:
    return [rule for rule in rules if _tells(rule, seen) and kept_by(rule, seen).all()]


def _tells(rule: SumRule | ProductRule, seen: Rows) -> bool:
    """Are there rows enough in which every term counts, and totals various enough not to be met by chance?"""
    terms = [seen.numbers(name) for name in rule.columns[1:]]
    total = seen.numbers(rule.total)
    counts = ~np.isnan(total)
    for term in terms:
        counts &= ~np.isnan(term) & (term != 0) & ((term != 1) if isinstance(rule, ProductRule) else True)
    if counts.sum() < _TELLING or any(np.ptp(term[counts]) == 0 for term in terms):
        return False
    often = pc.value_counts(pa.array(total[counts])).field(1).to_numpy() / counts.sum()
    return bool(-np.log2(max((often**2).sum(), 1e-9)) * counts.sum() > _BITS)


def _composed(rule: SumRule | ProductRule, known: Sequence[SumRule | ProductRule]) -> bool:
    """Is a sum of three a sum of two, one of which is a sum itself?"""
    parts = [set(each.plus) for each in known if isinstance(each, SumRule) and len(each.plus) == 2]
    return any(set(pair) in parts for pair in combinations(rule.columns[1:], 2))
