"""parhelion on one data set: fitted once, sampled by the command line, scored."""

import json
import subprocess
import sys
from pathlib import Path

from data import BENCH, Split
from domias import domias
from score import Scores, score

COMMAND = Path(sys.executable).parent / "parhelion"


def fit(data: Split, repeats: int) -> tuple[Path, dict[str, float]]:
    """The model file of the training rows, and the seconds of fitting and sampling."""
    folder = BENCH / "parhelion" / data.name
    folder.mkdir(parents=True, exist_ok=True)
    model = folder / "model.parhelion"
    return model, timed_fit(data.train, data.target, model, repeats)


def timed_fit(source: Path, target: str, model: Path, repeats: int) -> dict[str, float]:
    times = model.with_suffix(".time.json")
    command = [sys.executable, Path(__file__).parent / "_fit.py", source, target, model, times, str(repeats)]
    subprocess.run(command, check=True)
    return json.loads(times.read_text(encoding="utf-8"))


def sample(data: Split, model: Path, rows: int, seed: int) -> Path:
    out = model.with_name(f"{seed}{data.train.suffix}")
    command = [COMMAND, "sample", model, "-o", out, "-n", str(rows), "--seed", str(seed), "--quiet", "--overwrite"]
    subprocess.run(command, check=True)
    return out


def scores(data: Split, samples: int, repeats: int = 5) -> tuple[dict[str, float], list[Scores]]:
    """Seconds, and the scores of several samples of one fit."""
    model, seconds = fit(data, repeats)
    tables = (sample(data, model, int(seconds["rows"]), seed) for seed in range(samples))
    return seconds, [score(data, table) | domias(data, table) for table in tables]
