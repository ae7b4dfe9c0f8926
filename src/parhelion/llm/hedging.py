"""How long calls take, and which take so long that asking somebody else is worth it."""

from collections import deque

KNOWN = 20  # answers after which it is known what is normal
REMEMBERED = 100
OVERDUE = 1.5  # times the 95th percentile
SOONEST = 0.25  # seconds: nothing is overdue before
SHARE, SAVED = 0.05, 5.0  # of all calls may be asked twice; so many of these can be saved up


class Latencies:
    """The seconds that the last calls took.

    >>> latencies = Latencies()
    >>> for k in range(20):
    ...     latencies.add(1 + k / 8, at=k)
    >>> latencies.overdue  # 1.5 times the 95th percentile
    4.875
    >>> latencies.median, latencies.per_second(now=20)
    (2.125, 1.0)
    """

    def __init__(self) -> None:
        self.count = 0
        self.overdue: float | None = None
        self._seconds: deque[float] = deque(maxlen=REMEMBERED)
        self._at: deque[float] = deque(maxlen=REMEMBERED)

    def add(self, seconds: float, at: float) -> None:
        """A call was answered."""
        self.count += 1
        self._seconds.append(seconds)
        self._at.append(at)
        if self.count >= KNOWN and not self.count % 10:
            self.overdue = max(OVERDUE * self._quantile(0.95), SOONEST)

    def _quantile(self, share: float) -> float:
        ordered = sorted(self._seconds)
        return ordered[int(share * (len(ordered) - 1))]

    @property
    def median(self) -> float | None:
        """Half of the last calls took no longer."""
        return self._quantile(0.5) if self._seconds else None

    def per_second(self, now: float) -> float:
        """Answers a second, lately."""
        return len(self._at) / max(now - self._at[0], 1e-3) if self._at else 0.0


class Credit:
    """How many calls may still be asked twice: one for every twenty calls.

    >>> credit = Credit()
    >>> for _ in range(40):
    ...     credit.earn()
    >>> credit.use(), credit.use(), credit.use()
    (True, True, False)
    """

    def __init__(self) -> None:
        self._hundredths = 0

    def earn(self) -> None:
        """A call was made."""
        self._hundredths = min(self._hundredths + round(100 * SHARE), round(100 * SAVED))

    def use(self) -> bool:
        """Take one, if there is one."""
        if self._hundredths < 100:
            return False
        self._hundredths -= 100
        return True
