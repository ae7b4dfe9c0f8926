"""The rows of a table as rules look at them: columns as numbers and as codes, each converted once."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from parhelion.schema._types import is_text
from parhelion.schema.columns import Column, NumberColumn
from parhelion.schema.spelling import one, spelled

if TYPE_CHECKING:
    from parhelion.schema.schema import Table

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

DAY = 86_400.0
_PER_SECOND = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}


class Coded(NamedTuple):
    """Codes 1, 2, ... of the values, 0 of a missing one. Invariant: `values[code - 1]` is the value of a code."""

    codes: Codes
    values: pa.Array

    @property
    def size(self) -> int:
        return len(self.values) + 1

    @property
    def sized(self) -> tuple[Codes, int]:
        return self.codes, self.size


class Rows:
    """Native values of the columns of `spec`."""

    def __init__(self, table: pa.Table, spec: "Table") -> None:
        self.table, self.spec, self.count = table, spec, table.num_rows
        self._numbers: dict[str, Floats] = {}
        self._codes: dict[str, Coded] = {}

    def column(self, name: str) -> Column:
        return self.spec.column(name)

    def values(self, name: str) -> pa.Array:
        return one(self.table.column(name))

    def sample(self, most: int) -> "Rows":
        """At most so many rows, drawn uniformly, always the same ones."""
        if self.count <= most:
            return self
        drawn = np.sort(np.random.default_rng(0).choice(self.count, most, replace=False))
        return Rows(self.table.take(pa.array(drawn)), self.spec)

    def numbers(self, name: str) -> Floats:
        """Numbers and places as they are, dates in days, moments and durations in seconds; missing is NaN."""
        if name not in self._numbers:
            self._numbers[name] = _floats(self.values(name))
        return self._numbers[name]

    def coded(self, name: str) -> Coded:
        if name not in self._codes:
            found = _known(self.values(name)).dictionary_encode()
            indices = pc.fill_null(found.indices, -1).to_numpy(zero_copy_only=False)
            self._codes[name] = Coded(indices.astype(np.int64) + 1, found.dictionary)
        return self._codes[name]

    def texts(self, name: str) -> pa.Array:
        """The different values of a column, as text, in the order of their codes."""
        return text_of(self.coded(name).values, self.column(name))

    def unit(self, name: str) -> float | None:
        """The last decimal that a column shows; None where it shows no certain number of them."""
        spec = self.column(name)
        if isinstance(spec, NumberColumn):
            return None if spec.decimals is None else 10.0**-spec.decimals
        return 1.0 if spec.kind == "date" else 1e-6


def text_of(values: pa.Array, spec: Column) -> pa.Array:
    if pa.types.is_boolean(values.type):
        return spelled(values, spec)
    return values if is_text(values.type) else pc.cast(values, pa.string())


def _known(values: pa.Array) -> pa.Array:
    """NaN counts as missing, and -0 is 0."""
    if pa.types.is_null(values.type):
        return values.cast(pa.int8())
    if not pa.types.is_floating(values.type):
        return values
    return pc.if_else(pc.is_nan(values), None, pc.add(values, 0.0))


def _floats(values: pa.Array) -> Floats:
    kind = values.type
    if pa.types.is_timestamp(kind) or pa.types.is_duration(kind):
        return _floats(values.cast(pa.int64())) / _PER_SECOND[kind.unit]
    if pa.types.is_date32(kind):
        return _floats(values.cast(pa.int32()))
    cast = values.cast(pa.float64(), safe=False)
    return np.asarray(pc.fill_null(cast, float("nan")).to_numpy(zero_copy_only=False), np.float64)


def combined(columns: list[tuple[Codes, int]]) -> tuple[Codes, int]:
    """One code for the codes of several columns (with their sizes), and how many there are: dense, in no order."""
    (keys, size), *others = columns
    for codes, more in others:
        found = pa.array(keys * more + codes).dictionary_encode()
        keys, size = found.indices.to_numpy().astype(np.int64), len(found.dictionary)
    return keys, size


def variety(column: Coded) -> float:
    """The probability that two rows, drawn at random, have different values.

    >>> variety(Coded(np.array([1, 1, 2, 2, 0]), pa.array(["a", "b"])))
    0.5
    """
    counts = np.bincount(column.codes, minlength=column.size)[1:]
    return 1 - float((counts.astype(np.float64) ** 2).sum() / max(counts.sum(), 1) ** 2)
