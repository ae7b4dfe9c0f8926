"""Dependencies: what follows from what, by the rows that say so."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from parhelion.schema._rule_kinds import DependencyRule
from parhelion.schema._rule_rows import Coded, Codes, Flags, Rows, combined, text_of

_OTHER = -1


class Answers(NamedTuple):
    """Different lefts (the codes of each left column), and the code of the right that follows from each."""

    left: list[Codes]
    right: Codes


def kept_answers(rule: DependencyRule, rows: Rows, reference: Rows | None) -> Flags:
    """Which rows keep a dependency; see `keeps`."""
    left, right = [rows.coded(name) for name in rule.left], rows.coded(rule.right)
    expected = _looked_up(_answers(rule, rows), left)
    if reference is not None:
        known = _looked_up(_translated(_answers(rule, reference), rule, reference, rows), left)
        expected = np.where(known == 0, expected, known)
    return np.asarray((expected == 0) | (right.codes == 0) | (right.codes == expected))


def _answers(rule: DependencyRule, rows: Rows) -> Answers:
    """The most frequent right of every left, the first met of equals; lefts and rights that are missing say nothing."""
    left, (right, size) = [rows.coded(name) for name in rule.left], rows.coded(rule.right).sized
    known = np.flatnonzero(np.all([each.codes > 0 for each in left], axis=0) & (right > 0))
    keys, many = combined([(each.codes[known], each.size) for each in left])
    counted = pc.value_counts(pa.array(keys * size + right[known]))
    pairs, counts = counted.field(0).to_numpy(), counted.field(1).to_numpy()
    key, answer = np.divmod(pairs, size)
    order = np.lexsort((-np.arange(len(pairs)), counts))  # the last one written stays: the most frequent, first met
    best = np.zeros(many, np.int64)
    best[key[order]] = answer[order]
    row = np.zeros(many, np.int64)
    row[keys] = known
    there = best > 0
    return Answers([each.codes[row[there]] for each in left], best[there])


def _looked_up(answers: Answers, left: list[Coded]) -> Codes:
    """The right that each row should have; 0 where the answers do not tell, or where a left is missing."""
    many = len(answers.right)
    columns = [(np.concatenate([told, each.codes]), each.size) for told, each in zip(answers.left, left, strict=True)]
    keys, size = combined(columns)
    expected = np.zeros(size, np.int64)
    expected[keys[:many]] = answers.right
    return expected[keys[many:]]


def _translated(answers: Answers, rule: DependencyRule, reference: Rows, rows: Rows) -> Answers:
    """Answers of the reference in the codes of the rows: without lefts that no row has; such rights are `_OTHER`."""
    left = [_codes_in(rows, name, reference)[codes] for name, codes in zip(rule.left, answers.left, strict=True)]
    right = _codes_in(rows, rule.right, reference)[answers.right]
    held = np.all([codes > 0 for codes in left], axis=0)
    return Answers([codes[held] for codes in left], np.where(right > 0, right, _OTHER)[held])


def _codes_in(rows: Rows, name: str, reference: Rows) -> Codes:
    """For each code of the reference that of the rows, 0 where they do not have its value."""
    mine, theirs = rows.coded(name).values, reference.coded(name).values
    if mine.type != theirs.type:
        mine, theirs = text_of(mine, rows.column(name)), text_of(theirs, rows.column(name))
    found = pc.fill_null(pc.index_in(theirs, value_set=mine), -1)
    return np.append(0, found.to_numpy(zero_copy_only=False).astype(np.int64) + 1)
