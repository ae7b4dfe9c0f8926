"""Whole processes, measured from outside: wall-clock seconds and peak memory."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path


def measure(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> dict[str, float]:
    """Seconds and peak resident memory (GB) of a command and of the processes it waited for; its output is dropped.

    >>> taken = measure(["true"])
    >>> sorted(taken)
    ['peak_gb', 's']
    >>> measure(["false"])
    Traceback (most recent call last):
    SystemExit: false: exit status 1
    """
    start = time.perf_counter()
    process = subprocess.Popen(command, env={**os.environ, **(environment or {})}, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))}: exit status {process.returncode}")
    return {"s": round(seconds, 3), "peak_gb": round(used.ru_maxrss * 1024 / 1e9, 3)}


def best(command: Sequence[str | Path], times: int) -> dict[str, float]:
    """The fastest of several fresh processes."""
    return min((measure(command) for _ in range(times)), key=lambda taken: taken["s"])
