"""A network on loopback for tests: the real nats-server, run by start_network, and people who join it."""

import asyncio
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from parhelion.errors import EndpointError
from parhelion.llm.contract import CallError, Message, Parameters, Price, Reply, Request, Usage
from parhelion.network import find_server, invite, join, start_network
from tools.ports import free_port


def _there():
    try:
        return bool(find_server())
    except EndpointError:
        return False


needs_server = pytest.mark.skipif(not _there(), reason="needs nats-server: apt-get install nats-server")


def request(text="hello", **options):
    return Request((Message("user", text),), Parameters(max_tokens=100), **options)


class Echo:
    """An endpoint that answers with what it was asked, after a while, and remembers it.

    held: it answers nothing before `free`.
    """

    def __init__(self, seconds=0.0, prefix="", fault=None, *, held=False):
        self.name, self.price, self.slots, self.weight, self.trusted = "echo", Price(), None, 1.0, True
        self.seconds, self.prefix, self.fault = seconds, prefix, fault
        self.asked, self.cancelled = [], 0
        self.free = asyncio.Event()
        if not held:
            self.free.set()

    async def send(self, asked):
        self.asked.append(asked)
        try:
            await asyncio.sleep(self.seconds)
            await self.free.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.fault:
            raise self.fault
        return Reply(self.prefix + asked.messages[-1].content, Usage(3, 5), "echo")

    async def close(self):
        """Nothing to let go of."""


class Bench:
    """What a watch supplies: endpoints by name, and a way to wait for them."""

    def __init__(self):
        self.there, self.seen = {}, []

    def add(self, endpoint):
        assert endpoint.name not in self.there
        self.there[endpoint.name] = endpoint
        self.seen.append(endpoint.name)

    def remove(self, name):
        del self.there[name]

    async def until(self, *names):
        await until(lambda: set(self.there) == set(names))


async def until(true, seconds=60.0):
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 (what is waited for is not ours to signal)
            await asyncio.sleep(0.01)


async def answered(bench, text):
    """What the node says, once it listens again."""
    async with asyncio.timeout(60):
        while True:
            with suppress(CallError):
                return await bench.there["a"].send(request(text))
            await asyncio.sleep(0.05)


class Town:
    """A network in a folder, and what was said in it."""

    def __init__(self, folder: Path, **options):
        self.folder = folder / "net"
        self.options = {"host": "127.0.0.1", "port": free_port(), **options}
        self.said, self.joined = [], {}
        self._server = None

    async def start(self):
        before = self.told("Server is ready")
        self._server = asyncio.create_task(start_network(self.folder, say=self.said.append, **self.options))
        async with asyncio.timeout(60):
            while self.told("Server is ready") == before:
                await asyncio.sleep(0.01)
                if self._server.done():
                    self._server.result()

    def told(self, words):
        """How often it was said."""
        return sum(words in line for line in self.said)

    async def stop(self):
        await ended(self._server)

    def invite(self, name, **options):
        return invite(name, self.folder, output=self.folder.parent / f"{name}.join", **options)

    async def admit(self, name):
        """Invites a node, and ends when the server lets it in."""
        before = self.told("Reloaded server configuration")
        self.invite(name)
        await until(lambda: self.told("Reloaded server configuration") > before)

    async def join(self, name, endpoints, *, own=False, **options):
        """Invites a node and has it work here. Ends with the town."""
        file = self.folder.parent / f"{name}.join"
        if not file.exists():
            self.invite(name, own=own)
        lines = []
        options = {"every": 2.0, "say": lines.append, **options}
        self.joined[name] = asyncio.create_task(join(file, endpoints, **options))
        async with asyncio.timeout(60):
            while not lines:
                await asyncio.sleep(0.01)
                if self.joined[name].done():
                    self.joined[name].result()
        return lines

    async def leave(self, name):
        await ended(self.joined.pop(name))


async def ended(task):
    if task is None:
        return
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


@asynccontextmanager
async def town(folder, **options):
    made = Town(folder, **options)
    try:
        await made.start()
        yield made
    finally:
        for name in list(made.joined):
            with suppress(EndpointError):
                await made.leave(name)
        await made.stop()
