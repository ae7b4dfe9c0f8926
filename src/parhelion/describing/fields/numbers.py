"""Numbers by a law, on a grid of decimals."""

import math
from statistics import NormalDist

from parhelion.describing.contract import Place
from parhelion.describing.fields.lots import Lots
from parhelion.describing.plan.laws import above, ends_of, grid
from parhelion.describing.plan.model import NumberField

_STANDARD = NormalDist()
_TINY = 1e-300


def number(field: NumberField, lots: Lots, place: Place) -> int | float:
    """A number of a field's law.

    >>> field = NumberField(make="number", between=(1, 3))
    >>> sorted({number(field, Lots(0, "n"), Place(slot, 0)) for slot in range(50)})
    [1, 2, 3]
    """
    unit = 10**field.decimals
    first, last = grid(field.between, field.decimals) if field.between is not None else (-math.inf, math.inf)
    if field.mean is None or field.deviation is None:
        steps = int(first) + lots.below(int(last - first) + 1, place)
        return steps / unit if field.decimals else steps
    drawn = field.mean + field.deviation * _held(lots.uniform(place), *ends_of(field))
    found = min(max(round(drawn, field.decimals), first / unit), last / unit)
    return found if field.decimals else int(found)


def _held(share: float, low: float, high: float) -> float:
    """The value of the standard normal law, held within bounds, below which a share of it lies."""
    if low > 0:  # the upper tail is where floats are coarse: its mirror is not
        return -_held(1 - share, -high, -low)
    below = above(-low)
    found = _STANDARD.inv_cdf(min(max(below + share * (above(-high) - below), _TINY), 1 - 1e-16))
    return min(max(found, low), high)
