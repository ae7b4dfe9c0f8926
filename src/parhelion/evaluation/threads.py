"""Work in threads: our own on all cores, scikit-learn in one."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from importlib import import_module
from threading import Thread
from typing import Any


def load_ahead() -> None:
    """Load scikit-learn, which takes a second, while files are read."""
    # No daemon: Python kills those at its end, and one that is within a module of C++ then takes the process with it.
    Thread(target=import_module, args=("sklearn.ensemble",)).start()


def one_thread() -> AbstractContextManager[Any]:
    """At these sizes threads wait for each other longer than they work, above all on a busy machine."""
    import sklearn.ensemble  # noqa: F401, PLC0415  # only threads of what is loaded can be limited
    from threadpoolctl import threadpool_limits  # noqa: PLC0415  # the same

    limited: AbstractContextManager[Any] = threadpool_limits(1)
    return limited


def in_parts(work: Callable[[int], None], rows: int, part: int) -> None:
    """Work done on all cores, so many rows at a time: it is called with the first row of each part."""
    starts = range(0, rows, part)
    if len(starts) < 2:  # to start threads would take longer
        for start in starts:
            work(start)
        return
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        list(pool.map(work, starts))
