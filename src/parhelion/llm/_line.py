"""An endpoint in a pool: what is out to it, how it fares, and whether it may be asked now."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from parhelion.llm._tickets import Call, Ticket
from parhelion.llm.breaker import Breaker
from parhelion.llm.contract import CallError, Endpoint, Failing
from parhelion.llm.hedging import Latencies
from parhelion.llm.pace import Pace

FAULTS = (Failing.UNAVAILABLE, Failing.SLOW, Failing.GARBLED)  # what the breaker counts
TICK = 1e-6  # seconds: timers come so early, as sums of times are rounded


@dataclass(frozen=True, slots=True)
class EndpointStatus:
    """How an endpoint fares. limit: calls at once; rate: calls a second that it is paced at, None where it has shown
    no limit; per_second: answers a second, lately; latency: the median in seconds; why: what its calls wait for, or
    what became of it, empty where nothing waits.
    """

    name: str
    out: int
    limit: int
    rate: float | None
    calls: int
    answers: int
    failures: Mapping[Failing, int]
    hedges: int
    per_second: float
    latency: float | None
    state: Literal["closed", "open", "half-open", "gone"]
    why: str


@dataclass(eq=False, slots=True)
class Line:
    """The way to an endpoint.

    heard: when anything came back last; answered: when an answer did. gone: why it is not asked any more. given_up:
    how often nothing at all came back. share: how far ahead it is of its like, in calls by weight. unhedged: calls
    that nobody else was asked for, oldest first. due: when the watch is to look at them; pardoned: it came late, and
    put that down to a pause of this program.
    """

    endpoint: Endpoint
    pace: Pace
    breaker: Breaker = field(default_factory=Breaker)
    latencies: Latencies = field(default_factory=Latencies)
    calls: dict[Call, None] = field(default_factory=dict)
    unhedged: dict[Call, None] = field(default_factory=dict)
    failures: Counter[Failing] = field(default_factory=Counter)
    made: int = 0
    hedges: int = 0
    given_up: int = 0
    first: float | None = None
    heard: float = float("-inf")
    answered: float | None = None
    share: float = 0.0
    gone: str = ""
    last_fault: str = ""
    opening: asyncio.TimerHandle | None = None
    watch: asyncio.TimerHandle | None = None
    due: float = 0.0
    pardoned: bool = False

    @property
    def name(self) -> str:
        """The endpoint's."""
        return self.endpoint.name

    @property
    def limit(self) -> int:
        """Calls that may be out at once, as it stands."""
        if self.gone:
            return 0
        return self.pace.limit if self.breaker.until is None else 1

    def opens_at(self) -> float | None:
        """From when on a call may be made, None where something else has to happen first."""
        if self.gone:
            return None
        paced = self.pace.opens_at(len(self.calls))
        if paced is None or self.breaker.until is None:
            return paced
        broken = self.breaker.opens_at()
        return None if broken is None else max(paced, broken)

    def has_room(self, now: float) -> bool:
        """Whether a call may be made now."""
        opens = self.opens_at()
        return opens is not None and opens <= now + TICK

    def send(self, ticket: Ticket, most: int, now: float) -> Call:
        """Count a call that is about to be made."""
        sent = self.pace.sent(now, len(self.calls))
        call = Call(ticket, self, most, sent, self.breaker.sent())
        self.made += 1
        self.first = now if self.first is None else self.first
        self.calls[call] = None
        return call

    def release(self, call: Call) -> None:
        """A call is out no more."""
        self.calls.pop(call, None)
        self.unhedged.pop(call, None)

    def succeed(self, call: Call, now: float) -> None:
        """An answer came."""
        self.heard = self.answered = now
        self.pace.answered(call.sent, now, len(self.calls) + 1)
        self.latencies.add(now - call.sent.at, now)
        self.breaker.answered()

    def fail(self, call: Call, error: CallError, now: float) -> None:
        """A call failed."""
        self.heard = now
        self.failures[error.failing] += 1
        self.last_fault = error.why
        if error.failing is Failing.LIMITED:
            self.pace.refused(call.sent, now, error.after)
        if error.failing in FAULTS:
            self.breaker.failed(now, probe=call.probe)
        else:
            self.breaker.answered()

    def patient(self, now: float, patience: float) -> bool:
        """Whether it is worth waiting for: its last answer, or else its first call, is recent, and it may be asked
        again soon.
        """
        since = self.first if self.answered is None else self.answered
        opens = self.pace.opens_at(0) or 0.0
        return (since is None or now - since <= patience) and opens - now <= patience

    def status(self, now: float) -> EndpointStatus:
        """How it fares."""
        return EndpointStatus(
            name=self.name, out=len(self.calls), limit=self.limit, rate=self.pace.rate(now), calls=self.made,
            answers=self.latencies.count, failures=MappingProxyType(dict(self.failures)), hedges=self.hedges,
            per_second=self.latencies.per_second(now), latency=self.latencies.median,
            state="gone" if self.gone else self.breaker.state(now), why=self.why(now),
        )  # fmt: skip

    def why(self, now: float) -> str:
        """What keeps a call from being made now."""
        if self.gone or self.has_room(now):
            return self.gone
        if self.breaker.until is not None:
            wait = self.breaker.until - now
            then = f"tried again in {wait:.0f} s" if wait > 0 else "being tried with a single call"
            return f"{self.last_fault}; {then}"
        opens = self.opens_at()
        if opens is None:
            return f"all {self.limit} calls that it takes at once are out"
        rate = self.pace.rate(now)
        paced = f"it lets {rate:.3g} calls a second through" if rate and opens - now < 2 / rate else "it asks to wait"
        return f"{paced}; the next in {opens - now:.1f} s"
