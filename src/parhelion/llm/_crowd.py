"""Whether an endpoint refuses calls because too many are out at once, and how many it takes.

A call that is refused for that reason is one too many: burst after burst begins with as many out, and more are hardly
ever let through. Refusals of an endpoint that counts calls by time come at any number of calls.
"""

NEAR = 16  # for so many calls that are out, one may be no more than its answer that is on its way
TIMES, MOST_TIMES = 3, 24  # bursts of refusals in a row that agree; twice as many after each mistake
FEWEST = 8  # calls out, below which they agree by chance
AGAIN = 15.0, 110.0  # seconds until one more is tried, at least and at most ...
WORTH = 50  # ... and for each second that a refusal costs, as the server asks to wait
RARELY = 100  # answers for each that is risked
GOOD = 25  # answers while one more was out than it took: it takes more now


class Crowd:
    """most: how many it takes at once; None while that is not why it refuses.

    >>> crowd = Crowd()
    >>> for second in range(3):
    ...     crowd.refused(out=25, now=second)
    >>> crowd.most, crowd.limit
    (24, 24)
    >>> for _ in range(100):
    ...     crowd.answered(out=24, sent=29.0, now=30.0)
    >>> crowd.limit  # one more is tried now and then
    25
    >>> crowd.refused(out=12, now=31.0)
    >>> crowd.most is None
    True
    """

    def __init__(self) -> None:
        self.most: int | None = None
        self.limit = 0
        self._least, self._times, self._needed, self._floor = 0, 0, TIMES, 0
        self._again, self._since, self._good, self.learnt = 0.0, 0, 0, 0.0

    def answered(self, out: int, sent: float, now: float) -> None:
        """A call was let through that was one of `out`, when it was sent; refused ones are out, too, for a moment."""
        self._since += 1
        if self.most is None:
            self._times = 0 if out > self._least + 1 + self._least // NEAR else self._times
        elif out > self.most and sent > self.learnt:
            self._good += 1
            if self._good >= GOOD:
                self._takes(out, now, 0.0)
        elif now >= self._again and self._since >= RARELY:
            self.limit = self.most + 1

    def refused(self, out: int, now: float, after: float = 0.0, *, first: bool = True) -> None:
        """A call was refused that was one of `out`. first: of a burst. after: seconds that the server asks to wait."""
        if self.most is not None and out < self._floor:
            self.most, self._times, self._needed = None, 0, min(2 * self._needed, MOST_TIMES)
        elif not first and out >= self._least:
            return
        self._times = self._times + first if out == self._least else 1
        self._least = out
        if self._least < FEWEST or self._times < self._needed:
            return
        if self.most is None:
            self._floor = self._least - 1
        self._takes(self._least - 1, now, min(max(AGAIN[0], WORTH * after), AGAIN[1]))

    def _takes(self, most: int, now: float, wait: float) -> None:
        self.most = self.limit = most
        self._least, self._again, self._since, self._good, self.learnt = most + 1, now + wait, 0, 0, now
