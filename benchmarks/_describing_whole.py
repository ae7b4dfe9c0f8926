"""Whole runs of describe: what is made again, what they cost, and what they take."""

import math
import os
import random
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import parhelion as ph
from _figure import Figure
from parhelion.llm.contract import PICO
from tools.scripted import Call, Fault, Latency, Request, Rule, Scripted

PLAN = """
goal: tickets of a support desk, and answers to them
rows: {rows}
seed: {seed}
models:
  writer:
    model: scripted
    parameters: {{max_tokens: 400}}
    endpoints:
      - {{url: {url}, read: 1.0, written: 2.0, slots: {slots}}}
fields:
  mood: {{make: category, values: {{calm: 3, cross: 1}}}}
  who: {{make: person, hidden: true}}
  ticket: {{make: text, prompt: "Write a ticket by {{{{ who.name }}}}, who is {{{{ mood }}}}."}}
  fix:
    make: structured
    prompt: "Solve: {{{{ ticket }}}}"
    schema:
      type: object
      properties: {{answer: {{type: string}}, days: {{type: integer, minimum: 1, maximum: 9}}}}
      required: [answer, days]
      additionalProperties: false
"""
CALLS = 2  # of a row
READ, WRITTEN = 1_000_000, 2_000_000  # pico-dollars a token, as the plan says


@contextmanager
def project(server: Scripted, rows: int, *, slots: int = 64, seed: int = 3) -> Iterator[Path]:
    """The plan of a new project: a text and an object by a model, no two rows nearly the same."""
    with tempfile.TemporaryDirectory() as folder:
        plan = Path(folder) / "plan.yaml"
        plan.write_text(PLAN.format(rows=rows, seed=seed, url=server.url, slots=slots), encoding="utf-8")
        yield plan


def again(rows: int = 100) -> list[Figure]:
    """The same plan a second time, and with one prompt edited."""
    with Scripted(process=True) as server, project(server, rows) as plan:

        def calls(old: str = "", new: str = "") -> int:
            plan.write_text(plan.read_text("utf-8").replace(old, new), encoding="utf-8")
            server.reset()
            assert ph.describe(plan).rows == rows
            return server.stats().calls

        first = calls()
        files = {file: file.read_bytes() for file in plan.parent.iterdir() if file.stem in ("data", "rejects", "card")}
        second = calls()
        same = len(files) == 5 and all(file.read_bytes() == held for file, held in files.items())
        last, whole = calls("Solve:", "Solve at once:"), calls("Write a ticket", "Write a long ticket")
    details = {"rows": rows, "first": first, "second": second, "same": same, "last": last, "whole": whole}
    edited = f"{last} calls for the last of two fields of {rows} rows, {whole} for the first"
    held = (first, last, whole) == (CALLS * rows, rows, CALLS * rows)
    return [
        Figure("the same plan twice", f"{second} calls, {len(files)} files {'equal' if same else 'DIFFER'}",
               "no call, byte-identical", second == 0 and same, details),
        Figure("one prompt edited", edited, "its cells and those after it", held),
    ]  # fmt: skip


BUDGETS = 0.02, 0.05, 0.1, 0.2
FAULTS = (Fault("reset_body", share=0.02), Fault("500", share=0.03), Fault("no_usage", share=0.02))


def budget(rows: int = 5000, slots: int = 128) -> list[Figure]:
    """What is spent of budgets that do not suffice, with as many calls at once as that; then with servers that fail."""
    fair = [_spent(dollars, rows, slots, ()) for dollars in BUDGETS]
    failing = [_spent(dollars, rows, slots, FAULTS) for dollars in BUDGETS]
    both = [*fair, *failing]
    over = sum(max(each["served"], each["ledger"]) > each["budget"] for each in both)
    exact = all(each["ledger"] == each["told"] and each["tokens"] for each in fair)
    used = [each["ledger"] / each["budget"] for each in fair]
    reached = f"exceeded {over} times of {len(both)}; ledger {'is' if exact else 'IS NOT'} what the server told"
    share = ", ".join(f"{each:.1%} of ${dollars:g}" for each, dollars in zip(used, BUDGETS, strict=True))
    details = {"fair": fair, "failing": failing}
    return [
        Figure(f"budget, {slots} calls in flight", reached, "never exceeded, exact", over == 0 and exact, details),
        Figure("share of a budget that is used", share, "", held=True),
    ]


def _spent(dollars: float, rows: int, slots: int, faults: tuple[Fault, ...]) -> dict[str, Any]:
    """One run until its budget is spent; money in pico-dollars. served: what the tokens cost that the server spent."""
    with (
        Scripted(latency=Latency(0.1), faults=faults, process=True) as server,
        project(server, rows, slots=slots) as plan,
    ):
        made = ph.describe(plan, budget=dollars)
        stats = server.stats()
        with sqlite3.connect(plan.parent / "project.sqlite") as db:
            ledger, read, written = db.execute("SELECT sum(cost), sum(read), sum(written) FROM calls").fetchone()
        db.close()
    assert made.rows < rows
    assert made.spent == ledger
    return {
        "budget": round(dollars * PICO), "ledger": ledger, "served": READ * stats.read + WRITTEN * stats.written,
        "told": READ * stats.told_read + WRITTEN * stats.told_written, "rows": made.rows,
        "tokens": (read, written) == (stats.told_read, stats.told_written), "in_flight": stats.most_in_flight,
    }  # fmt: skip


