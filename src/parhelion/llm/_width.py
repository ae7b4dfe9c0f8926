"""How many calls an endpoint takes at once: additive increase, multiplicative decrease (Chiu and Jain 1989)."""

START, CEILING = 8, 256  # where nobody knows how many an endpoint takes
CUT = 0.75  # on the first refusal of a burst
STEP = 25  # answers for one more call at once
ROUND = 20  # answers whose mean time is compared
RISE = 2.0  # a server that takes so many times as long as it can has a queue of its own
FORGET = 1.001  # the least time is believed a little less with every round


class Width:
    """The calls that may be out at once. slots, most: the most there are; it starts there, if slots are given.

    Otherwise it starts with few and makes room for one more with each answer, until the first refusal or until
    answers take twice as long as they can; then one more for 25 answers.

    >>> width = Width(slots=None)
    >>> for _ in range(8):
    ...     width.answered(1.0, out=width.limit)
    >>> width.limit
    16
    >>> width.cut(), width.limit
    (None, 12)
    >>> for _ in range(25):
    ...     width.answered(1.0, out=width.limit)
    >>> width.limit
    13
    """

    def __init__(self, slots: int | None) -> None:
        self.most = CEILING if slots is None else max(slots, 1)
        self.limit = START if slots is None else self.most
        self._fast, self._known, self._earned = slots is None, slots is not None, 0
        self._sum, self._count, self._least, self._slow = 0.0, 0, float("inf"), False
        self._mean = 0.0

    def cut(self) -> None:
        """A burst of refusals has begun."""
        self.limit, self._fast, self._earned = max(1, int(CUT * self.limit)), False, 0

    def answered(self, seconds: float, out: int, rate: float | None = None) -> None:
        """A call was answered; `out` were out, with it. Room that is not used tells nothing, and makes no more.

        rate: calls a second that are let through. They take rate x time at once (Little's law), so room for these is
        made fast.
        """
        self._mean += (seconds - self._mean) / 16 if self._mean else seconds
        if not self._known:
            self._weigh(seconds)
        if 2 * out < self.limit or self._slow:
            return
        fast = self._fast or (rate is not None and self.limit < rate * self._mean)
        self._earned += STEP if fast else 1
        if self._earned >= STEP:
            self.limit, self._earned = min(self.limit + 1, self.most), 0

    def _weigh(self, seconds: float) -> None:
        """Compare the mean time of each round to the least."""
        self._sum, self._count = self._sum + seconds, self._count + 1
        if self._count < ROUND:
            return
        mean = self._sum / self._count
        self._least = min(FORGET * self._least, mean)
        self._slow = mean > RISE * self._least
        self._fast = self._fast and not self._slow
        self._sum, self._count = 0.0, 0
