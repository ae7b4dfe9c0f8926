"""What describe reaches: `python benchmarks/describing.py [--only overhead latency limit …]`.

Against scripted servers of this machine (tests/tools/scripted), each in a process of its own; the client and the
server of `overhead` have a core each, and its bar is held by what a second of this processor does, since on a busy
machine the clock says little. Prints Markdown; what was measured is kept in `.bench/describing/NAME.json`.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import asdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from _describing_facts import documents  # noqa: E402
from _describing_kill import kills, restart  # noqa: E402
from _describing_network import network  # noqa: E402
from _describing_trust import trust  # noqa: E402
from _describing_whole import again, budget, engine, forecast, slots  # noqa: E402
from _figure import Figure  # noqa: E402
from parhelion.describing.store import open_store  # noqa: E402
from parhelion.llm import Budget, OpenAIServer, Pool  # noqa: E402
from parhelion.llm.contract import Message, Parameters, Price, Request  # noqa: E402
from tools.scripted import Call, Latency, Limit, Scripted  # noqa: E402 (the path is set above)

FOLDER = ROOT / ".bench" / "describing"
PRICE = Price.of(0.15, 0.60)
MODEL = "scripted"


def request(number: int) -> Request:
    """A short question, each another."""
    messages = (Message("system", "You answer in a sentence."), Message("user", f"What is known of number {number}?"))
    return Request(messages, Parameters(max_tokens=200))


@asynccontextmanager
async def pool_of(server: Scripted, *, slots: int | None = None) -> AsyncIterator[Pool]:
    """A pool of one server, with its journal on disk and a budget, as describe has it."""
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder)) as store:
        endpoint = OpenAIServer(server.url, MODEL, price=PRICE, slots=slots)
        pool = Pool(MODEL, [endpoint], budget=Budget(10**15), journal=store.journal)
        try:
            yield pool
        finally:
            await pool.close()


async def ask(pool: Pool, numbers: Sequence[int]) -> None:
    """The answers to so many questions, all asked for at once."""
    asked = (pool.ask(request(number), key=f"{number}:0", field="answer") for number in numbers)
    await asyncio.gather(*asked)


@contextmanager
def cores(server: Scripted) -> Iterator[bool]:
    """This process on one core and the server on another, where there are two."""
    there = sorted(os.sched_getaffinity(0))
    if len(there) < 2 or server.pid is None:
        yield False
        return
    os.sched_setaffinity(server.pid, {there[1]})
    os.sched_setaffinity(0, {there[0]})
    try:
        yield True
    finally:
        os.sched_setaffinity(0, there)


def overhead(calls: int = 6000) -> list[Figure]:
    """What a call costs here, with a server that answers at once."""

    async def measure(server: Scripted) -> dict[str, float]:
        async with pool_of(server, slots=64) as pool:
            await ask(pool, range(500))
            clock, used = time.perf_counter(), time.process_time()
            await ask(pool, range(500, 500 + calls))
            return {"s": time.perf_counter() - clock, "cpu_s": time.process_time() - used}

    with Scripted(process=True) as server, cores(server) as apart:
        taken = asyncio.run(measure(server))
    rate, of_cpu = calls / taken["s"], calls / taken["cpu_s"]
    reached = f"{rate:,.0f} calls/s ({of_cpu:,.0f} per second of processor)"
    details = {"calls": calls, "apart": apart, **taken}
    return [Figure("engine overhead, no latency, one core", reached, "500 calls/s", of_cpu >= 500, details)]


def latency(seconds: float = 0.5, slots: int = 128, rounds: int = 30) -> list[Figure]:
    """How full the slots are kept, from a cold start."""

    async def measure(server: Scripted) -> float:
        async with pool_of(server, slots=slots) as pool:
            clock = time.perf_counter()
            await ask(pool, range(slots * rounds))
            return time.perf_counter() - clock

    with Scripted(latency=Latency(seconds), process=True) as server:
        taken = asyncio.run(measure(server))
        most = server.stats().most_in_flight
    share = seconds * rounds / taken
    details = {"s": taken, "ideal_s": seconds * rounds, "most_in_flight": most}
    return [Figure("500 ms latency, 128 slots", f"{share:.1%} of ideal", "95 %", share >= 0.95, details)]


LIMITS = {
    "20 a second": Limit(20, burst=5),
    "200 a second": Limit(200, burst=20),
    "600 a minute, in windows": Limit(600, kind="window", per=60),
    "24 at once": Limit(24, kind="at_once"),
}


def limit(seconds: float = 180.0, wait: float = 0.3) -> list[Figure]:
    """Limits that nobody has told of: what is reached of them, and what is asked in vain. All at the same time."""

    async def measure(servers: Sequence[Scripted]) -> None:
        await asyncio.gather(*(keep_asking(server, seconds + 2) for server in servers))

    servers = [Scripted(latency=Latency(wait), limits=(each,), process=True) for each in LIMITS.values()]
    with ExitStack() as running:
        for server in servers:
            running.enter_context(server)
        begun = time.monotonic()
        asyncio.run(measure(servers))
        calls = [server.calls for server in servers]
    return [
        line
        for (name, each), made in zip(LIMITS.items(), calls, strict=True)
        for line in limit_lines(name, allowed(each, wait), made, judged(each, begun, seconds))
    ]


async def keep_asking(server: Scripted, seconds: float) -> None:
    """Ask for as long as that, with always more requests waiting than can be answered."""

    async def asker(first: int) -> None:
        for number in range(first, 10**9, 1000):
            await pool.ask(request(number), key=f"{number}:0", field="answer")

    async with pool_of(server) as pool:
        askers = [asyncio.create_task(asker(place)) for place in range(256)]
        await asyncio.wait(askers, timeout=seconds)
        for task in askers:
            task.cancel()
        ended = await asyncio.gather(*askers, return_exceptions=True)
        for problem in ended:
            if isinstance(problem, Exception):
                raise problem


def allowed(each: Limit, wait: float) -> float:
    """Calls a second that a limit lets through."""
    return each.most / wait if each.kind == "at_once" else each.most / each.per


def judged(each: Limit, begun: float, seconds: float) -> tuple[float, float]:
    """From when to when: once a minute is over; of windows, which begin when they will, the first whole one then."""
    if each.kind != "window":
        return 60.0, seconds
    first = 60.0 + -(begun + 60.0) % each.per
    return first, first + each.per


def limit_lines(name: str, rate: float, calls: Sequence[Call], span: tuple[float, float]) -> list[Figure]:
    """What is reached in this span of seconds, and what is asked in vain. details: in the second half-minute, too."""
    begun = calls[0].start

    def within(first: float, last: float) -> list[Call]:
        return [call for call in calls if first <= call.start - begun < last]

    early, late = within(30, 60), within(*span)
    wasted = sum(call.status == 429 for call in late) / max(1, len(late))
    soon = sum(call.status == 200 for call in early) / 30 / rate
    then = sum(call.status == 200 for call in late) / (span[1] - span[0]) / rate
    details = {"limit": rate, "from": span[0], "early": soon, "late": then, "wasted": wasted, "calls": len(calls)}
    what = f"limit of {name}, unknown"
    return [
        Figure(f"{what}: reached after 60 s", f"{then:.1%}", "90 %", then >= 0.9, details),
        Figure(f"{what}: wasted calls after 60 s", f"{wasted:.2%}", "under 2 %", wasted < 0.02),
    ]


MEASURES: dict[str, Callable[[], list[Figure]]] = {
    "overhead": overhead,
    "latency": latency,
    "limit": limit,
    "engine": engine,
    "slots": slots,
    "again": again,
    "budget": budget,
    "forecast": forecast,
    "kills": kills,
    "restart": restart,
    "documents": documents,
    "network": network,
    "trust": trust,
}


def row(figure: Figure) -> str:
    return f"| {figure.what} | {figure.reached} | {figure.bar} | {'held' if figure.held else 'MISSED'} |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=MEASURES, default=list(MEASURES), metavar="NAME",
                        help=f"some of {', '.join(MEASURES)}")  # fmt: skip
    FOLDER.mkdir(parents=True, exist_ok=True)
    print("| what | reached | at least | |\n|---|---|---|---|")
    missed = False
    for name in parser.parse_args().only:
        figures = MEASURES[name]()
        (FOLDER / f"{name}.json").write_text(json.dumps([asdict(each) for each in figures], indent=1), encoding="utf-8")
        for figure in figures:
            print(row(figure), flush=True)
        missed = missed or not all(figure.held for figure in figures)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
