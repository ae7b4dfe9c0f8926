"""Columns of a row <-> what a text is known by: codes, with words for those who read.

A coder is made from native values (see `parhelion.schema.native`), and its state is JSON. It holds what many rows
share: categories, the cuts between bins of numbers, months.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Literal, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, model_validator

from parhelion.schema import Column
from parhelion.text.contract import Codes, Context, ContextColumn

CATEGORIES = 4096
FEW = 256  # different numbers of which each may be a code of its own
BINS = 8
MISSING, OTHER = "missing", "other"
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
NUMBERS = ("number", "place", "duration")
MOMENTS = ("date", "datetime")


class _Coder(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str


class CategoryCoder(_Coder):
    """Codes: the values that many rows share, then all others, then missing."""

    kind: Literal["category"] = "category"
    values: tuple[str, ...] = Field(max_length=CATEGORIES)

    @model_validator(mode="after")
    def _are_different(self) -> Self:
        if len(set(self.values)) < len(self.values):
            raise ValueError("a value comes twice")
        return self

    def codes(self, values: pa.Array) -> Codes:
        texts = _texts(values)
        known = pc.index_in(texts, pa.array(self.values, texts.type)).fill_null(len(self.values)).to_numpy()
        return _with_missing(known, values, len(self.values) + 1)

    def column(self) -> ContextColumn:
        return ContextColumn(self.name, (*self.values, OTHER, MISSING))


class NumberCoder(_Coder):
    """Codes: bin i holds x iff edges[i-1] <= x < edges[i]; the last is missing.

    single: each bin is one number, which it is told by.
    """

    kind: Literal["number"] = "number"
    edges: tuple[FiniteFloat, ...] = Field(max_length=FEW)
    single: tuple[FiniteFloat, ...] = Field(default=(), max_length=FEW + 1)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        rising = all(a < b for a, b in pairwise(self.edges))
        if not rising or (self.single and len(self.single) != len(self.edges) + 1):
            raise ValueError("edges that do not rise, or not a number a bin")
        return self

    def codes(self, values: pa.Array) -> Codes:
        numbers = _numbers(values)
        known = np.searchsorted(np.array(self.edges), numbers, side="right")
        missing = len(self.edges) + 1
        return np.where(np.isnan(numbers), missing, known).astype(np.int32)

    def column(self) -> ContextColumn:
        told = [f"{number:g}" for number in self.single] or _ranges(self.edges)
        return ContextColumn(self.name, (*told, MISSING), ordered=True)


class MonthCoder(_Coder):
    """Codes: the month of the year, 0 to 11; 12 is missing. It is what seasons are told by."""

    kind: Literal["month"] = "month"

    def codes(self, values: pa.Array) -> Codes:
        return _with_missing(pc.subtract(pc.month(values), 1).fill_null(0).to_numpy(zero_copy_only=False), values, 12)

    def column(self) -> ContextColumn:
        return ContextColumn(self.name, (*MONTHS, MISSING))


Coder = Annotated[CategoryCoder | NumberCoder | MonthCoder, Field(discriminator="kind")]


def coder_of(values: pa.Array, spec: Column, protect: int) -> Coder | None:
    """What codes a column of native values; None where its kind tells nothing of a text, or it is always the same.

    >>> from parhelion.schema import DateColumn, NumberColumn
    >>> coder = coder_of(pa.array([1, 5, 1, 5] * 10), NumberColumn(name="stars"), 10)
    >>> coder.column().words, coder.codes(pa.array([5, 1, 2, None])).tolist()
    (('1', '5', 'missing'), [1, 0, 0, 2])
    >>> coder_of(pa.array([20500, 20540], pa.date32()), DateColumn(name="sent"), 1).column().words[:2]
    ('January', 'February')
    """
    found: Coder | None = None
    if spec.kind in ("category", "boolean"):
        found = CategoryCoder(name=spec.name, values=_common(values, protect))
    elif spec.kind in NUMBERS:
        found = _number_coder(_numbers(values), spec.name, protect)
    elif spec.kind in MOMENTS and values.null_count < len(values):
        found = MonthCoder(name=spec.name)
    return found if found is not None and len(np.unique(found.codes(values))) > 1 else None


def fits(coder: Coder, kind: str) -> bool:
    """Whether a coder is for columns of a kind."""
    return kind in {"category": ("category", "boolean"), "number": NUMBERS, "month": MOMENTS}[coder.kind]


def context_of(coders: Sequence[Coder], columns: Sequence[pa.Array], rows: int) -> Context:
    """What is known of rows, of which `columns` are the native values, a column a coder."""
    codes = [coder.codes(values) for coder, values in zip(coders, columns, strict=True)]
    held = np.stack(codes, axis=1) if codes else np.zeros((rows, 0), np.int32)
    return Context(tuple(coder.column() for coder in coders), np.ascontiguousarray(held, np.int32))


def _common(values: pa.Array, protect: int) -> tuple[str, ...]:
    counted = pc.value_counts(_texts(values).drop_null())
    pairs = sorted(zip(counted.field(1).to_pylist(), counted.field(0).to_pylist(), strict=True), key=lambda p: -p[0])
    return tuple(sorted(value for count, value in pairs[:CATEGORIES] if count >= protect))


def _number_coder(numbers: npt.NDArray[np.float64], name: str, protect: int) -> NumberCoder | None:
    there = numbers[np.isfinite(numbers)]
    if not len(there):
        return None
    different, counts = np.unique(there, return_counts=True)
    shared = different[counts >= protect]
    if len(different) <= FEW and len(shared) >= 2 and counts[counts >= protect].sum() >= 0.9 * len(there):
        middles = shared[1:] / 2 + shared[:-1] / 2
        if np.all(np.diff(middles) > 0):  # else they are next to each other, as far as floats can tell
            return NumberCoder(name=name, edges=tuple(middles.tolist()), single=tuple(shared.tolist()))
    quantiles = np.quantile(there, np.linspace(0, 1, BINS + 1)[1:-1], method="lower")  # nothing that overflows
    edges = np.unique(np.nan_to_num([float(f"{edge:.3g}") for edge in quantiles]))
    return NumberCoder(name=name, edges=tuple(edges.tolist()))


def _ranges(edges: Sequence[float]) -> list[str]:
    if not edges:
        return ["any"]
    inner = [f"{low:g} to {high:g}" for low, high in pairwise(edges)]
    return [f"below {edges[0]:g}", *inner, f"{edges[-1]:g} or more"]


def _numbers(values: pa.Array) -> npt.NDArray[np.float64]:
    """As floats; missing and infinite ones are NaN."""
    plain = values.cast(pa.int64()) if pa.types.is_duration(values.type) else values
    numbers = plain.cast(pa.float64(), safe=False).fill_null(np.nan).to_numpy(zero_copy_only=False)
    return np.where(np.isfinite(numbers), numbers, np.nan)


def _texts(values: pa.Array) -> pa.Array:
    plain = values.dictionary_decode() if pa.types.is_dictionary(values.type) else values
    return plain.cast(pa.large_string())


def _with_missing(known: npt.NDArray[np.integer], values: pa.Array, missing: int) -> Codes:
    return np.where(np.asarray(values.is_valid()), known, missing).astype(np.int32)
