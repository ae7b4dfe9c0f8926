"""A node: it takes tasks from the network, asks its own model, and answers. It keeps nothing and runs nothing else."""

import asyncio
import os
import time
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from importlib.metadata import version
from typing import Any, NamedTuple

from parhelion.errors import ConfigError, nearest
from parhelion.llm.contract import CallError, Endpoint, Failing
from parhelion.network.conf import answer_subject, hello_subject, task_subject
from parhelion.network.invitations import Invitation, read_invitation
from parhelion.network.link import Link, linked
from parhelion.network.saying import Say, silent, stopped_by_term
from parhelion.network.wire import (
    VERSION,
    MisreadError,
    Stop,
    Task,
    answer_bytes,
    fault_bytes,
    packed,
    read_order,
)

EVERY = 5.0  # seconds from hello to hello
BUSY = 1.0  # seconds after which a node that was busy may be asked again


async def join(
    join_file: str | os.PathLike[str],
    endpoints: Mapping[str, Endpoint],
    *,
    slots: int = 4,
    longest: int | None = None,
    every: float = EVERY,
    say: Say = silent,
) -> None:
    """Works for the network of a join file until cancelled; then it finishes what it has and says goodbye.

    endpoints: who answers here, by the name of the model. slots: tasks worked on at once; beyond that, it is busy.
    longest: the bytes of a request that it takes. every: seconds from hello to hello. say: told what happens, in lines.
    Raises ConfigError, EndpointError; RefusedError where the network does not know its key, or no longer.
    """
    invitation = read_invitation(join_file)
    _check(endpoints, slots, every)
    with stopped_by_term():
        async with _admitted(invitation) as link:
            await Node(invitation.name, link, Work(endpoints, slots, longest or link.payload, every), say).work()


def _admitted(invitation: Invitation) -> AbstractAsyncContextManager[Link]:
    return linked(invitation.urls, seed=invitation.seed, name=invitation.name, ca=invitation.ca)


class Work(NamedTuple):
    """What a node takes on; the words are those of `join`."""

    endpoints: Mapping[str, Endpoint]
    slots: int
    longest: int
    every: float


def _check(endpoints: Mapping[str, Endpoint], slots: int, every: float) -> None:
    if not endpoints:
        raise ConfigError("a node needs a model to answer with; name one that its endpoint has: --model NAME")
    if not 1 <= slots <= 4096:
        raise ConfigError(f"slots is {slots}: a node works on 1 to 4096 tasks at once")
    if not 0.05 <= every <= 60:
        raise ConfigError(f"every is {every}: a node says hello every 0.05 to 60 seconds")


class Tally:
    """What a node has done. The clock runs while there is work."""

    def __init__(self) -> None:
        self.done = self.failed = self.written = 0
        self._seconds, self._since, self._busy = 0.0, 0.0, 0

    def begin(self) -> None:
        """A task is taken up."""
        if not self._busy:
            self._since = time.monotonic()
        self._busy += 1

    def end(self, written: int | None) -> None:
        """It is finished, with so many tokens; None where it failed."""
        self._busy -= 1
        if not self._busy:
            self._seconds += time.monotonic() - self._since
        self.done, self.failed = self.done + (written is not None), self.failed + (written is None)
        self.written += written or 0

    def speed(self) -> float:
        """Tokens written in a second of work."""
        seconds = self._seconds + (time.monotonic() - self._since if self._busy else 0.0)
        return self.written / seconds if seconds else 0.0


