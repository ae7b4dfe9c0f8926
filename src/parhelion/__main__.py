"""`python -m parhelion`: the command line."""

import sys

from parhelion.cli import main

if __name__ == "__main__":
    sys.exit(main())
