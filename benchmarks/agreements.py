"""Do our figures agree with those of the packages that measure the same? `python benchmarks/agreements.py`.

Builds the environments that are missing and runs the tests of `agreement/`: against SDMetrics in an environment of
both, against Anonymeter and MLCommons' Croissant reader each in one of its own.
"""

import os
import subprocess
import sys
from pathlib import Path

from cart import sample as sample_of_cart
from data import BENCH, ROOT, split
from environments import python
from ours import fit, sample

TESTS = Path(__file__).parent / "agreement"


def make_samples() -> None:
    """Those that the tests judge, where they are missing."""
    for data in (split("adult"), split("shoppers")):
        if not (BENCH / "parhelion" / data.name / "0.csv").exists():
            model, seconds = fit(data, repeats=1)
            sample(data, model, int(seconds["rows"]), seed=0)
    sample_of_cart(split("adult"), seed=0)


def main() -> int:
    make_samples()
    both = python("sdmetrics")
    python("anonymeter")
    python("card")
    here = [sys.executable, "-m", "pytest", TESTS / "test_anonymeter.py", TESTS / "test_croissant.py"]
    there = [both, "-m", "pytest", TESTS / "test_sdmetrics.py"]
    source = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    return max(
        subprocess.run([*map(str, command), "-p", "no:cacheprovider"], check=False, env=source, cwd=ROOT).returncode
        for command in (there, here)
    )


if __name__ == "__main__":
    sys.exit(main())
