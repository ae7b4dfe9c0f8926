"""How long work says how far it is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

# Called with a stage, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]


def silent(stage: str, done: int, total: int) -> None:
    """Say nothing."""
    del stage, done, total


@contextmanager
def no_bars() -> Iterator[None]:
    """Without the bars that transformers draws: progress is ours to show."""
    from transformers.utils import logging  # noqa: PLC0415 (an extra, and seconds to import)

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()
