"""The contract of a text engine: texts given the codes of what is known of them.

Labels, the other columns of a row, the month it was written in: all of it is context, and all of it is codes, with
words for those who read. What an engine learns from is masked: every personal value is one character of
`parhelion.personal.marks`, and an engine writes these characters as it writes any other; values are put in later.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple, Protocol, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Codes = npt.NDArray[np.int32]


@dataclass(frozen=True)
class ContextColumn:
    """One thing that is known of every text.

    name: of the column. words: what each code means, for people and for engines that read; codes are 0 ..
    len(words) - 1. ordered: neighbouring codes mean neighbouring values.
    """

    name: str
    words: tuple[str, ...]
    ordered: bool = False

    @property
    def size(self) -> int:
        return len(self.words)


@dataclass(frozen=True)
class Context:
    """What is known of each text. codes: (n, c) int32, one column of codes for each of the c columns; c may be 0.

    >>> known = Context((ContextColumn("label", ("ham", "spam")),), np.array([[1], [0], [1]], np.int32))
    >>> len(known), known.told(0), len(known.take(np.array([0, 2])))
    (3, 'label: spam', 2)
    """

    columns: tuple[ContextColumn, ...]
    codes: Codes

    def __len__(self) -> int:
        return len(self.codes)

    def take(self, rows: npt.NDArray[Any]) -> "Context":
        return Context(self.columns, self.codes[rows])

    def told(self, row: int) -> str:
        """One row in words."""
        known = zip(self.columns, self.codes[row], strict=True)
        return "; ".join(f"{column.name}: {column.words[code]}" for column, code in known)


@dataclass(frozen=True)
class Corpus:
    """What an engine learns from.

    texts: (n,) string, masked, none of them null or blank. context: of each. owners: (n,) int64, who wrote each: texts
    of one owner count as one original wherever originals are counted; where nobody is named each text is its own.
    protect: what fewer originals than this share must not be shown. longest: characters that a text may have.
    """

    texts: pa.Array
    context: Context
    owners: npt.NDArray[np.int64]
    protect: int
    longest: int


@dataclass(frozen=True)
class Drawing:
    """How texts are drawn; it means the same for every engine.

    temperature: 1 draws from what was learned; below, likelier words still oftener; above, rarer. longest: characters
    of a text; one that does not end by then is given up (null), and drawn again by whoever asked. stop: a text ends
    before the first of these.
    """

    temperature: float = 1.0
    longest: int = 2000
    stop: tuple[str, ...] = field(default=())


class Habits(NamedTuple):
    """How an engine writes, for those who ask it for texts.

    paid: each text costs something, so none is drawn to try, and few are drawn again. quick: many thousands take a
    second, so several may be drawn for one that is wanted. counted: it writes words of the masked texts, and none from
    elsewhere, so that of all personal values only numbers can come of it, put together from digits.
    """

    paid: bool = False
    quick: bool = False
    counted: bool = False


class TextEngine(Protocol):
    """A fitted writer of texts."""

    habits: ClassVar[Habits]

    @classmethod
    def fit(cls, corpus: Corpus, config: Any, rng: np.random.Generator, progress: Callable[[int, int], None]) -> Self:
        """Learn p(text | context). progress: called with how much is done, and how much there is."""

    @property
    def note(self) -> str:
        """What the user should know of the texts made; empty where there is nothing to say."""

    def sample(self, context: Context, drawing: Drawing, rng: np.random.Generator) -> pa.Array:
        """(n,) string, a masked text for each row of context; null where it gave up. One rng, one result, on any
        number of threads."""

    def log_likelihood(self, texts: pa.Array, context: Context) -> npt.NDArray[np.float64]:
        """(n,) natural logarithm of p(text | context) of masked texts, their end included; minus infinity where it
        cannot be written. Engines that cannot tell raise ConfigError and say so."""

    def takes(self, sizes: Sequence[int]) -> bool:
        """Whether it writes for contexts of columns of so many codes: those that it learned, where it goes by them."""

    def state(self) -> dict[str, Any]:
        """What it is, as JSON: what the model file holds beside the arrays."""

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Everything learned, as flat arrays (1 or 2 dimensions) by name."""

    @classmethod
    def from_parts(cls, state: dict[str, Any], arrays: dict[str, npt.NDArray[Any]]) -> Self:
        """The same engine again. They may come from a stranger: ModelFileError where they cannot be one."""
