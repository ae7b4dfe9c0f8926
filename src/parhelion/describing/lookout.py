"""Where a run is looked at from: how far it is, how fast, what it costs, and what it will have cost."""

import asyncio
import time
from dataclasses import replace
from typing import Self

from parhelion.describing.desk import Desk
from parhelion.describing.plan.model import Plan
from parhelion.describing.rows.reasons import DUPLICATES
from parhelion.describing.rows.synthesis import Synthesis
from parhelion.describing.snapshot import Forecast, Meter, Snapshot, Watch, unwatched
from parhelion.describing.store import Store
from parhelion.llm import Budget

EVERY = 0.25  # seconds between two looks
GROUND = ("questions", "facts")
UNKNOWN = 16  # rows in the making, while nobody knows what one costs
FEW = 3  # good rows below which nothing is forecast


class Lookout:
    """Shows snapshots to a watch while it is entered; what the watch raises ends the run."""

    def __init__(self, plan: Plan, store: Store, desk: Desk, budget: Budget, watch: Watch) -> None:
        self.plan, self.store, self.desk, self.budget, self.watch = plan, store, desk, budget, watch
        self.stage, self.facts, self.asked, self.done = "facts", 0, plan.rows, 0.0
        self._synthesis: Synthesis | None = None
        self._calls, self._good = Meter(time.monotonic), Meter(time.monotonic, window=60.0)
        self.ground = 1.0  # the share of the facts for all rows that was looked for
        self._ground, self._plan = 0, 0
        self._looking: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        run = asyncio.current_task()
        if self.watch is not unwatched and run is not None:
            self._looking = asyncio.ensure_future(self._look(run))
        return self

    async def __aexit__(self, kind: object, *_: object) -> None:
        if self._looking is None:
            return
        self._looking.cancel()
        await asyncio.wait([self._looking])
        if not self._looking.cancelled():
            await self._looking  # raises what the watch raised
        if kind is None:
            self.watch(self.snapshot())  # how it ended

    def rows(self, synthesis: Synthesis, asked: int) -> None:
        """From now on, rows are made."""
        self._good.rate(synthesis.good)  # from here on, rows take time
        self._synthesis, self.asked, self.stage = synthesis, asked, "rows"
        for field, cost in self.store.costs().items():
            if field in GROUND:
                self._ground += cost
            elif field not in (*self.plan.fields, DUPLICATES):
                self._plan += cost

    def progress(self, stage: str, done: int, total: int) -> None:
        """How far the index of the documents is. Meets `Progress`."""
        del stage
        self.done = done / max(total, 1)
        self.watch(self.snapshot())

    def found(self, facts: int) -> None:
        """How many facts there are by now."""
        self.facts = facts

    def snapshot(self) -> Snapshot:
        """How far it is now."""
        rows = self._synthesis
        calls = self.desk.calls()
        now = Snapshot(
            self.stage, self.asked, done=self.done, facts=self.facts, spent=self.budget.spent, budget=self.budget.limit,
            calls=calls, calls_per_second=self._calls.rate(calls), endpoints=self.desk.status(),
        )  # fmt: skip
        if rows is None:
            return now
        return replace(
            now, accepted=rows.accepted, rejected=rows.rejected, held=rows.held, pending=rows.pending,
            forecast=self.forecast(self.asked),
        )  # fmt: skip

    def seats(self) -> int:
        """How many rows are well in the making now: as many as the models take, and as the rest of the budget ends.

        Rows that are begun and cannot be paid to their end are of no use; so few are begun until one row has ended.
        """
        room, made, limit = self.desk.seats(), self._synthesis, self.budget.limit
        if limit is None or made is None or self.desk.free:
            return room
        if not made.settled:
            return min(room, UNKNOWN)
        each = max(made.cost // made.settled, 1)
        return max(min(room, (limit - self.budget.spent) // each), 1)

    def forecast(self, rows: int) -> Forecast | None:
        """What so many rows take: what one good row took so far, rejected candidates included, times those left."""
        made = self._synthesis
        if made is None or made.good < FEW:
            return None
        left = max(rows - made.accepted - made.held, 0)
        pace = self._good.rate(made.good)
        before = self._plan + round(self._ground / self.ground)
        return Forecast(before + made.cost * rows // made.good, left / pace if pace else None)

    async def _look(self, run: asyncio.Task[object]) -> None:
        try:
            while True:
                self.watch(self.snapshot())
                await asyncio.sleep(EVERY)
        except Exception:
            run.cancel()  # who watches may stop it
            raise
