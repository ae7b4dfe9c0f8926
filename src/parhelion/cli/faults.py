"""What went wrong, as a type, a message and an exit status."""

import os
from dataclasses import dataclass
from typing import Any

from cyclopts import (
    CycloptsError,
    MissingArgumentError,
    UnknownCommandError,
    UnknownOptionError,
    UnusedCliTokensError,
)

from parhelion.cli.words import UsageError
from parhelion.errors import ParhelionError, nearest

WRONG, SOFTWARE = 2, 70  # sysexits.h has the second: an internal fault


@dataclass(frozen=True)
class Fault:
    """Why a verb was not done."""

    type: str
    message: str
    status: int

    @property
    def facts(self) -> dict[str, Any]:
        """The same for `--json`."""
        return {"error": {"type": self.type, "message": self.message}}


def fault_of(error: Exception) -> Fault:
    """The fault that an exception stands for; one that was not raised on purpose is ours."""
    cause = error.__cause__ if isinstance(error, CycloptsError) else error
    if isinstance(cause, ParhelionError):
        return Fault(type(cause).__name__, str(cause), WRONG)
    if isinstance(error, CycloptsError):
        return Fault(UsageError.__name__, _wrong_use(error), WRONG)
    if isinstance(error, UnicodeEncodeError):
        return Fault(UsageError.__name__, _unwritable(error), WRONG)
    if isinstance(error, MemoryError):
        return Fault("MemoryError", "there is not enough memory; learn from fewer rows: --rows, --memory", SOFTWARE)
    return Fault(type(error).__name__, _unexpected(error), SOFTWARE)


def _wrong_use(error: CycloptsError) -> str:
    """What is wrong with the command line, and where to read how it is meant."""
    words = " ".join(("parhelion", *(error.command_chain or ())))
    return f"{_what(error)}; see {words} --help"


def _what(error: CycloptsError) -> str:
    match error:
        case UnknownCommandError(unused_tokens=[first, *_], app=app):
            if first.startswith("-"):
                return f"{first} stands where a verb is expected; flags come after it"
            return f"there is no verb {first!r}{nearest(first, [verb for verb in app or () if verb[0] != '-'])}"
        case UnknownOptionError(token=token, argument_collection=known):
            word = token.keyword or token.value
            flags = [name for each in known for name in each.names if name[0] == "-"]
            return f"there is no flag {word!r}{nearest(word, flags)}"
        case UnusedCliTokensError(unused_tokens=[first, *_]):
            return f"{first!r} is one argument too many"
        case MissingArgumentError(argument=argument) if argument is not None:
            return f"{error.keyword} has no value" if error.keyword else f"{_name(argument)} is missing"
        case _:
            return str(error).strip().rstrip(".")


def _name(argument: Any) -> str:
    """The shortest name of a flag, or what help calls the argument."""
    return min(argument.names, key=len) if argument.names[0].startswith("-") else str(argument.name)


def _unwritable(error: UnicodeEncodeError) -> str:
    sign = error.object[error.start]
    return f"stdout is in the encoding {error.encoding}, which has no {sign!r}; write to a file with -o"


def _unexpected(error: Exception) -> str:
    what = " ".join(f"{type(error).__name__}: {error}".split())
    more = "" if os.environ.get("PARHELION_DEBUG") else "; PARHELION_DEBUG=1 shows where"
    return f"this should not have happened ({what}); please report it with the command line{more}"
