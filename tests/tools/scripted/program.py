"""The command line of the server."""

import argparse
import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .kinds import KINDS, REFUSALS
from .plain import read_script, script_fields
from .problems import ScriptError
from .script import Fault, Latency, Limit, Script
from .server import Server

ABOUT = """A server that speaks like OpenAI and Anthropic and does what its script says: answers, delays, limits, fails
and lies. It listens on this machine alone, unless --host says otherwise."""
EXAMPLES = """examples:
  python scripted --port 9000                               answer everything at once
  python scripted --latency 0.5 --rate 20 --burst 5         half a second each, 20 a second
  python scripted --fault 500:0.1 --fault fenced:0.2        a tenth fails, a fifth comes within a fence
  python scripted --script script.json                      all that a script can say; see README.md
  curl localhost:9000/_scripted/stats                       what has happened

faults:
"""


def parser() -> argparse.ArgumentParser:
    """The options."""
    width = max(map(len, KINDS)) + 2
    faults = "\n".join(f"  {kind:{width}}{what}" for kind, what in KINDS.items())
    made = argparse.ArgumentParser(
        prog="scripted", description=ABOUT, epilog=EXAMPLES + faults,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    add = made.add_argument
    add("--host", default="127.0.0.1", help="the address to listen at (127.0.0.1)")
    add("--port", type=int, default=0, help="the port; a free one, if not given")
    add("--script", metavar="FILE", help="a script as JSON, - for standard input; the options below change it")
    add("--seed", type=int, help="another seed, other answers and other faults")
    add("--model", action="append", metavar="NAME", help="a model that is there, * for any; may be repeated")
    add("--key", action="append", help="a key that may call; may be repeated; everybody, if not given")
    add("--context", type=int, metavar="TOKENS", help="tokens that fit, read and written (131072)")
    add("--latency", type=float, metavar="S", help="seconds before each answer")
    add("--upto", type=float, metavar="S", help="latency is uniform from --latency to this")
    add("--per-token", type=float, metavar="S", help="seconds more for each token written")
    add("--rate", type=float, metavar="N", help="requests a second; beyond, 429")
    add("--burst", type=float, default=1, metavar="N", help="requests that may come together, with --rate (1)")
    add("--at-once", type=int, metavar="N", help="requests in flight; beyond, 429")
    add("--fault", action="append", metavar="KIND[:SHARE]", help="something that goes wrong, with all or a share")
    add("--refuse", action="append", choices=sorted(REFUSALS), metavar="WHAT",
        help=f"answer with 400 where this is asked: {', '.join(REFUSALS)}")  # fmt: skip
    add("--attached", action="store_true", help=argparse.SUPPRESS)
    return made


def script_of(options: argparse.Namespace) -> Script:
    """The script that the options say. Raises ScriptError."""
    fields: dict[str, Any] = script_fields(_read(options.script)) if options.script else {}
    for option, field in (("model", "models"), ("key", "keys"), ("refuse", "refuses")):
        if given := getattr(options, option):
            fields[field] = tuple(given)
    for name in ("seed", "context"):
        if getattr(options, name) is not None:
            fields[name] = getattr(options, name)
    if (options.latency, options.upto, options.per_token) != (None, None, None):
        fields["latency"] = Latency(options.latency or 0.0, upto=options.upto, per_token=options.per_token or 0.0)
    limits = [Limit(options.rate, burst=options.burst)] if options.rate is not None else []
    limits += [Limit(options.at_once, kind="at_once")] if options.at_once is not None else []
    fields["limits"] = (*fields.get("limits", ()), *limits)
    fields["faults"] = (*fields.get("faults", ()), *map(_fault, options.fault or ()))
    return Script(**fields)


def _read(source: str) -> Any:
    try:
        text = sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8")
        return json.loads(text)
    except OSError as error:
        raise ScriptError(f"{source}: {error.strerror}") from error
    except ValueError as error:
        raise ScriptError(f"{source}: no JSON: {error}") from error


def _fault(text: str) -> Fault:
    kind, _, share = text.partition(":")
    try:
        number = float(share or 1)
    except ValueError:
        raise ScriptError(f"--fault {text}: {share!r} is no share") from None
    return Fault(kind, share=number)


async def serve(script: Script, host: str, port: int, *, attached: bool) -> dict[str, Any]:
    """Serve until a signal comes; attached, until standard input ends. Returns the sums."""
    server, ended, loop = Server(script, host, port), asyncio.Event(), asyncio.get_running_loop()
    await server.start()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, ended.set)
    if attached:
        loop.add_reader(0, _read_on, ended)
        sys.stdout.write(json.dumps({"url": server.url}) + "\n")
    else:
        sys.stdout.write(f"{server.url}  (Ctrl-C ends it and prints what happened)\n")
    sys.stdout.flush()
    await ended.wait()
    await server.stop()
    return server.app.stats()


def _read_on(ended: asyncio.Event) -> None:
    """Read what standard input has; nothing comes where whoever started the process is gone."""
    if not os.read(0, 4096):
        ended.set()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the server. Returns 0, or 2 where the script or the port is wrong."""
    options = parser().parse_args(arguments)
    try:
        script = read_script(json.loads(_first_line())) if options.attached else script_of(options)
        stats = asyncio.run(serve(script, options.host, options.port, attached=options.attached))
    except ScriptError as error:
        sys.stderr.write(f"scripted: {error}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"scripted: {options.host}:{options.port}: {error.strerror}\n")
        return 2
    if not options.attached:
        sys.stdout.write(json.dumps(stats, indent=2) + "\n")
    return 0


def _first_line() -> str:
    """The script that whoever started the process sends, read unbuffered, so that what follows is left to the loop."""
    line = b""
    while not line.endswith(b"\n") and (byte := os.read(0, 1)):
        line += byte
    return line.decode()
