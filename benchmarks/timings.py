"""Times and memory of whole processes, as a user meets them."""

import subprocess
import sys
import tempfile
from pathlib import Path

from big import ten_million
from data import BENCH, SOURCES, data_folder, split
from ours import COMMAND, timed_fit
from processes import best, measure

Timing = dict[str, float]
SCRATCH = BENCH / "parhelion" / "timings"


def import_package() -> Timing:
    """Seconds of the import statement alone, the best of five fresh interpreters."""
    code = "import time; s = time.perf_counter(); import parhelion; print(time.perf_counter() - s)"
    taken = [
        float(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout)
        for _ in range(5)
    ]
    return {"s": round(min(taken), 3)}


def help_text() -> Timing:
    return best([COMMAND, "--help"], 5)


def first_fit() -> Timing:
    """A whole process with nothing compiled yet, as on a new machine."""
    with tempfile.TemporaryDirectory() as empty:
        return measure(fit_command(split("adult").train, "income"), {"NUMBA_CACHE_DIR": empty})


def million_rows() -> Timing:
    measure(fit_command(split("adult").train, "income"))
    out = SCRATCH / "million.parquet"
    return measure([COMMAND, "sample", model_file(), "-n", "1000000", "-o", out, "--quiet", "--overwrite"])


def ten_million_fit() -> Timing:
    return measure(fit_command(ten_million(), "income"))


def diabetes_fit() -> Timing:
    """All 101,766 rows, warm, the median of three."""
    source = SOURCES["diabetes130"]
    return timed_fit(data_folder() / source.path, source.target, SCRATCH / "diabetes130.parhelion", 3)


def model_file() -> Path:
    SCRATCH.mkdir(parents=True, exist_ok=True)
    return SCRATCH / "model.parhelion"


def fit_command(source: Path, target: str) -> list[str | Path]:
    return [COMMAND, "fit", source, "-o", model_file(), "--target", target, "--quiet", "--overwrite"]


MEASURES = {
    "import": import_package,
    "help": help_text,
    "first_fit": first_fit,
    "million_rows": million_rows,
    "ten_million_fit": ten_million_fit,
    "diabetes_fit": diabetes_fit,
}


def timings() -> dict[str, Timing]:
    return {name: taken() for name, taken in MEASURES.items()}
