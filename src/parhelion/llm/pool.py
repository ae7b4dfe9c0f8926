"""The endpoints of one model as one: who is asked, when, how often, and what it costs."""

import asyncio
import random
import time
from collections.abc import Callable, Iterable
from itertools import count

from parhelion.errors import ConfigError, nearest
from parhelion.llm._line import EndpointStatus, Line
from parhelion.llm._refusals import nowhere, unanswered
from parhelion.llm._tickets import Call, Queue, Ticket
from parhelion.llm._watch import Watch
from parhelion.llm.budget import Budget
from parhelion.llm.contract import CallError, Endpoint, Failing, Journal, Reply, Request, Unanswered
from parhelion.llm.pace import Pace

TRIES = 6
PATIENCE = 600.0  # seconds without an answer from an endpoint that limits or is down, or without any endpoint
BACK_OFF = 0.5, 30.0  # seconds before a second try at the same endpoint, doubled each time up to the most
NOTHING: frozenset[str] = frozenset()


def loop_time() -> float:
    """The time of the event loop, which every timer goes by."""
    try:
        return asyncio.get_running_loop().time()
    except RuntimeError:
        return time.monotonic()


class Pool:
    """Asks the endpoints of a model: each as fast as it allows, by weight where several could take a call.

    Every call is written into the journal and paid from the budget, before and after. A call that fails is made
    again elsewhere or later; one that takes far longer than is normal is made a second time elsewhere, and the first
    answer counts. Who waits is served in the order of asking, and costs nothing meanwhile.

    tries: failures of one request before `Unanswered`. patience: seconds that an endpoint which has answered before
    may be down or refuse everything, and that there may be no endpoint at all. seed: of the waits between tries.
    """

    def __init__(
        self,
        model: str,
        endpoints: Iterable[Endpoint] = (),
        *,
        budget: Budget,
        journal: Journal,
        tries: int = TRIES,
        patience: float = PATIENCE,
        seed: int = 0,
        clock: Callable[[], float] = loop_time,
    ) -> None:
        self.model, self._budget, self._journal, self._clock = model, budget, journal, clock
        self._tries, self._patience, self._random = tries, patience, random.Random(seed)
        self._lines: dict[str, Line] = {}
        self._queue, self._numbers, self._floor = Queue(), count(1), 0.0
        self._asking: set[Ticket] = set()
        self._dropped: set[asyncio.Task[Reply]] = set()
        self._lonely: asyncio.TimerHandle | None = None
        self._closed = False
        self._watch = Watch(
            budget, self._lines, clock=clock, pick=self._pick, start=self._start, again=self._place, serve=self._serve
        )
        for endpoint in endpoints:
            self.add(endpoint)

    async def ask(self, request: Request, *, key: str, field: str, avoid: frozenset[str] = NOTHING) -> Reply:
        """The reply to a request, from the journal if it was made before. avoid: endpoints not to be asked.

        Raises BudgetSpent, Unanswered, and Unusable where no endpoint can take this very request.
        """
        known = self._journal.known(key)
        if known is not None:
            return known
        outcome: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        ticket = Ticket(next(self._numbers), request, key, field, avoid, outcome, avoid)
        self._asking.add(ticket)
        try:
            self._place(ticket)
            return await outcome
        finally:
            self._let_go(ticket)

    def add(self, endpoint: Endpoint) -> None:
        """Another endpoint, from now on."""
        if endpoint.name in self._lines:
            raise ConfigError(f"{self.model} has an endpoint {endpoint.name!r} already; names must differ")
        self._lines[endpoint.name] = line = Line(endpoint, Pace(endpoint.slots), share=self._floor)
        if self._lonely:
            self._lonely.cancel()
            self._lonely = None
        self._serve(line)

    def remove(self, name: str) -> Endpoint:
        """Ask an endpoint no more; what is out to it is asked elsewhere. It is left open."""
        if name not in self._lines:
            raise ConfigError(f"{self.model} has no endpoint {name!r}{nearest(name, self._lines)}")
        line = self._lines.pop(name)
        line.gone = "removed"
        self._stop_timers(line)
        tickets = [call.ticket for call in line.calls]
        for call in list(line.calls):
            self._drop(call)
        self._place_all([*self._queue.drain(), *tickets])
        return line.endpoint

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """Those that may be asked, as it stands."""
        return tuple(line.endpoint for line in self._lines.values() if not line.gone)

    @property
    def capacity(self) -> int:
        """Calls that may be out at once, over all endpoints, as it stands."""
        return sum(line.limit for line in self._lines.values())

    @property
    def waiting(self) -> int:
        """Requests that wait for an endpoint or for money."""
        return len(self._queue)

    def status(self) -> list[EndpointStatus]:
        """How each endpoint fares, and why something waits for it."""
        now = self._clock()
        return [line.status(now) for line in self._lines.values()]

    async def close(self) -> None:
        """Call off everything that is out, and let go of the endpoints."""
        self._closed = True
        for ticket in list(self._asking):
            ticket.fail(Unanswered(f"{self.model}: the pool was closed before an answer came"))
            self._let_go(ticket)
        for line in self._lines.values():
            self._stop_timers(line)
        if self._lonely:
            self._lonely.cancel()
        await asyncio.gather(*self._dropped, return_exceptions=True)
        for line in self._lines.values():
            await line.endpoint.close()

    # who goes where

    def _place(self, ticket: Ticket) -> None:
        """Let a ticket go where there is room for it, or wait, or fail where there never will be."""
        if ticket.outcome.done() or ticket.queued:
            return
        if self._closed:
            ticket.fail(Unanswered(f"{self.model}: the pool is closed"))
            return
        if self._lines and not any(self._may_go(ticket)):
            ticket.fail(nowhere(self.model, self._lines, ticket))
            return
        shunned = self._shunned(ticket)
        self._queue.put(ticket, shunned)
        if not self._lines:
            self._wait_for_company()
        line = self._pick(shunned)
        if line is not None:
            self._serve(line)
        if ticket.queued:
            self._wake_later(shunned)

    def _place_all(self, tickets: Iterable[Ticket]) -> None:
        for ticket in tickets:
            self._place(ticket)

    def _may_go(self, ticket: Ticket) -> Iterable[Line]:
        return (line for name, line in self._lines.items() if not line.gone and name not in ticket.barred)

    def _shunned(self, ticket: Ticket) -> frozenset[str]:
        """Where it cannot go, and where it failed last if somebody else is well."""
        if not ticket.last or ticket.last in ticket.barred:
            return ticket.barred
        others = (line for line in self._may_go(ticket) if line.name != ticket.last)
        return ticket.barred | {ticket.last} if any(line.breaker.until is None for line in others) else ticket.barred

    def _pick(self, shunned: frozenset[str]) -> Line | None:
        """Of those with room the one that is furthest behind its share."""
        now = self._clock()
        ready = (line for name, line in self._lines.items() if name not in shunned and line.has_room(now))
        return min(ready, key=lambda line: line.share, default=None)

    def _serve(self, line: Line) -> None:
        """Make the calls that an endpoint has room for, first come first."""
        while line.has_room(self._clock()):
            ticket = self._queue.first(line.name)
            if ticket is None:
                return
            most = line.endpoint.price.most(ticket.request)
            if self._budget.fits(most):
                self._queue.take(line.name)
                self._start(ticket, line, most)
            elif self._budget.could_fit(most):
                self._budget.when_settled(self._serve_all)
                return
            else:
                self._queue.take(line.name)
                self._bar(ticket, most)
        if self._queue.first(line.name):
            self._wake(line)

    def _serve_all(self) -> None:
        for line in list(self._lines.values()):
            self._serve(line)

    def _bar(self, ticket: Ticket, most: int) -> None:
        """What is left can never pay for it there: let it wait for those whose price still fits, if any does."""
        ticket.too_dear = self._budget.refusal(most)
        prices = {line.name: line.endpoint.price.most(ticket.request) for line in self._may_go(ticket)}
        ticket.barred |= {name for name, price in prices.items() if not self._budget.could_fit(price)}
        if not any(self._may_go(ticket)):
            ticket.fail(nowhere(self.model, self._lines, ticket))
            return
        self._queue.put(ticket, self._shunned(ticket))
        asyncio.get_running_loop().call_soon(self._serve_all)

    def _wake_later(self, shunned: frozenset[str]) -> None:
        for name, line in self._lines.items():
            if name not in shunned and line.opening is None:
                self._wake(line)

    def _wake(self, line: Line) -> None:
        """Serve it at the time from which on it may be asked, if time is all that it takes."""
        opens = line.opens_at()
        if opens is None or line.opening is not None:
            return
        delay = max(opens - self._clock(), 0.0)
        line.opening = asyncio.get_running_loop().call_later(delay, self._opened, line)

    def _opened(self, line: Line) -> None:
        line.opening = None
        self._serve(line)

    def _wait_for_company(self) -> None:
        if self._lonely is None:
            self._lonely = asyncio.get_running_loop().call_later(self._patience, self._nobody_came)

    def _nobody_came(self) -> None:
        self._lonely = None
        for ticket in self._queue.drain():
            ticket.fail(Unanswered(f"{self.model}: there was no endpoint to ask for {self._patience:.0f} s"))

    # one call

    def _start(self, ticket: Ticket, line: Line, most: int) -> Call:
        """Set the money aside, and make the call."""
        self._budget.reserve(most)
        call = line.send(ticket, most, self._clock())
        ticket.calls.append(call)
        self._floor = max(self._floor, line.share)
        line.share = self._floor + 1 / max(line.endpoint.weight, 1e-9)
        call.task = asyncio.get_running_loop().create_task(self._call(call))
        call.task.add_done_callback(lambda task: self._ended(call, task))
        self._watch.started(call)
        return call

    async def _call(self, call: Call) -> Reply:
        ticket, line = call.ticket, call.line
        call.number = self._journal.opened(
            ticket.key, field=ticket.field, model=self.model, endpoint=line.name, reserved=call.most
        )
        try:
            reply = await line.endpoint.send(ticket.request)
        except CallError as error:
            self._close_call(call, call.most if error.spent else 0, failing=error.failing)
            raise
        self._close_call(call, line.endpoint.price.cost(reply.usage), reply=reply)
        return reply

    def _close_call(self, call: Call, cost: int, *, reply: Reply | None = None, failing: Failing | None = None) -> None:
        """Pay for a call and write down how it ended, once."""
        if call.closed:
            return
        call.closed = True
        self._budget.settle(call.most, cost if call.number is not None else 0)
        if call.number is not None:
            self._journal.closed(call.number, cost=cost, reply=reply, failing=failing)

    def _drop(self, call: Call) -> None:
        """Nobody waits for it any more: what it cost cannot be known, so it is all that was set aside for it."""
        call.dropped = True
        call.line.release(call)
        call.ticket.calls.remove(call)
        if call.probe:
            call.line.breaker.forgo()
        if call.task is not None and call.task.cancel():
            self._dropped.add(call.task)
            call.task.add_done_callback(self._dropped.discard)
        self._close_call(call, call.most, failing=Failing.SLOW)

    def _let_go(self, ticket: Ticket) -> None:
        """Whoever asked has the answer, or asks no more."""
        self._asking.discard(ticket)
        ticket.queued = False
        if ticket.later is not None:
            ticket.later.cancel()
        for call in list(ticket.calls):
            self._drop(call)
            self._serve(call.line)

    def _ended(self, call: Call, task: asyncio.Task[Reply]) -> None:
        error = None if task.cancelled() else task.exception()
        if call.dropped:
            return
        call.line.release(call)
        call.ticket.calls.remove(call)
        if task.cancelled():
            self._close_call(call, call.most, failing=Failing.SLOW)
            call.ticket.outcome.cancel()
        elif error is None:
            self._answered(call, task.result())
        elif isinstance(error, CallError):
            self._failed(call, error)
        else:
            self._close_call(call, call.most, failing=Failing.GARBLED)
            call.ticket.fail(error)
        self._serve(call.line)

    def _answered(self, call: Call, reply: Reply) -> None:
        line, ticket = call.line, call.ticket
        line.succeed(call, self._clock())
        ticket.queued = False
        if not ticket.outcome.done():
            ticket.outcome.set_result(reply)
        for other in list(ticket.calls):
            self._drop(other)
            self._serve(other.line)
        self._watch.heard(line)
        cost = line.endpoint.price.cost(reply.usage)
        if cost > call.most:
            self._leave(line, f"reports more tokens ({reply.usage}) than the request can have used; not asked again")

    # what becomes of a failure

    def _failed(self, call: Call, error: CallError) -> None:
        line, ticket, now = call.line, call.ticket, self._clock()
        line.fail(call, error, now)
        ticket.reasons[line.name] = error.why
        if error.failing in (Failing.KEY, Failing.MODEL):
            self._leave(line, error.why)
        elif error.failing is Failing.REQUEST:
            ticket.barred |= {line.name}
            ticket.refused = error.why, line.name
        else:
            self._count(call, error.failing, now)
            ticket.last = "" if error.failing is Failing.LIMITED else line.name
        if ticket.calls or ticket.queued or ticket.outcome.done():
            return
        if ticket.tries >= self._tries:
            ticket.fail(unanswered(self.model, self._lines, ticket))
        else:
            self._try_again(ticket)
        if ticket.outcome.done():
            self._give_up(now)

    def _count(self, call: Call, failing: Failing, now: float) -> None:
        """A failure takes one of a request's tries, but for a while none where all requests fail alike."""
        line, ticket = call.line, call.ticket
        if failing is not Failing.LIMITED and not (call.probe and line.answered is not None):
            ticket.tries += 1
        elif not line.patient(now, self._patience):
            ticket.barred |= {line.name}

    def _try_again(self, ticket: Ticket) -> None:
        """At once where it may go somewhere that it did not fail last, otherwise after a while."""
        if not ticket.last or ticket.last in self._shunned(ticket):
            self._place(ticket)
            return
        first, longest = BACK_OFF
        wait = min(first * 2 ** max(ticket.tries - 1, 0), longest) * self._random.uniform(0.5, 1.0)
        ticket.later = asyncio.get_running_loop().call_later(wait, self._place, ticket)

    def _leave(self, line: Line, why: str) -> None:
        """Never ask an endpoint again."""
        line.gone = why
        self._stop_timers(line)
        self._place_all(self._queue.drain())

    def _stop_timers(self, line: Line) -> None:
        for timer in (line.opening, line.watch):
            if timer is not None:
                timer.cancel()

    def _give_up(self, now: float) -> None:
        """Where nobody answers anybody, those who wait need not find out one by one."""
        if any(not line.gone and self._hopeful(line, now) for line in self._lines.values()):
            return
        for ticket in self._queue.drain():
            ticket.fail(unanswered(self.model, self._lines, ticket))

    def _hopeful(self, line: Line, now: float) -> bool:
        if line.answered is None:
            return line.breaker.until is None and not line.failures
        return line.patient(now, self._patience)
