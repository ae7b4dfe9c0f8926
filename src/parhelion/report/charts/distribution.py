"""One column in the three tables: overlaid steps for values of an order, bars for categories."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from markupsafe import Markup

from parhelion.evaluation.fidelity.figures import Distribution
from parhelion.report import words
from parhelion.report.charts.scales import Scale
from parhelion.report.charts.svg import drawing, element, fitted, label, line, path

_WIDTH, _TALL, _ROW, _SHOWN, _NAMES = 300.0, 96.0, 17.0, 8, 128.0
_STEPS = "Real rows as a filled area, held-out real rows as a thin line, synthetic rows as a thick line."
_BARS = "Real rows as the upper bar, synthetic rows as the lower bar, held-out real rows as an upright line."


def distribution(name: str, chart: Distribution) -> Markup:
    """The shares of a column's values in each of the three tables."""
    return _steps(name, chart) if chart.edges else _bars(name, chart)


def _steps(name: str, chart: Distribution) -> Markup:
    places = _places(chart.edges)
    series = [_heights(shares, places) for shares in (chart.train, chart.holdout, chart.synthetic)]
    top = max((height for heights in series for height in heights), default=0.0) or 1.0
    scale = Scale(0, top, _TALL, 4)
    train, holdout, synthetic = ([scale(height) for height in heights] for heights in series)
    return drawing(
        _WIDTH, _TALL + 18, f"Distribution of {words.short(name)}", _STEPS,
        path(_outline(places, train, _TALL), "area-real", closed=True),
        path(_outline(places, holdout, _TALL)[1:-1], "line-holdout"),
        path(_outline(places, synthetic, _TALL)[1:-1], "line-synthetic"),
        line(0, _TALL, _WIDTH, _TALL, "axis"),
        *_edge_names(chart, places),
    )  # fmt: skip


def _places(edges: Sequence[float]) -> list[float]:
    """Where the edges lie. Bins far from equally wide are drawn equally wide, or the narrow ones could not be seen."""
    widths = [right - left for left, right in pairwise(edges)]
    if widths and min(widths) > 0 and max(widths) <= 20 * min(widths):
        return [Scale(edges[0], edges[-1], 1, _WIDTH - 1)(edge) for edge in edges]
    return [Scale(0, len(widths) or 1, 1, _WIDTH - 1)(place) for place in range(len(edges))]


def _heights(shares: Sequence[float], places: Sequence[float]) -> list[float]:
    """Area is share: bins of other widths are higher or lower."""
    return [share / (right - left) for share, left, right in zip(shares, places, places[1:], strict=False)]


def _outline(places: Sequence[float], heights: Sequence[float], ground: float) -> list[tuple[float, float]]:
    points = [(places[0], ground)]
    for height, left, right in zip(heights, places, places[1:], strict=False):
        points += [(left, height), (right, height)]
    return [*points, (places[-1], ground)]


def _edge_names(chart: Distribution, places: Sequence[float]) -> list[Markup]:
    if len(chart.labels) != len(places):
        return []
    middle = len(places) // 2
    told = [(0, "start"), (middle, "middle"), (len(places) - 1, "end")] if len(places) > 2 else [(0, "start")]
    return [label(places[at], _TALL + 14, words.short(chart.labels[at], 16), "tick", anchor) for at, anchor in told]


class _Shares(NamedTuple):
    name: str
    train: float
    holdout: float
    synthetic: float


def _bars(name: str, chart: Distribution) -> Markup:
    every = (chart.train, chart.holdout, chart.synthetic)
    scale = Scale(0, max((share for shares in every for share in shares), default=0.0) or 1.0, _NAMES, _WIDTH - 2)
    rows = [_Shares(*row) for row in zip(chart.labels, *every, strict=False)][:_SHOWN]
    drawn = [one for place, row in enumerate(rows) for one in _bar(place * _ROW, row, scale)]
    more = len(chart.labels) - len(rows)
    if more > 0:
        drawn.append(label(_NAMES, len(rows) * _ROW + 12, f"and {more} more, in the figures", "tick"))
    height = (len(rows) + (more > 0)) * _ROW + 2
    return drawing(_WIDTH, height, f"Shares of the categories of {words.short(name)}", _BARS, *drawn)


def _bar(top: float, row: _Shares, scale: Scale) -> list[Markup]:
    held = scale(row.holdout)
    return [
        label(_NAMES - 6, top + 12, fitted(row.name, _NAMES - 8, 11), "label small", "end"),
        element("rect", x=_NAMES, y=top + 2, width=scale(row.train) - _NAMES, height=6.5, class_="area-real"),
        element(
            "rect", x=_NAMES, y=top + 8.5, width=scale(row.synthetic) - _NAMES, height=5.5, class_="fill-synthetic"
        ),
        line(held, top + 1, held, top + 15, "line-holdout"),
    ]
