"""Which calls are asked a second time elsewhere, because they take far longer than is normal."""

import asyncio
from collections.abc import Callable, Mapping

from parhelion.llm._line import TICK, Line
from parhelion.llm._tickets import Call, Ticket
from parhelion.llm.budget import Budget
from parhelion.llm.hedging import KNOWN, Credit

SILENT = 2.0  # times overdue, and nothing came back at all: its endpoint is silent
ALONE = 2.0  # times longer where a single call is out, which may just be a long one
STRANGER, DOUBLINGS = 4.0, 6  # times longer where it is not known what is normal there; doubled with each mistake
AGAIN = 0.25  # times overdue until it is looked at again
AWAY = 0.05  # seconds by which a timer is late where it is this program that paused
PRESSURE = 100  # a call's price may be wasted where so many times of it are left
WASTE = 0.02  # of what is spent may go to calls that lost against a second one
MOST_CALLS = 3  # for one request at once


class Watch:
    """Looks after the calls that are out: one timer an endpoint, set for its oldest call.

    A call that is overdue (1.5 times the 95th percentile of its endpoint) is made a second time where there is room
    right now, at most for one call in twenty. Where an endpoint has sent nothing at all for twice that long, with
    calls out, it is silent: its breaker opens, and all of its calls are asked for again, ahead of who waits.
    Where it is this program itself that paused, whatever came meanwhile is heard before anybody is judged.

    The loser of two is paid in full, and what it is charged can be many times what its answer would have cost. So
    nothing that costs money is made twice while less than a hundred times its price is left of the budget, nor where
    the losers would come to more than a fiftieth of what is spent, unless one of the two is free.
    """

    def __init__(
        self,
        budget: Budget,
        lines: Mapping[str, Line],
        *,
        clock: Callable[[], float],
        pick: Callable[[frozenset[str]], Line | None],
        start: Callable[[Ticket, Line, int], Call],
        again: Callable[[Ticket], None],
        serve: Callable[[Line], None],
    ) -> None:
        self._budget, self._lines, self._clock = budget, lines, clock
        self._pick, self._start, self._again, self._serve = pick, start, again, serve
        self._credit, self._hedging, self._lost = Credit(), False, 0

    def started(self, call: Call) -> None:
        """A call was made."""
        if self._hedging:
            return
        self._credit.earn()
        call.line.unhedged[call] = None
        if call.line.watch is None:
            self._set(call.line)

    def heard(self, line: Line) -> None:
        """An endpoint has answered; from its twentieth answer on it tells what is normal, for others too."""
        if line.latencies.count == KNOWN:
            for other in self._lines.values():
                self._set(other)

    def _overdue(self, line: Line) -> float | None:
        """Seconds after which a call is overdue: by its own endpoint's answers, or else by the slowest other's."""
        if line.latencies.overdue is not None:
            return line.latencies.overdue
        others = [other.latencies.overdue for other in self._lines.values()]
        known = [seconds for seconds in others if seconds is not None]
        return max(known) if known else None

    def _set(self, line: Line, delay: float | None = None) -> None:
        overdue, oldest = self._overdue(line), next(iter(line.unhedged), None)
        if overdue is None or oldest is None:
            return
        if line.watch is not None:
            line.watch.cancel()
        wait = max(oldest.sent.at + overdue - self._clock(), 0.0) if delay is None else delay
        line.due = self._clock() + wait
        line.watch = asyncio.get_running_loop().call_later(wait, self._look, line)

    def _look(self, line: Line) -> None:
        line.watch = None
        overdue, now = self._overdue(line), self._clock()
        late = [] if overdue is None else self._late(line, now - overdue)
        if overdue is None or not late:
            self._set(line)
        elif self._was_away(line, now):
            self._set(line, min(now - line.due, overdue))
        elif self._is_silent(line, overdue, now):
            self._give_up_on(line, now)
        elif all(self._hedge(call) for call in late):
            self._set(line)
        else:
            self._set(line, AGAIN * overdue)

    def _was_away(self, line: Line, now: float) -> bool:
        """Whether this program paused; not twice in a row, as one that is always late would never judge."""
        line.pardoned = not line.pardoned and now - line.due > AWAY
        return line.pardoned

    def _late(self, line: Line, before: float) -> list[Call]:
        late = []
        for call in line.unhedged:
            if call.sent.at > before + TICK:
                break
            late.append(call)
        return late

    def _is_silent(self, line: Line, overdue: float, now: float) -> bool:
        long = overdue * SILENT * (ALONE if len(line.calls) == 1 else 1.0)
        if line.latencies.overdue is None:
            long *= STRANGER * 2 ** min(line.given_up, DOUBLINGS)
        return self._quiet(line, now) >= long - TICK

    def _quiet(self, line: Line, now: float) -> float:
        """Seconds for which calls were out and nothing came back."""
        return now - max(line.heard, next(iter(line.calls)).sent.at)

    def _give_up_on(self, line: Line, now: float) -> None:
        """Nothing comes back: whoever waits for it is better served by somebody else."""
        line.last_fault = f"nothing came back for {self._quiet(line, now):.1f} s"
        line.breaker.failed(now, probe=True)
        line.given_up += 1
        calls = list(line.unhedged)
        line.unhedged.clear()
        for call in calls:
            call.probe = False
            if len(call.ticket.calls) < MOST_CALLS and (call.most == 0 or not self._pressed(call.most)):
                call.ticket.last = line.name
                self._again(call.ticket)
        self._serve(line)

    def _pressed(self, most: int) -> bool:
        return self._budget.left is not None and self._budget.left < PRESSURE * most

    def _hedge(self, call: Call) -> bool:
        """Make it a second time. False: not yet, as nobody has room or it is not worth the money."""
        ticket, line = call.ticket, call.line
        if ticket.queued or len(ticket.calls) > 1:
            line.unhedged.pop(call)
            return True
        other = self._pick(ticket.barred | {line.name})
        if other is None and len(self._lines) == 1 and line.pace.limit > 1:
            other = self._pick(ticket.barred)
        if other is None:
            return False
        most = other.endpoint.price.most(ticket.request)
        dear = max(call.most, most)
        wasteful = call.most and most and (self._pressed(dear) or self._lost + dear > WASTE * self._budget.spent)
        if wasteful or not self._budget.fits(most) or not self._credit.use():
            return False
        line.unhedged.pop(call)
        line.hedges += 1
        self._lost += dear if call.most and most else 0
        self._hedging = True
        self._start(ticket, other, most)
        self._hedging = False
        return True
