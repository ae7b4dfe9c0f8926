"""`python path/to/scripted --help`: the folder is a program, wherever it lies."""

import sys
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).resolve().parent

if __name__ == "__main__":
    if not __package__:  # started as a folder, which is then first on the path, where it would hide other modules
        sys.path[0] = str(HERE.parent)
    sys.exit(import_module(f"{__package__ or HERE.name}.program").main())
