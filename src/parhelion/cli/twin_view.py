"""How near a twin is, for people: a line a column, the farthest first, a bar in units of the distance of real rows."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from parhelion.cli.layout import GAP, UNCUT, percent, plain_table, visible

if TYPE_CHECKING:
    from parhelion.evaluation import ColumnNearness, Figure, Nearness

Row = tuple[str | Text, ...]
MOST = 30  # columns to show; the figures hold all
NEAR, FAR = 1.25, 2.0  # times the distance of real rows
SHORTEST, LONGEST = 12, 40  # signs of a name
SMALL = 0.01  # an excess below this is small, however many times it is


def twin_view(figures: "Nearness", files: Sequence[str]) -> Callable[[Console], RenderableType]:
    """Everything that `parhelion twin` has to say."""

    def shown(console: Console) -> RenderableType:
        bar = Bar(12 if 100 <= console.width < UNCUT else 8, ascii_only=console.options.ascii_only)
        return Group(_table(figures, bar, console.width), Text(""), *_words(figures), *_files(files))

    return shown


class Bar:
    """A bar whose mark is the distance of real rows, and whose end is twice that. half: its length up to the mark.

    >>> Bar(4).drawn(0.4).plain, Bar(4).drawn(1.5).plain, Bar(4).drawn(9).plain
    ('━╸  │    ', '━━━━┿━━  ', '━━━━┿━━━▶')
    """

    def __init__(self, half: int, *, ascii_only: bool = False) -> None:
        self.half = half
        self.line, self.part, self.mark, self.crossed, self.more = "=-|+>" if ascii_only else "━╸│┿▶"

    @property
    def head(self) -> str:
        """What stands above: where the bar is at one and at two times real rows."""
        return "0" + "real".center(2 * self.half - 2) + "2x"

    def drawn(self, ratio: float, style: str = "") -> Text:
        """The bar of so many times the distance of real rows."""
        steps = round(min(ratio, FAR) * self.half * 2)
        line = (self.line * (steps // 2) + self.part * (steps % 2)).ljust(2 * self.half)
        beyond = line[self.half : -1] + self.more if ratio > FAR else line[self.half :]
        mark = self.mark if steps <= 2 * self.half else self.crossed
        return Text.assemble((line[: self.half], style), (mark, "" if mark == self.mark else style), (beyond, style))


def _table(figures: "Nearness", bar: Bar, width: int) -> Table:
    columns = [
        (visible(each.name), each.kind, *_distance(each, bar), _missing(each)) for each in figures.columns[:MOST]
    ]
    means = (("all columns", figures.column_distance), ("all pairs of columns", figures.pair_distance))
    whole = [(name, "", *_measured(figure, bar), "") for name, figure in means if figure is not None]
    head = ("column", "kind", "twin", "real", bar.head, "missing")
    table = plain_table()
    for title, room in zip(head, _widths([head, *columns, *whole], width), strict=True):
        right = title in ("twin", "real", "missing")
        table.add_column(title, no_wrap=True, overflow="ellipsis", width=room, justify="right" if right else "left")
    for row in columns:
        table.add_row(*row)
    if len(figures.columns) > MOST:
        more = len(figures.columns) - MOST
        table.add_row(f"and {more} nearer one{'s' * (more > 1)}", style="dim")
    table.add_section()
    for row in whole:
        table.add_row(*row, style="bold")
    return table


def _widths(rows: Sequence[Row], width: int) -> list[int]:
    """Every column as wide as its widest cell, but the first: that has what is left."""
    widths = [max(cell_len(str(cell)) for cell in column) for column in zip(*rows, strict=True)]
    left = width - sum(widths[1:]) - GAP * (len(widths) - 1)
    return [max(SHORTEST, min(widths[0], LONGEST, left)), *widths[1:]]


def _distance(column: "ColumnNearness", bar: Bar) -> Row:
    if column.distance is not None:
        return _measured(column.distance, bar)
    copied = column.copied is not None and column.copied.value
    told = "the same value" if column.kind == "constant" else f"{percent(copied or 0) or 'none'} copied"
    return "", "", Text(told, style="dim")


def _measured(figure: "Figure", bar: Bar) -> Row:
    ratio = float("inf") if figure.ratio is None else figure.ratio
    style = "green" if ratio <= NEAR else "yellow" if ratio <= FAR or figure.excess < SMALL else "red"
    return f"{figure.value:.4f}", f"{figure.reference:.4f}", bar.drawn(ratio, style)


def _missing(column: "ColumnNearness") -> str:
    """The share of missing values, beside that of real rows where it is clearly another."""
    made, real = column.missing.synthetic or 0, column.missing.holdout or 0
    return percent(made) if abs(made - real) < SMALL else f"{percent(made) or '0 %'} ({percent(real) or '0 %'})"


def _words(figures: "Nearness") -> Iterator[Text]:
    yield Text(visible(figures.sentence))
    counts = figures.counts
    made, learned, kept = counts.synthetic, counts.train, counts.holdout
    yield Text(f"{made:,} rows made; {learned:,} learned from; {kept:,} kept out and compared with.", style="dim")


def _files(files: Sequence[str]) -> Iterator[Text]:
    if files:
        yield Text("")
    for file in files:
        yield Text(visible(file))
