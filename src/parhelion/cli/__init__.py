"""The command line: thin verbs over the Python API, with the same words."""

import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line (by default this process's own) and return its exit status.

    0 done; 1 a check was missed; 2 wrong use or bad input; 70 a fault of parhelion itself; 128 and a signal's number
    where that signal stopped it: 130 for Ctrl-C.

    >>> main(["sample", "adult.parhelion", "-o", "twin.csv", "-n", "0", "--json"])
    {"error": {"type": "UsageError", "message": "-n is '0'; expected a whole number of at least 1, such as 1000 ..."}}
    2
    """
    # Stopped while this still loads, it says what it says when stopped later.
    try:
        from parhelion.cli.program import run  # noqa: PLC0415

        return run(sys.argv[1:] if arguments is None else list(arguments))
    except KeyboardInterrupt:
        return 130
