"""Adversarial random forests by arfpy with its defaults. Of booleans it fails (0.1.1), so they are handed over as text.

It makes fractions in columns of whole numbers and leaves the rounding to its user, so they are rounded here.
"""

import sys
import warnings

import numpy as np
import pandas as pd
from arfpy import arf

from _peer_measure import run

warnings.filterwarnings("ignore")


def fit(rows: pd.DataFrame) -> tuple[arf.arf, list[str]]:
    np.random.seed(0)  # noqa: NPY002 -- the package draws from NumPy's global generator
    forest = arf.arf(x=rows.astype(dict.fromkeys(rows.select_dtypes("bool"), str)))
    forest.forde()
    return forest, list(rows.select_dtypes("integer"))


def sample(fitted: tuple[arf.arf, list[str]], count: int) -> pd.DataFrame:
    forest, whole = fitted
    made = forest.forge(n=count)
    return made.assign(**{name: made[name].astype(float).round().astype(int) for name in whole})


if __name__ == "__main__":
    run(fit, sample, *sys.argv[1:])
