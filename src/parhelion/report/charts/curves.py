"""Curves in a square: receiver operating characteristics, plain or by logarithms, and calibration."""

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from parhelion.report import words
from parhelion.report.charts.scales import Scale, finite
from parhelion.report.charts.svg import drawing, element, label, line, path

_WIDTH, _HEIGHT, _LEFT, _GROUND, _RIGHT = 340.0, 290.0, 52.0, 246.0, 320.0


class Curve(NamedTuple):
    """A line through points; look: "synthetic", "real", "holdout", or "synthetic thin" for a second one."""

    name: str
    points: Sequence[tuple[float, float]]
    look: str


def roc(title: str, curves: Sequence[Curve], *, log: bool = False) -> Markup:
    """True positive rate over false positive rate; a guess is the dashed line. By logarithms, what an attack finds
    while it is hardly ever wrong can be seen (Carlini et al. 2022)."""
    low = 0.001 if log else 0.0
    x, y = Scale(low, 1, _LEFT, _RIGHT, log), Scale(low, 1, _GROUND, 8, log)
    marks = (0.001, 0.01, 0.1, 1.0) if log else (0.0, 0.25, 0.5, 0.75, 1.0)
    special = [line(x(0.01), y(1), x(0.01), y(low), "dashed")] if log else []
    return _square(
        title, ("wrongly accused (false positive rate)", "found (true positive rate)"), (x, y), marks, curves, special
    )


def calibration(title: str, curves: Sequence[Curve]) -> Markup:
    """The observed share over the predicted probability; a model that is right lies on the dashed line."""
    x, y = Scale(0, 1, _LEFT, _RIGHT), Scale(0, 1, _GROUND, 8)
    dots = [
        element("circle", cx=x(at), cy=y(up), r=3.0, class_=f"dot-{curve.look}")
        for curve in curves
        for at, up in curve.points
    ]
    return _square(
        title, ("predicted probability", "observed share"), (x, y), (0.0, 0.25, 0.5, 0.75, 1.0), curves, dots
    )


def _square(
    title: str, axes: tuple[str, str], scales: tuple[Scale, Scale], marks: Sequence[float],
    curves: Sequence[Curve], above: Sequence[Markup],
) -> Markup:  # fmt: skip
    x, y = scales
    low, high = x.low, x.high
    return drawing(
        _WIDTH, _HEIGHT, title, f"{axes[1]} over {axes[0]}; {'; '.join(curve.name for curve in curves)}",
        *(line(x(mark), y(low), x(mark), y(high), "grid") for mark in marks),
        *(line(x(low), y(mark), x(high), y(mark), "grid") for mark in marks),
        line(x(low), y(low), x(high), y(high), "dashed"),
        *(label(x(mark), _GROUND + 15, words.share(mark), "tick", "middle") for mark in marks),
        *(label(_LEFT - 6, y(mark) + 4, words.share(mark), "tick", "end") for mark in marks),
        label((_LEFT + _RIGHT) / 2, _HEIGHT - 10, axes[0], "tick", "middle"),
        element("text", axes[1], class_="tick", text_anchor="middle", transform=f"translate(10 {_GROUND / 2}) rotate(-90)"),
        *(path(_line(curve, x, y), f"curve-{curve.look}") for curve in curves if curve.points),
        *above,
    )  # fmt: skip


def _line(curve: Curve, x: Scale, y: Scale) -> list[tuple[float, float]]:
    return [(x(at), y(up)) for at, up in curve.points if len(finite((at, up))) == 2]
