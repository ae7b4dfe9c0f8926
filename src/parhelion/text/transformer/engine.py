"""The `transformer` engine: a small language model that knows nothing but the texts it is taught."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from parhelion.errors import missing_extra
from parhelion.text.contract import Context, Corpus, Drawing, Habits
from parhelion.text.transformer.config import TransformerConfig

if TYPE_CHECKING:
    from parhelion.text.transformer.learned import Learned


def need_torch() -> None:
    """Raises MissingExtraError where the extra is not installed."""
    try:
        import tokenizers  # noqa: F401, PLC0415 (heavy)
        import torch  # noqa: F401, PLC0415 (heavy)
    except ImportError as error:
        raise missing_extra("neural", "the transformer engine") from error


@dataclass(frozen=True)
class TransformerEngine:
    """A decoder (Vaswani et al. 2017; Radford et al. 2019) learned from the texts alone, the context in front of each
    as control codes (Keskar et al. 2019), and the topic of the text after it.

    One seed gives one result on the same machine, with the same number of torch's threads and the same versions;
    elsewhere sums are rounded in another order, and a text may turn another way where two tokens were as likely.
    """

    habits: ClassVar[Habits] = Habits()

    learned: "Learned"

    @classmethod
    def fit(
        cls, corpus: Corpus, config: TransformerConfig, rng: np.random.Generator, progress: Callable[[int, int], None]
    ) -> Self:
        """Words of fewer than three owners are read, but nobody learns to write them: they may not be shown."""
        need_torch()
        from parhelion.text.transformer.teaching import teach  # noqa: PLC0415 (heavy)

        return cls(teach(corpus, config, rng, progress))

    @property
    def note(self) -> str:
        """Empty: its texts may be used as they are."""
        return ""

    def sample(self, context: Context, drawing: Drawing, rng: np.random.Generator) -> pa.Array:
        """Texts are drawn in blocks of rows, each with a seed of its own from `rng`: the same rng and rows give the
        same texts. A text may be longer than the window: it is then written in windows that overlap by half."""
        from parhelion.text.transformer.writing import Writer  # noqa: PLC0415 (heavy)

        drawing_topics, writing = rng.spawn(2)
        topics = self.learned.topics.drawn(context.codes, drawing_topics)
        known = self.learned.layout.known(np.column_stack([context.codes, topics]))
        texts = Writer(self.learned, drawing).write(known, self.learned.topics.most(topics), writing)
        return pa.array(texts, pa.string())

    def log_likelihood(self, texts: pa.Array, context: Context) -> npt.NDArray[np.float64]:
        """Of a text as it was learned (without the `focus`), in the tokens that it is learned in: other spellings of
        the same text are not counted. Minus infinity for a mark that no text learned from had."""
        from parhelion.text.transformer.telling import Teller  # noqa: PLC0415 (heavy)

        return Teller(self.learned).log_likelihood(texts.to_pylist(), context.codes)

    def takes(self, sizes: Sequence[int]) -> bool:
        return tuple(sizes) == self.learned.layout.sizes[:-1]

    def state(self) -> dict[str, Any]:
        from parhelion.text.transformer.parts import state_of  # noqa: PLC0415 (heavy)

        return state_of(self.learned)

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        from parhelion.text.transformer.parts import arrays_of  # noqa: PLC0415 (heavy)

        return arrays_of(self.learned)

    @classmethod
    def from_parts(cls, state: dict[str, Any], arrays: dict[str, npt.NDArray[Any]]) -> Self:
        need_torch()
        from parhelion.text.transformer.parts import read  # noqa: PLC0415 (heavy)

        return cls(read(state, arrays))
