"""Orders between columns of one unit, found in real rows."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from parhelion.schema._rule_keeps import kept_by, side_by_side
from parhelion.schema._rule_kinds import OrderRule, ProductRule, SumRule
from parhelion.schema._rule_rows import Floats, Rows

_UNITS = (("number",), ("date", "datetime"), ("duration",))
_HEAD = 300
_BROKEN = 40.0
_SHARE = 0.002


class Chance(NamedTuple):
    """How many rows would have a > b, and how many a = b, if a and b were independent; and of how many rows."""

    greater: float
    equal: float
    rows: int


def orders(rows: Rows, seen: Rows, names: Sequence[str], totals: Sequence[SumRule | ProductRule]) -> list[OrderRule]:
    """Orders that all rows keep and many would break by chance, without those that follow from others or from sums."""
    found = {}
    for first, second in _candidates(seen, names):
        rule = _order(rows, seen, first, second)
        if rule is not None and not any({first, second} <= {*total.columns} for total in totals):
            found[first, second] = rule
    return [rule for pair, rule in found.items() if not _follows(pair, set(found))]


def _candidates(seen: Rows, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Pairs in whose order no row of a few is wrong, though some might be."""
    head = seen.sample(_HEAD)
    for unit in _UNITS:
        for pair in combinations([name for name in names if seen.column(name).kind in unit], 2):
            one, other = side_by_side(head, *pair)
            if not (one > other).any() and _may_break(one, other):
                yield pair
            if not (other > one).any() and _may_break(other, one):
                yield pair[::-1]


def _may_break(one: Floats, other: Floats) -> bool:
    chance = by_chance(one, other)
    return chance.greater > _SHARE / 4 * chance.rows


def _order(rows: Rows, seen: Rows, first: str, second: str) -> OrderRule | None:
    one, other = side_by_side(seen, first, second)
    if (one > other).any():
        return None
    chance = by_chance(one, other)
    if chance.greater < max(_BROKEN, _SHARE * chance.rows):
        return None
    signs = ("<", "<=") if chance.equal >= _BROKEN and not (one == other).any() else ("<=",)
    rules = (OrderRule(first=first, sign=sign, second=second) for sign in signs)
    return next((rule for rule in rules if kept_by(rule, rows).all()), None)


def by_chance(one: Floats, other: Floats) -> Chance:
    """
    >>> by_chance(np.array([1.0, 2, 3, np.nan]), np.array([2.0, 2, 4, 1]))
    Chance(greater=0.67, equal=0.67, rows=3)
    """
    known = ~(np.isnan(one) | np.isnan(other))
    ordered, many = np.sort(one[known]), int(known.sum())
    upto = np.searchsorted(ordered, other[known], "right")
    below = np.searchsorted(ordered, other[known], "left")
    greater, equal = (many - upto).sum() / max(many, 1), (upto - below).sum() / max(many, 1)
    return Chance(round(float(greater), 2), round(float(equal), 2), many)


def _follows(pair: tuple[str, str], known: set[tuple[str, str]]) -> bool:
    """Is there a column in between?"""
    first, second = pair
    return any(one == first and (between, second) in known for one, between in known)
