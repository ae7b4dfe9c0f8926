"""The default engine: one tree a column, whose leaves hold histograms."""

from parhelion.engines.trees.config import TreesConfig

__all__ = ["TreesConfig"]
