"""The density-ratio attack on synthetic tables: `python benchmarks/domias.py NAME FILE [FILE ...]`, a line a file."""

import argparse
import json
import subprocess
from pathlib import Path

from data import SOURCES, Split, scorer, split
from environments import python
from score import Scores, in_format, line


def domias(data: Split, synthetic: Path) -> Scores:
    """AUC of the attack (0.5 is best) and its standard error near 0.5."""
    with in_format(data, synthetic) as same:
        command = [
            python("score"), Path(__file__).parent / "_density_ratio.py", scorer().parent,
            data.train, data.test, same, data.target, data.task,
        ]  # fmt: skip
        done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"the attack failed on {synthetic}:\n{done.stderr.strip()}")
    return json.loads(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=SOURCES, help="the data set that the files imitate")
    parser.add_argument("files", nargs="+", type=Path, help="synthetic tables, CSV or Parquet")
    wanted = parser.parse_args()
    for file in wanted.files:
        print(f"{file.name}: {line(domias(split(wanted.name), file))}", flush=True)


if __name__ == "__main__":
    main()
