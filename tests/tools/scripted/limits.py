"""Rate limits: what is left of each, and how long to wait where nothing is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from email.utils import formatdate
from math import ceil
from time import time

from .request import Refused, Request
from .script import Limit


@dataclass(slots=True)
class _Left:
    """What is used of a limit by one key, one model or all: `used` fell last at `at`."""

    used: float = 0.0
    at: float = 0.0


@dataclass
class Gauge:
    """One limit with what is used of it.

    >>> gauge = Gauge(Limit(2, per=1, burst=2))
    >>> [gauge.wait("", 1, at) or gauge.take("", 1) for at in (0.0, 0.0, 0.1, 0.5)]
    [None, None, 0.4, None]
    >>> window = Gauge(Limit(1, kind="window", per=10))
    >>> [window.wait("", 1, at) or window.take("", 1) for at in (0.0, 4.0, 10.0)]
    [None, 6.0, None]
    """

    limit: Limit
    left: dict[str, _Left] = field(default_factory=dict)

    def wait(self, who: str, cost: float, now: float) -> float:
        """Seconds until a call of this cost fits; 0 where it does now."""
        limit, state = self.limit, self.left.setdefault(who, _Left())
        if limit.kind == "at_once":
            return 1.0 if state.used + 1 > limit.most else 0.0
        if limit.kind == "window":
            start = now // limit.per * limit.per
            if start > state.at:
                state.used, state.at = 0.0, start
            return start + limit.per - now if state.used + min(cost, limit.most) > limit.most else 0.0
        rate = limit.most / limit.per
        state.used, state.at = max(0.0, state.used - (now - state.at) * rate), now
        over = state.used + min(cost, self.holds) - self.holds
        return round(over / rate, 9) if over > 1e-9 else 0.0

    @property
    def holds(self) -> float:
        """What fits at once: of tokens never less than all of a period, as a call needs many at a time."""
        limit = self.limit
        return limit.most if limit.kind == "window" else max(limit.burst, limit.most if limit.of == "tokens" else 1.0)

    def take(self, who: str, cost: float) -> None:
        """A call is let in."""
        self.left[who].used += 1 if self.limit.kind == "at_once" else min(cost, self.holds)

    def give_back(self, who: str) -> None:
        """A call has ended."""
        if self.limit.kind == "at_once":
            self.left[who].used -= 1

    def who(self, request: Request) -> str:
        """Whose share of the limit a request uses."""
        return {"server": "", "key": request.key, "model": request.model}[self.limit.each]

    def cost(self, request: Request) -> float:
        """What a request uses: of tokens, those read and the most that may be written."""
        return 1.0 if self.limit.of == "requests" else request.read + (request.max_tokens or 0)


def admit(gauges: Sequence[Gauge], request: Request, now: float) -> list[tuple[Gauge, str]]:
    """Let a request in at every gauge. Returns where it must be given back; raises Refused (429)."""
    asked = [(gauge, gauge.who(request), gauge.cost(request)) for gauge in gauges]
    waits = [gauge.wait(who, cost, now) for gauge, who, cost in asked]
    refused = max(waits, default=0.0) > 0
    for gauge, who, cost in asked:
        if not refused or (gauge.limit.refused_count and gauge.limit.kind != "at_once"):
            gauge.take(who, cost)
    if refused:
        longest = max(range(len(waits)), key=waits.__getitem__)
        raise too_many(request, asked[longest][0].limit, waits[longest])
    return [(gauge, who) for gauge, who, _ in asked]


def too_many(request: Request, limit: Limit, seconds: float) -> Refused:
    """OpenAI's answer to too many calls."""
    what = {"bucket": "per second", "window": f"per {limit.per:g} s", "at_once": "at once"}[limit.kind]
    return Refused(
        429,
        f"Rate limit reached for {request.model} on {limit.of} {what}: Limit {limit.most:g}. "
        f"Please try again in {seconds:.3f}s.",
        kind=limit.of,
        code="rate_limit_exceeded",
        headers=retry_after(limit.retry_after, seconds),
        fault="rate_limit",
    )


def retry_after(how: str, seconds: float) -> dict[str, str]:
    """The header that says when to come back.

    >>> retry_after("seconds", 1.2), retry_after("ms", 1.2), retry_after("none", 1.2)
    ({'retry-after': '2'}, {'retry-after-ms': '1200'}, {})
    """
    if how == "seconds":
        return {"retry-after": str(ceil(seconds))}
    if how == "ms":
        return {"retry-after-ms": str(ceil(seconds * 1000))}
    return {"retry-after": formatdate(ceil(time() + seconds), usegmt=True)} if how == "date" else {}
