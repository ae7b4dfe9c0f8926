"""How a network stands, for people."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.text import Text

from parhelion.cli.layout import plain_table, visible

if TYPE_CHECKING:
    from parhelion.network import NetworkStatus


def network_view(found: "NetworkStatus") -> Callable[[Console], RenderableType]:
    """A line a node."""

    def shown(_: Console) -> RenderableType:
        table = plain_table()
        for title in ("node", "models", "busy", "tokens/s", "done", "failed", "trust", "waits for"):
            right = title in ("busy", "tokens/s", "done", "failed")
            table.add_column(title, justify="right" if right else "left", no_wrap=title != "waits for")
        for node in found.nodes:
            speed = f"{node.speed:.1f}" if node.speed else ""
            numbers = (f"{node.busy} of {node.slots}", speed, f"{node.done:,}", f"{node.failed:,}")
            models = ", ".join(visible(model) for model in node.models)
            style = "" if node.there else "dim"
            cells = numbers if node.there else ("", "", "", "")
            table.add_row(node.name, models, *cells, visible(node.trust), visible(node.waiting), style=style)
        head = Text(f"{found.url}: {sum(node.there for node in found.nodes)} of {len(found.nodes)} nodes are there")
        return Group(head, Text(""), table) if found.nodes else head

    return shown
