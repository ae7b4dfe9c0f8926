"""The contract of an engine: a generator of codes given context codes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int32]


@dataclass(frozen=True)
class ColumnInfo:
    """What an engine is told of a column of codes.

    size: codes are 0 .. size-1.
    ordered: neighbouring codes mean neighbouring values.
    specials: the first so many codes (missing, infinite, ...) have no place in that order.
    hidden: a code that is learned from and never drawn, or None.
    """

    size: int
    ordered: bool
    hidden: int | None = None
    specials: int = 0


class Sieve(Protocol):
    """Judges the rows of a block while they are drawn."""

    def __call__(self, column: int, codes: Codes) -> npt.NDArray[np.bool_] | None:
        """Which rows to go on with, now that the codes of one more column are drawn; None for all of them."""


class Engine(Protocol):
    """A fitted generator of many columns; what is known comes first."""

    @classmethod
    def fit(
        cls, context: Codes, codes: Codes, columns: Sequence[ColumnInfo], config: Any, rng: np.random.Generator
    ) -> Self:
        """Learn p(codes | context) from rows: context (n, c), codes (n, d), columns the c + d infos, context first."""

    def sample(self, context: Codes, rng: np.random.Generator) -> Codes:
        """One row of codes (n, d) per row of context (n, c); c may be 0."""

    def log_likelihood(self, context: Codes, codes: Codes) -> npt.NDArray[np.float64]:
        """Natural logarithm of the probability of each row of codes given its context: (n, d), a value a column."""

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Everything learned, as flat arrays by name: what the model file holds."""

    @classmethod
    def from_arrays(cls, arrays: dict[str, npt.NDArray[Any]], columns: Sequence[ColumnInfo], contexts: int) -> Self:
        """The same engine again. Raises ModelFileError where the arrays cannot be one."""