class Node:
    """What a node does, over a connection."""

    def __init__(self, name: str, link: Link, work: Work, say: Say) -> None:
        self.name, self.link, self.say = name, link, say
        self.endpoints, self.slots, self.longest, self.every = work
        self.tally = Tally()
        self._running: dict[str, asyncio.Task[int | None]] = {}

    async def work(self) -> None:
        """Until cancelled, or sent away."""
        await self.link.hear(task_subject(self.name), self._heard, queue="node")
        self.link.ups.append(self._back)
        self.link.downs.append(self._lost)
        greeting = asyncio.create_task(self._greet())
        self.say(f"{self.name} has joined: {', '.join(self.endpoints)}; {self.slots} at once; Ctrl-C to leave")
        try:
            raise await asyncio.shield(self.link.ended)
        except asyncio.CancelledError:
            greeting.cancel()
            await self._leave()
            raise
        finally:
            greeting.cancel()
            for task in self._running.values():
                task.cancel()

    async def _leave(self) -> None:
        await self.link.deafen()
        self._hello(bye=True)
        await self.link.flush()
        if self._running:
            self.say(f"finishing {len(self._running)} tasks; Ctrl-C again to leave them")
            await asyncio.wait(self._running.values())
            await self.link.flush()

    def _lost(self) -> None:
        self.say("the connection is lost; trying again every second")
        # Nobody waits for these answers any more: whoever asked was told at once, and asks others.
        for task in self._running.values():
            task.cancel()

    def _back(self) -> None:
        self.say("the connection is back")
        self._hello()

    async def _greet(self) -> None:
        while True:
            self._hello()
            await asyncio.sleep(self.every)

    def _hello(self, *, bye: bool = False) -> None:
        said = {"models": list(self.endpoints), "slots": self.slots, "busy": len(self._running), "every": self.every}
        said |= {"done": self.tally.done, "failed": self.tally.failed, "speed": round(self.tally.speed(), 1)}
        self.link.send(hello_subject(self.name), packed({**said, "version": version("parhelion"), "bye": bye}))

    async def _heard(self, message: Any) -> None:
        try:
            order = read_order(message.data)
        except MisreadError as fault:
            self._refuse(
                message.reply, "", Failing.REQUEST, f"not understood (version {VERSION} is spoken here): {fault}"
            )
            return
        if isinstance(order, Task):
            self._take(order, message.reply, len(message.data))
        elif isinstance(order, Stop):
            self._stop(order.id)
        else:
            self._hello()

    def _take(self, task: Task, reply: str, size: int) -> None:
        if task.model not in self.endpoints:
            self._refuse(
                reply, task.id, Failing.MODEL, f"no model {task.model!r} here{nearest(task.model, self.endpoints)}"
            )
        elif size > self.longest:
            self._refuse(reply, task.id, Failing.REQUEST, f"a request of {size} bytes; {self.longest} are taken here")
        elif len(self._running) >= self.slots or task.id in self._running:
            self._refuse(reply, task.id, Failing.LIMITED, f"busy: all {self.slots} slots are taken", BUSY)
        else:
            self.tally.begin()
            self._running[task.id] = doing = asyncio.create_task(self._do(task, reply))
            # One that is called off before it begins never comes to a `finally` of its own.
            doing.add_done_callback(lambda ended: self._ended(task.id, ended))

    def _stop(self, token: str) -> None:
        if token in self._running:
            self._running[token].cancel()

    async def _do(self, task: Task, reply: str) -> int | None:
        """Returns the tokens written; None where it went wrong."""
        data, written = await self._answer(task)
        self._reply(reply, data)
        return written

    def _ended(self, token: str, task: asyncio.Task[int | None]) -> None:
        del self._running[token]
        failed = task.cancelled() or task.exception() is not None
        self.tally.end(None if failed else task.result())

    async def _answer(self, task: Task) -> tuple[bytes, int | None]:
        """The bytes to send back, and the tokens written; None where it went wrong."""
        try:
            async with asyncio.timeout(task.seconds):
                reply = await self.endpoints[task.model].send(task.request())
        except CallError as fault:
            return fault_bytes(task.id, fault.failing, fault.why, _bounded(fault.after)), None
        except TimeoutError:
            return fault_bytes(task.id, Failing.SLOW, f"no answer within {task.seconds:g} seconds"), None
        except Exception as fault:  # noqa: BLE001 (a server's boundary: one request must not end the node, nor go unanswered)
            self.say(f"a task failed: {type(fault).__name__}: {fault}")
            return fault_bytes(task.id, Failing.UNAVAILABLE, f"the node failed: {type(fault).__name__}"), None
        data = answer_bytes(task.id, reply)
        if len(data) > self.link.payload:
            why = f"the answer has {len(data)} bytes; the network carries {self.link.payload}"
            return fault_bytes(task.id, Failing.REQUEST, why), None
        return data, reply.usage.written

    def _refuse(self, reply: str, token: str, failing: Failing, why: str, after: float | None = None) -> None:
        self._reply(reply, fault_bytes(token, failing, why, after))

    def _reply(self, subject: str, data: bytes) -> None:
        # Nothing else may be published anyway; this spares the server's complaint.
        if subject.startswith(answer_subject(self.name, "", "")[:-1]):
            self.link.send(subject, data)


def _bounded(after: float | None) -> float | None:
    return None if after is None else min(max(after, 0.0), 3600.0)
