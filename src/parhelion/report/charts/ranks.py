"""How often things come, from the commonest on: both axes by logarithms (Zipf 1949)."""

import math
from collections.abc import Sequence

from markupsafe import Markup

from parhelion.report import words
from parhelion.report.charts.curves import Curve
from parhelion.report.charts.scales import Scale
from parhelion.report.charts.svg import drawing, element, label, line, path

_WIDTH, _HEIGHT, _LEFT, _GROUND, _RIGHT = 400.0, 264.0, 58.0, 220.0, 376.0


def ranks(title: str, curves: Sequence[Curve]) -> Markup:
    """Share over rank; points of which either is 0 are left out."""
    drawn = [curve._replace(points=[(x, y) for x, y in curve.points if x > 0 and y > 0]) for curve in curves]
    every = [point for curve in drawn for point in curve.points]
    x, y = _scales(every)
    told = f"share over rank, by logarithms; {'; '.join(curve.name for curve in drawn if curve.points) or 'no curves'}"
    lines = [
        path([(x(at), y(up)) for at, up in curve.points], f"curve-{curve.look}") for curve in drawn if curve.points
    ]
    return drawing(_WIDTH, _HEIGHT, title, told, *_ground(x, y), *lines, kind="square")


def _scales(points: Sequence[tuple[float, float]]) -> tuple[Scale, Scale]:
    """Whole powers of ten."""
    low = math.floor(math.log10(min((up for _, up in points), default=0.01)) + 1e-9)
    high = math.ceil(math.log10(max((up for _, up in points), default=0.1)) - 1e-9)
    most = math.ceil(math.log10(max((at for at, _ in points), default=10.0)) - 1e-9)
    across = Scale(1.0, 10.0 ** max(most, 1), _LEFT, _RIGHT, log=True)
    return across, Scale(10.0**low, 10.0 ** max(high, low + 1), _GROUND, 8, log=True)


def _powers(scale: Scale) -> list[float]:
    return [10.0**power for power in range(round(math.log10(scale.low)), round(math.log10(scale.high)) + 1)]


def _ground(x: Scale, y: Scale) -> list[Markup]:
    turned = f"translate(10 {_GROUND / 2}) rotate(-90)"
    return [
        *(line(x(mark), y(y.low), x(mark), y(y.high), "grid") for mark in _powers(x)),
        *(line(x(x.low), y(mark), x(x.high), y(mark), "grid") for mark in _powers(y)),
        *(label(x(mark), _GROUND + 16, words.number(mark), "tick", "middle") for mark in _powers(x)),
        *(label(_LEFT - 6, y(mark) + 4, words.share(mark), "tick", "end") for mark in _powers(y)),
        label((_LEFT + _RIGHT) / 2, _HEIGHT - 8, "rank of the word", "tick", "middle"),
        element("text", "share of all words", class_="tick", text_anchor="middle", transform=turned),
    ]
