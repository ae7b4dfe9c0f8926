"""A score and its reference on one scale, with the interval drawn and the best end named."""

import math

from markupsafe import Markup

from parhelion.evaluation.scores import Score
from parhelion.report import words
from parhelion.report.charts.scales import Scale, finite, step
from parhelion.report.charts.svg import drawing, element, label, line

_WIDTH, _EDGE = 212.0, 8.0


def strip(score: Score) -> Markup:
    """The synthetic rows as a dot, their interval as a band, real rows as an upright line.

    A score that cannot be told has an empty scale.
    """
    value, reference = (finite([one]) for one in (score.value, score.reference))
    low, high = _ends(score)
    scale = Scale(low, high, _EDGE, _WIDTH - _EDGE)
    return drawing(
        _WIDTH, 40, f"{score.title}: {_told(score)}", words.direction(score),
        line(_EDGE, 14, _WIDTH - _EDGE, 14, "track"),
        *_band(score, scale),
        *(line(scale(at), 4, scale(at), 24, "mark-real") for at in reference),
        *(element("circle", cx=scale(at), cy=14.0, r=5.5, class_="mark-synthetic") for at in value),
        *_names(score, low, high),
        kind="strip",
    )  # fmt: skip


def _told(score: Score) -> str:
    unit = score.unit
    if score.value is None:
        return "not told"
    between = f" (95 % interval {words.interval(score.interval, unit)})" if score.interval else ""
    beside = "" if score.reference is None else f", real rows {words.measured(score.reference, unit)}"
    return f"synthetic {words.measured(score.value, unit)}{between}{beside}"


def _band(score: Score, scale: Scale) -> list[Markup]:
    if score.value is None or len(ends := finite(score.interval or ())) < 2:
        return []
    left, right = scale(ends[0]), scale(ends[1])
    return [element("rect", x=left - 3, y=9.0, width=right - left + 6, height=10.0, rx=5.0, class_="band")]


def _names(score: Score, low: float, high: float) -> list[Markup]:
    ends = [(low, _EDGE - 6, "start"), (high, _WIDTH - _EDGE + 6, "end")]
    return [label(x, 37, _end(score, at), "tick", anchor) for at, x, anchor in ends]


def _end(score: Score, at: float) -> str:
    text = words.number(at) if score.unit == "AUC" else words.amount(at, score.unit)[0]
    return f"{text} · best" if score.ideal is not None and math.isclose(at, score.ideal, abs_tol=1e-12) else text


def _ends(score: Score) -> tuple[float, float]:
    """From the best value, where it is an end, as far as the figures reach; AUC from a guess to certainty."""
    told = finite([score.value, score.reference, score.ideal, *(score.interval or ())])
    if score.unit == "AUC":
        return math.floor(min([0.5, *told]) * 20 + 1e-9) / 20, max([1.0, *told])
    low, high = (min(told), max(told)) if told else (0.0, 1.0)
    if low == high:
        low, high = (low - 1, high) if score.better == "higher" else (low, high + 1)
    by = step(1.2 * (high - low), 5)
    return (
        low if low == score.ideal else _below(low, 0.2 * (high - low), by),
        high if high == score.ideal else _above(high, 0.2 * (high - low), by, score.unit),
    )


def _below(low: float, room: float, by: float) -> float:
    end = math.floor((low - room) / by) * by
    return float(f"{max(end, 0.0) if low >= 0 else end:.12g}")


def _above(high: float, room: float, by: float, unit: str) -> float:
    end = math.ceil((high + room) / by) * by
    return float(f"{min(end, 1.0) if unit == 'share' and high <= 1 else end:.12g}")
