"""The dataset card, read by MLCommons' own reader: it validates, and every record of the file comes out of it.

`python -m pytest benchmarks/agreement`; skipped where `.bench/envs/card` is not built (see environments.py).
"""

import csv
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1] / "tests" / "report")]

from judged_report import judged_report  # noqa: E402

from data import BENCH  # noqa: E402  # the paths above make it importable
from parhelion.report import write_card  # noqa: E402
from parhelion.tables import fit  # noqa: E402

READER = BENCH / "envs" / "card" / "bin" / "python"
ROWS = 90

READ = """
import json, sys
import mlcroissant
data = mlcroissant.Dataset(jsonld=sys.argv[1])
assert not data.metadata.ctx.issues.errors
rows = [{key: value.decode() if isinstance(value, bytes) else str(value) for key, value in row.items()}
        for row in data.records("rows")]
print(json.dumps({"rows": rows, "warnings": list(data.metadata.ctx.issues.warnings),
                  "collected": data.metadata.data_collection_type, "conforms": data.metadata.conforms_to}))
"""

pytestmark = pytest.mark.skipif(not READER.exists(), reason="the environment 'card' is not built")


def real():
    return pa.table(
        {
            "age": [20 + row % 50 for row in range(ROWS)],
            "weight": [round(50 + row / 7, 2) for row in range(ROWS)],
            "city": [("Oslo", "Quito", "Zürich, east")[row % 3] for row in range(ROWS)],
            "code": [("007", "012", "9")[row % 3] for row in range(ROWS)],
            "member": [row % 4 == 0 for row in range(ROWS)],
            "joined": [date(2020, 1 + row % 12, 1 + row % 28) for row in range(ROWS)],
            'a "b"|<c> / 100 %\nümlaut': [None if row % 5 == 0 else row % 17 for row in range(ROWS)],
        }
    )


def read(folder, name):
    """A model's rows in a file of this name, as the reader gives them."""
    model = fit(real())
    path = folder / name
    model.write(path, 50, seed=1)
    kinds = {column.name: column.kind for column in model.table.columns}
    linked, _ = write_card(judged_report(kinds, synthetic=name), path)
    done = subprocess.run([READER, "-c", READ, linked], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return path, json.loads(done.stdout)


def test_it_validates(tmp_path):
    _, found = read(tmp_path, "made.csv")
    assert found["conforms"] == ["http://mlcommons.org/croissant/1.0", "http://mlcommons.org/croissant/RAI/1.0"]
    assert found["collected"] == ["Synthetic"]
    assert all("citeAs" in warning for warning in found["warnings"])


def test_every_record_of_a_csv_file_comes_out(tmp_path):
    path, found = read(tmp_path, "made.csv")
    with path.open(newline="", encoding="utf-8") as file:
        written = list(csv.DictReader(file))
    assert len(found["rows"]) == len(written) == 50
    for row, there in zip(found["rows"], written, strict=True):
        assert list(map(same, row.values())) == list(map(same, there.values()))


def same(text):
    """A value in the spelling that both have: missing is empty, moments are days, numbers are floats."""
    if text in ("", "nan", "NaT", "None"):
        return ""
    try:
        return float(text)
    except ValueError:
        return text.removesuffix(" 00:00:00").lower()


@pytest.mark.parametrize("name", ["made.csv.gz", "made.tsv", "made.parquet", "made.jsonl"])
def test_other_formats_are_read_too(tmp_path, name):
    _, found = read(tmp_path, name)
    assert len(found["rows"]) == 50
    assert set(found["rows"][0]) >= {"rows/age", "rows/city"}
