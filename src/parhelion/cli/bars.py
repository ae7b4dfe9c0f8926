"""Bars of progress on a terminal."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from parhelion.progress import Progress


@contextmanager
def bars(console: Console, follows: Mapping[str, str]) -> Iterator[Progress]:
    """One bar a stage; they vanish when the work ends. A bar runs to and fro where nobody knows how much is done.

    follows: what comes after a stage without a word of its own.
    """
    columns = (
        TextColumn("{task.description:<9}"),
        BarColumn(bar_width=32),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(compact=True, elapsed_when_finished=True),
    )
    stages: dict[str, TaskID] = {}
    with Bars(*columns, console=console, transient=True) as shown:

        def report(stage: str, done: int, total: int) -> None:
            if stage not in stages:
                stages[stage] = shown.add_task(stage, total=None)
            # 0 of 1 says no more than that it has begun.
            shown.update(stages[stage], completed=done, total=total if done or total > 1 else None)
            if done >= total and stage in follows:
                report(follows[stage], 0, 1)

        yield report
