"""Who is there: nodes that have a model come and go in the pools of that model."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Protocol

from parhelion.errors import ConfigError
from parhelion.llm.contract import Endpoint, Price
from parhelion.network.conf import hello_subject, task_subject
from parhelion.network.endpoint import Inbox, NodeEndpoint
from parhelion.network.folder import USUAL, Folder, read_text
from parhelion.network.link import Link, linked
from parhelion.network.members import Member
from parhelion.network.saying import Say, silent
from parhelion.network.wire import HELLO, VERSION, Hello, MisreadError, packed, read_hello

SILENT = 3  # hellos missed until a node counts as gone
LOOK = 0.25  # seconds from look to look for those that went silent
Trust = Literal["own", "any"]


class Supplied(Protocol):
    """What nodes are brought to: a pool of endpoints."""

    def add(self, endpoint: Endpoint) -> None:
        """Another one that can be asked."""
        ...

    def remove(self, name: str) -> object:
        """One that cannot be asked any more."""
        ...


@dataclass(slots=True)
class Presence:
    """A node that is there. heard: when, on the loop's clock."""

    hello: Hello
    heard: float

    def silent(self, now: float) -> bool:
        """Has it missed its hellos?"""
        return now - self.heard > SILENT * self.hello.every


@dataclass(slots=True)
class _Supply:
    pool: Supplied
    model: str
    trust: Trust
    options: dict[str, Any]
    endpoints: dict[str, NodeEndpoint] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)  # by the pool, as it has another of that name

    def may(self, member: Member) -> bool:
        return member.own or self.trust == "any"


