"""Work that waits, done for a caller that does not; also within an event loop, as a notebook has one."""

import asyncio
import threading
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Generic, TypeVar

T = TypeVar("T")


def waited(work: Coroutine[Any, Any, T]) -> T:
    """The result of the work, or what it raises.

    >>> async def three():
    ...     return 3
    >>> waited(three())
    3
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    return _Aside(work).result()


class _Aside(Generic[T]):
    """Work in a thread and an event loop of its own, which ends when whoever waits for it is interrupted."""

    def __init__(self, work: Coroutine[Any, Any, T]) -> None:
        self._work = work
        self._ended: list[T] = []
        self._raised: list[BaseException] = []
        self._begun, self._over = threading.Event(), threading.Event()  # a thread's own join, interrupted, is of no use
        self._thread = threading.Thread(target=self._run, name="parhelion")

    def result(self) -> T:
        self._thread.start()
        try:
            self._over.wait()
        except BaseException:
            self._cancel()
            raise
        if self._raised:
            raise self._raised[0]
        return self._ended[0]

    def _run(self) -> None:
        try:
            self._ended.append(asyncio.run(self._cancellable()))
        except BaseException as fault:  # noqa: BLE001 (it is raised again, where the caller waits)
            self._raised.append(fault)
        finally:
            self._begun.set()
            self._over.set()

    async def _cancellable(self) -> T:
        task = asyncio.current_task()
        assert task is not None
        self._loop, self._task = asyncio.get_running_loop(), task
        self._begun.set()
        return await self._work

    def _cancel(self) -> None:
        """Return when it has ended: calls under way are written down, and the project is free again."""
        self._begun.wait()
        with suppress(RuntimeError):  # its loop is closed: it has just ended
            self._loop.call_soon_threadsafe(self._task.cancel)
        self._over.wait()
