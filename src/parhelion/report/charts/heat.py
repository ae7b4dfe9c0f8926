"""Pairs of columns as a triangle of cells, each column's name at the end of its row."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from parhelion.report import words
from parhelion.report.charts.svg import drawing, element, label

Pair = tuple[str, str]


def heat(title: str, names: Sequence[str], values: Mapping[Pair, float | None], most: float = 1.0) -> Markup:
    """Values of pairs, 0 pale, `most` full; negative ones have another colour. A column's cells lie left of its name
    and under it.

    values: by pair, in either order.
    """
    cell = max(10.0, min(22.0, 330 / max(len(names), 1)))
    cells = [_cell(row, column, names, values, most, cell) for row in range(len(names)) for column in range(row)]
    named = [
        label(row * cell + 4, (row + 0.5) * cell + 3.5, words.short(name, 18), "label small" if cell < 13 else "label")
        for row, name in enumerate(names)
    ]
    width = len(names) * cell + 112
    return drawing(
        width, len(names) * cell, title, "full colour is strongest; hover a cell for its figure", *cells, *named
    )


def _cell(
    row: int, column: int, names: Sequence[str], values: Mapping[Pair, float | None], most: float, size: float
) -> Markup:
    first, second = names[row], names[column]
    value = values.get((first, second), values.get((second, first)))
    told = element("title", f"{words.short(second, 24)} and {words.short(first, 24)}: {words.number(value)}")
    at = {"x": column * size, "y": row * size, "width": size - 1, "height": size - 1}
    if value is None:
        return element("rect", told, **at, class_="cell-none")
    strength = f"{min(1.0, abs(value) / most):.2f}"
    return element("rect", told, **at, class_="cell-minus" if value < 0 else "cell-plus", fill_opacity=strength)
