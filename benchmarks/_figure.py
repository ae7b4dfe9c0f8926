"""A line of a table of figures."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One line of the table: what was reached, what must be, and whether it is."""

    what: str
    reached: str
    bar: str
    held: bool
    details: dict[str, Any] = field(default_factory=dict)
