"""A run of describe, for people: while it goes on, and what came of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from parhelion.cli.layout import percent, plain_table, visible
from parhelion.describing.described import rounded, span
from parhelion.describing.rows.examples import as_text
from parhelion.llm.budget import dollars

if TYPE_CHECKING:
    from parhelion.describing import Described, Snapshot, Watch

MOST_ENDPOINTS = 12  # shown while it runs; the card holds all


@contextmanager
def watching(console: Console) -> "Iterator[Watch]":
    """A function to show how far a run is; what it draws vanishes when the run ends."""
    with Live(console=console, transient=True, auto_refresh=False) as live:
        yield lambda snapshot: live.update(drawn(snapshot), refresh=True)


def drawn(snapshot: "Snapshot") -> RenderableType:
    """One moment of a run."""
    return Group(_how_far(snapshot), _what_it_costs(snapshot), Text(""), *_endpoints(snapshot))


def _how_far(now: "Snapshot") -> RenderableType:
    if now.stage != "rows":
        found = percent(now.done) if now.stage == "documents" else f"{now.facts:,} so far" if now.facts else ""
        return Text.assemble((f"{now.stage:<10}", "bold"), found)
    line = Table.grid(padding=(0, 2, 0, 0))
    bar = ProgressBar(total=max(now.asked, 1), completed=now.accepted, width=32)
    beside = [f"{now.rejected:,} rejected", f"{now.held:,} held", f"{now.pending:,} in the making"]
    told = ", ".join(each for each in beside if not each.startswith("0 "))
    line.add_row(Text("rows", style="bold"), bar, f"{now.accepted:,} of {now.asked:,}", Text(told, style="dim"))
    return line


def _what_it_costs(now: "Snapshot") -> RenderableType:
    told = [f"{now.calls:,} calls, {now.calls_per_second:.1f} a second"] if now.calls else []
    told += [f"{dollars(now.spent)}" + (f" of {dollars(now.budget)}" if now.budget is not None else "") + " spent"]
    if now.forecast is not None:
        told += [f"about {dollars(rounded(now.forecast.cost))} in all"] if now.forecast.cost else []
        told += [f"{span(now.forecast.seconds)} left"] if now.forecast.seconds is not None else []
    return Text("   ".join(told), style="dim")


def _endpoints(now: "Snapshot") -> Iterator[RenderableType]:
    if not now.endpoints:
        return
    table = plain_table()
    for title in ("endpoint", "out", "calls", "failed", "seconds"):
        right = title != "endpoint"
        table.add_column(title, justify="right" if right else "left", no_wrap=True)
    table.add_column()  # why something waits: what gives way where there is no room
    for each in now.endpoints[:MOST_ENDPOINTS]:
        busy, seconds = f"{each.out} of {each.limit}", "" if each.latency is None else f"{each.latency:.2f}"
        failed = sum(each.failures.values())
        why = Text(visible(each.why), style="dim", no_wrap=True, overflow="ellipsis")
        table.add_row(visible(each.name), busy, f"{each.calls:,}", f"{failed:,}", seconds, why)
    if len(now.endpoints) > MOST_ENDPOINTS:
        table.add_row(f"and {len(now.endpoints) - MOST_ENDPOINTS} more", style="dim")
    yield table


def described_view(made: "Described") -> Callable[[Console], RenderableType]:
    """What came of a run: a few rows, the yield, the cost, the files."""

    def shown(_: Console) -> RenderableType:
        return Group(*_rows(made), _yield(made), Text(""), *(Text(visible(str(each))) for each in made.files))

    return shown


def _rows(made: "Described") -> Iterator[RenderableType]:
    """What would be delivered, and below it what it rests on."""
    for number, row in enumerate(made.preview, 1):
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(style="dim", no_wrap=True)
        grid.add_column(overflow="fold")
        for name in made.columns:
            grid.add_row(visible(name), visible(as_text(row.get(name))))
        for fact in _facts(row):
            grid.add_row("rests on", Text(visible(f"“{fact['quote']}” {fact['url']}"), style="dim"))
        yield Text(f"{number}", style="bold")
        yield grid
        yield Text("")


def _facts(row: "dict[str, Any]") -> "Iterator[dict[str, Any]]":
    return (value for value in row.values() if isinstance(value, dict) and {"quote", "url"} <= value.keys())


def _yield(made: "Described") -> RenderableType:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in made.told().items():
        grid.add_row(name, visible(value))
    return grid
