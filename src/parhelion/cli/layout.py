"""How values look to people, on every page of the program."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table

# A table that goes to a file or to another program is not cut: no terminal is that wide.
UNCUT = 10_000
GAP = 2  # between the columns of a plain table


def visible(text: str) -> str:
    """Text from a stranger's file, safe on a terminal: what does not print is shown by a sign.

    >>> visible("age\\x1b[2J")
    'age\ufffd[2J'
    """
    return "".join(sign if sign.isprintable() or sign == "\n" else "\ufffd" for sign in text)


def size_text(number: float) -> str:
    """A number of bytes to read.

    >>> size_text(1 << 30), size_text(1_500), size_text(312_456)
    ('1GiB', '1.5kB', '312kB')
    """
    for unit, size in (("GiB", 1 << 30), ("MiB", 1 << 20)):
        if number and number % size == 0:
            return f"{int(number) // size}{unit}"
    for unit in ("B", "kB", "MB"):
        if number < 999.5:
            return f"{number:.3g}{unit}"
        number /= 1000
    return f"{number:.3g}GB"


def percent(share: float | None) -> str:
    """A share to read: nothing for none, never 0 % for what is not none.

    >>> percent(0.0561), percent(0.00001), percent(0.0)
    ('5.6 %', '<0.1 %', '')
    """
    if not share:
        return ""
    return "<0.1 %" if share < 0.001 else f"{share:.1%}".replace("%", " %")


def plain_table() -> "Table":
    """A table with one line below its head and one between its sections."""
    from rich.box import Box  # noqa: PLC0415 (rows and JSON need no tables)
    from rich.table import Table  # noqa: PLC0415

    line, blank = " ── \n", "    \n"
    box = Box(blank + blank + line + blank + line + line + blank + blank)
    return Table(
        box=box, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold", border_style="dim"
    )


def unpadded(console: "Console", what: "RenderableType", width: int | None = None) -> None:
    """Prints a page without the spaces that fill lines up: they are noise in a file, and in what is copied.

    Signs that the encoding of the terminal lacks are shown by question marks: a page is to be read, not read back.
    """
    with console.capture() as captured:
        console.print(what, width=width)
    text = "".join(line.rstrip() + "\n" for line in captured.get().rstrip().splitlines())
    console.file.write(text.encode(console.encoding, "replace").decode(console.encoding))
