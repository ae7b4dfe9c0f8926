"""How long-running work speaks, and how it is stopped."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Say = Callable[[str], None]


def silent(_: str) -> None:
    """Says nothing."""


@contextmanager
def stopped_by_term() -> Iterator[None]:
    """SIGTERM cancels the task that is in here, as Ctrl-C does, so that it can tidy up.

    Does nothing where the system or the thread has no such signals.
    """
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    try:
        loop.add_signal_handler(signal.SIGTERM, task.cancel)
    except (NotImplementedError, RuntimeError, ValueError):
        yield
        return
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGTERM)
