"""Runs of describe that are killed, and started again where much is there already."""

import json
import random
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from statistics import median

from _figure import Figure
from parhelion.describing.contract import Place, Row
from parhelion.describing.fields.quotas import Quotas
from parhelion.describing.plan import plan_yaml, read_plan
from parhelion.describing.project import run_key
from parhelion.describing.rows.nearness import Nearness
from parhelion.describing.store import Cell, Store, open_store
from parhelion.llm.contract import Reply, Usage
from tools.killing import Look, begin, kill_after, look, until, write_plan
from tools.scripted import Latency, Scripted

EARLY = 5  # of so many kills, one comes while the process starts


@dataclass
class Watched:
    """What was seen of one project over all kills. halves: files of data that were there before their time."""

    plan: Path
    kept: dict[int, str]
    changed: int = 0
    halves: int = 0

    def look(self) -> Look:
        """Compare with what was there before: rows that are gone, or are other ones."""
        now = look(self.plan.parent)
        self.changed += sum(now.accepted.get(slot) != values for slot, values in self.kept.items())
        self.kept = now.accepted
        return now


def kills(times: int = 20, rows: int = 300, slots: int = 16, seed: int = 1) -> list[Figure]:
    """One run, killed at random moments until it is complete."""
    with tempfile.TemporaryDirectory() as place, Scripted(latency=Latency(0.05), process=True) as server:
        watched = Watched(write_plan(Path(place) / "trains", server.url, rows=rows, slots=slots), {})
        done = sum(_killed(watched, server, random.Random(f"{seed} {life}"), life) for life in range(times))
        told = json.loads(begin(watched.plan, "--json").communicate()[0])
        last = watched.look()
        repeated = server.stats().repeated
        delivered = len((watched.plan.parent / "data.jsonl").read_text(encoding="utf-8").splitlines())
    figures = {
        "kills": done, "rows": told["rows"], "delivered": delivered, "changed": watched.changed,
        "halves": watched.halves, "twice": last.twice, "calls": last.calls, "under_way": last.lost,
        "again": repeated, "hedged": last.hedged,
    }  # fmt: skip
    whole = told["rows"] == delivered == rows and sorted(last.accepted) == [*range(rows)] and not watched.halves
    reached = f"{watched.changed} of {rows} rows lost, doubled or changed by {done} kills"
    again = f"{repeated} calls made again, {last.lost} were under way ({last.hedged} hedged)"
    return [
        Figure("kill -9 at random moments", reached, "none", whole and watched.changed == 0 and done == times, figures),
        Figure("calls made again after a kill", again, "those under way",
               last.twice == 0 and repeated <= last.lost + last.hedged),
    ]  # fmt: skip


def _killed(watched: Watched, server: Scripted, rng: random.Random, life: int) -> bool:
    """One life. Returns whether it was killed at work."""
    process = begin(watched.plan)
    if life % EARLY == EARLY - 1:
        time.sleep(rng.uniform(0.0, 1.0))
        process.kill()
        process.communicate()
        working = process.returncode < 0
    else:
        working = kill_after(process, server, rng.randint(0, 90), rng.uniform(0, 0.06))
    watched.look()
    watched.halves += len([*watched.plan.parent.glob("data.*")])
    return working


def restart(rows: int = 100_000, times: int = 5) -> list[Figure]:
    """From the start of the process to its first call, with so many rows accepted, and with none."""
    with tempfile.TemporaryDirectory() as place, Scripted(latency=Latency(0.05), process=True) as server:
        full = write_plan(Path(place) / "full", server.url, rows=rows + 10_000)
        none = write_plan(Path(place) / "none", server.url, rows=rows + 10_000)
        fill(full, rows)
        taken = {
            plan.parent.name: [started(plan, server, lambda: server.stats().calls > 0) for _ in range(times)]
            for plan in (full, none)
        }
        size = (full.parent / "project.sqlite").stat().st_size
    full_s, none_s = median(taken["full"]), median(taken["none"])
    details = {"rows": rows, "s": taken["full"], "empty_s": taken["none"], "mb": size / 1e6}
    reached = f"{full_s:.2f} s to the first call ({none_s:.2f} s with no row)"
    return [Figure(f"restart with {rows:,} accepted rows", reached, "at most 2 s", full_s <= 2, details)]


def started(plan: Path, server: Scripted, true: Callable[[], bool]) -> float:
    """Seconds until something is so; then the process is killed."""
    server.reset()
    clock = time.perf_counter()
    process: subprocess.Popen[str] = begin(plan)
    assert until(true, process), process.communicate()
    taken = time.perf_counter() - clock
    process.kill()
    process.communicate()
    return taken


def fill(plan: Path, rows: int) -> None:
    """A project as it is when so many rows were made, by the ways that a run takes."""
    read = read_plan(plan)
    assert read.duplicates is not None
    with open_store(plan.parent) as store:
        run = run_key(read)
        store.begin(run, plan_yaml(read))
        Nearness(store, run, read.duplicates.threshold)  # remembers the bands that the texts are in
        quotas = Quotas(read, store, f"schedule of {run}")
        for first in range(0, rows, 1000):
            with store.writing():
                for slot in range(first, min(first + 1000, rows)):
                    _fill_row(store, run, slot, quotas.at(slot)["topic"])


def _fill_row(store: Store, run: str, slot: int, topic: str) -> None:
    rng = random.Random(slot)
    text = " ".join(f"{rng.getrandbits(32):x}" for _ in range(40))
    answer, judged = {"text": text, "days": 3}, {"reason": "good", "mark": 5}
    keys = []
    for field, value in (("complaint", text), ("answer", answer), ("quality", judged)):
        keys.append(blake2b(f"{field} {slot}".encode(), digest_size=20).hexdigest())
        opened = store.journal.opened(f"{keys[-1]}:0", field=field, model="scripted", endpoint="e", reserved=2000)
        store.journal.closed(opened, cost=1000, reply=Reply(text, Usage(80, 60), "e"))
        store.keep_cell(Cell(keys[-1], field, value, endpoint="e"))
    values = {"topic": topic, "number": slot, "complaint": text, "answer": answer, "soon": True, "quality": judged}
    store.put_row(run, Row(Place(slot, 0), "accepted", values, stratum={"topic": topic}, cells=tuple(keys)))
    store.keep_text(run, Place(slot, 0), text, rng.randbytes(128), [rng.getrandbits(63) for _ in range(16)])
