"""Dependencies between columns, found in real rows."""

from collections.abc import Iterator, Sequence
from itertools import combinations, product
from typing import NamedTuple

import numpy as np

from parhelion.schema._rule_kinds import DependencyRule, ProductRule, SumRule
from parhelion.schema._rule_rows import Coded, Codes, Flags, Rows, combined

_HEAD = 1_000
_EXPECTED = 30.0
_SHARE = 0.01
_REPEATS = 2.0  # rows of each left, on average
_FEW = 50  # values that a number may have to stand on the left beside another column
_PAIRS = 300
_LONE = ("text", "place")
_BESIDE = ("category", "boolean", "identifier", "date", "personal")

Edges = set[tuple[str, str]]


class Keys(NamedTuple):
    """A left: a code for each row, 0 where it is missing, and how many codes there are."""

    codes: Codes
    size: int


def dependencies(
    rows: Rows, seen: Rows, names: Sequence[str], totals: Sequence[SumRule | ProductRule]
) -> tuple[list[DependencyRule], list[str]]:
    """Dependencies that all rows keep and many would break by chance: of one column, then of two where neither of them
    is enough. Those that follow from others, or from sums, are left out. And what was not looked at."""
    edges = {(left, right) for left, right in _single(seen, names) if _holds(_keys(rows, (left,)), rows.coded(right))}
    clear = [name for name in names if (seen.coded(name).codes > 0).all()]
    heads = _heads(edges, names, clear)
    single = [DependencyRule(left=(left,), right=right) for left, right in _needed(edges, heads, names, clear)]
    own = [name for name in names if heads[name] == name]
    pairs = _pairs(seen, own, edges)
    double = [
        rule
        for rule in _double(seen, pairs[:_PAIRS], own, edges)
        if not _summed(rule, totals) and _holds(_keys(rows, rule.left), rows.coded(rule.right))
    ]
    note = f"dependencies on two columns were looked for in {_PAIRS} of {len(pairs):,} pairs of columns"
    return [*single, *double], [note] if len(pairs) > _PAIRS else []


def _pairs(seen: Rows, names: Sequence[str], edges: Edges) -> list[tuple[str, str]]:
    """Columns of few values, two at a time, neither of which follows from the other."""
    few = [name for name in names if _stands_beside(seen, name)]
    return [pair for pair in combinations(few, 2) if not edges & {pair, pair[::-1]}]


def _stands_beside(seen: Rows, name: str) -> bool:
    column = seen.column(name)
    return column.kind in _BESIDE or (column.kind == "number" and seen.coded(name).size <= _FEW)


def _summed(rule: DependencyRule, totals: Sequence[SumRule | ProductRule]) -> bool:
    return any(set(rule.columns) <= set(total.columns) for total in totals)


def _keys(rows: Rows, left: tuple[str, ...]) -> Keys:
    columns = [rows.coded(name) for name in left]
    if len(columns) == 1:
        return Keys(*columns[0].sized)
    keys, size = combined([column.sized for column in columns])
    known = np.all([column.codes > 0 for column in columns], axis=0)
    return Keys(np.where(known, keys + 1, 0), size + 1)


def _holds(left: Keys, right: Coded) -> bool:
    """Do all rows keep it, and do lefts come again often enough to tell?"""
    known = (left.codes > 0) & (right.codes > 0)
    different = len(np.unique(left.codes[known])) if left.size > known.sum() / _REPEATS else left.size - 1
    return known.sum() >= _REPEATS * different and _agree(left, right.codes, known)


def _agree(left: Keys, right: Codes, known: Flags) -> bool:
    """Has every left one right? What was written last for each is compared with all."""
    answer = np.zeros(left.size, np.int64)
    answer[left.codes[known]] = right[known]
    return bool((answer[left.codes[known]] == right[known]).all())


def _single(seen: Rows, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    head = np.random.default_rng(0).permutation(seen.count)[:_HEAD]
    lefts = [name for name in names if seen.column(name).kind not in _LONE and _comes_again(seen.coded(name))]
    for left, right in product(lefts, names):
        one, other = seen.coded(left), seen.coded(right)
        if left == right or not _survives(Keys(*one.sized), other.codes, head):
            continue
        if _surprise(Keys(*one.sized), other) > max(_EXPECTED, _SHARE * seen.count):
            yield left, right


def _comes_again(left: Coded) -> bool:
    return bool((left.codes > 0).sum() - (left.size - 1) > _EXPECTED)


def _survives(left: Keys, right: Codes, head: Codes) -> bool:
    few = Keys(left.codes[head], left.size)
    if not _agree(few, right[head], (few.codes > 0) & (right[head] > 0)):
        return False
    return _agree(left, right, (left.codes > 0) & (right > 0))


def _heads(edges: Edges, names: Sequence[str], clear: Sequence[str]) -> dict[str, str]:
    """For each column the first of those that it determines and that determine it: it can stand for them, if no value
    of it is missing."""
    return {
        name: next((other for other in clear if other == name or {(name, other), (other, name)} <= edges), name)
        for name in names
    }


def _needed(
    edges: Edges, heads: dict[str, str], names: Sequence[str], clear: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Edges that do not follow from others: both ways between a head and its like, else between heads, without
    detours."""
    among = {(left, right) for left, right in edges if heads[left] == left and heads[right] == right}
    for left, right in sorted(edges, key=lambda edge: (names.index(edge[0]), names.index(edge[1]))):
        if heads[left] == heads[right]:
            if heads[left] in (left, right):
                yield left, right
        elif (left, right) in among and not any((left, other) in among and (other, right) in among for other in clear):
            yield left, right


def _double(
    seen: Rows, pairs: Sequence[tuple[str, str]], rights: Sequence[str], edges: Edges
) -> Iterator[DependencyRule]:
    head = np.random.default_rng(0).permutation(seen.count)[:_HEAD]
    for pair in pairs:
        left = _keys(seen, pair)
        if (left.codes > 0).sum() - left.size < _EXPECTED:
            continue
        for right in rights:
            if right in pair or any((each, right) in edges for each in pair):
                continue
            other = seen.coded(right)
            if not _survives(left, other.codes, head):
                continue
            if min(_surprise(left, other, seen.coded(name)) for name in pair) > max(_EXPECTED, _SHARE * seen.count):
                yield DependencyRule(left=pair, right=right)


def _surprise(left: Keys, right: Coded, given: Coded | None = None) -> float:
    """How many rows would break it if the right followed from one column of the left alone, or (by default) from none.

    The sum over values v of that column of (rows of v beyond the first of each left) * (1 - sum of p(right | v)^2).
    """
    known = (left.codes > 0) & (right.codes > 0)
    codes, size = given.sized if given is not None else (np.zeros(len(known), np.int64), 1)
    own = codes[known]
    rows = np.bincount(own, minlength=size).astype(np.float64)
    again = rows - np.bincount(own[np.unique(left.codes[known], return_index=True)[1]], minlength=size)
    pairs, counts = np.unique(own * right.size + right.codes[known], return_counts=True)
    same = np.bincount(pairs // right.size, weights=counts.astype(np.float64) ** 2, minlength=size)
    return float((again * (1 - same / np.maximum(rows, 1) ** 2)).sum())
