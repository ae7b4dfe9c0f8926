"""From values to places on the page, and which values an axis names."""

import math
from collections.abc import Iterable
from typing import NamedTuple


class Scale(NamedTuple):
    """Values from low to high, evenly (or by their logarithms) from start to end; values outside lie on the border.

    >>> Scale(0, 1, 100, 200)(0.25), Scale(0, 1, 100, 200)(7)
    (125.0, 200.0)
    >>> Scale(0.001, 1, 0, 300, log=True)(0.1)
    200.0
    """

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, value: float) -> float:
        low, high, at = map(self._log, (self.low, self.high, value)) if self.log else (self.low, self.high, value)
        part = (at - low) / (high - low) if high > low else 0.5
        return round(self.start + min(1.0, max(0.0, part)) * (self.end - self.start), 6)

    def _log(self, value: float) -> float:
        return math.log10(max(value, self.low))


def finite(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None and math.isfinite(value)]


def step(span: float, about: int) -> float:
    """A step of 1, 2 or 5 times a power of ten that is in a span about so many times, rather fewer than more.

    >>> step(0.93, 4), step(7, 4), step(0.014, 4)
    (0.2, 2.0, 0.005)
    """
    raw = 0.8 * span / about
    power = 10.0 ** math.floor(math.log10(raw))
    return float(f"{power * next(many for many in (1, 2, 5, 10) if many * power >= raw):.1g}")


def ticks(low: float, high: float, about: int = 4) -> list[float]:
    """Round values from low to high.

    >>> ticks(0, 1), ticks(5, 5)
    ([0.0, 0.2, 0.4, 0.6, 0.8, 1.0], [5])
    """
    if not high > low:
        return [low]
    by = step(high - low, about)
    first = math.ceil(low / by - 1e-9)
    return [float(f"{place * by:.12g}") for place in range(first, math.floor(high / by + 1e-9) + 1)]


def around(values: Iterable[float | None], *, zero: bool = False) -> tuple[float, float]:
    """Round ends of an axis that holds all the values (and 0), never the same.

    >>> around([0.013, 0.42], zero=True), around([3.0]), around([])
    ((0.0, 0.5), (2.0, 4.0), (0.0, 1.0))
    """
    told = finite(values) + ([0.0] if zero else [])
    if not told:
        return 0.0, 1.0
    low, high = min(told), max(told)
    if low == high:
        return (low - 1, high + 1) if low else (0.0, 1.0)
    by = step(high - low, 5)
    return float(f"{math.floor(low / by + 1e-9) * by:.12g}"), float(f"{math.ceil(high / by - 1e-9) * by:.12g}")
