"""What texts have in common with the originals: whole texts, long spans, rare sequences of words, rare words."""

from parhelion.overlap.normalizing import normal
from parhelion.overlap.splitting import Words, words
from parhelion.overlap.unsafe import unsafe_pairs, unsafe_words

__all__ = ["Words", "normal", "unsafe_pairs", "unsafe_words", "words"]
