"""parhelion's default engine beside its peers, each with its defaults and as many rows as it learned from.

`python benchmarks/peers.py [--only adult] [--peers parhelion cart]` makes what is missing, a peer at a time, each in an
environment of its own, judges every table by parhelion.evaluation and prints the table as Markdown. Rows, seconds and
memory are kept in `.bench/peers/PEER/NAME.*`; delete them to make them anew. `--saved` makes and judges nothing.
"""

import argparse
import fcntl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from data import BENCH, Split, split
from environments import python

FOLDER = BENCH / "peers"
SETS = ("shoppers", "adult")


@dataclass(frozen=True)
class Peer:
    """A generator: its script, the environment that runs it (None for this one), and what the script is told."""

    name: str
    title: str
    environment: str | None
    script: str
    options: tuple[str, ...] = ()

    def interpreter(self) -> Path:
        return python(self.environment) if self.environment else Path(sys.executable)

    def path(self, data: Split, ending: str) -> Path:
        return FOLDER / self.name / f"{data.name}.{ending}"


# The fastest first, so that most figures are there soon.
PEERS = {
    peer.name: peer
    for peer in (
        Peer("parhelion", "parhelion", None, "_peer_parhelion.py"),
        Peer("cart", "CART (py-synthpop 0.1.2)", "cart", "_peer_cart.py"),
        Peer("gaussian_copula", "GaussianCopula (SDV 2.0.0)", "sdv", "_peer_sdv.py", ("GaussianCopula",)),
        Peer("arf", "ARF (arfpy 0.1.1)", "arf", "_peer_arf.py"),
        Peer("tabular_argn", "TabularARGN (mostlyai-engine 2.7.3)", "mostlyai", "_peer_mostlyai.py"),
        Peer("tvae", "TVAE (SDV 2.0.0)", "sdv", "_peer_sdv.py", ("TVAE",)),
        Peer("ctgan", "CTGAN (SDV 2.0.0)", "sdv", "_peer_sdv.py", ("CTGAN",)),
    )
}


def make(peer: Peer, data: Split) -> None:
    """The synthetic rows with seconds and memory beside them, or the reason why there are none; kept either way."""
    out, found, failed = (peer.path(data, ending) for ending in ("csv", "json", "error"))
    if found.exists() or failed.exists():
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    script = Path(__file__).parent / peer.script
    command = [peer.interpreter(), script, data.train_csv, out, found, *peer.options]
    print(f"{peer.title} on {data.title}", file=sys.stderr, flush=True)
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        failed.write_text(f"{done.stderr.strip()}\nexit status {done.returncode}", encoding="utf-8")


@contextmanager
def alone() -> Iterator[None]:
    """Two peers at once would take each other's time: a second run waits for the first."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=SETS, default=SETS)
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=tuple(PEERS))
    wanted = parser.parse_args()
    sets, peers = [split(name) for name in wanted.only], [PEERS[name] for name in wanted.peers]
    with alone():
        for peer in peers:
            for data in sets:
                make(peer, data)


if __name__ == "__main__":
    main()
