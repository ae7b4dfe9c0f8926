"""A breaker: who fails again and again is left alone for a while, then tried with a single call."""

from typing import Literal

State = Literal["closed", "open", "half-open"]
ENOUGH = 5  # failures in a row
FIRST, LONGEST = 0.5, 60.0  # seconds that it stays open


class Breaker:
    """Closed: calls pass. Open: none do. Half-open: one does, and what becomes of it decides.

    >>> breaker = Breaker()
    >>> for _ in range(5):
    ...     breaker.failed(now=0.0)
    >>> breaker.state(0.4), breaker.state(0.5), breaker.opens_at()
    ('open', 'half-open', 0.5)
    >>> breaker.sent()  # True: it is the one that decides
    True
    >>> breaker.opens_at()  # not before it has decided
    >>> breaker.failed(0.7, probe=True)
    >>> breaker.until
    1.7
    >>> breaker.answered()
    >>> breaker.state(0.8)
    'closed'
    """

    def __init__(self) -> None:
        self.until: float | None = None
        self._in_a_row, self._pause, self._probing = 0, FIRST, False

    def state(self, now: float) -> State:
        """Which of the three it is."""
        if self.until is None:
            return "closed"
        return "open" if now < self.until else "half-open"

    def opens_at(self) -> float | None:
        """From when on time alone lets a call pass; None while the answer to a single one is awaited."""
        return None if self._probing else self.until or 0.0

    def sent(self) -> bool:
        """A call is made; whether it is the single one."""
        self._probing = self.until is not None
        return self._probing

    def answered(self) -> None:
        """Whatever came back shows that somebody is there."""
        self.until, self._in_a_row, self._pause, self._probing = None, 0, FIRST, False

    def failed(self, now: float, *, probe: bool = False) -> None:
        """A call failed in a way that others will."""
        self._in_a_row += 1
        if probe:
            self._pause = min(2 * self._pause, LONGEST)
        if probe or (self.until is None and self._in_a_row >= ENOUGH):
            self.trip(now)

    def trip(self, now: float) -> None:
        """Open, whatever came before."""
        self.until, self._probing = now + self._pause, False

    def forgo(self) -> None:
        """The single call was called off before anything came of it."""
        self._probing = False
