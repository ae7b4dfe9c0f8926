"""The configuration of nats-server: who may do what.

    owner         publishes node.NAME.task                subscribes to hello.* and answer.*.*.*
    node NAME     publishes hello.NAME, answer.NAME.*.*   subscribes to node.NAME.task

NATS can also let a node answer whatever it was asked (`allow_responses`), but it forgets those rights whenever its
configuration is loaded again, as it is at every invitation: answers under way would be lost. Subjects for the answers
of each node have no such gap, and their names prove whose answer it is.
"""

import json
from collections.abc import Iterable, Sequence

from parhelion.network.members import Member, Settings

PAYLOAD = 1024 * 1024  # bytes of one message: what nats-server takes without being told


def task_subject(name: str) -> str:
    """Where a node is asked."""
    return f"node.{name}.task"


def hello_subject(name: str) -> str:
    """Where a node says what it has."""
    return f"hello.{name}"


def answer_subject(name: str, inbox: str, token: str) -> str:
    """Where a node answers one request."""
    return f"answer.{name}.{inbox}.{token}"


def server_conf(settings: Settings, members: Iterable[Member]) -> str:
    """The text of server.conf."""
    users = [_user(settings.owner, ["node.*.task"], ["hello.*", "answer.*.*.*"])]
    users += [
        _user(each.key, [hello_subject(each.name), answer_subject(each.name, "*", "*")], [task_subject(each.name)])
        for each in members
    ]
    return "\n".join(
        [
            "# Made by parhelion from network.json and nodes.json; changes here do not last.",
            *_listening(settings),
            f"max_payload: {PAYLOAD}",
            'ping_interval: "20s"',
            "ping_max: 2",
            'write_deadline: "10s"',
            *_websocket(settings),
            "authorization {",
            "  timeout: 5",
            "  users: [",
            *users,
            "  ]",
            "}\n",
        ]
    )


def _user(key: str, publish: Sequence[str], subscribe: Sequence[str]) -> str:
    rights = f"{{publish: {json.dumps(publish)}, subscribe: {json.dumps(subscribe)}}}"
    return f"    {{nkey: {key}, permissions: {rights}}}"


def _listening(settings: Settings) -> list[str]:
    return [f"host: {json.dumps(settings.host)}", f"port: {settings.port}", *_tls(settings)]


def _tls(settings: Settings) -> list[str]:
    if not settings.tls_cert:
        return []
    # JSON's way to quote is understood by nats-server, backslashes of Windows included.
    return [f"tls {{cert_file: {json.dumps(settings.tls_cert)}, key_file: {json.dumps(settings.tls_key)}, timeout: 5}}"]


def _websocket(settings: Settings) -> list[str]:
    if not settings.websocket:
        return []
    return [
        "websocket {",
        f"  host: {json.dumps(settings.host)}",
        f"  port: {settings.websocket}",
        *(_tls(settings) or ["no_tls: true"]),
        "}",
    ]
