"""The `lm` engine."""

from typing import TYPE_CHECKING

from parhelion.lazily import lazily

if TYPE_CHECKING:
    from parhelion.text.lm.config import LmConfig
    from parhelion.text.lm.engine import LmEngine

__all__ = ["LmConfig", "LmEngine"]
__getattr__ = lazily(__name__, {"LmConfig": "config", "LmEngine": "engine"})
