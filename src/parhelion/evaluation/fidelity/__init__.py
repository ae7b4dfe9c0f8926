"""Fidelity: how near columns, pairs and triples of columns are to real rows that the generator never saw."""

from parhelion.evaluation.fidelity.figures import (
    Association,
    ColumnFidelity,
    Distribution,
    Fidelity,
    Measure,
    PairFidelity,
    TripleFidelity,
)
from parhelion.evaluation.fidelity.measure import measure

__all__ = [
    "Association",
    "ColumnFidelity",
    "Distribution",
    "Fidelity",
    "Measure",
    "PairFidelity",
    "TripleFidelity",
    "measure",
]
