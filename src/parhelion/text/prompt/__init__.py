"""The `prompt` engine."""

from typing import TYPE_CHECKING

from parhelion.lazily import lazily

if TYPE_CHECKING:
    from parhelion.text.prompt.config import PromptConfig
    from parhelion.text.prompt.engine import PromptEngine

__all__ = ["PromptConfig", "PromptEngine"]
__getattr__ = lazily(__name__, {"PromptConfig": "config", "PromptEngine": "engine"})
