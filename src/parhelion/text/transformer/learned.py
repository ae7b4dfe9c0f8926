"""Everything that is learned."""

from dataclasses import dataclass

from parhelion.text.transformer.config import Manner
from parhelion.text.transformer.copying import Copying
from parhelion.text.transformer.net import Net
from parhelion.text.transformer.topics import Topics
from parhelion.text.transformer.vocabulary import Vocabulary
from parhelion.text.transformer.windows import Layout


@dataclass(frozen=True)
class Learned:
    """held_out: nats a token of texts that were not learned from; None where all were."""

    vocabulary: Vocabulary
    layout: Layout
    topics: Topics
    copying: Copying
    net: Net
    manner: Manner
    held_out: float | None
