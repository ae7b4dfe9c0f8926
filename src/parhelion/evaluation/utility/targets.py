"""Targets: the columns that predictions are about, given or chosen, as numbers that models learn."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from parhelion.evaluation.case import ORDERED, UNORDERED, Case
from parhelion.evaluation.codes import Coded
from parhelion.evaluation.features import numbers
from parhelion.schema import Column

Floats = npt.NDArray[np.float64]

CLASSES = 20  # at most so many are predicted
FAR = 1e140  # numbers beyond it are taken as it, so that sums of squares are still numbers
FEW = 10  # classes that a target chosen by its kind has at most

# Usual names of what is predicted, the most telling first; compared without case, blanks and punctuation.
_NAMES = (
    "target", "label", "class", "outcome", "y", "response", "readmitted", "churn", "churned", "attrition", "exited",
    "default", "defaulted", "fraud", "isfraud", "survived", "survival", "mortality", "died", "death", "diagnosis",
    "disease", "approved", "loanstatus", "subscribed", "purchased", "converted", "clicked", "hired", "income",
    "salary", "wage", "revenue", "price", "saleprice", "charges", "cost", "value", "grade", "score",
    "ziel", "klasse", "einkommen", "gehalt", "preis", "kosten", "cible", "classe", "revenu", "salaire", "prix",
    "objetivo", "clase", "ingresos", "salario", "precio",
)  # fmt: skip


@dataclass(frozen=True)
class Target:
    """One target. train, synthetic, holdout: classes as codes, the most frequent of the train rows first, or numbers;
    NaN where it is missing, or of a class that is not predicted.

    classes: the names of the codes; those that few train rows share have none of their own. left_out: how many classes
    of the train rows are not predicted. column: what kind of column it is.
    """

    column: Column
    given: bool
    train: Floats
    synthetic: Floats
    holdout: Floats
    classes: tuple[str, ...] = ()
    left_out: int = 0

    @property
    def name(self) -> str:
        return self.column.name

    @property
    def kind(self) -> Literal["classes", "number"]:
        return "classes" if self.classes else "number"

    @property
    def positive(self) -> int:
        """The class that counts as the outcome: the rarer of two, the most frequent one of more."""
        return 1 if len(self.classes) == 2 else 0

    @property
    def outcome(self) -> str:
        """The outcome in words: `income = >50K`, or the name of a number."""
        return f"{self.name} = {self.classes[self.positive]}" if self.classes else self.name


@dataclass(frozen=True)
class Refused:
    """A column that nothing can be learned about, and why, as the end of a sentence that begins with its name."""

    name: str
    why: str


def targets(case: Case) -> list[Target | Refused]:
    """The targets given; else the one that is chosen; empty where no column can be one."""
    if case.config.target:
        return [target(case, name, given=True) for name in case.config.target]
    for column in _candidates(case):
        found = target(case, column.name, given=False)
        if isinstance(found, Target):
            return [found]
    return []


def target(case: Case, name: str, *, given: bool) -> Target | Refused:
    """One column as a target, or why it cannot be one."""
    column = case.table.column(name)
    if column.kind not in ORDERED + UNORDERED:
        return Refused(name, f"is {_A[column.kind]}, and its values say nothing that could be predicted")
    codes = case.coded(name)
    different = len(np.unique(codes.train[codes.train > 0]))
    if different < 2:
        return Refused(name, "has no value in the train rows" if not different else "has one value in all train rows")
    if not codes.holdout.any():
        return Refused(name, "has no value in the held-out rows")
    if column.kind in UNORDERED or different == 2:
        return _classes(case, column, codes, given=given)
    train, synthetic, holdout = map(_finite, numbers(*case.values(name)))
    return Target(column, given, train, synthetic, holdout)


_A = {
    "identifier": "an identifier", "text": "free text", "personal": "a personal value", "constant": "a constant",
}  # fmt: skip


def _finite(values: Floats) -> Floats:
    return np.clip(np.where(np.isfinite(values), values, np.nan), -FAR, FAR)


def _classes(case: Case, column: Column, codes: Coded, *, given: bool) -> Target:
    counts = np.bincount(codes.train, minlength=codes.size)
    counts[0] = 0
    order = np.argsort(-counts, kind="stable")
    kept = order[: min(CLASSES, int((counts > 0).sum()))]
    code = np.full(codes.size, np.nan)
    code[kept] = np.arange(len(kept))
    return Target(
        column, given, code[codes.train], code[codes.synthetic], code[codes.holdout],
        classes=_names(case, column, codes, kept, counts), left_out=int((counts > 0).sum()) - len(kept),
    )  # fmt: skip


def _names(
    case: Case, column: Column, codes: Coded, kept: npt.NDArray[np.int64], counts: npt.NDArray[np.int64]
) -> tuple[str, ...]:
    """What classes are called; a category that few rows share is not named."""
    least = 1 if column.kind == "boolean" else case.config.protect
    words = value_names(codes, kept)
    return tuple(
        word if counts[code] >= least else f"(rare class {place})"
        for place, (code, word) in enumerate(zip(kept, words, strict=True), 1)
    )


def value_names(codes: Coded, wanted: npt.NDArray[np.int64]) -> list[str]:
    """The values of codes as text; none of them is that of missing values."""
    return [_text(value) for value in codes.values.take(wanted - 1).to_pylist()]


def _text(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _candidates(case: Case) -> Iterator[Column]:
    """What may be predicted, the likeliest first: the schema's target, usual names, few classes, numbers."""
    columns = list(reversed(case.columns))
    yield from (column for column in columns if column.name == case.table.target)
    for name in _NAMES:
        yield from (column for column in columns if _bare(column.name) == name)
    for name in _NAMES:
        yield from (column for column in columns if re.split(r"[\W_]+", column.name.lower())[-1] == name)
    yield from (column for column in columns if column.kind in UNORDERED and case.coded(column.name).size <= FEW + 1)
    yield from (column for column in columns if column.kind == "number")
    yield from columns


def _bare(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.lower())
