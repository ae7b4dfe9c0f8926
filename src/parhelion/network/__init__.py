"""Machines that share the work: a NATS server, invitations, nodes, and how far each is trusted."""

from parhelion.network.binary import find_server
from parhelion.network.endpoint import NodeEndpoint
from parhelion.network.folder import Folder
from parhelion.network.invitations import Invited, invite, read_invitation, remove
from parhelion.network.link import RefusedError
from parhelion.network.members import Member
from parhelion.network.node import join
from parhelion.network.server import start_network
from parhelion.network.status import NetworkStatus, NodeStatus, Standing, network_status
from parhelion.network.watching import Watch, watch

__all__ = [
    "Folder", "Invited", "Member", "NetworkStatus", "NodeEndpoint", "NodeStatus", "RefusedError", "Standing", "Watch",
    "find_server", "invite", "join", "network_status", "read_invitation", "remove", "start_network", "watch",
]  # fmt: skip
