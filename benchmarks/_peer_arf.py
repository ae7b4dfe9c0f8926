"""Adversarial random forests by arfpy with its defaults. It takes text and numbers; of booleans it fails (0.1.1)."""

import sys
import warnings

import numpy as np
import pandas as pd
from arfpy import arf

from _peer_measure import run

warnings.filterwarnings("ignore")


def fit(rows: pd.DataFrame) -> arf.arf:
    np.random.seed(0)  # noqa: NPY002 -- the package draws from NumPy's global generator
    forest = arf.arf(x=rows.astype(dict.fromkeys(rows.select_dtypes("bool"), str)))
    forest.forde()
    return forest


def sample(forest: arf.arf, count: int) -> pd.DataFrame:
    return forest.forge(n=count)


if __name__ == "__main__":
    run(fit, sample, *sys.argv[1:])
