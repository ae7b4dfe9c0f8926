"""How near a twin is, for people: a line a column, the farthest first, a bar in units of the distance of real rows."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from parhelion.cli.layout import UNCUT, percent, plain_table, visible

if TYPE_CHECKING:
    from parhelion.evaluate import ColumnNearness, Figure, Nearness

MOST = 30  # columns to show; the figures hold all
NEAR, FAR = 1.25, 2.0  # times the distance of real rows
SMALL = 0.01  # an excess below this is small, however many times it is


def twin_view(figures: "Nearness", files: Sequence[str]) -> Callable[[Console], RenderableType]:
    """Everything that `parhelion twin` has to say."""

    def shown(console: Console) -> RenderableType:
        bar = Bar(12 if 100 <= console.width < UNCUT else 8, ascii_only=console.options.ascii_only)
        return Group(_table(figures, bar), Text(""), *_words(figures), *_files(files))

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
        return "0" + "real".center(2 * self.half - 2) + "2×"

    def drawn(self, ratio: float, style: str = "") -> Text:
        """The bar of so many times the distance of real rows."""
        steps = round(min(ratio, FAR) * self.half * 2)
        line = (self.line * (steps // 2) + self.part * (steps % 2)).ljust(2 * self.half)
        beyond = line[self.half : -1] + self.more if ratio > FAR else line[self.half :]
        mark = self.mark if steps <= 2 * self.half else self.crossed
        return Text.assemble((line[: self.half], style), (mark, "" if mark == self.mark else style), (beyond, style))


def _table(figures: "Nearness", bar: Bar) -> Table:
    table = plain_table()
    table.add_column("column", no_wrap=True, overflow="ellipsis", max_width=40)
    table.add_column("kind", no_wrap=True)
    table.add_column("twin", justify="right", no_wrap=True)
    table.add_column("real", justify="right", no_wrap=True)
    table.add_column(bar.head, no_wrap=True)
    table.add_column("missing", justify="right", no_wrap=True)
    for column in figures.columns[:MOST]:
        table.add_row(visible(column.name), column.kind, *_distance(column, bar), _missing(column))
    if len(figures.columns) > MOST:
        table.add_row(Text(f"and {len(figures.columns) - MOST} more, that are nearer", style="dim"))
    table.add_section()
    for name, figure in (("all columns", figures.column_distance), ("all pairs of columns", figures.pair_distance)):
        if figure is not None:
            table.add_row(name, "", *_measured(figure, bar), style="bold")
    return table


def _distance(column: "ColumnNearness", bar: Bar) -> tuple[str | Text, ...]:
    if column.distance is not None:
        return _measured(column.distance, bar)
    copied = column.copied is not None and column.copied.value
    told = "the same value" if column.kind == "constant" else f"{percent(copied or 0) or 'none'} as in the real rows"
    return "", "", Text(told, style="dim")


def _measured(figure: "Figure", bar: Bar) -> tuple[str | Text, ...]:
    ratio = float("inf") if figure.ratio is None else figure.ratio
    style = "green" if ratio <= NEAR else "yellow" if ratio <= FAR or figure.excess < SMALL else "red"
    return f"{figure.value:.4f}", f"{figure.reference:.4f}", bar.drawn(ratio, style)


def _missing(column: "ColumnNearness") -> str:
    """The share of missing values, beside that of real rows where it is another."""
    made, real = percent(column.missing.synthetic), percent(column.missing.holdout)
    return made if made == real else f"{made or '0 %'} ({real or '0 %'})"


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
