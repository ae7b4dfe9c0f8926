"""Help pages: no boxes, plain words, as wide as the terminal and never wider than a page."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cyclopts.help import HelpEntry, HelpPanel
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.text import Text

from parhelion.cli.layout import unpadded

WIDEST = 100


class HelpPage:
    """Lays out what cyclopts collected: usage, description, then one list a group."""

    def render_usage(self, console: "Console", options: "ConsoleOptions", usage: Any) -> None:
        _put(console, options, f"[bold]{str(usage).rstrip()}[/]")

    def render_description(self, console: "Console", options: "ConsoleOptions", description: Any) -> None:
        _put(console, options, description)

    def __call__(self, console: "Console", options: "ConsoleOptions", panel: "HelpPanel") -> None:
        from rich.console import Group  # noqa: PLC0415 (only help needs these)
        from rich.table import Table  # noqa: PLC0415

        if not panel.entries:
            return

        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(no_wrap=True, style="cyan", min_width=9)
        grid.add_column()
        for entry in panel.entries:
            grid.add_row("  " + _label(entry), _description(entry))
        _put(console, options, Group(f"[bold]{panel.title}[/]", grid))


def _put(console: "Console", options: "ConsoleOptions", what: "RenderableType") -> None:
    unpadded(console, what, min(options.max_width, WIDEST))
    console.file.write("\n")


def _label(entry: "HelpEntry") -> str:
    names = [*entry.positive_shorts, *entry.positive_names]
    if entry.positional_label:
        return entry.positional_label
    return ", ".join(names) + (f" {entry.metavar}" if entry.metavar else "")


def _description(entry: "HelpEntry") -> "Text":
    from rich.text import Text  # noqa: PLC0415 (only help needs it)

    text = Text(entry.description.primary_renderable.plain if entry.description else "")
    if entry.default:
        text.append(f" [default: {entry.default}]", style="dim")
    return text
