"""What is judged: three tables made alike, and what every part of the evidence needs of them."""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from parhelion.evaluation.canaries import Canaries
from parhelion.evaluation.codes import Coded, coded
from parhelion.evaluation.config import EvaluateConfig, Limits
from parhelion.evaluation.scores import Counts
from parhelion.schema import Column, Table

ORDERED = ("number", "date", "datetime", "duration", "place")
UNORDERED = ("category", "boolean")

A = TypeVar("A")


@dataclass(frozen=True)
class Case:
    """Synthetic rows to be judged, and the real rows that they are judged by.

    train: the rows that the generator learned from; synthetic: those that it made; holdout: real rows that it never
    saw. All three hold native values (see `parhelion.schema.native`) in the columns of `table`, of the same types.
    cut: no hold-out was given, so train and holdout are two halves of the real rows, both of which the generator may
    have learned from; then nothing can be told from a difference between them (no membership attack, no control).
    canaries: that were planted in the texts learned from, if any. echoes: by column, the texts that were made then,
    where they are not the synthetic ones.
    """

    table: Table
    train: pa.Table
    synthetic: pa.Table
    holdout: pa.Table
    cut: bool
    config: EvaluateConfig
    canaries: Canaries | None = None
    echoes: Mapping[str, pa.Array] = field(default_factory=dict, repr=False, compare=False)
    _kept: dict[tuple[str, ...], Any] = field(init=False, default_factory=dict, repr=False, compare=False)

    @property
    def limits(self) -> Limits:
        return self.config.limits

    @property
    def counts(self) -> Counts:
        return Counts(train=self.train.num_rows, synthetic=self.synthetic.num_rows, holdout=self.holdout.num_rows)

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns whose distributions can be compared: not identifiers, text, personal values, constants."""
        return tuple(column for column in self.table.columns if column.kind in ORDERED + UNORDERED)

    def rng(self, part: str) -> np.random.Generator:
        """The random numbers of one part of the evidence, whatever other parts draw."""
        return np.random.default_rng([self.config.seed, zlib.crc32(part.encode())])

    def values(self, name: str) -> tuple[pa.Array, pa.Array, pa.Array]:
        """A column of train, synthetic and holdout, each as one array."""
        train, synthetic, holdout = (
            one.chunk(0) if one.num_chunks == 1 else pa.concat_arrays(one.chunks)
            for one in (each.column(name) for each in (self.train, self.synthetic, self.holdout))
        )
        return train, synthetic, holdout

    def coded(self, name: str) -> Coded:
        """Codes of a column that are the same in all three tables; 0 is missing, the others keep the values' order."""
        return self.once(("codes", name), lambda: coded(*self.values(name)))

    def once(self, key: tuple[str, ...], find: Callable[[], A]) -> A:
        """What several parts of the evidence ask for, found when the first of them does. key: whose and what it is."""
        if key not in self._kept:
            self._kept[key] = find()
        found: A = self._kept[key]
        return found


def sample(rng: np.random.Generator, rows: int, most: int) -> npt.NDArray[np.int64]:
    """At most so many of the rows, drawn uniformly, in random order."""
    return rng.permutation(rows)[:most]
