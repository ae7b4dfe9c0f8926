"""Whole runs of describe over a network: its server, its nodes and their models are processes of their own."""

import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

import parhelion as ph
from _figure import Figure
from tools.scripted import Latency, Scripted

PLAN = """
goal: tickets of a support desk
rows: {rows}
models:
  writer:
    model: scripted
    endpoints:
      - {{network: {network}}}
fields:
  mood: {{make: category, values: {{calm: 3, cross: 1}}}}
  number: {{make: number, between: [1, 1000000]}}
  ticket: {{make: text, prompt: "Write ticket {{{{ number }}}}, which is {{{{ mood }}}}."}}
  answer: {{make: text, prompt: "Answer: {{{{ ticket }}}}"}}
"""
CALLS = 2  # of a row


class Town:
    """A network on this machine. Every node has a model of its own: as many calls at once as it has slots."""

    def __init__(self, place: Path, latency: float, slots: int) -> None:
        self.place, self.latency, self.slots = place, latency, slots
        self.folder = place / "net"
        self.nodes: dict[str, subprocess.Popen[bytes]] = {}
        self._stack = ExitStack()

    def start(self) -> None:
        """The network's server."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        words = ["network", "start", str(self.folder), "--host", "127.0.0.1", "--port", str(port)]
        self._stack.enter_context(running(words, "Server is ready"))

    def join(self, name: str) -> None:
        """One more node, which is its owner's own."""
        server = self._stack.enter_context(Scripted(latency=Latency(self.latency), process=True))
        file = self.place / f"{name}.join"
        invite = ["network", "invite", name, str(self.folder), "--own", "-o", str(file), "--quiet"]
        subprocess.run([sys.executable, "-m", "parhelion", *invite], check=True)
        words = ["node", "join", str(file), "--endpoint", server.url, "--slots", str(self.slots)]
        self.nodes[name] = self._stack.enter_context(running(words, "has joined"))

    def leave(self) -> None:
        """All go, and the server too."""
        self._stack.close()

    def describe(self, rows: int, frozen: tuple[str, float] | None = None) -> float:
        """Seconds of a run of so many rows. frozen: a node, and the second from which on it stands still."""
        with tempfile.TemporaryDirectory() as folder:
            plan = Path(folder) / "plan.yaml"
            plan.write_text(PLAN.format(rows=rows, network=self.folder), encoding="utf-8")
            timer = None
            if frozen:
                timer = threading.Timer(frozen[1], self.nodes[frozen[0]].send_signal, [signal.SIGSTOP])
                timer.start()
            clock = time.perf_counter()
            made = ph.describe(plan)
            taken = time.perf_counter() - clock
            if timer:
                timer.join()
        assert made.rows == rows, made.stop
        return taken


@contextmanager
def running(words: Sequence[str], said: str) -> Iterator[subprocess.Popen[bytes]]:
    """A `parhelion` process, from when it has said something to the end of the block."""
    with tempfile.NamedTemporaryFile("r") as told:
        with Path(told.name).open("w") as err:
            process = subprocess.Popen([sys.executable, "-m", "parhelion", *words], stderr=err)
        try:
            while said not in (heard := Path(told.name).read_text(encoding="utf-8")):
                assert process.poll() is None, f"{words}: {heard}"
                time.sleep(0.02)
            yield process
        finally:
            for number in (signal.SIGCONT, signal.SIGTERM):
                process.send_signal(number)
            process.wait(timeout=30)


def network(
    nodes: int = 8, latency: float = 0.4, slots: int = 4, seconds: float = 12.0, times: int = 3
) -> list[Figure]:
    """Eight equal nodes beside one; and two, one of which is frozen on the way."""
    if shutil.which("nats-server") is None:
        raise SystemExit("there is no nats-server; run: apt-get install nats-server")
    rows = round(seconds * slots / latency / CALLS)
    with tempfile.TemporaryDirectory() as place:
        town = Town(Path(place), latency, slots)
        try:
            town.start()
            town.join("node-0")
            town.describe(4)  # loads all that is loaded once
            one = [town.describe(rows) for _ in range(times)]
            town.join("node-1")
            frozen = [_frozen(town, rows, at) for at in (seconds / 12, seconds / 6, seconds / 4)]
            for number in range(2, nodes):
                town.join(f"node-{number}")
            many = [town.describe(rows * nodes) for _ in range(times)]
        finally:
            town.leave()
    ratio, slowest = nodes * median(one) / median(many), max(frozen) / median(one)
    ideal = rows * CALLS / slots * latency
    details = {"rows": rows, "one": one, "many": many, "frozen": frozen, "ideal_s": ideal}
    return [
        Figure(f"{nodes} equal nodes over NATS", f"{ratio:.2f} x one node", "7.5", ratio >= 7.5, details),
        Figure("one of two nodes frozen", f"{slowest:.2f} x the time of one, at most of {len(frozen)}", "1.25",
               slowest <= 1.25),
    ]  # fmt: skip


def _frozen(town: Town, rows: int, at: float) -> float:
    taken = town.describe(rows, ("node-1", at))
    town.nodes["node-1"].send_signal(signal.SIGCONT)
    time.sleep(2.0)  # it takes up its work, and says hello
    return taken
