"""Privacy: attacks on the synthetic rows, each beside the same attack on rows that the generator never saw."""

from parhelion.evaluation.privacy.measuring import measure

__all__ = ["measure"]
