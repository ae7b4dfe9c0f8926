"""The evidence: tables in, figures out. It judges anybody's synthetic data, and knows no generator."""

from parhelion.evaluate.figures import ColumnNearness, Counts, Figure, Measure, Nearness, PairNearness, Three
from parhelion.evaluate.natives import Natives, natives
from parhelion.evaluate.nearness import nearness
from parhelion.evaluate.words import as_text

__all__ = [
    "ColumnNearness",
    "Counts",
    "Figure",
    "Measure",
    "Natives",
    "Nearness",
    "PairNearness",
    "Three",
    "as_text",
    "natives",
    "nearness",
]
