"""Whether a rule or a fault is meant for a call; latencies are drawn here too."""

import re
from math import exp
from statistics import NormalDist
from typing import Generic, TypeVar

from .request import Request, draw
from .script import Latency, When

NORMAL = NormalDist()


T = TypeVar("T", bound=When)


class Match(Generic[T]):
    """A rule or a fault with what it remembers: the calls that its patterns fitted, and how often it was used."""

    def __init__(self, when: T, salt: str, seed: int) -> None:
        self.when, self.salt, self.seed = when, salt, seed
        self.fitted = self.used = 0
        named = ((name, getattr(when, name)) for name in ("user", "system", "model", "schema", "path"))
        self.patterns = [(name, re.compile(pattern, re.DOTALL)) for name, pattern in named if pattern]

    def meant(self, request: Request, now: float) -> bool:
        """Whether it is meant for this call; every call must be asked about once, as calls are counted here."""
        if any(not pattern.search(_of(request, name)) for name, pattern in self.patterns):
            return False
        self.fitted += 1
        when = self.when
        meant = (
            (not when.every or self.fitted % when.every == 0)
            and (when.calls is None or when.calls[0] <= self.fitted <= when.calls[1])
            and (when.seconds is None or when.seconds[0] <= now < when.seconds[1])
            and (not when.times or self.used < when.times)
            and (when.share == 1 or draw(self.seed, self.salt, request.call, request.seen) < when.share)
        )
        self.used += meant
        return meant


def _of(request: Request, name: str) -> str:
    if name != "schema":
        return str(getattr(request, name))
    title = request.schema.get("title", "") if isinstance(request.schema, dict) else ""
    return f"{request.schema_name} {title}".strip()


def waiting(latency: Latency, request: Request, seed: int) -> float:
    """Seconds before the answer.

    >>> waiting(Latency(0.5), Request("", {}, "", "", "", []), seed=0)
    0.5
    """
    seconds = latency.seconds
    if latency.upto is not None:
        seconds += (latency.upto - seconds) * draw(seed, "uniform", request.call, request.seen)
    if latency.sigma:
        share = max(1e-12, draw(seed, "lognormal", request.call, request.seen))
        seconds *= exp(latency.sigma * NORMAL.inv_cdf(share))
    if latency.tail and draw(seed, "tail", request.call, request.seen) < latency.tail:
        seconds += latency.tail_seconds
    return seconds
