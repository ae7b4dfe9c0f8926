"""How long the evidence takes: `python benchmarks/evidence.py [--times 3]`, whole processes, start and files included.

On Adult (32,561 x 15, 16,281 held out): fidelity alone, beside SDMetrics' QualityReport in its own environment;
everything; a quick look. On 1,000,000 x 15 drawn from a model of Adult (as many real rows, 250,000 held out)
everything.
The best of several runs; Markdown.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from data import BENCH, split
from environments import python
from ours import COMMAND
from processes import measure

FOLDER = BENCH / "evidence"
HERE = Path(__file__).parent
Command = Sequence[str | Path]


def adult() -> tuple[Path, Path, Path]:
    """Real rows, those that the default engine makes of them, held-out rows."""
    data, made = split("adult"), FOLDER / "adult.csv"
    drawn(data.train, {made: (1, 32_561)})
    return data.train, made, data.test


def million() -> tuple[Path, Path, Path]:
    """A million rows each of one law: what one model of Adult draws by three seeds."""
    files = [FOLDER / f"million_{name}.parquet" for name in ("real", "synthetic", "unseen")]
    drawn(split("adult").train, dict(zip(files, ((1, 1_000_000), (2, 1_000_000), (3, 250_000)), strict=True)))
    return files[0], files[1], files[2]


def drawn(train: Path, wanted: dict[Path, tuple[int, int]]) -> None:
    """Files of rows of a model of the table, by seed and number, where they are missing."""
    missing = {file: how for file, how in wanted.items() if not file.exists()}
    if missing:
        from parhelion import fit

        FOLDER.mkdir(parents=True, exist_ok=True)
        model = fit(train, target="income")
        for file, (seed, rows) in missing.items():
            model.write(file, rows, seed=seed)


def commands() -> dict[str, tuple[Command, float, float]]:
    """What is measured; seconds and GB that it may take at most (0: not bounded)."""
    (real, made, unseen), (many, as_many, others) = adult(), million()
    judge = [COMMAND, "evaluate", real, made, "--holdout", unseen, "--target", "income", "--quiet", "--overwrite"]
    large = [COMMAND, "evaluate", many, as_many, "--holdout", others, "--target", "income", "--quiet", "--overwrite"]
    page = ["-o", FOLDER / "report.html"]
    return {
        "SDMetrics' QualityReport, Adult": ([python("score"), HERE / "_sdmetrics_report.py", real, made], 0, 0),
        "fidelity alone, Adult": ([sys.executable, HERE / "_fidelity_alone.py", real, made, unseen], 2, 0),
        "quick look, Adult": ([*judge, "--quick", *page], 5, 0),
        "everything, Adult": ([*judge, *page], 25, 0),
        "everything, 1,000,000 x 15": ([*large, *page], 120, 4),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=3)
    times = parser.parse_args().times
    print("| what | seconds | peak memory | may take |\n|---|---|---|---|")
    for name, (command, seconds, memory) in commands().items():
        taken = min((measure(command) for _ in range(times)), key=lambda each: each["s"])
        bar = " and ".join([f"{seconds:g} s"] * bool(seconds) + [f"{memory:g} GB"] * bool(memory))
        print(f"| {name} | {taken['s']:.1f} | {taken['peak_gb']:.2f} GB | {bar} |", flush=True)


if __name__ == "__main__":
    main()