class Watch:
    """The owner's eye on the network: who is there, and which pools they serve. Make one with `watch`."""

    def __init__(self, folder: Folder, link: Link, say: Say) -> None:
        self.link, self.inbox, self._say = link, Inbox(link), say
        self.present: dict[str, Presence] = {}
        self._folder, self._supplies = folder, list[_Supply]()
        self._stamp: tuple[int, ...] | None = None
        self._members: dict[str, Member] = {}
        self._news, self._ears = asyncio.Event(), set[str]()
        link.ups.append(self._back)

    def supply(
        self,
        pool: Supplied,
        model: str,
        *,
        trust: Trust = "any",
        price: Price = Price(),  # noqa: B008 (a NamedTuple)
        weight: float = 1.0,
        timeout: float = 120.0,
    ) -> None:
        """From now on, nodes that have the model are in the pool while they are there.

        trust: `own` leaves out all nodes but the owner's; nothing is ever sent to the others then.
        """
        new = _Supply(pool, model, trust, {"price": price, "weight": weight, "timeout": timeout})
        self._supplies.append(new)
        for name in self.present:
            self._settle(name)
        self.ask([member for member in self.members().values() if new.may(member)])

    async def settled(self, seconds: float = 3.0) -> None:
        """Returns once every node that a pool may have was heard, or after that time."""
        wanted = {name for name, each in self.members().items() if any(supply.may(each) for supply in self._supplies)}
        await self.heard_from(wanted, seconds)

    async def heard_from(self, names: set[str], seconds: float) -> None:
        """Returns once all of these were heard, or after that time."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not names <= self.present.keys():
                    self._news.clear()
                    await self._news.wait()

    def members(self) -> dict[str, Member]:
        """Those that are invited now."""
        now = datetime.now(UTC)
        return {name: each for name, each in self.everybody().items() if each.welcome(now)}

    def everybody(self) -> dict[str, Member]:
        """Those that were ever invited and not removed; the folder is read again whenever it has changed."""
        if (stamp := self._folder.stamp()) != self._stamp:
            # Whoever edits the file by hand and breaks it has not changed the network.
            with suppress(ConfigError) if self._members else nullcontext():
                self._members = self._folder.nodes()
            self._stamp = stamp
        return self._members

    def ask(self, members: list[Member]) -> None:
        """Has these nodes say hello."""
        for member in members:
            self.link.send(task_subject(member.name), packed({"kind": "hello"}))

    async def listen(self) -> None:
        """Begins to listen to those that were invited since it last did."""
        for member in [each for name, each in self.members().items() if name not in self._ears]:
            self._ears.add(member.name)
            await self.inbox.open(member.name)
            await self.link.hear(hello_subject(member.name), self._heard, most=4 * HELLO)
            if any(supply.may(member) for supply in self._supplies):
                self.ask([member])

    async def look(self) -> None:
        """Until cancelled: lets those go that went silent or whose invitation has ended."""
        loop = asyncio.get_running_loop()
        last = loop.time()
        while True:
            await asyncio.sleep(LOOK)
            now = loop.time()
            # Nobody is to blame for hellos that were not heard in a pause of this program itself, or of the server.
            self._forgive(now, now - last - LOOK if self.link.up else now)
            last = now
            await self.listen()
            self._sweep(now)

    def _sweep(self, now: float) -> None:
        members = self.members()
        for name, presence in list(self.present.items()):
            if name not in members:
                self._gone(name, "its invitation has ended")
            elif presence.silent(now):
                self._gone(name, f"silent for {now - presence.heard:.0f} seconds")

    def _forgive(self, now: float, seconds: float) -> None:
        for presence in self.present.values():
            presence.heard = min(presence.heard + max(seconds, 0.0), now)

    def _back(self) -> None:
        now = asyncio.get_running_loop().time()
        self._forgive(now, now)

    async def _heard(self, message: Any) -> None:
        # The subject tells who it is, by what its credentials allow; what the message says of that is not asked.
        name = message.subject.split(".")[1]
        try:
            hello = read_hello(message.data)
        except MisreadError:
            self.inbox.dropped[name] += 1
            return
        if name not in self.members():
            return
        if hello.bye:
            self._gone(name, "it says goodbye", finishing=True)
            return
        if name not in self.present:
            self._say(f"{name} is there: {', '.join(hello.models) or 'no model'}; {hello.slots} at once")
        self.present[name] = Presence(hello, asyncio.get_running_loop().time())
        self._news.set()
        self._settle(name)

    def _settle(self, name: str) -> None:
        """Puts a node into the pools that it can serve, and takes it out of the others."""
        member, hello = self.members()[name], self.present[name].hello
        for supply in self._supplies:
            wanted = hello.v == VERSION and supply.model in hello.models and supply.may(member)
            there = supply.endpoints.get(name)
            if wanted and there is None:
                self._add(supply, member, hello)
            elif wanted and there is not None:
                there.slots = hello.slots
            elif there is not None:
                self._drop(supply, name)

    def _add(self, supply: _Supply, member: Member, hello: Hello) -> None:
        endpoint = NodeEndpoint(
            member.name, supply.model, self.inbox, slots=hello.slots, own=member.own, **supply.options
        )
        try:
            supply.pool.add(endpoint)
        except ConfigError as fault:
            if member.name not in supply.refused:
                self._say(f"{member.name} is not asked: {fault}")
            supply.refused.add(member.name)
        else:
            supply.endpoints[member.name] = endpoint

    def _drop(self, supply: _Supply, name: str) -> NodeEndpoint:
        with suppress(ConfigError):  # whoever judges answers may have shut it out
            supply.pool.remove(name)
        return supply.endpoints.pop(name)

    def _gone(self, name: str, why: str, *, finishing: bool = False) -> None:
        """finishing: it still answers what it has, so that is waited for."""
        if self.present.pop(name, None) is not None:
            self._say(f"{name} has gone: {why}")
        for supply in self._supplies:
            if name in supply.endpoints:
                self._drop(supply, name)
        if not finishing:
            self.inbox.give_up(f"it has gone: {why}", name)


@asynccontextmanager
async def watch(folder: str | os.PathLike[str] = USUAL, say: Say = silent) -> AsyncIterator[Watch]:
    """The owner's connection to the network of a folder. say: told who comes and goes.

    Raises ConfigError, EndpointError.
    """
    network = Folder(folder)
    settings, key = network.settings(), network.owner()
    ca = read_text(Path(settings.tls_ca)) if settings.tls_ca else None
    async with linked(settings.own_urls(), seed=key.seed, name="owner", ca=ca) as link:
        watching = Watch(network, link, say)
        await watching.listen()
        looking = asyncio.create_task(watching.look())
        try:
            yield watching
        finally:
            looking.cancel()
            await asyncio.wait({looking})
            watching.inbox.give_up("the work has ended")
