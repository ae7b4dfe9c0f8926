"""TabularARGN by MOSTLY AI's engine with its defaults. The engine finds the encoding of each column by itself."""

import sys
import warnings

import pandas as pd
from mostlyai.engine import TabularARGN

from _peer_measure import run

warnings.filterwarnings("ignore")


def fit(rows: pd.DataFrame) -> TabularARGN:
    return TabularARGN(random_state=0).fit(rows)


def sample(model: TabularARGN, count: int) -> pd.DataFrame:
    return model.sample(n_samples=count)


if __name__ == "__main__":
    run(fit, sample, *sys.argv[1:])
