"""How many calls a second an endpoint takes, learnt from what it refuses.

A limiter that refuses a call at one time and again at a later one has let through, in between, exactly what it lets
through: whether it is a bucket that fills with tokens or a window that is counted anew each minute. So the rate
is what was let through from one burst of refusals to the next, over the time between. Calls count by when they were
sent. From there on sends are evenly spaced, by a curve (after CUBIC: Ha, Rhee and Xu 2008) that starts a little
below, stays just below for a while, and then climbs, ever faster, to find out whether more is let through now.
"""

from dataclasses import dataclass

BELOW = 0.97  # of the rate that was let through: the plateau
DIP = 0.06  # of the plateau: how far below it starts
HOLD = (15.0, 90.0)  # seconds until the plateau is left
SPARE = 60  # calls of a plateau for each refusal of the cycle before
CLIMB = 30.0  # seconds from the plateau to twice of it
UNSURE = (4.0, 12.0)  # the same two where the rate is not yet known
AGREE = 0.12  # two rates in a row that differ by no more are the rate
ENOUGH = 10  # calls let through that make a rate
IDLEST = 5.0  # seconds between two tries while everything is refused ...
PATIENT = 24.0  # ... and more, a part of the time that it has been
COARSE = (75.0, 120.0)  # seconds until the plateau is left where whole windows are counted
LATE = 0.02, 0.5  # seconds, and sends, of being late that are made up for


@dataclass(slots=True)
class _Mark:
    """A refused call: its number, when it was sent, and how many later ones have been refused since."""

    number: int
    at: float
    refused: int = 0

    def passed(self, number: int) -> int:
        """Calls after it, up to that number, that were let through."""
        return max(number - self.number - self.refused, 0)


class Rate:
    """When the next call may be sent."""

    def __init__(self) -> None:
        self.opens = 0.0
        self.sent_calls = 0
        self._mark: _Mark | None = None
        self._before: _Mark | None = None
        self._last_of_burst = 0
        self._plateau: float | None = None
        self._sure, self._turned, self._hold, self._climb = False, 0.0, *UNSURE

    def at(self, now: float) -> float | None:
        """Calls a second; None while nothing was refused."""
        if self._plateau is None:
            return None
        x = now - self._turned - self._hold
        if x < 0:
            dip = DIP if self._sure else 0.0
            return self._plateau * (1 + dip * (x / self._hold) ** 3)
        return self._plateau * (1 + (x / self._climb) ** 3)

    def sent(self, now: float) -> int:
        """A call is sent. Returns its number."""
        self.sent_calls += 1
        if self._mark is None:
            self._mark = _Mark(0, now)
        rate = self.at(now)
        if rate is not None:
            self._climbed(now)
            self.opens = max(self.opens, now - min(LATE[0], LATE[1] / rate)) + 1 / rate
        return self.sent_calls

    def _climbed(self, now: float) -> None:
        """Twice the plateau, and nothing was refused: that is the plateau now."""
        if self._plateau is not None and now - self._turned >= self._hold + self._climb:
            self._plateau, self._turned, self._sure, self._hold = 2 * self._plateau, now, False, UNSURE[0]

    def wait(self, until: float) -> None:
        """The server asks for no call before."""
        self.opens = max(self.opens, until)

    def refused(self, number: int, sent: float, now: float) -> bool:
        """A call was refused. Whether it is the first of a burst: calls sent before the last one are of that one."""
        for mark in (self._mark, self._before):
            if mark is not None and number > mark.number:
                mark.refused += 1
        if number <= self._last_of_burst or self._mark is None:
            return False
        self._learn(self._mark, number, sent, now)
        self._last_of_burst, self._turned = self.sent_calls, now
        self.opens = max(self.opens, now + 1 / (self.at(now) or 1.0))
        return True

    def _learn(self, mark: _Mark, number: int, sent: float, now: float) -> None:
        passed, elapsed = mark.passed(number), max(now - mark.at, 1e-3)
        if self._plateau is None:
            self._settle(max(passed, 1) / elapsed, mark)
            self._before, self._mark = mark, _Mark(number, sent)
        elif passed >= ENOUGH:
            mean = passed / max(sent - mark.at, 1e-3)
            self._settle((mean + min(self.at(sent) or mean, 2 * mean)) / 2, mark)
            self._before, self._mark = mark, _Mark(number, sent)
        else:
            slowest = 1 / min(max(IDLEST, elapsed / PATIENT), 60.0)
            fewer = 1.5 * (passed + 1) if passed else 0.5
            self._plateau = min(self.at(now) or 0.0, max(fewer / elapsed, slowest))
            self._sure, self._hold, self._climb = False, *UNSURE

    def _settle(self, rate: float, mark: _Mark) -> None:
        """Take a rate for what is let through, and be sure of it if it is the one that was known."""
        self._sure = self._plateau is not None and abs(rate * BELOW / self._plateau - 1) <= AGREE
        self._plateau = BELOW * rate
        if self._sure:
            self._hold, self._climb = min(max(HOLD[0], SPARE * mark.refused / rate), HOLD[1]), CLIMB
        else:
            self._hold, self._climb = UNSURE

    def passed(self, number: int, now: float) -> None:
        """A call was let through: after a time in which none was, what was let through before and over that time
        together is the rate (a window that is counted anew).
        """
        mark = self._before
        if mark is None or number <= self._last_of_burst:
            return
        self._before = None
        rate = mark.passed(number) / max(now - mark.at, 1e-3)
        if (self.at(now) or rate) < rate / 2:
            self._plateau, self._turned, self._sure = BELOW * rate, now, True
            self._hold, self._climb = min(max(COARSE[0], SPARE * mark.refused / rate), COARSE[1]), CLIMB
            self._mark = _Mark(number, now)
            self.opens = min(self.opens, now)
