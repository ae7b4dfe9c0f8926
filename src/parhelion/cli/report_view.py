"""The evidence, for people: the verdict, four headlines, what is worst, and a line a column with a bar in units of the
distance of real rows."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from parhelion.cli.layout import GAP, UNCUT, percent, plain_table, visible
from parhelion.evaluation.shown import shown

if TYPE_CHECKING:
    from parhelion.evaluation import Figure, Report, Score
    from parhelion.evaluation.fidelity.figures import ColumnFidelity

Row = tuple[str | Text, ...]
MOST = 30  # columns to show; the report holds all
NEAR, FAR = 1.25, 2.0  # times the distance of real rows
SHORTEST, LONGEST = 12, 40  # signs of a name
SMALL = 0.01  # an excess below this is small, however many times it is
SENTENCES = 5


def report_view(report: "Report", files: Sequence[str]) -> Callable[[Console], RenderableType]:
    """Everything that `parhelion twin` and `parhelion evaluate` have to say."""

    def drawn(console: Console) -> RenderableType:
        bar = Bar(12 if 100 <= console.width < UNCUT else 8, ascii_only=console.options.ascii_only)
        return Group(
            _columns(report, bar, console.width), Text(""), _headlines(report), Text(""),
            *_worst(report), *_verdict(report), *_files(files),
        )  # fmt: skip

    return drawn


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


def _columns(report: "Report", bar: Bar, width: int) -> Table:
    every = report.fidelity.columns
    rows = [(visible(each.name), each.kind, *_distance(each, bar), _missing(each)) for each in every[:MOST]]
    head = ("column", "kind", "synthetic", "real", bar.head, "missing")
    table = plain_table()
    for title, room in zip(head, _widths([head, *rows], width), strict=True):
        right = title in ("synthetic", "real", "missing")
        table.add_column(title, no_wrap=True, overflow="ellipsis", width=room, justify="right" if right else "left")
    for row in rows:
        table.add_row(*row)
    if len(every) > MOST:
        more = len(every) - MOST
        table.add_row(f"and {more} nearer one{'s' * (more > 1)}", style="dim")
    return table


def _headlines(report: "Report") -> Table:
    table = plain_table()
    for title in ("", "synthetic", "real", "best"):
        table.add_column(title, no_wrap=True, justify="right" if title else "left")
    for score in report.headline:
        table.add_row(
            visible(score.title), *(_told(score, each) for each in (score.value, score.reference, score.ideal))
        )
    return table


def _told(score: "Score", figure: float | None) -> str:
    return "-" if figure is None else shown(figure, score.unit)


def _widths(rows: Sequence[Row], width: int) -> list[int]:
    """Every column as wide as its widest cell, but the first: that has what is left."""
    widths = [max(cell_len(str(cell)) for cell in column) for column in zip(*rows, strict=True)]
    left = width - sum(widths[1:]) - GAP * (len(widths) - 1)
    return [max(SHORTEST, min(widths[0], LONGEST, left)), *widths[1:]]


def _distance(column: "ColumnFidelity", bar: Bar) -> Row:
    if column.distance is not None:
        return _measured(column.distance, bar)
    copied = column.copied is not None and column.copied.value
    told = "the same value" if column.kind == "constant" else f"{percent(copied or 0) or 'none'} copied"
    return "", "", Text(told, style="dim")


def _measured(figure: "Figure", bar: Bar) -> Row:
    ratio = float("inf") if figure.ratio is None else figure.ratio
    style = "green" if ratio <= NEAR else "yellow" if ratio <= FAR or figure.excess < SMALL else "red"
    return f"{figure.value:.4f}", f"{figure.reference:.4f}", bar.drawn(ratio, style)


def _missing(column: "ColumnFidelity") -> str:
    """The share of missing values, beside that of real rows where it is clearly another."""
    made, real = column.missing.synthetic or 0, column.missing.holdout or 0
    return percent(made) if abs(made - real) < SMALL else f"{percent(made) or '0 %'} ({percent(real) or '0 %'})"


def _worst(report: "Report") -> Iterator[Text]:
    for sentence in report.worst[:SENTENCES]:
        yield Text(f"- {visible(sentence)}")
    more = len(report.worst) - SENTENCES
    if more > 0:
        yield Text(f"- and {more} more in the report", style="dim")
    if report.worst:
        yield Text("")


def _verdict(report: "Report") -> Iterator[Text]:
    counts, cut = report.compared.counts, report.compared.cut
    yield Text(visible(report.verdict.sentence), style="bold" if report.verdict.passed else "bold red")
    held = "cut from the real rows" if cut else "that were not learned from"
    real = f"{counts.train:,} real rows and {counts.holdout:,} {held}"
    yield Text(f"{counts.synthetic:,} synthetic rows, beside {real}.", style="dim")


def _files(files: Sequence[str]) -> Iterator[Text]:
    if files:
        yield Text("")
    for file in files:
        yield Text(visible(file))
