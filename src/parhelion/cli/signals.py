"""Being stopped from outside: whatever was begun is taken back, once."""

import _thread
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, NoReturn

_STOPS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
_USUAL = (signal.SIG_DFL, signal.default_int_handler)
_SOON = 0.01  # seconds


@contextmanager
def stoppable(*, last: bool) -> Iterator[None]:
    """In here Ctrl-C, `kill` and a closed terminal raise KeyboardInterrupt with the signal's number, the first time.

    A second one would stop the clearing away of what is half-written, and is ignored. Signals that the caller of the
    program ignores (`nohup`) stay ignored. last: nothing but the end of the process comes after this, which a signal
    would only litter with a traceback.
    """
    before = {number: signal.getsignal(number) for number in _STOPS}
    taken = [number for number, handler in before.items() if handler in _USUAL]

    def stop(number: int, _: FrameType | None) -> NoReturn:
        for each in taken:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt(number)

    def again(number: signal.Signals) -> None:
        signal.signal(number, stop)
        _thread.start_new_thread(_send, (number,))

    # Only the main thread may set handlers; elsewhere signals are the caller's.
    with suppress(ValueError):
        for number in taken:
            signal.signal(number, stop)
    try:
        with _never_lost(taken, again):
            yield
    finally:
        with suppress(ValueError):
            for number in taken:
                signal.signal(number, signal.SIG_IGN if last else before[number])


@contextmanager
def _never_lost(numbers: list[signal.Signals], again: Callable[[signal.Signals], None]) -> Iterator[None]:
    """Where Python happens to be in a destructor or a callback of the collector of garbage, it drops whatever is raised
    there: what stops the program is then raised `again`, once Python is out of it.
    """
    before = sys.unraisablehook

    def dropped(what: Any) -> None:
        match what.exc_value:
            case KeyboardInterrupt(args=(number,)) if number in numbers:
                again(signal.Signals(number))
            case _:
                before(what)

    sys.unraisablehook = dropped
    try:
        yield
    finally:
        sys.unraisablehook = before


def _send(number: signal.Signals) -> None:
    """Signals the main thread, also where it waits. From a thread without a lock: any may be held in a destructor."""
    time.sleep(_SOON)
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, number)
    else:
        _thread.interrupt_main(number)
