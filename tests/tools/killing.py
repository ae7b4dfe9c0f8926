"""Runs of describe in processes of their own, killed on the way; and what a project holds after that.

`write_plan` writes a plan, `begin` starts a process that carries it out, `kill_after` kills it, `look` tells what is
there then.
"""

import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tools.scripted import Scripted

PLAN = """
goal: complaints to a railway, and answers to them
rows: {rows}
seed: 3
attempts: 20
models:
  writer:
    model: scripted
    endpoints:
      - {{url: {url}, read: 1.0, written: 2.0, slots: {slots}}}
fields:
  topic: {{make: category, values: {{late: 3, dirty: 1, loud: 1}}}}
  number: {{make: number, between: [1, 1000000]}}
  complaint: {{make: text, prompt: "Complain that train {{{{ number }}}} was {{{{ topic }}}}."}}
  answer:
    make: structured
    prompt: "Answer: {{{{ complaint }}}}"
    schema:
      type: object
      properties: {{text: {{type: string}}, days: {{type: integer, minimum: 1, maximum: 9}}}}
      required: [text, days]
      additionalProperties: false
  soon: {{make: check, that: answer.days < 9}}
  quality: {{make: judge, prompt: "Is it a good answer? {{{{ answer.text }}}}", at_least: 2}}
quotas:
  topic: {{late: 0.5, dirty: 0.3, loud: 0.2}}
"""


def write_plan(folder: Path, url: str, *, rows: int, slots: int = 16) -> Path:
    """Two fields that a model writes, a check and a judge, which both reject some rows. folder: the project's."""
    folder.mkdir(parents=True, exist_ok=True)
    plan = folder / "plan.yaml"
    plan.write_text(PLAN.format(url=url, rows=rows, slots=slots), encoding="utf-8")
    return plan


def begin(plan: Path, *words: str) -> subprocess.Popen[str]:
    """`parhelion describe` with the plan, in a process of its own."""
    command = [sys.executable, "-m", "parhelion", "describe", str(plan), *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def until(true: Callable[[], bool], process: subprocess.Popen[str], seconds: float = 600.0) -> bool:
    """Wait for something, or for the end of the process. Returns whether it came first."""
    last = time.monotonic() + seconds
    while not true():
        if process.poll() is not None:
            return False
        if time.monotonic() > last:
            process.kill()
            raise TimeoutError(f"nothing came of {process.args} within {seconds:g} s")
        time.sleep(0.005)
    return True


def kill_after(process: subprocess.Popen[str], server: Scripted, calls: int, then: float = 0.0) -> bool:
    """SIGKILL after so many more calls, and some seconds. Returns whether the process was still at work."""
    before = server.stats().calls
    until(lambda: server.stats().calls >= before + calls, process)
    time.sleep(then)
    working = process.poll() is None
    process.kill()
    process.communicate()
    return working


@dataclass(frozen=True)
class Look:
    """A project as it lies on the disk, all runs of it.

    accepted: by slot, the values as they lie there. lost: calls that were under way when a process was killed; twice:
    calls whose reply was there already; hedged: calls that were given up for another; calls: all; keys: those that are
    not the same call again.
    """

    accepted: dict[int, str]
    lost: int
    twice: int
    hedged: int
    calls: int
    keys: int
    cost: int
    read: int
    written: int


def look(folder: Path) -> Look:
    """What a project holds, found out on a copy: the project itself is left as the kill has left it."""
    with tempfile.TemporaryDirectory() as place:
        for file in folder.glob("project.sqlite*"):
            shutil.copy(file, place)
        db = sqlite3.connect(Path(place) / "project.sqlite")
        try:
            return _look(db)
        finally:
            db.close()


def _look(db: sqlite3.Connection) -> Look:
    if not db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'calls'").fetchone()[0]:
        return Look({}, 0, 0, 0, 0, 0, 0, 0, 0)  # killed before anything was written
    rows = db.execute("SELECT slot, \"values\" FROM rows WHERE state = 'accepted'").fetchall()
    accepted = dict(rows)
    assert len(accepted) == len(rows), "a slot has two accepted rows"
    lost, hedged, calls, keys, cost, read, written = db.execute(
        "SELECT sum(ended IS NULL OR ended = 'lost'), sum(ended IS 'slow'), count(*), count(DISTINCT key), "
        "sum(cost), sum(read), sum(written) FROM calls"
    ).fetchone()
    twice = db.execute(
        "SELECT count(*) FROM (SELECT key FROM calls WHERE ended = 'answered' GROUP BY key HAVING count(*) > 1)"
    ).fetchone()[0]
    return Look(accepted, lost or 0, twice, hedged or 0, calls, keys, cost or 0, read or 0, written or 0)
