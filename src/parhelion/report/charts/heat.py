"""Pairs of columns as a triangle of cells, each column's name at the end of its row."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup

from parhelion.report import words
from parhelion.report.charts.svg import drawing, element, fitted, label, line

Pair = tuple[str, str]
_NAMES, _SMALLEST, _LARGEST, _SIDE = 104.0, 12.0, 22.0, 216.0
_MEANS = "The fuller the colour, the stronger; a dash marks what is negative. Each cell has its figure as its title."


class _Cell(NamedTuple):
    x: float
    y: float
    size: float


def heat(title: str, names: Sequence[str], values: Mapping[Pair, float | None], most: float = 1.0) -> Markup:
    """Values of pairs, 0 pale, `most` full; negative ones have another colour and a dash. A column's cells lie left of
    its name and under it.

    values: by pair, in either order.
    """
    size = max(_SMALLEST, min(_LARGEST, _SIDE / max(len(names), 1)))
    drawn = []
    for row, name in enumerate(names):
        for column, other in enumerate(names[:row]):
            drawn += _cell((name, other), values, most, _Cell(column * size, row * size, size))
        drawn.append(label(row * size + 4, (row + 0.5) * size + 4, fitted(name, _NAMES - 6, 11), "label small"))
    return drawing(len(names) * size + _NAMES, len(names) * size, title, _MEANS, *drawn)


def _cell(pair: Pair, values: Mapping[Pair, float | None], most: float, cell: _Cell) -> list[Markup]:
    value = values.get(pair, values.get(pair[::-1]))
    told = element("title", f"{words.short(pair[1], 24)} and {words.short(pair[0], 24)}: {words.number(value)}")
    at = {"x": cell.x, "y": cell.y, "width": cell.size - 1, "height": cell.size - 1}
    if value is None:
        return [element("rect", told, **at, class_="cell-none")]
    strength = min(1.0, abs(value) / most)
    look = "cell-minus" if value < 0 else "cell-plus"
    filled = element("rect", told, **at, class_=look, fill_opacity=f"{strength:.2f}")
    return [filled, _dash(cell)] if value < 0 and strength >= 0.1 else [filled]


def _dash(cell: _Cell) -> Markup:
    """So that what is negative is not told by colour alone."""
    middle = cell.y + (cell.size - 1) / 2
    return line(cell.x + cell.size * 0.3, middle, cell.x + cell.size * 0.7 - 1, middle, "dash")
