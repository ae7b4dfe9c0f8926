"""The contract of a codec: one column of values <-> integer codes.

Four steps, the same for every kind: *observe* a part of the column into a summary, *merge* summaries of parts, make the
codec from the summary, then *encode* and *decode*.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Codes = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Protection:
    """How values that few rows share are protected.

    rows: no code stands for fewer rows than this; the ends of a range are those of the row of this rank from each end.
        1 turns protection off.
    """

    rows: int = 10


@dataclass(frozen=True)
class Draw:
    """What decoding may depend on beside the codes.

    rng: the generator of this column in this part of the result; for what needs no memory of other rows or columns.
    seed: the same for all columns and parts of one result; with the row's number it says who the row's person is and
        which identifier it bears, so that columns agree and parts do not collide.
    first: number of this part's first row in the whole result.
    rows: number of rows of the whole result.
    """

    rng: np.random.Generator
    seed: int
    first: int
    rows: int


class Codec(Protocol):
    """One fitted column. Codes are int32, 0 .. size-1."""

    @property
    def size(self) -> int: ...

    @property
    def ordered(self) -> bool:
        """Whether neighbouring codes mean neighbouring values."""

    @property
    def hidden(self) -> int | None:
        """The code of values too rare to be shown: it may be learned from, and is never drawn. None: there is none."""

    @property
    def specials(self) -> int:
        """How many codes, the first ones, have no place in the order: missing, NaN, the infinities."""

    @property
    def note(self) -> str:
        """What the user should know of the values made here; empty where there is nothing to say."""

    def encode(self, column: pa.Array) -> Codes:
        """Codes of a column of native values (see `schema.spelling`); values never observed get the nearest code."""

    def decode(self, codes: Codes, draw: Draw) -> pa.Array:
        """Native values of codes, of the Arrow type that was observed."""

    def state(self) -> dict[str, Any]:
        """Everything the codec is, as JSON: `codec_from_state` makes the same codec again."""


class Summary(Protocol):
    """What a codec needs to know of a part of a column. It merges; its size is bounded whatever the number of rows."""

    def merge(self, other: Self, /) -> Self: ...

    def codec(self, protection: Protection, /) -> Codec: ...


State = Mapping[str, Any]
