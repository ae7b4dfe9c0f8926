"""What scikit-learn is loaded with, and how many threads it works with."""

from contextlib import AbstractContextManager
from importlib import import_module
from threading import Thread
from typing import Any


def load_ahead() -> None:
    """Load scikit-learn, which takes a second, while files are read."""
    Thread(target=import_module, args=("sklearn.ensemble",), daemon=True).start()


def one_thread() -> AbstractContextManager[Any]:
    """At these sizes threads wait for each other longer than they work, above all on a busy machine."""
    import sklearn.ensemble  # noqa: F401, PLC0415  # only threads of what is loaded can be limited
    from threadpoolctl import threadpool_limits  # noqa: PLC0415  # the same

    limited: AbstractContextManager[Any] = threadpool_limits(1)
    return limited
