"""What crosses the network: compact JSON, checked on both sides, whoever it is from.

    owner -> node.NAME.task               {"v":1,"kind":"task","id":…,"model":…,"messages":[["user","…"]],…,"seconds":…}
                                          {"v":1,"kind":"stop","id":…}      nobody waits for that answer any more
                                          {"v":1,"kind":"hello"}            say what you have
    node  -> answer.NAME.INBOX.ID         {"v":1,"id":…,"text":…,"read":…,"written":…,"finish":…}
                                          {"v":1,"id":…,"fault":"limited","why":…,"after":…}
    node  -> hello.NAME                   {"v":1,"models":[…],"slots":…,"busy":…,"every":…,"version":…,…}

A task holds a prompt and the schema of its answer, and nothing else: no code, no keys, no tools.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from parhelion.llm.contract import CallError, Failing, Message, Parameters, Reply, Request, Usage, bound

VERSION = 1
LONGEST = 900.0  # seconds that one answer may take
HELLO = 16_384  # bytes of a hello
WHY = 300  # characters of a reason

Role = Literal["system", "user", "assistant"]
Id = Annotated[str, Field(min_length=1, max_length=64)]
ModelName = Annotated[str, Field(min_length=1, max_length=200)]
Count = Annotated[int, Field(ge=0, le=2**53)]


class MisreadError(ValueError):
    """A message that is none. The text says what is wrong with it."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    v: Literal[1] = 1


class Task(_Part):
    """One request. seconds: how long its answer is waited for."""

    kind: Literal["task"]
    id: Id
    model: ModelName
    messages: tuple[tuple[Role, str], ...] = Field(min_length=1, max_length=1000)
    parameters: Parameters
    shape: dict[str, Any] | None = None
    seed: Annotated[int, Field(ge=-(2**63), lt=2**64)] | None = None
    seconds: float = Field(gt=0, le=LONGEST, allow_inf_nan=False)

    def request(self) -> Request:
        """What a model is asked."""
        messages = tuple(Message(role, text) for role, text in self.messages)
        return Request(messages, self.parameters, self.shape, self.seed)


class Stop(_Part):
    """Nobody waits for an answer any more."""

    kind: Literal["stop"]
    id: Id


class Ask(_Part):
    """Say what you have."""

    kind: Literal["hello"]


class Answer(_Part):
    """A model's answer."""

    id: Id
    text: str
    read: Count
    written: Count
    finish: Literal["stop", "length", "refused"]


class Fault(_Part):
    """Why there is no answer. id: empty where the request could not be read."""

    id: str = Field(max_length=64)
    fault: Failing = Field(strict=False)
    why: str = Field(max_length=WHY)
    after: float | None = Field(None, ge=0, le=3600, allow_inf_nan=False)


class Hello(BaseModel):
    """What a node says of itself, of which nothing is believed but what does it no good to lie about.

    slots: the answers it works at once; busy: those it works at now. every: the seconds to its next hello.
    speed: the tokens it has written a second while it worked. bye: it leaves.
    """

    # A node of a later version may say more.
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    v: int = Field(ge=1, le=10**6)
    models: tuple[ModelName, ...] = Field((), max_length=200)
    slots: int = Field(1, ge=1, le=4096)
    busy: int = Field(0, ge=0, le=4096)
    every: float = Field(5.0, ge=0.05, le=60, allow_inf_nan=False)
    done: Count = 0
    failed: Count = 0
    speed: float = Field(0.0, ge=0, le=1e9, allow_inf_nan=False)
    version: str = Field("", max_length=40)
    bye: bool = False


Order = Annotated[Task | Stop | Ask, Field(discriminator="kind")]
_ORDER: TypeAdapter[Task | Stop | Ask] = TypeAdapter(Order)
_REPLY: TypeAdapter[Answer | Fault] = TypeAdapter(Answer | Fault)
_HELLO: TypeAdapter[Hello] = TypeAdapter(Hello)
_ANY: TypeAdapter[Any] = TypeAdapter(Any)


def packed(values: Mapping[str, Any]) -> bytes:
    """A message as bytes. Raises ValueError for what JSON cannot hold."""
    return _ANY.dump_json({"v": VERSION, **values})


def task_bytes(token: str, model: str, request: Request, seconds: float) -> bytes:
    """A request as a task."""
    task: dict[str, Any] = {"kind": "task", "id": token, "model": model, "messages": request.messages}
    task["parameters"] = request.parameters.model_dump(exclude_defaults=True)
    if request.schema is not None:
        task["shape"] = request.schema
    if request.seed is not None:
        task["seed"] = request.seed
    return packed(task | {"seconds": seconds})


def answer_bytes(token: str, reply: Reply) -> bytes:
    """A node's answer."""
    read, written = reply.usage
    return packed({"id": token, "text": reply.text, "read": read, "written": written, "finish": reply.finish})


def fault_bytes(token: str, failing: Failing, why: str, after: float | None = None) -> bytes:
    """A node's refusal, or what went wrong."""
    return packed({"id": token, "fault": failing, "why": why[:WHY], "after": after})


def read_order(data: bytes) -> Task | Stop | Ask:
    """What a node was sent. Raises MisreadError.

    >>> read_order(b'{"v":1,"kind":"run","code":"rm -r /"}')
    Traceback (most recent call last):
    parhelion.network.wire.MisreadError: Input tag 'run' found using 'kind' does not match any of the expected tags...
    """
    order: Task | Stop | Ask = _checked(_ORDER, data)
    return order


def read_hello(data: bytes) -> Hello:
    """What a node said of itself. Raises MisreadError."""
    if len(data) > HELLO:
        raise MisreadError(f"a hello of {len(data)} bytes")
    hello: Hello = _checked(_HELLO, data)
    return hello


def read_answer(data: bytes, token: str, node: str, request: Request, seconds: float) -> Reply:
    """The reply to a request. Raises CallError: what the node said went wrong, or GARBLED."""
    try:
        said = _checked(_REPLY, data)
    except MisreadError as fault:
        raise CallError(
            Failing.GARBLED, node, f"no answer but {len(data)} bytes of junk: {fault}", spent=True
        ) from None
    if isinstance(said, Fault):
        raise CallError(said.fault, node, said.why, after=said.after, spent=said.fault is Failing.SLOW)
    if said.id != token:
        raise CallError(Failing.GARBLED, node, "the answer to another request", spent=True)
    return Reply(said.text, _usage(said, request), node, said.finish, seconds)


def _usage(said: Answer, request: Request) -> Usage:
    """The tokens it claims, but never more than was reserved for them: a claim beyond that is not paid."""
    return Usage(min(said.read, bound(request)), min(said.written, request.parameters.max_tokens))


def _checked(adapter: TypeAdapter[Any], data: bytes) -> Any:
    try:
        return adapter.validate_json(data)
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise MisreadError((f"{place}: " if place else "") + first["msg"][:WHY]) from None
