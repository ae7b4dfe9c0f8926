"""How long work says how far it is."""

from collections.abc import Callable

# Called with a stage, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]


def silent(stage: str, done: int, total: int) -> None:
    """Say nothing."""
    del stage, done, total
