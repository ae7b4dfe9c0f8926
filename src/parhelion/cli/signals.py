"""Being stopped from outside: whatever was begun is taken back, once."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import NoReturn

_STOPS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
_USUAL = (signal.SIG_DFL, signal.default_int_handler)


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

    # Only the main thread may set handlers; elsewhere signals are the caller's.
    with suppress(ValueError):
        for number in taken:
            signal.signal(number, stop)
    try:
        yield
    finally:
        with suppress(ValueError):
            for number in taken:
                signal.signal(number, signal.SIG_IGN if last else before[number])
