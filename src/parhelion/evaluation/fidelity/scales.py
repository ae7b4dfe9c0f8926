"""Edges of bins that people can read: round numbers, decades, days of the calendar."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import floor, log10

import numpy as np
import numpy.typing as npt

from parhelion.evaluation.codes import Floats
from parhelion.schema import Kind

BINS = 20  # nearly so many
MOST = 40

_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86400.0
_CLOCK = (
    1.0, 2.0, 5.0, 10.0, 15.0, 30.0, _MINUTE, 2 * _MINUTE, 5 * _MINUTE, 10 * _MINUTE, 15 * _MINUTE, 30 * _MINUTE,
    _HOUR, 2 * _HOUR, 3 * _HOUR, 6 * _HOUR, 12 * _HOUR,
)  # fmt: skip
_DAYS = (1, 2, 7, 14)
_MONTHS = (1, 2, 3, 6)
_YEARS = tuple(many * 10**power for power in range(7) for many in (1, 2, 5))
_MONTH, _YEAR = 30.44, 365.25  # days

Edges = list[float]


def linear(low: float, high: float, *, whole: bool = False) -> Edges:
    """Multiples of 1, 2 or 5 times a power of ten, around low and high. whole: of 1 at least.

    >>> linear(17, 74, whole=True)[:4]
    [16.0, 18.0, 20.0, 22.0]
    >>> linear(0, 0.11)[-3:]
    [0.105, 0.11, 0.115]
    """
    least = 0 if whole else -300
    rough = log10(max((high - low) / BINS, 1e-290))
    choices = [many * 10.0**power for power in (floor(rough), floor(rough) + 1) if power >= least for many in (1, 2, 5)]
    return multiples(low, high, _nearest(choices or [1.0], low, high))


def multiples(low: float, high: float, step: float) -> Edges:
    """Multiples of a step: the first is at most low, the last is above high.

    >>> multiples(3, 10, 5)
    [0.0, 5.0, 10.0, 15.0]
    """
    first, last = floor(low / step), floor(high / step) + 1
    return [float(f"{place * step:.12g}") for place in range(first, last + 1)]


def _nearest(steps: Sequence[float], low: float, high: float) -> float:
    """The step that makes most nearly as many bins as wanted."""
    return min(steps, key=lambda step: abs(log10(max((high - low) / step, 1) / BINS)))


def decades(low: float, high: float, small: float) -> Edges:
    """1, 2 and 5 times powers of ten, on both sides of 0. small: the size of values that count as nearly 0.

    Whole powers of ten where the others would be too many.

    >>> decades(0, 300, small=5)
    [0.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0]
    >>> decades(-30, 0, small=8)
    [-50.0, -20.0, -10.0, -5.0, 0.0, 5.0]
    """
    for steps in ((1, 2, 5), (1,)):
        above = _powers(small, high, steps) if high > 0 else []
        below = [-edge for edge in _powers(small, -low, steps)][::-1] if low < 0 else []
        if len(above) + len(below) <= MOST:
            break
    above = above or _powers(small, small, steps)[:1]
    return [*below, 0.0, *above]


def _powers(small: float, large: float, steps: Sequence[int]) -> Edges:
    """Round sizes: the first is at most `small`, the last above `large`."""
    every = [
        float(f"{many * 10.0**power:.12g}")
        for power in range(floor(log10(small)), floor(log10(max(large, small))) + 2)
        for many in steps
    ]
    first = max(place for place, edge in enumerate(every) if edge <= small)
    last = min(place for place, edge in enumerate(every) if edge > max(large, small))
    return every[first : last + 1]


def clock(low: float, high: float) -> Edges:
    """Multiples of seconds, minutes, hours or days, for lengths of time in seconds.

    >>> clock(0, 7200)[:3]
    [0.0, 300.0, 600.0]
    """
    if high - low < BINS / 2:
        return linear(low, high)
    steps = [*_CLOCK, *(days * _DAY for days in _DAYS)]
    if high - low > BINS * 2 * steps[-1]:
        return [edge * _DAY for edge in linear(low / _DAY, high / _DAY)]
    return multiples(low, high, _nearest(steps, low, high))


def calendar(low: float, high: float) -> Edges:
    """Days since 1970 on which weeks, months or years begin, around two of them.

    >>> from datetime import date
    >>> [str(date(1970, 1, 1) + (date(1970, 1, 2) - date(1970, 1, 1)) * day) for day in calendar(16071, 16800)][:3]
    ['2014-01-01', '2014-02-01', '2014-03-01']
    """
    steps = [(float(days), days, "D") for days in _DAYS]
    steps += [(months * _MONTH, months, "M") for months in _MONTHS] + [(years * _YEAR, years, "Y") for years in _YEARS]
    nearest = _nearest([length for length, _, _ in steps], low, high)
    _, step, unit = next(each for each in steps if each[0] == nearest)
    first, last = (int(np.datetime64(floor(day), "D").astype(f"datetime64[{unit}]").astype(int)) for day in (low, high))
    units = np.arange(first // step * step, (last // step + 2) * step, step).astype(f"datetime64[{unit}]")
    return [float(day) for day in units.astype("datetime64[D]").astype(int)]


def moments(low: float, high: float) -> Edges:
    """Seconds since 1970 at which hours, days, months or years begin, around two of them."""
    if high - low < BINS * _DAY / 2:
        return clock(low, high)
    return [day * _DAY for day in calendar(low / _DAY, high / _DAY)]


def candidates(kind: Kind, low: float, high: float, small: float | None, *, whole: bool) -> Iterator[Edges]:
    """The scales that suit a kind. small: the size of nearly the smallest values other than 0, where there are any."""
    match kind:
        case "date":
            yield calendar(low, high)
        case "datetime":
            yield moments(low, high)
        case "duration":
            yield clock(low, high)
        case _:
            yield linear(low, high, whole=whole)
    if small and kind in {"number", "duration"}:
        yield decades(low, high, small)


def labels(kind: Kind, edges: Edges) -> tuple[str, ...]:
    """Edges as people read them.

    >>> labels("number", [0, 0.5, 1500, 2000000]), labels("date", [16071.0, 16102.0]), labels("duration", [0, 5400.0])
    (('0', '0.5', '1,500', '2,000,000'), ('2014-01', '2014-02'), ('0:00', '1:30'))
    """
    match kind:
        case "date":
            return _dates(edges)
        case "datetime":
            return _moments(edges)
        case "duration":
            return _durations(edges)
        case _:
            return tuple(number(edge) for edge in edges)


def number(value: float) -> str:
    """A number as people write it: not as a power of ten where it is neither very large nor very small.

    >>> number(1234.5), number(1e-9), number(-0.0), number(3e15)
    ('1,234.5', '1e-09', '0', '3e+15')
    """
    if value and not 1e-4 <= abs(value) < 1e12:
        return f"{value:.6g}"
    text = f"{value:,.10f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _dates(edges: Edges) -> tuple[str, ...]:
    days = np.array(edges).astype("int64").astype("datetime64[D]")
    for unit in ("Y", "M"):
        if (days == days.astype(f"datetime64[{unit}]")).all():
            return tuple(str(day.astype(f"datetime64[{unit}]")) for day in days)
    return tuple(str(day) for day in days)


def _moments(edges: Edges) -> tuple[str, ...]:
    if all(edge % _DAY == 0 for edge in edges):
        return _dates([edge / _DAY for edge in edges])
    unit = "m" if all(edge % _MINUTE == 0 for edge in edges) else "s" if all(edge % 1 == 0 for edge in edges) else "us"
    micros = np.round(np.array(edges) * 1e6).astype("int64").astype("datetime64[us]")
    return tuple(str(each.astype(f"datetime64[{unit}]")).replace("T", " ") for each in micros)


def _durations(edges: Edges) -> tuple[str, ...]:
    if all(edge % _DAY == 0 for edge in edges):
        return tuple(f"{number(edge / _DAY)} d" for edge in edges)
    if all(edge % _MINUTE == 0 for edge in edges):
        return tuple(
            f"{'-' if edge < 0 else ''}{abs(edge) // _HOUR:.0f}:{abs(edge) % _HOUR / 60:02.0f}" for edge in edges
        )
    return tuple(f"{number(edge)} s" for edge in edges)


def rising(edges: Edges) -> bool:
    """Whether edges can be told apart: next to very large values, a small step is lost."""
    return len(edges) > 1 and all(first < second for first, second in pairwise(edges))


def informative(edges: Edges, values: Floats, masses: Floats) -> float:
    """The entropy of the bins, in bits: how much of the distribution they show."""
    counts = np.bincount(places(edges, values), weights=masses, minlength=len(edges) - 1)
    known = counts[counts > 0] / max(counts.sum(), 1e-300)
    return float(-(known * np.log2(known)).sum())


def places(edges: Edges, values: Floats) -> npt.NDArray[np.intp]:
    """The bin of each value; outer values belong to the first and the last."""
    return np.searchsorted(np.array(edges[1:-1]), values, side="right")
