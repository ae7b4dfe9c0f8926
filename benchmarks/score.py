"""Score synthetic tables by the independent scorer.

`python benchmarks/score.py NAME FILE [FILE ...] [--skip SCORE ...]` prints a line a file,
then means with standard errors over the files.
"""

import argparse
import json
import math
import statistics
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from data import SOURCES, Split, scorer, split
from environments import python

Scores = dict[str, float]
Figure = tuple[float, float | None]

PARTS = ("quality", "xgb", "gbm", "mle", "dcr", "mia")


def score(data: Split, synthetic: Path, skip: Sequence[str] = ()) -> Scores:
    """All scores of one synthetic table; `skip` names parts of the scorer to leave out."""
    with in_format(data, synthetic) as same:
        command = [
            python("score"), scorer(), "--train", data.train, "--test", data.test, "--synthetic", same,
            "--target", data.target, "--task", data.task, "--skip", *skip,
        ]  # fmt: skip
        done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"the scorer failed on {synthetic}:\n{done.stderr.strip()}")
    return json.loads(done.stdout)


@contextmanager
def in_format(data: Split, synthetic: Path) -> Iterator[Path]:
    """The table in the format of the real rows: beside a Parquet original, a CSV file is rewritten for the while.

    So missing cells and values spelled `None` stay apart.
    """
    if synthetic.suffix in (data.train.suffix, ".parquet"):
        yield synthetic
        return
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "synthetic.parquet"
        rewrite = Path(__file__).parent / "_as_parquet.py"
        subprocess.run([python("score"), rewrite, data.train, synthetic, out], check=True)
        yield out


def summary(scores: Sequence[Scores]) -> dict[str, Figure]:
    """Mean and standard error of each score over several samples.

    >>> summary([{"mia": 0.5}, {"mia": 0.52}])
    {'mia': (0.51, 0.01)}
    """
    return {name: mean_and_error([each[name] for each in scores]) for name in scores[0]}


def mean_and_error(values: Sequence[float]) -> Figure:
    """
    >>> mean_and_error([0.5])
    (0.5, None)
    """
    error = round(statistics.stdev(values) / math.sqrt(len(values)), 5) if len(values) > 1 else None
    return round(statistics.fmean(values), 5), error


def figure(value: Figure) -> str:
    """
    >>> figure((0.51, 0.01)), figure((46058.7, None))
    ('0.5100 ± 0.0100', '46059')
    """
    mean, error = value
    digits = 4 if abs(mean) < 100 else 0
    return f"{mean:.{digits}f}" + ("" if error is None else f" ± {error:.{digits}f}")


def line(scores: Scores) -> str:
    return "  ".join(f"{name} {value:.4f}" for name, value in scores.items() if name != "rows")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=SOURCES, help="the data set that the files imitate")
    parser.add_argument("files", nargs="+", type=Path, help="synthetic tables, CSV or Parquet")
    parser.add_argument("--skip", nargs="*", default=[], choices=PARTS, help="scores to leave out")
    wanted = parser.parse_args()
    data, scored = split(wanted.name), []
    for file in wanted.files:
        scored.append(score(data, file, wanted.skip))
        print(f"{file.name}: {line(scored[-1])}", flush=True)
    if len(scored) > 1:
        means = summary(scored)
        print("mean: " + "  ".join(f"{name} {figure(means[name])}" for name in means if name != "rows"))


if __name__ == "__main__":
    main()
