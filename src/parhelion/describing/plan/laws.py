"""What bounds mean: of numbers on a grid of decimals, of normal laws, of days and moments."""

import math
from datetime import date, datetime
from decimal import Decimal

from parhelion.describing.plan.model import NumberField


def grid(between: tuple[float, float], decimals: int) -> tuple[int, int]:
    """The first and the last number with these decimals between two others, in units of the last decimal.

    >>> grid((0.25, 1), 1), grid((0.21, 0.29), 1)
    ((3, 10), (3, 2))
    """
    first, last = (Decimal(repr(float(end))).scaleb(decimals) for end in between)
    return math.ceil(first), math.floor(last)


def ends_of(field: NumberField) -> tuple[float, float]:
    """The bounds of a normal law, in deviations from its mean; half a unit further, so that the ends count in full."""
    assert field.mean is not None
    assert field.deviation is not None
    if field.between is None:
        return -math.inf, math.inf
    first, last = grid(field.between, field.decimals)
    unit = 10**field.decimals
    low, high = ((end / unit - field.mean) / field.deviation for end in (first - 0.5, last + 0.5))
    return low, high


def mass(field: NumberField) -> float:
    """How much of a normal law lies between its bounds."""
    low, high = ends_of(field)
    return above(low) - above(high) if low > 0 else above(-high) - above(-low)


def above(z: float) -> float:
    """The upper tail of the standard normal law; precise far out, where 1 - cdf is 0."""
    return 0.5 * math.erfc(z / math.sqrt(2))


def day_of(text: str) -> date:
    """Raises ValueError where a text is no day of ISO 8601."""
    return date.fromisoformat(text.strip())


def moment_of(text: str) -> datetime:
    """A moment; of a day, its beginning. Raises ValueError where a text is none of ISO 8601."""
    return datetime.fromisoformat(text.strip())
