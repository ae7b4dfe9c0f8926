"""The rival to respect: plain CART by py-synthpop. `python benchmarks/cart.py NAME [NAME ...] [--samples 5]`.

Samples and scores are kept in `.bench/cart/NAME/SEED.*`, so that only what is missing is made.
Prints a line of JSON a set.
"""

import argparse
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from data import BENCH, SOURCES, Split, split
from domias import domias
from environments import python
from score import Scores, score, summary


def sample(data: Split, seed: int) -> Path:
    """A synthetic table as long as the training rows; every seed is a fit of its own."""
    out = BENCH / "cart" / data.name / f"{seed}.csv"
    times = out.with_suffix(".time.json")
    if not times.exists():
        out.parent.mkdir(parents=True, exist_ok=True)
        command = [python("cart"), Path(__file__).parent / "_cart_fit.py", data.train_csv, str(seed), out, times]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"py-synthpop failed on {data.title}:\n{done.stderr.strip()}")
    return out


def scores(data: Split, seed: int) -> Scores:
    """Scores of one sample, with the seconds of its fit and sampling."""
    table = sample(data, seed)
    scored = once(table.with_suffix(".scores.json"), lambda: score(data, table))
    attacked = once(table.with_suffix(".domias.json"), lambda: domias(data, table))
    return scored | attacked | read(table.with_suffix(".time.json"))


def once(kept: Path, work: Callable[[], Scores]) -> Scores:
    """What was found before, or what is found now and kept."""
    if not kept.exists():
        kept.write_text(json.dumps(work()), encoding="utf-8")
    return read(kept)


def read(path: Path) -> Scores:
    return json.loads(path.read_text(encoding="utf-8"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="+", choices=SOURCES)
    parser.add_argument("--samples", type=int, default=5)
    wanted = parser.parse_args()
    for name in wanted.names:
        scored = [scores(split(name), seed) for seed in range(wanted.samples)]
        print(json.dumps({"data": name, "samples": len(scored)} | summary(scored)), flush=True)


if __name__ == "__main__":
    main()
