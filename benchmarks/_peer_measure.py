"""Measure a generator inside its own environment: TRAIN.csv OUT.csv OUT.json. Standard library and pandas only (Linux).

Every `_peer_NAME.py` hands over two steps: `fit` makes something of the training rows, `sample` makes as many rows of
that. What is written beside the rows is `fit_s` and `sample_s` in processor seconds, user and system, of the process
and all its children, `fit_wall_s` and `sample_wall_s` by the clock, and `peak_gb`, the most memory one process held.
"""

import json
import os
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

Result = TypeVar("Result")
TICKS = os.sysconf("SC_CLK_TCK")


def run(
    fit: Callable[[pd.DataFrame], Any], sample: Callable[[Any, int], pd.DataFrame], train: str, out: str, times: str
) -> None:
    rows = pd.read_csv(train)
    model, fitting = measured("fit", lambda: fit(rows))
    made, sampling = measured("sample", lambda: sample(model, len(rows)))
    made.to_csv(out, index=False)
    found = {"rows": len(made), **fitting, **sampling, "peak_gb": peak_gb()}
    Path(times).write_text(json.dumps(found, indent=1), encoding="utf-8")


def measured(name: str, work: Callable[[], Result]) -> tuple[Result, dict[str, float]]:
    clock, processor = time.perf_counter(), processor_seconds()
    done = work()
    taken = {f"{name}_s": processor_seconds() - processor, f"{name}_wall_s": time.perf_counter() - clock}
    return done, {key: round(seconds, 2) for key, seconds in taken.items()}


def processor_seconds() -> float:
    """Of this process, the children it waited for, and those that still live (pools of workers outlast a step)."""
    living = sum(seconds_of(process) for process in descendants(os.getpid()))
    return living + sum(os.times()[:4])


def descendants(process: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{process}/task").glob("*"):
        for child in map(int, text_of(task / "children").split()):
            found += [child, *descendants(child)]
    return found


def seconds_of(process: int) -> float:
    """
    >>> 0 < seconds_of(os.getpid()) <= processor_seconds()
    True
    """
    after_name = text_of(Path(f"/proc/{process}/stat")).rpartition(")")[2].split()
    return sum(map(int, after_name[11:15])) / TICKS


def text_of(path: Path) -> str:
    """Nothing where the process ended in between: its parent's seconds hold its own by then."""
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def peak_gb() -> float:
    """Peak resident memory of this process, or of the child that held most."""
    used = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return round(used * 1024 / 1e9, 3)
