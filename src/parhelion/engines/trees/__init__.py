"""The default engine: one tree a column, whose leaves hold histograms."""

from parhelion.engines.trees.config import TreesConfig
from parhelion.engines.trees.trees import Trees

__all__ = ["Trees", "TreesConfig"]
