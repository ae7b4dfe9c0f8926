"""Fidelity without classifiers, as a process of its own: `_fidelity_alone.py REAL SYNTHETIC HOLDOUT`."""

import sys

from parhelion.evaluation import fidelity
from parhelion.evaluation.reading import case_of


def main() -> None:
    for score in fidelity.measure(case_of(*sys.argv[1:4])).scores:
        print(score.key, score.value, score.reference)


if __name__ == "__main__":
    main()
