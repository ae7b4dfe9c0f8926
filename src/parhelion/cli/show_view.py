"""What a model file holds, for people."""

from collections.abc import Callable, Iterator
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from parhelion.cli.layout import plain_table, size_text, visible


def show_view(facts: dict[str, Any]) -> Callable[[Console], RenderableType]:
    """The facts of a model, then its columns."""

    def shown(_: Console) -> RenderableType:
        texts = [Text(visible(line)) for text in facts["texts"] for line in ("", *_text(text))]
        return Group(_head(facts), Text(""), _columns(facts), *texts)

    return shown


def _head(facts: dict[str, Any]) -> Table:
    learned, rows = facts["learned_from"], facts["rows"]
    told = {
        "model": f"{facts['model']}  {size_text(facts['bytes'])}",
        "table": facts["table"],
        "target": facts["target"],
        "rows": f"{rows:,}" + (f", learned from {learned:,} of them" if learned != rows else ""),
        "engine": facts["engine"],
        "protection": _protection(facts["protect"]),
    }
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in told.items():
        if value is not None:
            grid.add_row(name, visible(str(value)))
    return grid


def _protection(rows: int) -> str:
    return "off" if rows == 1 else f"values that fewer than {rows} rows share are not shown"


def _columns(facts: dict[str, Any]) -> Table:
    table = plain_table()
    table.add_column("column", no_wrap=True, overflow="ellipsis")
    table.add_column("kind", no_wrap=True)
    table.add_column("codes", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True, style="dim")
    for column in facts["columns"]:
        rare = "rare values hidden" if column["protects_rare_values"] else ""
        table.add_row(Text(visible(column["name"])), column["kind"], f"{column['codes']:,}", rare)
    return table


def _text(facts: dict[str, Any]) -> Iterator[str]:
    """What is known of a column of texts."""
    known = f" for {', '.join(facts['written_for'])}" if facts["written_for"] else ""
    yield f"{facts['column']} is written by {facts['engine']}{known}, up to {facts['longest']:,} characters"
    found = sorted(facts["personal_values_replaced"].items(), key=lambda pair: -pair[1])
    if found:
        yield "personal values replaced: " + ", ".join(f"{many:,} {sort.replace('_', ' ')}" for sort, many in found)
