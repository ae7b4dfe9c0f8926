"""What the recognisers of kinds look at: one column, its values and how often they come."""

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel

from parhelion.schema import _names

SAMPLE = 10_000
Kind = TypeVar("Kind", bound=BaseModel)

# Spellings of a missing value; they count as missing only where everything else is a number, a date, ...
MISSING = frozenset(
    {"", "NA", "N/A", "n/a", "na", "NaN", "nan", "NAN", "null", "NULL", "Null", "None", "none", "NONE", "?", "-", "--"}
    | {"#N/A", ".", "<NA>", "NaT", "nil", "#NA", "N.A.", "n.a.", "\\N"}
)


@dataclass(frozen=True, eq=False)
class Facts:
    """One column without its missing values.

    values: what is not missing; missing: the spellings of what is. rows: all rows, the missing ones too.
    fields: what is known about the spelling of the values, for the column that is made.
    trust: how sure a kind can be at all (less where only a part of the source was seen).
    blank: typed text holds empty strings beside null. declared: the categories that the source itself lists.
    """

    table: str
    name: str
    storage: str
    values: pa.Array
    rows: int
    missing: tuple[str, ...] = ("",)
    fields: dict[str, Any] = field(default_factory=dict)
    trust: float = 1.0
    blank: bool = False
    declared: tuple[str, ...] = ()

    def column(self, kind: type[Kind], sure: float, why: str, **fields: Any) -> Kind:
        """The column of this kind that these facts speak of."""
        known = {"name": self.name, "storage": self.storage, "missing": self.missing, "why": why}
        usable = {key: value for key, value in self.fields.items() if key in kind.model_fields}
        return kind.model_validate({**known, **usable, **fields, "sure": round(sure * self.trust, 2)})

    def having(self, **changes: Any) -> "Facts":
        return replace(self, **changes)

    @property
    def words(self) -> tuple[str, ...]:
        return _names.words(self.name)

    @property
    def many(self) -> int:
        """Number of values that are not missing."""
        return len(self.values)

    @cached_property
    def _counted(self) -> tuple[pa.Array, npt.NDArray[np.int64]]:
        counted = pc.value_counts(self.values)
        return counted.field(0), counted.field(1).to_numpy(zero_copy_only=False)

    @property
    def distinct(self) -> pa.Array:
        return self._counted[0]

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        return self._counted[1]

    @cached_property
    def different(self) -> int:
        """Number of different values."""
        return len(self.distinct)

    @property
    def shared(self) -> float:
        """How many rows share a value, on average."""
        return self.many / max(self.different, 1)

    @cached_property
    def glance(self) -> pa.Array:
        """At most 10,000 rows, spread over the table."""
        return spread(self.values)

    @cached_property
    def crowded(self) -> bool:
        """Are there so many different values that counting them all would tell nothing new?"""
        return self.many > 2 * SAMPLE and len(pc.unique(self.glance)) > SAMPLE // 2

    @cached_property
    def sample(self) -> pa.Array:
        """At most 10,000 different values, spread over the table."""
        return pc.unique(self.glance) if self.crowded else spread(self.distinct)

    @cached_property
    def meant(self) -> pa.Array:
        """The different values of a text column that are no spelling of a missing value."""
        return self.distinct.filter(pc.invert(self._unmeant))

    @cached_property
    def _unmeant(self) -> pa.Array:
        return pc.is_in(self.distinct, pa.array(sorted(MISSING), self.distinct.type))

    @cached_property
    def numeric(self) -> bool:
        """Do a few of the different values all have digits? (Without, no number and no date needs to be looked for.)"""
        few = spread(self.meant, 3).to_pylist()
        return bool(few) and all(re.search(r"[0-9]|[iI]nf", value[:100]) for value in few)

    def meaning(self) -> "Facts":
        """These facts with every spelling of a missing value counted as missing; the usual one first."""
        tokens, counts = (
            self.distinct.filter(self._unmeant).to_pylist(),
            self.counts[np.asarray(self._unmeant)].tolist(),
        )
        if not tokens:
            return self
        found = [("", self.rows - self.many), *zip(tokens, counts, strict=True)]
        spellings = sorted(found, key=lambda pair: -pair[1])
        kept = self.values.filter(pc.invert(pc.is_in(self.values, pa.array(sorted(MISSING), self.values.type))))
        return self.having(values=kept, missing=tuple(spelling for spelling, _ in spellings))

    def share(self, pattern: str) -> float:
        """The share of different values (of a sample of them) that have this pattern."""
        if not len(self.sample):
            return 0.0
        return float(pc.mean(pc.match_substring_regex(self.sample, pattern)).as_py())


def spread(values: pa.Array, most: int = SAMPLE) -> pa.Array:
    """At most so many values, evenly spread."""
    if len(values) <= most:
        return values
    return values.take(pa.array(np.linspace(0, len(values) - 1, most).astype(np.int64)))
