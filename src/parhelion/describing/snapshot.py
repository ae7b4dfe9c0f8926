"""How far a run is, at one moment."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from parhelion.llm import EndpointStatus


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a run takes. cost: pico-dollars of the whole, with what is spent. seconds: to its end, if one can tell."""

    cost: int
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """stage: plan, documents, facts or rows. done: the share of the documents. spent, budget: pico-dollars.

    Always: candidates == accepted + rejected + held + pending.
    """

    stage: str
    asked: int
    accepted: int = 0
    rejected: int = 0
    held: int = 0
    pending: int = 0
    done: float = 0.0
    facts: int = 0
    spent: int = 0
    budget: int | None = None
    calls: int = 0
    calls_per_second: float = 0.0
    forecast: Forecast | None = None
    endpoints: tuple[EndpointStatus, ...] = ()

    @property
    def candidates(self) -> int:
        """All that were begun."""
        return self.accepted + self.rejected + self.held + self.pending


Watch = Callable[[Snapshot], None]


def unwatched(snapshot: Snapshot) -> None:
    """Nobody looks."""
    del snapshot


class Meter:
    """How fast a count grows, over the last seconds. clock: seconds."""

    def __init__(self, clock: Callable[[], float], window: float = 10.0) -> None:
        self.clock, self.window = clock, window
        self._seen: deque[tuple[float, int]] = deque()

    def rate(self, count: int) -> float:
        """Growth a second, since the window began.

        >>> times = iter([0.0, 2.0, 4.0])
        >>> meter = Meter(lambda: next(times))
        >>> meter.rate(0), meter.rate(10), meter.rate(40)
        (0.0, 5.0, 10.0)
        """
        now = self.clock()
        self._seen.append((now, count))
        while self._seen[0][0] < now - self.window and len(self._seen) > 2:
            self._seen.popleft()
        then, before = self._seen[0]
        return (count - before) / (now - then) if now > then else 0.0
