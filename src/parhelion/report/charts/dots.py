"""Rows of figures on one scale: a dot for synthetic rows, a ring for real rows, an upright line for a third."""

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from markupsafe import Markup

from parhelion.evaluation.scores import Interval
from parhelion.report import words
from parhelion.report.charts.scales import Scale, around, finite, ticks
from parhelion.report.charts.svg import drawing, element, fitted, label, line

Look = Literal["synthetic", "real", "third"]
_WIDTH, _EDGE, _ROW, _MIDDLE, _NAMES = 480.0, 8.0, 34.0, 24.0, 380.0


class Mark(NamedTuple):
    look: Look
    value: float | None
    interval: Interval | None = None


class Row(NamedTuple):
    name: str
    marks: tuple[Mark, ...]


def dots(
    title: str,
    rows: Sequence[Row],
    *,
    told: Callable[[float], str] = words.number,
    ends: tuple[float, float] | None = None,
    zero: bool = True,
    stems: bool = False,
) -> Markup:
    """One row of marks for each name. stems: a bar from 0 to the synthetic mark."""
    low, high = ends or around((at for row in rows for mark in row.marks for at in _values(mark)), zero=zero)
    scale = Scale(low, high, _EDGE, _WIDTH - _EDGE)
    ground = len(rows) * _ROW + 4
    marks = ticks(low, high)
    return drawing(
        _WIDTH, ground + 18, title, _description(rows),
        *(label(scale(at), ground + 14, told(at), "tick", _anchor(scale(at))) for at in marks),
        *(one for place, row in enumerate(rows) for one in _track(row, place * _ROW, scale, marks)),
        *(one for place, row in enumerate(rows) for one in _marks(row, place * _ROW + _MIDDLE, scale, stems=stems)),
        kind="dots",
    )  # fmt: skip


def _description(rows: Sequence[Row]) -> str:
    looks = {mark.look for row in rows for mark in row.marks if mark.value is not None}
    shapes = {"synthetic": "a filled dot", "real": "a ring", "third": "an upright line"}
    return f"{len(rows)} rows; marks: {', '.join(shapes[look] for look in shapes if look in looks) or 'none'}"


def _anchor(x: float) -> str:
    return "start" if x < 24 else "end" if x > _WIDTH - 24 else "middle"


def _values(mark: Mark) -> tuple[float | None, ...]:
    return (mark.value, *(mark.interval or ()))


def _track(row: Row, top: float, scale: Scale, ticks: Sequence[float]) -> list[Markup]:
    """A name, and its own scale under it, so that no line runs through a name."""
    middle = top + _MIDDLE
    return [
        label(_EDGE, top + 13, fitted(row.name, _NAMES)),
        line(_EDGE, middle, _WIDTH - _EDGE, middle, "track"),
        *(_tick(scale(at), middle, zero=at == 0) for at in ticks),
    ]


def _tick(x: float, y: float, *, zero: bool) -> Markup:
    reach = 7 if zero else 3
    return line(x, y - reach, x, y + reach, "axis" if zero else "grid")


def _marks(row: Row, middle: float, scale: Scale, *, stems: bool) -> list[Markup]:
    drawn = []
    for mark in row.marks:
        if not finite([mark.value]) or mark.value is None:
            continue
        if stems and mark.look == "synthetic":
            left, right = sorted((scale(0), scale(mark.value)))
            drawn.append(element("rect", x=left, y=middle - 3, width=right - left, height=6.0, class_="stem"))
        drawn += _mark(mark, scale(mark.value), middle, scale)
    return drawn


def _mark(mark: Mark, x: float, y: float, scale: Scale) -> list[Markup]:
    between = finite(mark.interval or ())
    whisker = [line(scale(between[0]), y, scale(between[1]), y, f"whisker-{mark.look}")] if len(between) == 2 else []
    if mark.look == "third":
        return [*whisker, line(x, y - 7, x, y + 7, "mark-third")]
    radius = 5.0 if mark.look == "synthetic" else 5.5
    return [*whisker, element("circle", cx=x, cy=y, r=radius, class_=f"dot-{mark.look}")]
