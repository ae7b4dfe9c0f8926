"""The `ngram` engine."""

from typing import TYPE_CHECKING

from parhelion.lazily import lazily

if TYPE_CHECKING:
    from parhelion.text.ngram.config import NgramConfig
    from parhelion.text.ngram.engine import NgramEngine

__all__ = ["NgramConfig", "NgramEngine"]
__getattr__ = lazily(__name__, {"NgramConfig": "config", "NgramEngine": "engine"})
