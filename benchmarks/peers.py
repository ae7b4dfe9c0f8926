"""parhelion's default engine beside its peers, each with its defaults and as many rows as it learned from.

`python benchmarks/peers.py [--only adult] [--peers parhelion cart]` makes what is missing, a peer at a time, each in an
environment of its own; judges every table by parhelion.evaluation; and prints the figures as Markdown. Rows, seconds,
memory and reports are kept in `.bench/peers/PEER/NAME.*`; delete them to make them anew. `--saved` only prints.
"""

import argparse
import fcntl
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from data import BENCH, Split, split
from environments import python
from parhelion.errors import ParhelionError
from parhelion.evaluation import Report, Score, evaluate

FOLDER = BENCH / "peers"
SETS = ("shoppers", "adult")
ARROWS = {"lower": "↓", "higher": "↑", "reference": "→ real"}
BESIDES = ("privacy.singling_out", "privacy.copies", "rules.kept")  # shown beside the headlines


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
        Peer("parhelion", "**parhelion**", None, "_peer_parhelion.py"),
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
    command: list[str | Path] = [peer.interpreter(), script, data.train_csv, out, found, *peer.options]
    print(f"{peer.title} on {data.title}", file=sys.stderr, flush=True)
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        failed.write_text(f"exit status {done.returncode}\n{done.stderr.strip()}", encoding="utf-8")


@contextmanager
def alone() -> Iterator[None]:
    """Two peers at once would take each other's time: a second run waits for the first."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def judge(peer: Peer, data: Split) -> None:
    """The report on what a peer made; where it cannot be judged, the others still are."""
    kept = peer.path(data, "report.json")
    kept.unlink(missing_ok=True)
    if not peer.path(data, "json").exists():
        return
    try:
        report = evaluate(data.train_csv, peer.path(data, "csv"), holdout=data.test, target=data.target)
    except ParhelionError as error:
        print(f"{peer.title} on {data.title} cannot be judged: {error}", file=sys.stderr, flush=True)
    else:
        kept.write_text(report.to_json(), encoding="utf-8")


def table(peers: Sequence[Peer], data: Split) -> str:
    """The figures of one data set as Markdown, real rows that no peer saw last."""
    reports = {peer: report(peer, data) for peer in peers}
    told = next((scores(each) for each in reports.values() if each), ())
    titles = [f"{score.title} {ARROWS[score.better]}" for score in told]
    rows = [
        (data.title, "fit, processor s", "sample, processor s", "peak GB", *titles, "thresholds missed"),
        ("---", *["---:"] * (4 + len(told))),
        *((peer.title, *figures(peer, data, reports[peer])) for peer in peers),
        ("real rows kept out", "", "", "", *(shown(score, score.reference) for score in told), ""),
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def scores(report: Report) -> tuple[Score, ...]:
    """The headlines, and what else tells peers apart."""
    return (*report.headline, *(report.score(key) for key in BESIDES))


def report(peer: Peer, data: Split) -> Report | None:
    kept = peer.path(data, "report.json")
    return Report.from_json(kept.read_text(encoding="utf-8")) if kept.exists() else None


def figures(peer: Peer, data: Split, found: Report | None) -> tuple[str, ...]:
    failed, kept = peer.path(data, "error"), peer.path(data, "json")
    if failed.exists():
        reason = failed.read_text(encoding="utf-8").splitlines()[-1]
        return (f"not run: {reason.replace('|', '/')}",)
    if not kept.exists():
        return ("not run yet",)
    used = json.loads(kept.read_text(encoding="utf-8"))
    costs = (f"{used['fit_s']:.1f}", f"{used['sample_s']:.1f}", f"{used['peak_gb']:.2f}")
    if found is None:
        return (*costs, "not judged")
    missed = f"{len(found.verdict.of('missed'))} of {len(found.verdict.judged)}"
    return (*costs, *(shown(score, score.value) for score in scores(found)), missed)


def shown(score: Score, value: float | None) -> str:
    """
    >>> shown(Score(key="a.b", title="rows copied", value=0.0125, unit="share", meaning=""), 0.0125)
    '1.25 %'
    """
    if value is None:
        return "untold"
    return f"{value:.2%}".replace("%", " %") if score.unit == "share" else f"{value:.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=SETS, default=SETS, help="data sets")
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=tuple(PEERS))
    parser.add_argument("--saved", action="store_true", help="print what was found before, make and judge nothing")
    wanted = parser.parse_args()
    sets, peers = [split(name) for name in wanted.only], [PEERS[name] for name in wanted.peers]
    for work in () if wanted.saved else (make, judge):
        with alone():
            for peer in peers:
                for data in sets:
                    work(peer, data)
    print("\n\n".join(table(peers, data) for data in sets))


if __name__ == "__main__":
    main()
