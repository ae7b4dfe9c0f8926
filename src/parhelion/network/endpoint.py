"""A node as an endpoint: asked like any server, over the network."""

import asyncio
import secrets
from collections import Counter
from typing import Any, NamedTuple

from parhelion.llm.contract import CallError, Failing, Price, Reply, Request
from parhelion.network.conf import answer_subject, task_subject
from parhelion.network.link import Link
from parhelion.network.wire import LONGEST, packed, read_answer, task_bytes

_NOBODY = "503"  # the status by which the server says that nobody listens


class _Waiting(NamedTuple):
    node: str
    future: "asyncio.Future[Any]"


class Inbox:
    """Where answers arrive, each handed to whoever waits for it. Others are dropped: late, twice, never asked."""

    def __init__(self, link: Link) -> None:
        self.link, self.name = link, secrets.token_hex(8)
        self.dropped = Counter[str]()
        self._waiting: dict[str, _Waiting] = {}
        link.downs.append(lambda: self.give_up("the connection to the network's server is lost"))

    async def open(self, node: str) -> None:
        """Begins to listen to a node. Each has a subscription of its own: one that shouts drowns itself alone."""
        await self.link.hear(answer_subject(node, self.name, "*"), self._heard)

    def ask(self, node: str, token: str, data: bytes, seconds: float) -> "asyncio.Future[Any]":
        """Sends a task. The future holds the message that answers it, or CallError."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        self._waiting[token] = _Waiting(node, future)
        slow = loop.call_later(
            seconds, _fail, future, CallError(Failing.SLOW, node, f"no answer within {seconds:g} seconds", spent=True)
        )
        future.add_done_callback(lambda done: self._done(token, slow, done))
        self.link.send(task_subject(node), data, answer_subject(node, self.name, token))
        return future

    def give_up(self, why: str, node: str | None = None) -> None:
        """Fails what is waited for: from one node, or from all."""
        for waiting in list(self._waiting.values()):
            if node in {None, waiting.node}:
                _fail(waiting.future, CallError(Failing.UNAVAILABLE, waiting.node, why, spent=True))

    def _done(self, token: str, slow: asyncio.TimerHandle, future: "asyncio.Future[Any]") -> None:
        slow.cancel()
        node = self._waiting.pop(token).node
        # Whoever asked has gone, or waits no more: the node can turn to others.
        if future.cancelled() or isinstance(future.exception(), CallError):
            self.link.send(task_subject(node), packed({"kind": "stop", "id": token}))

    async def _heard(self, message: Any) -> None:
        _, node, _, token = message.subject.split(".")
        waiting = self._waiting.get(token)
        # The subject names the node by what its credentials allow, so nobody answers for another.
        if waiting is None or waiting.future.done() or (node != waiting.node):
            self.dropped[node] += 1
        elif message.headers and message.headers.get("Status") == _NOBODY:
            _fail(waiting.future, CallError(Failing.UNAVAILABLE, node, "not there"))
        else:
            waiting.future.set_result(message)


def _fail(future: "asyncio.Future[Any]", fault: CallError) -> None:
    if not future.done():
        future.set_exception(fault)


class NodeEndpoint:
    """Meets llm.contract.Endpoint. One for each model of a node; made by Watch."""

    def __init__(
        self,
        name: str,
        model: str,
        inbox: Inbox,
        *,
        slots: int | None = None,
        own: bool = False,
        price: Price = Price(),  # noqa: B008 (a NamedTuple)
        weight: float = 1.0,
        timeout: float = 120.0,
    ) -> None:
        self.name, self.model, self.price, self.slots, self.weight = name, model, price, slots, weight
        self.trusted = own
        self._inbox, self._timeout, self._closed = inbox, min(timeout, LONGEST), False

    async def send(self, request: Request) -> Reply:
        """One call, once. Raises CallError."""
        token = secrets.token_hex(8)
        data = self._task(token, request)
        loop = asyncio.get_running_loop()
        began = loop.time()
        message = await self._inbox.ask(self.name, token, data, self._timeout)
        return read_answer(message.data, token, self.name, request, loop.time() - began)

    def _task(self, token: str, request: Request) -> bytes:
        link = self._inbox.link
        if self._closed or not link.up:
            why = "closed" if self._closed else "the network's server is not connected; trying again"
            raise CallError(Failing.UNAVAILABLE, self.name, why)
        if link.full:
            raise CallError(Failing.LIMITED, self.name, "too much waits to be sent already", after=1.0)
        data = task_bytes(token, self.model, request, self._timeout)
        if len(data) > link.payload:
            why = f"the request has {len(data)} bytes; the network carries {link.payload}"
            raise CallError(Failing.REQUEST, self.name, why)
        return data

    async def close(self) -> None:
        """Nothing is sent from now on. The connection is the watch's."""
        self._closed = True
