"""The evidence: tables in, figures out. It judges anybody's synthetic data, and knows no generator."""

from parhelion.evaluation.figures import ColumnNearness, Counts, Figure, Measure, Nearness, PairNearness, Three
from parhelion.evaluation.natives import Natives, natives
from parhelion.evaluation.nearness import nearness
from parhelion.evaluation.words import as_text

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
