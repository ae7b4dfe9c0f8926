"""Why a script cannot be played, all at once."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any


class ScriptError(ValueError):
    """A script that cannot be played; the message has all that is wrong with it."""


def wrong_when(when: Any) -> list[str]:
    """What is wrong with the conditions of a rule or a fault."""
    wrong = [
        f"{name}: {getattr(when, name)!r} is no regular expression: {problem}"
        for name in ("user", "system", "model", "schema", "path")
        if (problem := _wrong_pattern(getattr(when, name)))
    ]
    if not 0 <= when.share <= 1:
        wrong.append(f"share: {when.share} is not between 0 and 1")
    wrong += [f"{name}: {getattr(when, name)} is below 0" for name in ("every", "times") if getattr(when, name) < 0]
    for name in ("calls", "seconds"):
        span = getattr(when, name)
        if span is not None and (len(span) != 2 or span[0] > span[1]):
            wrong.append(f"{name}: {span} is not a first and a last")
    return wrong


def _wrong_pattern(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        return str(error)
    return ""


def wrong_parts(name: str, parts: Any, kind: type) -> list[str]:
    """What is wrong with a tuple of things of one kind."""
    if not isinstance(parts, tuple):
        return [f"{name}: a tuple of {kind.__name__}s, not {type(parts).__name__}"]
    return [
        f"{name}[{place}]: a {kind.__name__}, not {type(part).__name__}"
        for place, part in enumerate(parts)
        if not isinstance(part, kind)
    ]


def nearest(name: str, choices: Iterable[str]) -> str:
    """The end of a message: the choices that are spelled alike, or all."""
    near = get_close_matches(str(name), list(choices), n=3, cutoff=0.5)
    return f"; the nearest are {', '.join(map(repr, near))}" if near else f"; there are {', '.join(choices)}"


def refuse(wrong: list[str]) -> None:
    """Raises ScriptError where anything is wrong."""
    if wrong:
        raise ScriptError("\n".join(wrong))
