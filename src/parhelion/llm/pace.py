"""How fast an endpoint may be asked: how many calls at once, and when the next."""

from dataclasses import dataclass

from parhelion.llm._crowd import Crowd
from parhelion.llm._rate import Rate
from parhelion.llm._width import Width

CROWDED = 0.75  # of the calls at once


@dataclass(frozen=True, slots=True)
class Sent:
    """A call that was sent: its number among those of its endpoint, when, how many were out with it, and whether room
    was nearly used up.
    """

    number: int
    at: float
    out: int
    crowded: bool


class Pace:
    """Learns from answers and refusals (429) how fast an endpoint may be asked, however it limits its callers.

    slots: the most calls at once, where somebody said so. All times are seconds of one clock.

    >>> pace = Pace(slots=4)
    >>> call = pace.sent(now=10.0, out=3)
    >>> pace.refused(call, now=10.1, after=3.0)
    >>> pace.limit, pace.opens_at(out=0), pace.opens_at(out=3)
    (3, 13.1, None)
    """

    def __init__(self, slots: int | None = None) -> None:
        self._width, self._rate, self._crowd = Width(slots), Rate(), Crowd()
        self._asked = 0.0

    @property
    def limit(self) -> int:
        """Calls at once."""
        return self._width.limit if self._crowd.most is None else min(self._crowd.limit, self._width.most)

    def rate(self, now: float) -> float | None:
        """Calls a second, None where no limit of these was met."""
        return self._rate.at(now) if self._crowd.most is None else None

    def opens_at(self, out: int) -> float | None:
        """From when on a call may be sent while `out` are out; None before one of them has ended."""
        if out >= self.limit:
            return None
        return self._rate.opens if self._crowd.most is None else self._asked

    def sent(self, now: float, out: int) -> Sent:
        """A call is sent while `out` are out."""
        number = self._rate.sent(now) if self._crowd.most is None else self._rate.passed_over(now)
        return Sent(number, now, out + 1, out + 1 >= CROWDED * self.limit)

    def answered(self, call: Sent, now: float, out: int) -> None:
        """A call was answered; `out` were out, with it."""
        if self._crowd.most is None:
            self._width.answered(now - call.at, out, self._rate.at(now))
            self._rate.passed(call.number, call.at, now)
        self._crowd.answered(call.out, call.at, now)

    def refused(self, call: Sent, now: float, after: float | None = None) -> None:
        """A call was refused. after: seconds that the server asks to wait.

        A call that was sent while few were out was too soon after the others, not one too many at once.
        """
        known = self._crowd.most is not None
        first = call.at > self._crowd.learnt if known else self._slow_down(call, now)
        self._crowd.refused(call.out, now, after or 0.0, first=first)
        if known and self._crowd.most is None:
            self._slow_down(call, now)
        if after:
            self._asked = max(self._asked, now + after)
            self._rate.wait(now + after)

    def _slow_down(self, call: Sent, now: float) -> bool:
        """Take it that calls come too fast. Whether it is the first refusal of a burst."""
        new = self._rate.at(now) is None
        burst = self._rate.refused(call.number, call.at, now)
        if burst and (new or call.crowded):
            self._width.cut()
        return burst
