"""Regular expressions whose work is known before they run: no pattern can keep a program busy."""

import re
import warnings
from functools import lru_cache
from math import prod
from re import _constants as codes  # type: ignore[attr-defined]  # the parser of `re` is public in all but name
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

MOST_STEPS = 100_000_000
LONGEST = 300
_NESTED = "the pattern repeats what itself repeats or has alternatives, which can take for ever; write it flat"

_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)
_SEVERAL = (*_REPEATS, codes.BRANCH, codes.GROUPREF, codes.GROUPREF_EXISTS)


def matches(text: str, pattern: str) -> bool:
    """Does the pattern match the whole of the text? A dot matches line ends too.

    Raises ValueError where it is no pattern, or might take too long: matching goes back over every way in which its
    repeats can share the text, which are at most the product of the lengths that each can take.

    >>> matches("PEP 440", r"PEP \\d+"), matches("see PEP 440", r"PEP \\d+")
    (True, False)
    >>> matches("aaaa", "(a+)+b")
    Traceback (most recent call last):
    ValueError: the pattern repeats what itself repeats or has alternatives, which can take for ever; write it flat
    """
    pattern_, ways = _compiled(pattern)
    if prod(min(way, len(text) + 1) for way in ways) > MOST_STEPS:
        raise ValueError("the pattern has too many repeats for a text of this length; use fewer of them")
    return pattern_.fullmatch(text) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> tuple[re.Pattern[str], tuple[int, ...]]:
    if len(pattern) > LONGEST:
        raise ValueError(f"the pattern is longer than {LONGEST} characters; write a shorter one")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # of what a later Python may read otherwise
            return re.compile(pattern, re.DOTALL), tuple(_ways(parser.parse(pattern, re.DOTALL)))
    except (re.error, RecursionError, OverflowError) as fault:
        raise ValueError(f"the pattern is no regular expression ({fault})") from None


def _ways(parsed: Any) -> list[int]:
    """How many lengths each repeat can have."""
    found: list[int] = []
    for code, argument in parsed:
        if code in (codes.GROUPREF, codes.GROUPREF_EXISTS):
            raise ValueError("the pattern refers back to a group, which can take for ever; write it without")
        if code in _REPEATS:
            least, most, body = argument
            if most > 1 and any(inner in _SEVERAL for inner in _codes(body)):
                raise ValueError(_NESTED)
            found += [int(most) - int(least) + 1] if most != least else []
            found += _ways(body)
        elif code is codes.BRANCH:
            found += [len(argument[1]), *(way for each in argument[1] for way in _ways(each))]
        else:
            found += [way for body in _bodies(argument) for way in _ways(body)]
    return found


def _codes(parsed: Any) -> list[Any]:
    """All that a part of a pattern is made of, however deep."""
    return [code for code, argument in parsed for code in (code, *(c for b in _bodies(argument) for c in _codes(b)))]


def _bodies(argument: Any) -> list[Any]:
    """The parts of a pattern inside an element of it."""
    if isinstance(argument, parser.SubPattern):
        return [argument]
    if isinstance(argument, list | tuple):
        return [body for each in argument for body in _bodies(each)]
    return []
