"""`with Scripted(...) as server`: the server in a process of its own, or in a thread of this one."""

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from .log import Call, Stats
from .problems import ScriptError
from .script import Script
from .server import Server

T = TypeVar("T")
PATIENCE = 60.0  # seconds for a start or a stop


class ScriptedError(RuntimeError):
    """The server did not start, or a function of its script failed."""


class Scripted:
    """A scripted server, while the `with` lasts.

    script: what it does; the other words change fields of it. process: in a process of its own, which is the default
    where no function is in the script; its id is `pid`, for signals and for pinning it to a core. A server in a thread
    of this process takes functions, and costs nothing to start.

    >>> with Scripted(models=("small",), process=False) as server:
    ...     server.stats().calls
    0
    >>> Scripted(modles=("small",))
    Traceback (most recent call last):
    TypeError: ... unexpected keyword argument 'modles'
    """

    def __init__(
        self, script: Script | None = None, *, process: bool | None = None, host: str = "127.0.0.1", port: int = 0,
        **fields: Any,
    ) -> None:  # fmt: skip
        self.script = Script(**fields) if script is None else replace(script, **fields)
        apart = self.script.plain if process is None else process
        if apart and not self.script.plain:
            raise ScriptError("rules: a function needs the server in this process; leave `process` away")
        self._host: _Host = _Process(self.script, host, port) if apart else _Thread(self.script, host, port)

    def __enter__(self) -> Self:
        self._host.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        problems = self._host.stop()
        if problems and error is None:
            raise ScriptedError(f"a function of the script failed:\n{problems[0]}")

    @property
    def url(self) -> str:
        """Where clients call: http://127.0.0.1:PORT/v1."""
        return self._host.url

    @property
    def pid(self) -> int | None:
        """The id of its process, or None where it is this one."""
        return self._host.pid

    @property
    def calls(self) -> list[Call]:
        """The calls, oldest first; of very many only the latest, see Script.remember."""
        return [Call(**call) for call in self._host.calls()]

    def stats(self) -> Stats:
        """The sums over all calls."""
        return Stats.from_json(self._host.stats())

    def change(self, **fields: Any) -> None:
        """Change fields of the script while it runs; counts and clock of its rules, faults and limits begin anew."""
        self.script = replace(self.script, **fields)
        self._host.play(self.script)

    def reset(self) -> None:
        """Forget all calls, and begin the script anew."""
        self._host.reset()


class _Host(Protocol):
    """Where a server runs."""

    url: str
    pid: int | None

    def start(self) -> None: ...

    def stop(self) -> list[str]: ...

    def play(self, script: Script) -> None: ...

    def reset(self) -> None: ...

    def calls(self) -> list[dict[str, Any]]: ...

    def stats(self) -> dict[str, Any]: ...


class _Thread:
    """In a thread with an event loop of its own."""

    pid: int | None = None
    url: str = ""

    def __init__(self, script: Script, host: str, port: int) -> None:
        self.server = Server(script, host, port)
        self.ready = threading.Event()
        self.failed: OSError | None = None
        self.thread = threading.Thread(target=lambda: asyncio.run(self.run()), name="scripted", daemon=True)

    async def run(self) -> None:
        self.loop, self.ended = asyncio.get_running_loop(), asyncio.Event()
        try:
            await self.server.start()
        except OSError as error:
            self.failed = error
            return
        finally:
            self.ready.set()
        await self.ended.wait()
        await self.server.stop()

    def start(self) -> None:
        self.thread.start()
        self.ready.wait()
        if self.failed is not None:
            self.thread.join()
            raise ScriptedError(f"port {self.server.port}: {self.failed.strerror}") from self.failed
        self.url = self.server.url

    def stop(self) -> list[str]:
        self.loop.call_soon_threadsafe(self.ended.set)
        self.thread.join(PATIENCE)
        return list(self.server.app.log.errors)

    def there(self, function: Callable[[], T]) -> T:
        """What a function returns when it runs in the loop."""

        async def call() -> T:
            return function()

        return asyncio.run_coroutine_threadsafe(call(), self.loop).result(PATIENCE)

    def play(self, script: Script) -> None:
        self.there(lambda: self.server.app.play(script))

    def reset(self) -> None:
        self.there(self.server.app.reset)

    def calls(self) -> list[dict[str, Any]]:
        return self.there(self.server.app.calls)

    def stats(self) -> dict[str, Any]:
        return self.there(self.server.app.stats)


class _Process:
    """In a process of its own, which ends when its standard input does, so that none is ever left behind."""

    url: str = ""
    pid: int | None = None

    def __init__(self, script: Script, host: str, port: int) -> None:
        self.script, self.host, self.port = script, host, port

    def start(self) -> None:
        where = ["--attached", "--host", self.host, "--port", str(self.port)]
        command = [sys.executable, str(Path(__file__).parent), *where]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(self.script.json()) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line.startswith("{"):
            self.stop()
            raise ScriptedError(f"the server did not start: {line.strip() or 'see its errors above'}")
        self.url, self.pid = json.loads(line)["url"], self.process.pid

    def stop(self) -> list[str]:
        """End the process, a stopped one too."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.send_signal(18)  # SIGCONT: where a test has stopped it
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        return []

    def play(self, script: Script) -> None:
        self.ask("POST", "script", json.dumps(script.json()))

    def reset(self) -> None:
        self.ask("POST", "reset")

    def calls(self) -> list[dict[str, Any]]:
        return list(self.ask("GET", "calls"))

    def stats(self) -> dict[str, Any]:
        return dict(self.ask("GET", "stats"))

    def ask(self, method: str, page: str, body: str | None = None) -> Any:
        """A page below /_scripted/."""
        host, _, port = self.url.removeprefix("http://").removesuffix("/v1").rpartition(":")
        connection = HTTPConnection(host.strip("[]"), int(port), timeout=PATIENCE)
        try:
            connection.request(method, f"/_scripted/{page}", body)
            response = connection.getresponse()
            answer = json.loads(response.read())
        finally:
            connection.close()
        if response.status != 200:
            raise ScriptedError(answer["error"]["message"])
        return answer
