"""One process at a time: a lock that the system frees when its holder ends, however it ends."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from parhelion.errors import ProjectError
from parhelion.io.atomic import failures
from parhelion.waiting import at_once

_PAUSE = 0.1  # seconds between two looks at a lock that another process holds

if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[str]) -> bool:
        # A byte behind all that is written: what is locked there nobody else can read.
        file.seek(1 << 20)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _take(file: IO[str]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def locked(path: Path, *, wait: bool) -> Iterator[None]:
    """Hold the lock that the file `path` stands for. Raises ProjectError where another process does."""
    with failures(path):
        file = path.open("a+", encoding="utf-8")
    with file:
        with at_once():
            while not _take(file):
                if not wait:
                    raise ProjectError(_taken(file, path))
                time.sleep(_PAUSE)
        with failures(path):
            file.seek(0)
            file.truncate()
            file.write(str(os.getpid()))
            file.flush()
        yield


def _taken(file: IO[str], path: Path) -> str:
    file.seek(0)
    by = file.read(20).strip()
    who = f"process {by}" if by.isdigit() else "another process"
    return (
        f"the project in {str(path.parent)!r} is in use by {who}; wait until it ends, stop it, or choose another folder"
    )
