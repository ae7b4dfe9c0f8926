"""The network's server: nats-server, configured from the folder, watched, and told of every invitation."""

import asyncio
import os
import re
import signal
import socket
import ssl
from collections import deque
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from parhelion.errors import ConfigError, EndpointError, problems
from parhelion.network.binary import find_server
from parhelion.network.conf import server_conf
from parhelion.network.folder import USUAL, Folder, write_private
from parhelion.network.members import Settings
from parhelion.network.saying import Say, silent, stopped_by_term
from parhelion.network.watching import watch

LOOK = 0.25  # seconds from look to look whether somebody was invited
_LINE = re.compile(r"\[\d+\] \S+ \S+ \[(\w+)\] (.*)")
_CHATTER = re.compile(
    r"Starting nats-server|  (Version|Git|Name|ID|Node|Cluster):|Using configuration|Reloaded: |Initiating|Trapped"
)


async def start_network(
    folder: str | os.PathLike[str] = USUAL,
    *,
    host: str | None = None,
    port: int | None = None,
    websocket: int | None = None,
    address: str | None = None,
    tls_cert: str | os.PathLike[str] | None = None,
    tls_key: str | os.PathLike[str] | None = None,
    tls_ca: str | os.PathLike[str] | None = None,
    say: Say = silent,
) -> None:
    """Runs the network's server until cancelled. The first time it makes the folder; later it keeps what is in it.

    host: where it listens; every address of this machine without it. websocket: a second port, for nodes that only get
    through as web traffic. address: how other machines reach it, which goes into join files; guessed without it.
    tls_cert, tls_key: the server's certificate and its key; tls_ca: the certificate of a self-made authority.
    Options that are not given stay what they were. say: told what happens, in lines.
    Raises ConfigError, OutputError; EndpointError where nats-server is missing or does not run.
    """
    network, binary = Folder(folder), find_server()
    paths = {"tls_cert": _absolute(tls_cert), "tls_key": _absolute(tls_key), "tls_ca": _absolute(tls_ca)}
    given = {"host": host, "port": port, "websocket": websocket, "address": address, **paths}
    settings = network.make(**_with_address(network, {name: each for name, each in given.items() if each is not None}))
    check_settings(settings)
    with stopped_by_term(), network.alone("running", wait=False):
        await Server(network, settings, binary, say).run()


def _absolute(path: str | os.PathLike[str] | None) -> str | None:
    return None if path is None else str(Path(path).absolute())


def _with_address(network: Folder, given: dict[str, Any]) -> dict[str, Any]:
    """With an address for the join files, where nobody has given one."""
    if "address" in given or (network.exists() and "host" not in given):
        return given
    host = given.get("host", "")
    return given | {"address": guessed_address() if host in {"", "0.0.0.0", "::"} else host}  # noqa: S104


