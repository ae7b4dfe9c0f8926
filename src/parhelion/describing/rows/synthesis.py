"""Rows until there are exactly as many as were asked for, or an honest reason why not."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Protocol

from parhelion.describing.contract import Place, Row
from parhelion.describing.rows.candidate import Candidate, Recipe
from parhelion.describing.store import Store
from parhelion.llm.contract import BudgetSpent, Unanswered

COMPLETE = "complete"
_TOO_FEW = "too few were good"
_MOST = 3  # reasons that are told


class GroundCovered(Exception):  # noqa: N818 (a reason to stop, not a fault)
    """There is no fact left that a candidate could be made of."""


class Keeper(Protocol):
    """Who keeps rows."""

    def keep(self, row: Row) -> Row:
        """Write down what has become of a candidate; returns it in the state that it has now."""
        ...

    def count(self) -> None:
        """Take what is counted from the store: rows were withdrawn."""
        ...


class Synthesis:
    """Fills the slots of one run. Each slot has one candidate at a time; a rejected one makes way for the next.

    seats: how many candidates may be in the making now. gate: writes down what has become of a candidate. most:
    candidates, over all slots, after which no more are tried. settle: has those judged whose answers rows are held for,
    and says why some still are.
    Always: candidates == accepted + rejected + held + pending. settled, good, cost: of the candidates that ended here,
    how many there were, how many were good, and the pico-dollars that their answers took, whenever those were made.
    """

    def __init__(
        self,
        run: str,
        store: Store,
        recipe: Recipe,
        *,
        seats: Callable[[], int],
        gate: Keeper,
        most: int,
        settle: Callable[[], Awaitable[str]],
    ) -> None:
        self.run, self.store, self.recipe = run, store, recipe
        self.seats, self.gate, self.most, self.settle = seats, gate, most, settle
        self.settled, self.good, self.cost = 0, 0, 0
        self._again: set[Place] = set()
        self._open: deque[Place] = deque()
        self._making: set[Place] = set()
        self._running: set[asyncio.Task[None]] = set()
        self._ended = asyncio.Event()
        self._stop = ""
        self._n, self._others = 0, -1
        self._covered, self._waits = "", ""
        self.count()

    def count(self) -> None:
        """Take the counts from the store."""
        counts = self.store.counts(self.run)
        self.accepted, self.held, self.rejected = counts.accepted, counts.held, sum(counts.rejected.values())
        if counts.pending:
            self._again = {row.place for row in self.store.rows(self.run, "pending")}

    @property
    def pending(self) -> int:
        """Candidates in the making, and those to be made again."""
        return len(self._making) + len(self._again)

    @property
    def candidates(self) -> int:
        """All that were begun."""
        return self.accepted + self.held + self.rejected + self.pending

    async def fill(self, n: int) -> str:
        """Make rows until n slots are filled. Returns COMPLETE, or why it stopped.

        Raises Unanswered where there is no row yet: whoever runs it will want to know at once.
        """
        self._n = n
        self._open.extend(self.store.open_places(self.run, n))
        try:
            while await self._goes_on():
                while self._may_start() and len(self._running) < self.seats():
                    self._start(self._open.popleft())
                if self._running:
                    await self._one_ends()
        except BaseException:
            await self._cancel()
            raise
        return COMPLETE if self.store.filled(self.run, n) == n else self._why()

    def proven(self, endpoint: str) -> None:
        """What a node has answered so far counts."""
        self.store.release(endpoint)
        self.count()

    def fallen(self, endpoint: str, since: int) -> None:
        """What a node has answered since then does not count, and is asked of others."""
        withdrawn = self.store.withdraw(endpoint, since)
        self.count()
        self.gate.count()
        self._open.extend(each.place for each in withdrawn if each.run == self.run)
        self._ended.set()

    async def _goes_on(self) -> bool:
        """Is anything to be done? Rows that are held may come free in the end, or be made again."""
        if not self._running and not self._may_start() and self.held and not self._stop:
            self._waits = await self.settle()
        return bool(self._running) or self._may_start()

    def _beyond(self) -> int:
        """Candidates of slots that are not to be filled now: a run made them that was to have more rows."""
        if self._others < 0:
            self._others = sum(row.place.slot >= self._n for row in self.store.rows(self.run))
        return self._others

    def _may_start(self) -> bool:
        return bool(self._open) and not self._stop

    def _start(self, place: Place) -> None:
        if place.attempt > 0 and self.candidates >= self.most and self.candidates - self._beyond() >= self.most:
            self._stop = _TOO_FEW
            return
        self._again.discard(place)
        self._making.add(place)
        task = asyncio.ensure_future(self._try(place))
        self._running.add(task)
        task.add_done_callback(lambda _: self._ended.set())

    async def _one_ends(self) -> None:
        await self._ended.wait()
        self._ended.clear()
        for task in [task for task in self._running if task.done()]:
            self._running.remove(task)
            task.result()

    async def _try(self, place: Place) -> None:
        candidate = Candidate(place, self.recipe)
        try:
            row = await candidate.row()
            self._making.discard(place)
        except GroundCovered as fault:
            self._making.discard(place)
            self._covered = str(fault)
        except BudgetSpent as fault:
            self._stop = str(fault)
        except Unanswered as fault:
            if not self.accepted:
                raise
            self._stop = str(fault)
        else:
            self._settle(self.gate.keep(row))
            self.settled, self.cost = self.settled + 1, self.cost + candidate.cost

    def _settle(self, row: Row) -> None:
        """Count a candidate, and try another one where it was no good."""
        if row.state == "accepted":
            self.accepted, self.good = self.accepted + 1, self.good + 1
        elif row.state == "held":
            self.held, self.good = self.held + 1, self.good + 1
        elif row.state == "rejected":
            self.rejected += 1
            self._open.append(Place(row.place.slot, row.place.attempt + 1))
        else:  # one of its answers was withdrawn meanwhile
            self._again.add(row.place)
            self._open.append(row.place)

    async def _cancel(self) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _why(self) -> str:
        if self._stop == _TOO_FEW:
            return f"of {self.candidates:,} candidates {_TOO_FEW}: {self._reasons()}"
        if self._stop:
            return self._stop
        return self._covered or f"{self.held:,} rows are held, from nodes that are not yet trusted: {self._waits}"

    def _reasons(self) -> str:
        """The most frequent ones, of earlier runs too: what is run again says the same again."""
        return ", ".join(f"{field}: {why} ({times:,})" for field, why, times in self.store.rejects(self.run)[:_MOST])
