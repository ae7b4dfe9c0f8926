"""The verbs of the network: start it, invite machines, join it, see how it stands."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from parhelion.cli.flags import INPUT, OPTIONS, option, switch
from parhelion.cli.voice import Always, Outcome, Voice
from parhelion.cli.words import path, whole_number
from parhelion.waiting import waited

if TYPE_CHECKING:
    from parhelion.network import Invited

FOLDER = "parhelion-network"
_VOICE = Voice()

NetworkFolder = Annotated[
    str, Parameter(group=INPUT, converter=path, help="The network's folder, which start makes.", show_default=True)
]
_Port = whole_number(1)


def start(
    folder: NetworkFolder = FOLDER,
    /,
    *,
    host: Annotated[str | None, option("HOST", "Where to listen. [default: every address of this machine]")] = None,
    port: Annotated[int | None, option("PORT", "The port for nodes.", converter=_Port)] = None,
    websocket: Annotated[
        int | None, option("PORT", "A second port, for nodes that only get through as web traffic.", converter=_Port)
    ] = None,
    address: Annotated[
        str | None, option("HOST", "How other machines reach this one; it goes into join files.")
    ] = None,
    tls_cert: Annotated[str | None, option("FILE", "The server's certificate.", converter=path)] = None,
    tls_key: Annotated[str | None, option("FILE", "Its key.", converter=path)] = None,
    tls_ca: Annotated[str | None, option("FILE", "The certificate of a self-made authority.", converter=path)] = None,
    voice: Always = _VOICE,
) -> Outcome:
    """Run the server of a network, until Ctrl-C.

    The first time, it makes the folder with all credentials.

    For example:
      parhelion network start
      parhelion network start --address lab.example.org --websocket 443
    """
    from parhelion.network import start_network  # noqa: PLC0415

    tls = {"tls_cert": tls_cert, "tls_key": tls_key, "tls_ca": tls_ca}
    running = start_network(
        folder, host=host, port=port, websocket=websocket, address=address, say=voice.say, **tls
    )  # fmt: skip
    waited(running)
    return Outcome({"folder": folder})


def invite(
    name: Annotated[str, Parameter(group=INPUT, help="What to call the machine: small letters, digits, hyphens.")],
    folder: NetworkFolder = FOLDER,
    /,
    *,
    own: Annotated[
        bool, switch(OPTIONS, "It is yours: private plans may go there, and its answers need no second look.")
    ] = False,
    days: Annotated[int | None, option("N", "Let it in for so long.", converter=whole_number(1))] = None,
    address: Annotated[str | None, option("HOST", "How that machine reaches the server.")] = None,
    output: Annotated[
        str | None, option("FILE", "The join file. [default: NAME.join]", name=("--output", "-o"), converter=path)
    ] = None,
    voice: Always = _VOICE,
) -> Outcome:
    """Make the join file that lets a machine into the network.

    For example:
      parhelion network invite garage-pc
    """
    from parhelion.network import invite as make  # noqa: PLC0415

    made = make(name, folder, own=own, days=days, output=output, address=address)
    _tell_invited(made, voice)
    return Outcome({"name": made.member.name, "file": str(made.file), "urls": [*made.urls]})


def remove(
    name: Annotated[str, Parameter(group=INPUT, help="The machine, as it was invited.")],
    folder: NetworkFolder = FOLDER,
    /,
    *,
    voice: Always = _VOICE,
) -> Outcome:
    """Take an invitation back; the machine is shut out at once.

    For example:
      parhelion network remove garage-pc
    """
    from parhelion.network import remove as take  # noqa: PLC0415

    gone = take(name, folder)
    voice.say(f"{gone.name} is shut out")
    return Outcome({"name": gone.name})


def status(folder: NetworkFolder = FOLDER, /, *, voice: Always = _VOICE) -> Outcome:
    """Say which machines are there, and how they fare.

    Their models, speed, how far each is trusted, and why something waits.

    For example:
      parhelion network status
    """
    from parhelion.cli.network_view import network_view  # noqa: PLC0415
    from parhelion.network import Folder, network_status  # noqa: PLC0415
    from parhelion.network.standing import standings  # noqa: PLC0415

    del voice
    found = waited(network_status(folder, standings=standings(Folder(folder))))
    return Outcome({"url": found.url, "nodes": [node._asdict() for node in found.nodes]}, network_view(found))


def join(
    file: Annotated[str, Parameter(group=INPUT, converter=path, help="The join file that you were given.")],
    /,
    *,
    endpoint: Annotated[
        str | None, option("URL", "The server that answers here. [default: what runs on this machine]")
    ] = None,
    model: Annotated[
        tuple[str, ...],
        option("NAME", "A model to share; once a model. [default: all it has]", negative="", n_tokens=1),
    ] = (),
    key_env: Annotated[
        str | None, option("NAME", "The environment variable with the server's key; it never leaves this machine.")
    ] = None,
    slots: Annotated[int, option("N", "Tasks to work on at once.", converter=whole_number(1), show_default=True)] = 4,
    voice: Always = _VOICE,
) -> Outcome:
    """Share a model server of this machine with a network, until Ctrl-C.

    It is sent prompts, never code, keys or tools, and it needs one connection out.

    For example:
      parhelion node join garage-pc.join --endpoint http://localhost:11434/v1
    """
    waited(_joined(file, (endpoint, key_env), model, slots, voice), again=True)
    return Outcome({"file": file})


async def _joined(
    file: str, server: tuple[str | None, str | None], models: tuple[str, ...], slots: int, voice: Voice
) -> None:
    """server: its address, and the environment variable with its key."""
    from parhelion.llm import chosen_server, connect, list_models  # noqa: PLC0415
    from parhelion.network import join as work  # noqa: PLC0415

    url, key_env = server
    first = await chosen_server(url, models[0] if models else None, key_env)
    shared = [replace(first, model=name) for name in models or await list_models(first)]
    endpoints = {each.model: connect(each) for each in shared}
    try:
        await work(file, endpoints, slots=slots, say=voice.say)
    finally:
        for each in endpoints.values():
            await each.close()


def _tell_invited(made: "Invited", voice: Voice) -> None:
    voice.say(f"{made.file}: hand it over like a password; it leads to {', '.join(made.urls)}")
    voice.say(f"that machine runs: parhelion node join {made.file.name} --endpoint http://localhost:11434/v1")


VERBS: dict[str, dict[Any, str]] = {
    "network": {
        start: "[FOLDER] [OPTIONS]",
        invite: "NAME [FOLDER] [OPTIONS]",
        remove: "NAME [FOLDER]",
        status: "[FOLDER]",
    },
    "node": {join: "FILE [--endpoint URL] [OPTIONS]"},
}
