"""How the network stands: who is there, with what, how fast, how far trusted, and why something waits."""

import os
from collections.abc import Mapping
from typing import NamedTuple

from parhelion.network.folder import USUAL
from parhelion.network.members import Member
from parhelion.network.watching import Presence, Watch, watch
from parhelion.network.wire import VERSION


class Standing(NamedTuple):
    """How far a node is trusted, as whoever judges its answers says. why: what it takes to get further."""

    trust: str
    why: str = ""


class NodeStatus(NamedTuple):
    """One node. speed: tokens a second while it works; speed, done and failed are its own word.

    waiting: why it is not given more now, or ``.
    """

    name: str
    there: bool
    own: bool
    models: tuple[str, ...] = ()
    slots: int = 0
    busy: int = 0
    speed: float = 0.0
    done: int = 0
    failed: int = 0
    version: str = ""
    trust: str = ""
    waiting: str = ""


class NetworkStatus(NamedTuple):
    """The network. url: where its server was reached."""

    url: str
    nodes: tuple[NodeStatus, ...]


async def network_status(
    folder: str | os.PathLike[str] = USUAL, *, seconds: float = 3.0, standings: Mapping[str, Standing] | None = None
) -> NetworkStatus:
    """Asks every node how it is. seconds: how long those are waited for that do not answer at once.

    standings: what is known of nodes' answers; the owner's own nodes need none. Raises ConfigError, EndpointError.
    """
    async with watch(folder) as watching:
        everybody = watching.everybody()
        watching.ask(list(watching.members().values()))
        await watching.heard_from(set(watching.members()), seconds)
        nodes = [_status(each, watching, (standings or {}).get(each.name)) for each in everybody.values()]
        return NetworkStatus(watching.link.url, tuple(nodes))


def _status(member: Member, watching: Watch, standing: Standing | None) -> NodeStatus:
    presence = watching.present.get(member.name)
    trust = "own" if member.own else standing.trust if standing else "not judged yet"
    waiting = _waiting(member, presence, welcome=member.name in watching.members())
    if not waiting and standing and not member.own:
        waiting = standing.why
    status = NodeStatus(member.name, there=presence is not None, own=member.own, trust=trust, waiting=waiting)
    if presence is None:
        return status
    said = presence.hello.model_dump(include={"models", "slots", "busy", "speed", "done", "failed", "version"})
    return status._replace(**said)


def _waiting(member: Member, presence: Presence | None, *, welcome: bool) -> str:
    if not welcome:
        return f"its invitation has ended; invite it again after parhelion network remove {member.name}"
    if presence is None:
        return f"not there: on that machine, parhelion node join {member.name}.join --endpoint URL"
    if presence.hello.v != VERSION:
        return f"it speaks version {presence.hello.v} of the network's language, and this program version {VERSION}"
    if presence.hello.busy >= presence.hello.slots:
        return f"busy: all its {presence.hello.slots} slots are taken"
    return ""
