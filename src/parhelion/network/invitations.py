"""Invitations: who is asked to join, with which key, and until when."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from parhelion.errors import ConfigError
from parhelion.network.folder import USUAL, Folder, read_json, read_text, write_private
from parhelion.network.keys import new_key, public_of
from parhelion.network.members import Member, Moment, Name, Settings, checked_name


class Invitation(BaseModel):
    """A join file: all that a node needs to find the server and to be let in.

    seed: the node's secret. ca: the certificate of a self-made authority, as text.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    parhelion: int = Field(1, ge=1, le=1, description="the version of this file")
    name: Name
    urls: tuple[str, ...] = Field(min_length=1, max_length=16)
    seed: str = Field(pattern=r"^SU[A-Z2-7]{56}$", repr=False)
    until: Moment | None = None
    ca: str | None = None


class Invited(NamedTuple):
    """What `invite` has made: whom it is for, the join file, and where it leads."""

    member: Member
    file: Path
    urls: tuple[str, ...]


def invite(
    name: str,
    folder: str | os.PathLike[str] = USUAL,
    *,
    own: bool = False,
    days: float | None = None,
    output: str | os.PathLike[str] | None = None,
    address: str | None = None,
) -> Invited:
    """Makes NAME.join, the file that lets a machine into the network; a running server takes it up within a second.

    own: the machine is yours, so that private plans may go there. days: how long it is let in. output: the file's name.
    address: the name by which that machine reaches the server, where it is not the one given to `network start`.
    Whoever has the file is that node: hand it over like a password. Raises ConfigError, OutputError.
    """
    network, now = Folder(folder), datetime.now(UTC)
    checked_name(name)
    settings = network.settings()
    file = Path(output or f"{name}.join")
    urls = settings.urls(address or settings.address)
    key = new_key()
    member = Member(name=name, key=key.public, own=own, invited=now, until=_end(now, days))
    with network.alone("being changed"):
        _refuse_taken(network, name)
        invitation = Invitation(name=name, urls=urls, seed=key.seed, until=member.until, ca=_authority(settings))
        write_private(file, invitation.model_dump_json(indent=1, exclude_none=True) + "\n", overwrite=False)
        network.write_nodes([*network.nodes().values(), member])
    return Invited(member, file, urls)


def _end(now: datetime, days: float | None) -> datetime | None:
    if days is None:
        return None
    if not 0 < days <= 36_500:
        raise ConfigError(f"days is {days}: an invitation is for more than 0 and at most 36500 days")
    return now + timedelta(days=days)


def _refuse_taken(network: Folder, name: str) -> None:
    nodes = network.nodes()
    if name not in nodes:
        return
    free = next(f"{name[:28]}-{n}" for n in range(2, 1000) if f"{name[:28]}-{n}" not in nodes)
    raise ConfigError(
        f"the network has a node {name!r} already; choose another name, as {free!r}, or let it go first: "
        f"parhelion network remove {name}"
    )


def _authority(settings: Settings) -> str | None:
    return read_text(Path(settings.tls_ca)) if settings.tls_ca else None


def remove(name: str, folder: str | os.PathLike[str] = USUAL) -> Member:
    """Takes back an invitation: the node's key opens nothing any more, and a running server closes its connection."""
    network = Folder(folder)
    network.settings()
    with network.alone("being changed"):
        gone = network.node(name)
        network.write_nodes([node for node in network.nodes().values() if node.name != name])
    return gone


def read_invitation(file: str | os.PathLike[str]) -> Invitation:
    """A join file. Raises ConfigError: not one, damaged, or past its end."""
    invitation = read_json(Path(file), Invitation)
    try:
        public_of(invitation.seed)
    except ValueError as fault:
        raise ConfigError(f"{os.fspath(file)!r}: seed: {fault}; ask for the file again") from None
    if invitation.until is not None and invitation.until <= datetime.now(UTC):
        raise ConfigError(
            f"the invitation {os.fspath(file)!r} ended on {invitation.until:%Y-%m-%d}; ask its owner for another"
        )
    return invitation
