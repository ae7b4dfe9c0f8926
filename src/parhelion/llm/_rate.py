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
HOLD = (15.0, 110.0)  # seconds until the plateau is left
FEW = 4  # refusals count no more where the rate is new: most are those of the burst by which it was found
SPARE = 90  # calls of a plateau for each refusal of the cycle before
CLIMB = 30.0  # seconds from the plateau to twice of it
UNSURE = (3.0, 9.0)  # the same two where the rate is not yet known
AGREE = 0.12  # two rates in a row that differ by no more are the rate
STEADY = 0.06  # calls were made at one rate if on average they were made at the last rate but for so much of it
ENOUGH = 10  # calls let through that make a rate
IDLEST = 4.0  # seconds between two tries while everything is refused ...
PATIENT = 24.0  # ... and more, a part of the time that it has been
LONG = 8.0  # seconds in which nothing was let through: whole windows are counted ...
COARSE = (20.0, 120.0)  # ... and the plateau is left after so many
LATE = 0.005, 0.5  # seconds, and sends, of being late that are made up for


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
        self._fresh: _Mark | None = None
        self._passing, self._blocked = True, 0.0
        self._settled: float | None = None
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
            self._mark, self._fresh = _Mark(0, now), _Mark(0, now)
        rate = self.at(now)
        if rate is not None:
            self._climbed(now)
            self.opens = max(self.opens, now - min(LATE[0], LATE[1] / rate)) + 1 / rate
        return self.sent_calls

    def passed_over(self, now: float) -> int:
        """A call is sent, and it is not the rate that holds calls back: nothing is learnt. Returns its number."""
        self.sent_calls, self._turned = self.sent_calls + 1, now
        return self.sent_calls

    def _climbed(self, now: float) -> None:
        """Twice the plateau, and nothing was refused: that is the plateau now."""
        if self._plateau is not None and now - self._turned >= self._hold + self._climb:
            self._plateau, self._turned, self._sure, self._hold = 2 * self._plateau, now, False, UNSURE[0]

    def wait(self, until: float) -> None:
        """The server asks for no call before."""
        self.opens, self._turned = max(self.opens, until), max(self._turned, until)

    def refused(self, number: int, sent: float, now: float) -> bool:
        """A call was refused. Whether it is the first of a burst: calls sent before the last one are of that one."""
        for mark in (self._mark, self._fresh):
            if mark is not None and number > mark.number:
                mark.refused += 1
        if number <= self._last_of_burst or self._mark is None:
            return False
        self._learn(self._mark, number, sent, now)
        self._blocked, self._passing = sent if self._passing else self._blocked, False
        self._last_of_burst, self._turned = self.sent_calls, now
        self.opens = max(self.opens, now + 1 / (self.at(now) or 1.0))
        return True

    def _learn(self, mark: _Mark, number: int, sent: float, now: float) -> None:
        passed, elapsed = mark.passed(number), max(now - mark.at, 1e-3)
        if self._plateau is None:
            self._settle(max(passed, 1) / elapsed, sure=False)
            self._mark = _Mark(number, sent)
        elif passed >= ENOUGH:
            self._measure(mark, number, sent)
            self._mark = _Mark(number, sent)
        else:
            slowest = 1 / min(max(IDLEST, elapsed / PATIENT), 60.0)
            fewer = 1.5 * (passed + 1) if passed else 0.5
            self._plateau = min(self.at(now) or 0.0, max(fewer / elapsed, slowest))
            self._sure, self._hold, self._climb = False, *UNSURE

    def _measure(self, mark: _Mark, number: int, sent: float) -> None:
        """Take what was let through on average, while calls were made ever faster up to `top`, for the rate.

        It is the rate where all were made at one rate, or out of a full bucket or window; where nothing can be saved
        up, the rate is what they were made at last. So it lies between, and is sure if it is what it was.
        """
        elapsed, top = max(sent - mark.at, 1e-3), self.at(sent) or 0.0
        rate = mean = mark.passed(number) / elapsed
        steady = abs((number - mark.number) / elapsed / top - 1) <= STEADY
        if not steady:
            rate = (mean + min(top, 2 * mean)) / 2
        agreed = self._settled is not None and abs(rate * BELOW / self._settled - 1) <= AGREE
        self._settle(rate, sure=steady or agreed, refused=mark.refused if agreed else min(mark.refused, FEW))
        self._settled = self._plateau

    def _settle(self, rate: float, *, sure: bool, refused: int = 0) -> None:
        self._plateau, self._sure = BELOW * rate, sure
        self._hold, self._climb = UNSURE
        if sure:
            self._hold, self._climb = min(max(HOLD[0], SPARE * refused / rate), HOLD[1]), CLIMB

    def passed(self, number: int, sent: float, now: float) -> None:
        """A call was let through.

        After a long time in which none was, whole windows are counted: then the rate is what was let through since
        the end of the last such time. After a short one it is what it was, and a little less each time; a rate that
        was never found out is what was let through since the first call.
        """
        fresh = self._fresh
        if fresh is None or number <= self._last_of_burst or self._passing:
            return
        self._passing = True
        rate, long = fresh.passed(number) / max(sent - fresh.at, 1e-3), sent - self._blocked >= LONG
        if not long and self._settled is not None:
            rate = self._settled
        if not long and (self.at(now) or rate) >= rate / 2:
            return
        self._plateau, self._turned, self._sure = BELOW * rate, now, long
        self._hold, self._climb, self._settled = *UNSURE, BELOW * rate
        self.opens = min(self.opens, now)
        if long:
            self._hold, self._climb = min(max(COARSE[0], SPARE * fresh.refused / rate), COARSE[1]), CLIMB
            self._fresh = _Mark(number, sent)
