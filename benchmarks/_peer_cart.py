"""Plain CART by py-synthpop with its defaults. Columns keep the types that pandas finds; text is a category."""

import sys
import warnings

import pandas as pd
from synthpop import Synthpop

from _cart_fit import TYPES
from _peer_measure import run

warnings.filterwarnings("ignore")


def fit(rows: pd.DataFrame) -> Synthpop:
    types = {name: TYPES[rows[name].dtype.kind] for name in rows}
    text = {name: kind for name, kind in types.items() if kind == "category"}
    package = Synthpop(seed=0)
    package.fit(rows.astype(text), types)
    return package


def sample(package: Synthpop, count: int) -> pd.DataFrame:
    return package.generate(count)


if __name__ == "__main__":
    run(fit, sample, *sys.argv[1:])