def guessed_address() -> str:
    """This machine's number on the network it reaches others by. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # a documentation address: the system only chooses the way there
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def check_settings(settings: Settings) -> None:
    """Raises ConfigError with all that cannot work."""
    found = []
    if settings.websocket == settings.port:
        found.append(f"the WebSocket port is {settings.port}, as the other one; choose another")
    if bool(settings.tls_cert) != bool(settings.tls_key):
        found.append("TLS needs both, the certificate and its key: --tls-cert FILE --tls-key FILE")
    if settings.tls_ca and not settings.tls_cert:
        found.append("an authority's certificate is for TLS, which is not on: --tls-cert FILE --tls-key FILE")
    if not re.fullmatch(r"[A-Za-z0-9.:-]+", settings.address):
        found.append(f"address is {settings.address!r}: it should be a host's name or number alone, as example.org")
    if not found and settings.tls_cert:
        found += _tls_faults(settings)
    if found:
        raise ConfigError(problems(found))


def _tls_faults(settings: Settings) -> list[str]:
    files = [each for each in (settings.tls_cert, settings.tls_key, settings.tls_ca) if each]
    missing = [
        f"the TLS file {each!r} does not exist or cannot be read" for each in files if not os.access(each, os.R_OK)
    ]
    if missing:
        return missing
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(settings.tls_cert or "", settings.tls_key, password="")
    except (ssl.SSLError, OSError, ValueError) as fault:
        return [f"{settings.tls_cert!r} and {settings.tls_key!r} are no certificate and its key: {fault}"]
    return []


class Server:
    """A running nats-server."""

    def __init__(self, network: Folder, settings: Settings, binary: str, say: Say) -> None:
        self.network, self.settings, self.binary, self.say = network, settings, binary, say
        self._last: deque[str] = deque(maxlen=5)
        self._names: dict[str, str] = {}
        self._conf = ""
        self._process: asyncio.subprocess.Process | None = None

    async def run(self) -> None:
        """Until cancelled. Raises EndpointError where it ends by itself."""
        self._configure()
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(
            self.binary, "-c", str(self.network.conf_file), stdin=asyncio.subprocess.DEVNULL, stderr=pipe
        )
        ready = asyncio.Event()
        tasks = [asyncio.create_task(each) for each in (self._read(ready), self._follow(ready), self._tell(ready))]
        try:
            status = await self._process.wait()
            await asyncio.wait(tasks[:1])
            raise EndpointError(f"nats-server ended with status {status}{self._reasons()}")
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=5)
            await self._stop()

    def _configure(self) -> bool:
        """Writes server.conf for those who are invited now. Returns whether it has changed."""
        members = [each for each in self.network.nodes().values() if each.welcome(datetime.now(UTC))]
        conf = server_conf(self.settings, members)
        if conf == self._conf:
            return False
        write_private(self.network.conf_file, conf)
        self._conf, self._names = conf, {each.key: each.name for each in members} | {self.settings.owner: "the owner"}
        return True

    async def _follow(self, ready: asyncio.Event) -> None:
        """Until cancelled: loads the configuration again whenever somebody was invited or removed, or has to go.

        Not before the server is ready: until then the signal would end it.
        """
        await ready.wait()
        while True:
            await asyncio.sleep(LOOK)
            try:
                changed = self._configure()
            except (ConfigError, OSError) as fault:
                self._once(f"the members stay as they were: {fault}")
                continue
            if changed and self._process is not None:
                self._process.send_signal(signal.SIGHUP)

    def _once(self, line: str) -> None:
        if line not in self._last:
            self._last.append(line)
            self.say(line)

    async def _read(self, ready: asyncio.Event) -> None:
        """Passes on what nats-server logs, in fewer words."""
        assert self._process is not None
        assert self._process.stderr is not None
        async for raw in self._process.stderr:
            if line := self._readable(raw.decode(errors="replace").rstrip()):
                self._last.append(line)
                self.say(line)
            if b"Server is ready" in raw:
                ready.set()

    def _readable(self, line: str) -> str:
        parts = _LINE.fullmatch(line)
        level, text = parts.groups() if parts else ("", line)
        if _CHATTER.match(text):
            return ""
        for key, name in self._names.items():
            text = text.replace(key, name)
        return text if level in {"INF", ""} else f"{level}: {text}"

    async def _tell(self, ready: asyncio.Event) -> None:
        """Until cancelled: says who comes and goes, as any owner's program sees it."""
        await ready.wait()
        self.say(f"nodes reach it at {', '.join(self.settings.urls(self.settings.address))}")
        if not self.settings.tls_cert:
            self.say("without TLS (--tls-cert, --tls-key), prompts and answers can be read on the way")
        try:
            async with watch(self.network.path, self.say) as watching:
                watching.ask(list(watching.members().values()))
                raise await asyncio.shield(watching.link.ended)
        except EndpointError as fault:
            self.say(f"the server runs, but this machine does not reach it as others should: {fault}")

    def _reasons(self) -> str:
        said = "; ".join(self._last)
        hint = "; another program has the port, choose one with --port" if "address already in use" in said else ""
        return f": {said}{hint}" if said else ""

    async def _stop(self) -> None:
        assert self._process is not None
        if self._process.returncode is None:
            self._process.terminate()
            with suppress(TimeoutError):
                async with asyncio.timeout(5):
                    await self._process.wait()
        if self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
