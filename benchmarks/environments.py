"""Environments that the measuring needs, apart from parhelion's own: `.bench/envs/NAME`, from PyPI.

`python benchmarks/environments.py` builds those that are missing or whose requirements changed.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from data import BENCH

REQUIREMENTS = {
    "score": (
        "pandas==2.3.3", "pyarrow", "numpy>=2", "scikit-learn==1.9.1",
        "sdmetrics==0.32.0", "xgboost==3.2.0", "lightgbm==4.7.0",
    ),
    "cart": ("pandas==1.5.3", "numpy<2", "py-synthpop==0.1.2", "scikit-learn", "scipy"),
    "arf": ("numpy<2.4", "pandas<3", "arfpy==0.1.1"),
    "sdv": ("sdv==2.0.0",),
    "mostlyai": ("mostlyai-engine==2.7.3",),
    "anonymeter": ("anonymeter==1.1.0",),
    "sdmetrics": (
        "sdmetrics==0.32.0", "pandas==2.3.3", "pytest", "pyarrow", "pydantic", "PyYAML", "narwhals", "mimesis",
        "python-stdnum", "phonenumberslite",
    ),
    "card": ("mlcroissant==1.1.1", "pyarrow"),
}  # fmt: skip

# Installed before the rest, which would otherwise bring gigabytes of CUDA.
TORCH = dict.fromkeys(("sdv", "mostlyai"), ("torch==2.13.0",))

# PyPI's builds of these need CUDA: transformers finds them and fails. The engine for tables uses neither.
REMOVED = {"mostlyai": ("torchvision", "torchaudio")}


def python(name: str) -> Path:
    """The interpreter of an environment, which is built first where it is not yet there."""
    folder = BENCH / "envs" / name
    interpreter, mark = folder / "bin" / "python", folder / "requirements.txt"
    wanted = "\n".join((*TORCH.get(name, ()), *REQUIREMENTS[name], *(f"no {other}" for other in REMOVED.get(name, ()))))
    if not (mark.exists() and mark.read_text(encoding="utf-8") == wanted):
        print(f"building the environment {name!r} in {folder}", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        pip(interpreter, "install", TORCH.get(name, ()))
        pip(interpreter, "install", REQUIREMENTS[name])
        pip(interpreter, "uninstall", REMOVED.get(name, ()), "--yes")
        mark.write_text(wanted, encoding="utf-8")
    return interpreter


def pip(interpreter: Path, verb: str, packages: Sequence[str], *options: str) -> None:
    if packages:
        subprocess.run([interpreter, "-m", "pip", verb, "--quiet", *options, *packages], check=True)


def main() -> None:
    for name in REQUIREMENTS:
        print(f"{name}: {python(name)}")


if __name__ == "__main__":
    main()
