"""SDV with its defaults: the arguments of every peer, then GaussianCopula, CTGAN or TVAE. SDV detects the metadata."""

import sys
import warnings
from typing import Any

import numpy as np
import pandas as pd
import sdv.single_table
import torch
from sdv.metadata import Metadata

from _peer_measure import run

warnings.filterwarnings("ignore")


def main() -> None:
    *files, name = sys.argv[1:]
    synthesizer = getattr(sdv.single_table, f"{name}Synthesizer")

    def fit(rows: pd.DataFrame) -> Any:
        np.random.seed(0)  # noqa: NPY002 -- the package draws from the global generators
        torch.manual_seed(0)
        tables = {"rows": rows}
        package = synthesizer(Metadata.detect_from_dataframes(tables))
        package.fit(tables)
        return package

    def sample(package: Any, count: int) -> pd.DataFrame:
        return package.sample(num_rows=count)["rows"]

    run(fit, sample, *files)


if __name__ == "__main__":
    main()
