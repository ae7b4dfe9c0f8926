"""parhelion with its defaults: one fit of a fresh process, which loads the compiled kernels from disk."""

import sys

import pandas as pd

import parhelion as ph
from _peer_measure import run


def fit(rows: pd.DataFrame) -> ph.Model:
    return ph.fit(rows, seed=0)


def sample(model: ph.Model, count: int) -> pd.DataFrame:
    return model.sample(count, seed=0)


if __name__ == "__main__":
    run(fit, sample, *sys.argv[1:])
