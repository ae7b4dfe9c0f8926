"""Curves in a square: receiver operating characteristics, plain or by logarithms, and calibration."""

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from parhelion.report import words
from parhelion.report.charts.dots import Look
from parhelion.report.charts.scales import Scale, finite
from parhelion.report.charts.svg import drawing, element, label, line, path

_WIDTH, _HEIGHT, _LEFT, _GROUND, _RIGHT = 400.0, 344.0, 58.0, 300.0, 376.0


class _Square(NamedTuple):
    """What lies under the curves: the names of the axes, their scales, and the values that are named on them."""

    across: str
    up: str
    x: Scale
    y: Scale
    marks: Sequence[float]


class Curve(NamedTuple):
    """A line through points."""

    name: str
    points: Sequence[tuple[float, float]]
    look: Look


def roc(title: str, curves: Sequence[Curve], *, log: bool = False) -> Markup:
    """True positive rate over false positive rate; a guess is the dotted line. By logarithms, what an attack finds
    while it is hardly ever wrong can be seen (Carlini et al. 2022)."""
    low = 0.001 if log else 0.0
    x, y = Scale(low, 1, _LEFT, _RIGHT, log), Scale(low, 1, _GROUND, 8, log)
    marks = (0.001, 0.01, 0.1, 1.0) if log else (0.0, 0.25, 0.5, 0.75, 1.0)
    square = _Square("wrongly accused (false positive rate)", "found (true positive rate)", x, y, marks)
    return _drawn(title, square, curves, [line(x(0.01), y(1), x(0.01), y(low), "axis")] if log else [])


def calibration(title: str, curves: Sequence[Curve]) -> Markup:
    """The observed share over the predicted probability; a model that is right lies on the dotted line."""
    x, y = Scale(0, 1, _LEFT, _RIGHT), Scale(0, 1, _GROUND, 8)
    dots = [
        element("circle", cx=x(at), cy=y(up), r=3.5, class_=f"dot-{curve.look}")
        for curve in curves
        for at, up in curve.points
    ]
    square = _Square("predicted probability", "observed share", x, y, (0.0, 0.25, 0.5, 0.75, 1.0))
    return _drawn(title, square, curves, dots)


def _drawn(title: str, square: _Square, curves: Sequence[Curve], more: Sequence[Markup]) -> Markup:
    told = f"{square.up} over {square.across}; {'; '.join(curve.name for curve in curves) or 'no curves'}"
    lines = [path(_line(curve, square), f"curve-{curve.look}") for curve in curves if curve.points]
    return drawing(_WIDTH, _HEIGHT, title, told, *_ground(square), *lines, *more, kind="square")


def _ground(square: _Square) -> list[Markup]:
    across, up, x, y, marks = square
    turned = f"translate(10 {_GROUND / 2}) rotate(-90)"
    return [
        *(line(x(mark), y(y.low), x(mark), y(y.high), "grid") for mark in marks),
        *(line(x(x.low), y(mark), x(x.high), y(mark), "grid") for mark in marks),
        line(x(x.low), y(y.low), x(x.high), y(y.high), "dotted"),
        *(label(x(mark), _GROUND + 16, words.share(mark), "tick", "middle") for mark in marks),
        *(label(_LEFT - 6, y(mark) + 4, words.share(mark), "tick", "end") for mark in marks),
        label((_LEFT + _RIGHT) / 2, _HEIGHT - 8, across, "tick", "middle"),
        element("text", up, class_="tick", text_anchor="middle", transform=turned),
    ]


def _line(curve: Curve, square: _Square) -> list[tuple[float, float]]:
    return [(square.x(at), square.y(up)) for at, up in curve.points if len(finite((at, up))) == 2]