SIGMAS = 0.3, 0.6  # of the logarithms of the lengths


def forecast(rows: int = 300, preview: int = 20, seeds: int = 8) -> list[Figure]:
    """What a preview foretells, and what all rows then cost; the lengths of the answers are log-normal."""
    missed = {sigma: [_missed(sigma, rows, preview, seed) for seed in range(seeds)] for sigma in SIGMAS}
    return [
        Figure(
            f"forecast from {preview} rows, log-normal lengths (sigma {sigma})",
            f"{median(map(abs, off)):.1%} off in the median, {max(map(abs, off)):.1%} at most, of {seeds} seeds",
            "within 15 %",
            max(map(abs, off)) <= 0.15,
            {"missed": off},
        )
        for sigma, off in missed.items()
    ]


def _missed(sigma: float, rows: int, preview: int, seed: int) -> float:
    """How far the forecast is off, as a share of what was spent in the end."""
    rules = (Rule(reply=lambda request: _lengthy(request, sigma)),)
    with Scripted(rules=rules) as server, project(server, rows, seed=seed) as plan:
        seen = ph.describe(plan, preview=preview).forecast
        spent = ph.describe(plan).spent
    assert seen is not None
    return seen.cost / spent - 1


def _lengthy(request: Request, sigma: float) -> Any:
    """An answer of some 80 words."""
    rng = random.Random(f"{request.prompt} {request.seed}")
    count = min(max(round(rng.lognormvariate(math.log(80), sigma)), 3), 390)
    text = " ".join("".join(rng.choices("abcdefghilmnorstu", k=rng.randint(2, 8))) for _ in range(count))
    return {"answer": text, "days": rng.randint(1, 9)} if request.schema else text


def engine(rows: int = 2000, times: int = 3) -> list[Figure]:
    """What a whole row takes here, where the server answers at once: client and server have a core each."""
    taken = [_taken(rows, 64, Latency(), apart=True) for _ in range(times)]
    calls = [len(each.pop("calls")) for each in taken]
    rate = max(made / each["s"] for made, each in zip(calls, taken, strict=True))
    cpu = min(each["cpu_s"] / made for made, each in zip(calls, taken, strict=True))
    reached = f"{rate:,.0f} calls/s; {cpu * 1e3:.2f} ms of processor a call, which is {1 / cpu:,.0f} calls/s"
    what = "whole rows, no latency, one core"
    return [Figure(what, reached, "500 calls/s", 1 / cpu >= 500, {"rows": rows, "runs": taken})]


def slots(seconds: float = 0.5, at_once: int = 128, rounds: int = 60) -> list[Figure]:
    """How full the slots are kept by a whole run, from its start to its last file; and in the middle of it."""
    taken = _taken(at_once * rounds // CALLS, at_once, Latency(seconds), apart=False)
    share, ideal = seconds * rounds / taken["s"], seconds * rounds
    steady = in_flight(taken.pop("calls"), 0.2, 0.9) / at_once
    what = f"whole rows, {seconds * 1e3:g} ms latency, {at_once} slots"
    reached = f"{share:.1%} of ideal; {steady:.1%} while it runs"
    return [Figure(what, reached, "95 %", share >= 0.95, {"ideal_s": ideal, "steady": steady, **taken})]


def in_flight(calls: Sequence[Call], first: float, last: float) -> float:
    """The mean of the calls in flight at the server, between these shares of its time."""
    begun, ended = calls[0].start, max(call.start + call.seconds for call in calls)
    low, high = begun + first * (ended - begun), begun + last * (ended - begun)
    within = (min(call.start + call.seconds, high) - max(call.start, low) for call in calls)
    return sum(max(each, 0.0) for each in within) / (high - low)


def _taken(rows: int, at_once: int, latency: Latency, *, apart: bool) -> dict[str, Any]:
    """Seconds of a run, by the clock and of this processor, after another one has loaded all that is loaded once."""
    there = sorted(os.sched_getaffinity(0))
    with Scripted(latency=latency, process=True) as server:
        with project(server, 8) as plan:
            ph.describe(plan)
        server.reset()
        try:
            if apart and len(there) > 1 and server.pid:
                os.sched_setaffinity(server.pid, {there[1]})
                os.sched_setaffinity(0, {there[0]})
            with project(server, rows, slots=at_once) as plan:
                clock, used = time.perf_counter(), time.process_time()
                assert ph.describe(plan).rows == rows
                taken = {"s": time.perf_counter() - clock, "cpu_s": time.process_time() - used}
        finally:
            os.sched_setaffinity(0, there)
        return {**taken, "calls": server.calls}
