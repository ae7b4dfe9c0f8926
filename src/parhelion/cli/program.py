"""The program: verbs by name, one line of arguments in, an exit status out."""

import os
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress

from cyclopts import App, Group

from parhelion.cli import describe_verb, forget_verb, network_verbs, verbs
from parhelion.cli.faults import Fault, fault_of
from parhelion.cli.flags import ALWAYS
from parhelion.cli.help import HelpPage
from parhelion.cli.layout import unpadded
from parhelion.cli.voice import Outcome, print_json, printed, stderr, stdout

_ABOUT = """Synthetic data people can trust: learn a real table, make one that behaves the same and belongs to nobody.

For example:
  parhelion twin people.csv -o twin --target income"""
_VERBS: dict[Callable[..., Outcome], str] = {
    verbs.twin: "SOURCE [-o DIR] [OPTIONS]",
    verbs.evaluate: "REAL SYNTHETIC [--holdout FILE] [-o REPORT] [OPTIONS]",
    verbs.thresholds: "[-o FILE] [OPTIONS]",
    verbs.schema: "SOURCE [-o FILE] [OPTIONS]",
    verbs.fit: "SOURCE -o MODEL [OPTIONS]",
    verbs.sample: "MODEL -o OUT [-n N] [OPTIONS]",
    verbs.show: "MODEL [OPTIONS]",
    forget_verb.forget: forget_verb.USAGE,
    describe_verb.describe: describe_verb.USAGE,
}
_GROUPS = {
    "network": "Let other machines share the work of describe.",
    "node": "Share a model server of this machine with a network.",
}
MISSED = 1  # a check
PIPE_CLOSED = 141  # 128 + SIGPIPE, as for every program whose reader has gone


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit status; nothing but KeyboardInterrupt ever leaves."""
    as_json = "--json" in arguments
    try:
        outcome = _done(arguments)
        _show(outcome, as_json=as_json)
    except BrokenPipeError:
        _forget_stdout()
        return PIPE_CLOSED
    except Exception as error:  # noqa: BLE001 (the boundary: nothing must reach a person as a traceback)
        if os.environ.get("PARHELION_DEBUG"):
            traceback.print_exc()
        return _tell(fault_of(error), as_json=as_json)
    else:
        return MISSED if outcome is not None and outcome.missed else 0


def _done(arguments: list[str]) -> Outcome | None:
    verb, bound, _ = program().parse_args(arguments, print_error=False, exit_on_error=False, verbose=False)
    result = verb(*bound.args, **bound.kwargs)
    return result if isinstance(result, Outcome) else None


def program() -> App:
    """The verbs, and what is the same for all."""
    app = App(
        name="parhelion",
        help=_ABOUT,
        usage="parhelion VERB ...",
        version=_version,
        help_format="plaintext",
        version_format="plaintext",
        help_formatter=HelpPage(),
        group_commands=Group("Verbs", sort_key=0),
    )
    for place, (verb, usage) in enumerate(_VERBS.items()):
        app.command(verb, name=verb.__name__, usage=f"parhelion {verb.__name__} {usage}", sort_key=place)
    for name, about in _GROUPS.items():
        app.command(_group(name, about))
    for flag, told in (("--help", "Say this, or how a verb is used."), ("--version", "Say which version this is.")):
        app[flag].group, app[flag].help = (ALWAYS,), told
    return app


def _group(name: str, about: str) -> App:
    """Verbs under a common name."""
    verbs_there = Group("Verbs", sort_key=0)
    usage = f"parhelion {name} VERB ..."
    group = App(name=name, help=about, usage=usage, group_commands=verbs_there, sort_key=len(_VERBS))
    for place, (verb, usage) in enumerate(network_verbs.VERBS[name].items()):
        group.command(verb, name=verb.__name__, usage=f"parhelion {name} {verb.__name__} {usage}", sort_key=place)
    group["--help"].group, group["--help"].help = (ALWAYS,), "Say this, or how a verb is used."
    return group


def _version() -> str:
    from importlib.metadata import version  # noqa: PLC0415 (costs, and only --version needs it)

    return f"parhelion {version('parhelion')}"


def _show(outcome: Outcome | None, *, as_json: bool) -> None:
    if outcome is not None:
        shown = None if as_json else outcome.shown
        if as_json:
            print_json(outcome.facts)
        elif isinstance(shown, str):
            print(shown)
        elif shown is not None:
            console = stdout()
            unpadded(console, shown(console))
    sys.stdout.flush()


def _tell(fault: Fault, *, as_json: bool) -> int:
    with suppress(BrokenPipeError):
        if as_json:
            print_json(fault.facts)
            sys.stdout.flush()
        else:
            printed(stderr(), f"parhelion: {fault.message}", style="red")
    return fault.status


def _forget_stdout() -> None:
    """Whatever is still to be written goes nowhere: the interpreter would complain of it at its end."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
