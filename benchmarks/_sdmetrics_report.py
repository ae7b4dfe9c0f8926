"""SDMetrics' QualityReport in its own environment: `_sdmetrics_report.py REAL SYNTHETIC`; prints its two scores."""

import json
import sys
import warnings

import pandas as pd
from sdmetrics.reports.single_table import QualityReport

warnings.filterwarnings("ignore")


def main() -> None:
    real, synthetic = (pd.read_csv(path) for path in sys.argv[1:3])
    numbers = set(real.select_dtypes("number").columns)
    columns = {name: {"sdtype": "numerical" if name in numbers else "categorical"} for name in real}
    report = QualityReport()
    report.generate(real, synthetic, {"columns": columns}, verbose=False)
    print(json.dumps(dict(report.get_properties().itertuples(index=False, name=None))))


if __name__ == "__main__":
    main()
