"""The `transformer` engine of texts: a small language model learned from the user's texts alone."""

from parhelion.text.transformer.config import TransformerConfig
from parhelion.text.transformer.engine import TransformerEngine

__all__ = ["TransformerConfig", "TransformerEngine"]
