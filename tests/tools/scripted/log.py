"""Every call that came, in a compact form, and sums that stay exact when the oldest calls are forgotten."""

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(slots=True)
class Call:
    """One call. start: seconds after the start of the server. seconds: from the request to the last byte.

    status: 0 while it is in flight and where no answer came. fault: the kinds that befell it, joined by `+`.
    ended: `answered`; `broken` by a fault; `left` by the client; empty while in flight. in_flight: calls at its
    arrival, itself among them. read and written: tokens; told_read and told_written: those that were reported to the
    client, in full answers alone. key, prompt, call: hashes.
    """

    number: int
    start: float
    path: str
    model: str = ""
    key: str = ""
    prompt: str = ""
    call: str = ""
    status: int = 0
    fault: str = ""
    ended: str = ""
    seconds: float = 0.0
    in_flight: int = 0
    read: int = 0
    written: int = 0
    told_read: int = 0
    told_written: int = 0


@dataclass
class Stats:
    """Sums over all calls since the start or the last reset.

    repeated: calls whose very body had come before. told_read, told_written: the sums of the usage that clients were
    told. errors: what went wrong in functions of the script.
    """

    calls: int = 0
    in_flight: int = 0
    most_in_flight: int = 0
    repeated: int = 0
    by_status: dict[int, int] = field(default_factory=dict)
    by_fault: dict[str, int] = field(default_factory=dict)
    by_path: dict[str, int] = field(default_factory=dict)
    by_end: dict[str, int] = field(default_factory=dict)
    read: int = 0
    written: int = 0
    told_read: int = 0
    told_written: int = 0
    connections: int = 0
    seconds: float = 0.0
    errors: list[str] = field(default_factory=list)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Stats":
        """What `json` made."""
        return cls(**{**data, "by_status": {int(status): count for status, count in data["by_status"].items()}})

    def json(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


class Log:
    """The calls of a server."""

    def __init__(self, remember: int, clock: Callable[[], float]) -> None:
        self.clock, self.started = clock, clock()
        self.calls: deque[Call] = deque(maxlen=remember)
        self.errors: deque[str] = deque(maxlen=20)
        self.count = self.in_flight = self.most = self.repeated = 0
        self.status: Counter[int] = Counter()
        self.fault: Counter[str] = Counter()
        self.path: Counter[str] = Counter()
        self.end: Counter[str] = Counter()
        self.sums: Counter[str] = Counter()
        self._seen: dict[str, int] = {}

    def now(self) -> float:
        """Seconds since the start."""
        return self.clock() - self.started

    def open(self, path: str) -> Call:
        """A call has come."""
        self.count += 1
        self.in_flight += 1
        self.most = max(self.most, self.in_flight)
        self.path[path] += 1
        call = Call(self.count, self.now(), path, in_flight=self.in_flight)
        self.calls.append(call)
        return call

    def seen(self, call: str) -> int:
        """How often a call of this hash came before; of more than the log remembers the oldest are forgotten."""
        before = self._seen.pop(call, 0)
        self._seen[call] = before + 1
        self.repeated += before > 0
        if len(self._seen) > (self.calls.maxlen or 0):
            del self._seen[next(iter(self._seen))]
        return before

    def close(self, call: Call, ended: str) -> None:
        """A call has ended. What was never delivered was never told."""
        call.ended, call.seconds = ended, self.now() - call.start
        if ended != "answered":
            call.status = call.told_read = call.told_written = 0
        self.in_flight -= 1
        self.status[call.status] += 1
        self.end[ended] += 1
        for kind in filter(None, call.fault.split("+")):
            self.fault[kind] += 1
        for name in ("read", "written", "told_read", "told_written"):
            self.sums[name] += getattr(call, name)

    def stats(self, connections: int) -> Stats:
        """The sums."""
        return Stats(
            calls=self.count,
            in_flight=self.in_flight,
            most_in_flight=self.most,
            repeated=self.repeated,
            by_status=dict(self.status),
            by_fault=dict(self.fault),
            by_path=dict(self.path),
            by_end=dict(self.end),
            connections=connections,
            seconds=self.now(),
            errors=list(self.errors),
            **{name: self.sums[name] for name in ("read", "written", "told_read", "told_written")},
        )
