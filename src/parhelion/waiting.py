"""Work that waits, done for a caller that does not; also within an event loop, as a notebook has one.

What the handler of a signal raises, Python raises wherever the program happens to be: between a call that is made and
its being written down, or within the event loop itself. So it is held back while the work goes on: the work is
cancelled, which reaches it where it waits, ends in order, and then what was held back is raised.
"""

import asyncio
import signal
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from types import FrameType, TracebackType
from typing import Any, Generic, Self, TypeVar

T = TypeVar("T")
_STOPS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


def waited(work: Coroutine[Any, Any, T], *, again: bool = False) -> T:
    """The result of the work, or what it raises.

    A signal that stops it, as Ctrl-C does, cancels it, and what the signal raises is raised once it has ended. A second
    one changes nothing; again: it cancels once more, for work that may take long to end.

    >>> async def three():
    ...     return 3
    >>> waited(three())
    3
    """
    doing = _Work(work, again=again)
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return doing.here()
    return doing.aside()


@contextmanager
def at_once() -> Iterator[None]:
    """A part of the work that takes long, never waits, and bears it that a signal raises anywhere in it: it may.

    Work that is done aside ends only after such a part.
    """
    held = _HELD.get()
    if held is None:
        yield
        return
    with held.let_through():
        yield


class _Held:
    """While it is entered, what handlers of signals raise is held back; call_off: called then.

    Signals that are ignored (`nohup`), or end the process without a handler, do so still. passed: the work knows, as
    it was raised in a part where it may be.
    """

    def __init__(self, call_off: Callable[[], None], *, again: bool) -> None:
        self._call_off, self._again = call_off, again
        self._handlers: dict[int, Any] = {}
        self._raised: BaseException | None = None
        self._through, self.passed = False, False

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():  # no other has signals
            self._take({number: handler for number in _STOPS if callable(handler := signal.getsignal(number))})
        return self

    def __exit__(self, _: type[BaseException] | None, fault: BaseException | None, __: TracebackType | None) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        if self._raised is not None and fault is not self._raised:
            raise self._raised from (None if isinstance(fault, asyncio.CancelledError) else fault)

    @contextmanager
    def let_through(self) -> Iterator[None]:
        """What handlers raise in here is not held back, nor what they have raised just before."""
        self._through = True
        try:
            if self._raised is not None:
                self.passed = True
                raise self._raised
            yield
        finally:
            self._through = False

    def _take(self, handlers: dict[int, Any]) -> None:
        self._handlers = handlers
        for number in handlers:
            signal.signal(number, self._heard)

    def _heard(self, number: int, frame: FrameType | None) -> None:
        if self._raised is None:
            try:
                self._handlers[number](number, frame)
            except BaseException as fault:  # noqa: BLE001 (raised again, here or at the end)
                self._raised = fault
                self._hear_on()
                self._tell()
        elif self._again:
            self._call_off()

    def _hear_on(self) -> None:
        """A handler may have set others: theirs is what comes after the end."""
        now = {number: signal.getsignal(number) for number in self._handlers}
        self._take({n: self._handlers[n] if each == self._heard else each for n, each in now.items()})

    def _tell(self) -> None:
        if not self._through:
            self._call_off()
            return
        self._through, self.passed = False, True
        assert self._raised is not None
        raise self._raised


_HELD: ContextVar[_Held | None] = ContextVar("held", default=None)


class _Work(Generic[T]):
    """Work in an event loop of its own, which can be called off from outside it at any time."""

    def __init__(self, work: Coroutine[Any, Any, T], *, again: bool) -> None:
        self._work = work
        self._held = _Held(self._call_off, again=again)
        self._off = False
        self._task: asyncio.Task[Any] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def here(self) -> T:
        """The result, made in this thread."""
        before = _HELD.set(self._held)
        try:
            with self._held:
                return asyncio.run(self._begun())
        finally:
            _HELD.reset(before)
            self._work.close()  # it was never begun where it was called off before that

    def aside(self) -> T:
        """The result, made in another thread, which has ended when this returns or raises."""
        outcome: Future[T] = Future()
        thread = threading.Thread(target=self._fulfil, args=(outcome,), name="parhelion")
        with self._held:
            thread.start()
            try:
                wait([outcome])
            except BaseException:
                self._call_off()
                wait([outcome])
                raise
            return outcome.result()

    def _fulfil(self, outcome: Future[T]) -> None:
        try:
            outcome.set_result(asyncio.run(self._begun()))
        except BaseException as fault:  # noqa: BLE001 (it is raised again, where the caller waits)
            outcome.set_exception(fault)
        finally:
            self._work.close()

    async def _begun(self) -> T:
        self._task, self._loop = asyncio.current_task(), asyncio.get_running_loop()
        if self._off:
            raise asyncio.CancelledError
        return await self._work

    def _call_off(self) -> None:
        self._off = True
        if self._loop is not None:
            with suppress(RuntimeError):  # its loop is closed: it has just ended
                self._loop.call_soon_threadsafe(self._cancel)

    def _cancel(self) -> None:
        if self._task is not None and not self._held.passed:
            self._task.cancel()
