"""The command line: thin verbs over the Python API, with the same words."""

import json
import signal
import sys
from collections.abc import Sequence

from parhelion.cli.signals import stoppable

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line (by default this process's own) and return its exit status.

    0 done; 1 a check was missed; 2 wrong use or bad input; 70 a fault of parhelion itself; 128 and a signal's number
    where that signal stopped it: 130 for Ctrl-C.

    >>> main(["sample", "adult.parhelion", "-o", "twin.csv", "-n", "0", "--json"])
    {"error": {"type": "UsageError", "message": "-n is '0'; expected a whole number of at least 1, such as 1000 ..."}}
    2
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    with stoppable(last=arguments is None):
        # Stopped while it still loads, the program says what it says when stopped later.
        try:
            from parhelion.cli.program import run  # noqa: PLC0415

            return run(words)
        except KeyboardInterrupt as stop:
            return _stopped(stop, as_json="--json" in words)


def _stopped(stop: KeyboardInterrupt, *, as_json: bool) -> int:
    message = "interrupted; nothing half-written was left"
    if as_json:
        print(json.dumps({"error": {"type": "Interrupted", "message": message}}), flush=True)
    else:
        print(f"parhelion: {message}", file=sys.stderr)
    return 128 + (stop.args[0] if stop.args else signal.SIGINT)
