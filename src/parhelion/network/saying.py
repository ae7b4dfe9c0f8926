"""How long-running work speaks, and how it is stopped."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Say = Callable[[str], None]


def silent(_: str) -> None:
    """Says nothing."""


@contextmanager
def stopped_by_term() -> Iterator[None]:
    """SIGTERM cancels the task that is in here, as Ctrl-C does, so that it can tidy up.

    Does nothing where somebody else sees to that signal, or the system or the thread has no such signals.
    """
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    minded = False
    with suppress(NotImplementedError, RuntimeError, ValueError):
        if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            loop.add_signal_handler(signal.SIGTERM, task.cancel)
            minded = True
    try:
        yield
    finally:
        if minded:
            loop.remove_signal_handler(signal.SIGTERM)
