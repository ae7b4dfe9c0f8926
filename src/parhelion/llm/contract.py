"""What a language model is to the rest: requests in, replies out, and what a call may cost and how it may fail."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, NamedTuple, Protocol

from pydantic import BaseModel, ConfigDict, Field

from parhelion.errors import EndpointError

PICO = 10**12  # pico-dollars in a dollar: costs are whole numbers of them, so that sums are exact


class Message(NamedTuple):
    """One message of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


class Parameters(BaseModel):
    """How a model is to write. None leaves it to the server."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    temperature: float | None = Field(None, ge=0, le=2)
    top_p: float | None = Field(None, gt=0, le=1)
    max_tokens: int = Field(1024, ge=1, description="tokens it may write at most; what a call may cost follows from it")
    stop: tuple[str, ...] = ()


USUAL = Parameters()


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked. schema: the JSON schema of the answer, or None for free text."""

    messages: tuple[Message, ...]
    parameters: Parameters = USUAL
    schema: Mapping[str, Any] | None = None
    seed: int | None = None


class Usage(NamedTuple):
    """Tokens read and written, as the server reports them."""

    read: int
    written: int


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. seconds: from sending to the last byte. finish: `length` where max_tokens cut it off.

    metered: False where the server reported no usage; then `usage` is the most that it can have been.
    """

    text: str
    usage: Usage
    endpoint: str
    finish: Literal["stop", "length", "refused"] = "stop"
    seconds: float = 0.0
    metered: bool = True


class Price(NamedTuple):
    """Pico-dollars a token; $0.15 for a million tokens is 150,000.

    >>> Price.of(0.15, 0.60).cost(Usage(1000, 100))
    210000000
    """

    read: int = 0
    written: int = 0

    @classmethod
    def of(cls, read: float, written: float) -> "Price":
        """The price from dollars for a million tokens."""
        return cls(round(read * 1_000_000), round(written * 1_000_000))

    def cost(self, usage: Usage) -> int:
        """Pico-dollars of a call."""
        return self.read * usage.read + self.written * usage.written

    def most(self, request: Request) -> int:
        """Pico-dollars that a call cannot exceed.

        No tokenizer makes more tokens of a text than it has bytes; a message's frame is taken as 32 tokens, what
        servers put before all messages as 256, and a schema is read once, with what servers say around it.
        """
        return self.cost(Usage(bound(request), request.parameters.max_tokens))


def bound(request: Request) -> int:
    """The most tokens that a server can read in a request."""
    schema = 1024 + len(json.dumps(request.schema, default=repr).encode()) if request.schema is not None else 0
    return 256 + schema + sum(32 + len(m.content.encode("utf-8", "replace")) for m in request.messages)


class Failing(StrEnum):
    """How a call fails, which decides what is done about it."""

    LIMITED = "limited"  # 429, or overloaded: later, and fewer at once
    UNAVAILABLE = "unavailable"  # no connection, or 5xx: later, or elsewhere
    SLOW = "slow"  # no answer in time; tokens may have been spent
    GARBLED = "garbled"  # an answer that is none: HTML, broken JSON, no choices
    KEY = "key"  # the key is wrong or may not: never again here
    MODEL = "model"  # the server does not have the model: never again here
    REQUEST = "request"  # the server cannot take this request: never this one here


class CallError(EndpointError):
    """A call that failed. after: the seconds that the server asks to wait. spent: tokens may have been spent."""

    def __init__(
        self, failing: Failing, endpoint: str, why: str, *, after: float | None = None, spent: bool = False
    ) -> None:
        super().__init__(f"{endpoint}: {why}")
        self.failing, self.endpoint, self.why, self.after, self.spent = failing, endpoint, why, after, spent


class BudgetSpent(EndpointError):  # noqa: N818 (it is a reason to stop, not a fault)
    """What is left of the budget does not cover the most that the next call can cost."""


class Unanswered(EndpointError):  # noqa: N818
    """No endpoint of a model answered, however often and wherever it was tried; the message says why, for each."""


class Unusable(Exception):  # noqa: N818 (a reason to reject a row, not a fault of the program)
    """An answer that stays wrong after all corrections. raw: the last text, as it came. cost: pico-dollars it took."""

    def __init__(self, reason: str, raw: str, endpoint: str = "", cost: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.raw, self.endpoint, self.cost = reason, raw, endpoint, cost


class Endpoint(Protocol):
    """Somebody who answers requests: a server, or a node of the network.

    slots: the most calls at once, or None where nobody knows. weight: its share of the calls against its likes.
    trusted: its answers need no second look.
    """

    name: str
    price: Price
    slots: int | None
    weight: float
    trusted: bool

    async def send(self, request: Request) -> Reply:
        """One call, once. Raises CallError."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class Journal(Protocol):
    """Where calls are written down before they are made, and after. All three return once it is written."""

    def known(self, key: str) -> Reply | None:
        """The reply to a call that was made before, also in an earlier run."""
        ...

    def opened(self, key: str, *, field: str, model: str, endpoint: str, reserved: int) -> int:
        """A call is about to be made, and may cost `reserved` pico-dollars. Returns its number."""
        ...

    def closed(self, number: int, *, cost: int, reply: Reply | None, failing: Failing | None = None) -> None:
        """The call has ended: with a reply, or failing. `known(key)` finds the reply from now on."""
        ...
