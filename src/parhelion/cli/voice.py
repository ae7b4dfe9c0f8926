"""How a verb speaks: results on stdout, talk on stderr, progress where somebody watches."""

import json as json_text
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from parhelion.cli.flags import ALWAYS, switch
from parhelion.cli.layout import UNCUT, visible
from parhelion.progress import Progress, silent

if TYPE_CHECKING:
    from rich.console import Console, RenderableType


@dataclass(frozen=True)
class Voice:
    """What every verb takes."""

    json: Annotated[bool, switch(ALWAYS, "Print one JSON object, for programs.")] = False
    quiet: Annotated[bool, switch(ALWAYS, "Print the result and errors, nothing else.")] = False

    def say(self, text: str) -> None:
        """A line of talk; programs read the same in their object."""
        if not self.quiet and not self.json:
            printed(stderr(), text)

    def notes(self, notes: Iterable[str]) -> None:
        """What the user should know of a model."""
        for note in notes:
            self.say(f"note: {note}")

    @contextmanager
    def progress(self, after_reading: str = "learning") -> Iterator[Progress]:
        """A function to tell how far a stage is; it draws bars on a terminal, and nothing elsewhere.

        after_reading: the stage that follows, which is long before it can tell how far it is.
        """
        console = stderr()
        if self.quiet or not console.is_terminal or console.is_dumb_terminal:
            yield silent
            return
        from parhelion.cli.bars import bars  # noqa: PLC0415 (costs more than many a verb)

        with bars(console, {"reading": after_reading}) as report:
            yield report


Always = Annotated[Voice, Parameter(name="*", group=ALWAYS)]


@dataclass(frozen=True)
class Outcome:
    """What a verb has found out: facts first, for `--json`; `shown` is the same for people:
    a page, a text that is also to be read back, or None. missed: a check was asked for, and was missed."""

    facts: dict[str, Any]
    shown: "Callable[[Console], RenderableType] | str | None" = None
    missed: bool = False


def stderr() -> "Console":
    """Where talk goes."""
    return _console(sys.stderr)


def stdout() -> "Console":
    """Where results go."""
    return _console(sys.stdout)


def _console(file: Any) -> "Console":
    from rich.console import Console  # noqa: PLC0415 (help and rows need no other)

    console = Console(file=file, highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = UNCUT
    return console


def printed(console: "Console", text: str, style: str | None = None) -> None:
    """Text as it is, broken at words on a terminal only."""
    console.print(visible(text), style=style)


def print_json(facts: dict[str, Any]) -> None:
    """One JSON object on stdout."""
    print(json_text.dumps(facts, allow_nan=False))
