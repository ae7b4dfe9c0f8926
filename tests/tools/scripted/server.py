"""The sockets: one port of this machine, that can stop listening for a while and come back."""

import asyncio

from .app import App
from .connection import Connection
from .script import Script


class Server:
    """A server within an event loop.

    >>> async def ports():
    ...     server = Server(Script())
    ...     await server.start()
    ...     try:
    ...         return server.port > 0
    ...     finally:
    ...         await server.stop()
    >>> asyncio.run(ports())
    True
    """

    def __init__(self, script: Script, host: str = "127.0.0.1", port: int = 0) -> None:
        self.host, self.port = host, port
        self.app = App(script, self)
        self.listening: asyncio.Server | None = None
        self.timers: list[asyncio.TimerHandle] = []
        self.reopening: list[asyncio.TimerHandle] = []
        self.opening: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """Where clients call."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/v1"

    async def start(self) -> None:
        """Listen. Raises OSError where the port is taken."""
        await self.listen()
        self.schedule()

    async def listen(self) -> None:
        """Take connections, at the port that was found the first time."""
        self.listening = await asyncio.get_running_loop().create_server(
            lambda: Connection(self.app), self.host, self.port, backlog=4096
        )
        self.port = self.listening.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Drop all connections and let go of the port."""
        for timer in (*self.timers, *self.reopening):
            timer.cancel()
        if self.opening is not None:
            await self.opening
        self.deafen()
        await asyncio.sleep(0)  # connections are told that they are lost in the next turn of the loop

    def schedule(self) -> None:
        """Refuse connections in the spans of time that the script says."""
        for timer in self.timers:
            timer.cancel()
        self.timers.clear()
        loop, now = asyncio.get_running_loop(), self.app.now()
        for fault in self.app.script.faults:
            if fault.kind == "refuse" and fault.seconds is not None:
                first, last = fault.seconds
                self.timers.append(loop.call_later(max(0.0, first - now), self.refuse, last - first))

    def refuse(self, seconds: float) -> None:
        """Take no connections for a while, as a server that is being started again."""
        self.deafen()
        loop = asyncio.get_running_loop()
        self.reopening = [timer for timer in self.reopening if timer.when() > loop.time()]
        self.reopening.append(loop.call_later(seconds, self.reopen))

    def deafen(self) -> None:
        """Close the port and all connections."""
        if self.listening is not None:
            self.listening.close()
            self.listening = None
        for connection in list(self.app.connections):
            connection.reset()

    def reopen(self) -> None:
        """Listen again, unless another refusal lasts longer."""
        now = asyncio.get_running_loop().time()
        last = all(timer.when() <= now + 0.001 for timer in self.reopening)
        if last and self.listening is None and self.opening is None:
            self.opening = asyncio.get_running_loop().create_task(self.listen())
            self.opening.add_done_callback(self.opened)

    def opened(self, task: "asyncio.Task[None]") -> None:
        """Listening again, or the port is gone, which whoever runs the loop gets to know."""
        self.opening = None
        task.result()
