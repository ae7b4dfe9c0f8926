"""Texts that a simple regular expression matches."""

import re._constants as c  # type: ignore[import-not-found]  # has no types
import re._parser  # type: ignore[import-not-found]  # the same
from functools import lru_cache
from random import Random
from typing import Any

PRINTABLE = [chr(code) for code in range(32, 127)]
CLASSES = {
    c.CATEGORY_DIGIT: "0123456789",
    c.CATEGORY_WORD: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_",
    c.CATEGORY_SPACE: " ",
}
OPPOSITES = {
    c.CATEGORY_NOT_DIGIT: c.CATEGORY_DIGIT,
    c.CATEGORY_NOT_WORD: c.CATEGORY_WORD,
    c.CATEGORY_NOT_SPACE: c.CATEGORY_SPACE,
}


class TooHard(ValueError):  # noqa: N818 (what is asked is at fault, not the program)
    """A pattern or a schema that nothing can be made for here."""


def matching(pattern: str, rng: Random) -> str:
    r"""A text that has a match of the pattern, as JSON schema means it; long repeats are kept short.

    >>> matching(r"^[A-Z]{2}-\d{4}$", Random(0))
    'YN-4876'
    >>> matching(r"(?=x)y", Random(0))
    Traceback (most recent call last):
    tools.scripted.patterns.TooHard: the pattern '(?=x)y' has ASSERT, for which no text can be made here
    """
    return "".join(_piece(op, value, rng, pattern) for op, value in _parsed(pattern))


@lru_cache(256)
def _parsed(pattern: str) -> Any:
    try:
        return re._parser.parse(pattern)
    except re.error as error:
        raise TooHard(f"{pattern!r} is no pattern: {error}") from error


def _piece(op: Any, value: Any, rng: Random, pattern: str) -> str:
    if op is c.LITERAL:
        return chr(value)
    if op is c.NOT_LITERAL:
        return rng.choice([each for each in PRINTABLE if each != chr(value)])
    if op is c.ANY:
        return rng.choice("abcdefghijklmnopqrstuvwxyz")
    if op is c.IN:
        return rng.choice(_members(value))
    if op is c.AT:
        return ""
    if op in {c.MAX_REPEAT, c.MIN_REPEAT}:
        fewest, most, inner = value
        times = rng.randint(fewest, min(most, fewest + 8))
        return "".join(_all(inner, rng, pattern) for _ in range(times))
    if op is c.SUBPATTERN:
        return _all(value[-1], rng, pattern)
    if op is c.BRANCH:
        return _all(rng.choice(value[1]), rng, pattern)
    raise TooHard(f"the pattern {pattern!r} has {op}, for which no text can be made here")


def _all(inner: Any, rng: Random, pattern: str) -> str:
    return "".join(_piece(op, value, rng, pattern) for op, value in inner)


def _members(parts: Any) -> list[str]:
    """The characters of a set; of a negated one, the printable ones that are not in it."""
    negated = parts[0][0] is c.NEGATE
    found: list[str] = []
    for op, value in parts:
        if op is c.LITERAL:
            found.append(chr(value))
        elif op is c.RANGE:
            found += [chr(code) for code in range(value[0], min(value[1], value[0] + 255) + 1)]
        elif op is c.CATEGORY:
            found += CLASSES[value] if value in CLASSES else _others(OPPOSITES[value])
    return [each for each in PRINTABLE if each not in found] if negated else found


def _others(category: Any) -> list[str]:
    return [each for each in PRINTABLE if each not in CLASSES[category]]
