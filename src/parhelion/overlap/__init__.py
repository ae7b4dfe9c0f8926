"""What texts have in common with the originals: whole texts, long spans, rare sequences of words, rare words."""

from parhelion.overlap.normalizing import normal
from parhelion.overlap.originals import Originals, Shared
from parhelion.overlap.prints import Copied, Prints
from parhelion.overlap.splitting import Words, words
from parhelion.overlap.unsafe import unsafe_pairs, unsafe_words
from parhelion.overlap.values import ValuePrints

__all__ = [
    "Copied", "Originals", "Prints", "Shared", "ValuePrints", "Words", "normal", "unsafe_pairs", "unsafe_words",
    "words",
]  # fmt: skip
