"""Learn the Wisconsin breast-cancer measurements that scikit-learn carries, and make their twin: what `make demo`
runs."""

import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from sklearn.datasets import load_breast_cancer

FOLDER = Path("demo")


def measurements() -> pa.Table:
    """569 tumours: 30 measurements each, and whether it was malignant."""
    data = load_breast_cancer()
    columns = {name.replace(" ", "_"): data.data[:, i] for i, name in enumerate(data.feature_names)}
    return pa.table(columns | {"diagnosis": [str(data.target_names[t]) for t in data.target]})


def main() -> int:
    FOLDER.mkdir(exist_ok=True)
    real = FOLDER / "breast_cancer.parquet"
    pq.write_table(measurements(), real)
    twin = [sys.executable, "-m", "parhelion", "twin", str(real), "--target", "diagnosis"]
    return subprocess.run([*twin, "-o", str(FOLDER / "twin"), "--overwrite"], check=False).returncode  # noqa: S603 (our own program)


if __name__ == "__main__":
    sys.exit(main())
