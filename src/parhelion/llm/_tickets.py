"""What waits for an answer, and in which order."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as filled
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from parhelion.llm.contract import BudgetSpent, Reply, Request
from parhelion.llm.pace import Sent

if TYPE_CHECKING:
    from parhelion.llm._line import Line


@dataclass(eq=False, slots=True)
class Ticket:
    """Somebody who waits for a reply, and the calls that are out for it.

    number: its place in the order. avoid: where nobody may ask for it; barred: nor there, for good, as was seen.
    last: where it failed last. tries: failures that count. reasons: by endpoint, why there was no answer.
    """

    number: int
    request: Request
    key: str
    field: str
    avoid: frozenset[str]
    outcome: asyncio.Future[Reply]
    barred: frozenset[str] = frozenset()
    last: str = ""
    tries: int = 0
    reasons: dict[str, str] = filled(default_factory=dict)
    refused: tuple[str, str] | None = None
    too_dear: BudgetSpent | None = None
    calls: list["Call"] = filled(default_factory=list)
    queued: bool = False
    later: asyncio.TimerHandle | None = None

    def fail(self, error: BaseException) -> None:
        """Tell who waits that there will be no reply."""
        self.queued = False
        if not self.outcome.done():
            self.outcome.set_exception(error)


@dataclass(eq=False, slots=True)
class Call:
    """One call, made once. most: what is set aside for it. number: the journal's, once it is written down.

    probe: the single one that a half-open breaker lets pass. closed: it is paid and written down. dropped: nobody
    waits for it any more.
    """

    ticket: Ticket
    line: "Line"
    most: int
    sent: Sent
    probe: bool
    number: int | None = None
    closed: bool = False
    dropped: bool = False
    task: asyncio.Task[Reply] | None = None


class Queue:
    """Tickets in the order of their numbers, kept apart by where they cannot go, so that nobody blocks others."""

    def __init__(self) -> None:
        self._heaps: dict[frozenset[str], list[tuple[int, Ticket]]] = {}

    def put(self, ticket: Ticket, shunned: frozenset[str]) -> None:
        """Let a ticket wait for any endpoint but those."""
        ticket.queued = True
        heappush(self._heaps.setdefault(shunned, []), (ticket.number, ticket))

    def first(self, name: str) -> Ticket | None:
        """Who is next for an endpoint."""
        heap = self._first_heap(name)
        return heap[0][1] if heap else None

    def take(self, name: str) -> None:
        """The first has got what it waited for."""
        heap = self._first_heap(name)
        if heap:
            heappop(heap)[1].queued = False

    def _first_heap(self, name: str) -> list[tuple[int, Ticket]] | None:
        best: list[tuple[int, Ticket]] | None = None
        empty = []
        for shunned, heap in self._heaps.items():
            while heap and not heap[0][1].queued:
                heappop(heap)
            if not heap:
                empty.append(shunned)
            elif name not in shunned and (best is None or heap[0][0] < best[0][0]):
                best = heap
        for shunned in empty:
            del self._heaps[shunned]
        return best

    def drain(self) -> list[Ticket]:
        """All that wait, in order; nobody waits here any more."""
        waiting = sorted(self, key=lambda ticket: ticket.number)
        self._heaps.clear()
        for ticket in waiting:
            ticket.queued = False
        return waiting

    def __iter__(self) -> Iterator[Ticket]:
        return (ticket for heap in self._heaps.values() for _, ticket in heap if ticket.queued)

    def __len__(self) -> int:
        return sum(1 for _ in self)
