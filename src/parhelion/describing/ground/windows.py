"""The part of a long page that a question is about."""

from collections.abc import Iterable
from math import log
from typing import NamedTuple

from parhelion.describing.ground.beyond import words

SIZE = 6000  # characters that a model reads of a page at once
_WHOLE = SIZE * 4 // 3  # a page that is hardly longer is read whole
_STEP = 1500
_SLACK = 200  # characters that a window is moved by, to begin and end with a line or a word


class Window(NamedTuple):
    """page[start:end]."""

    start: int
    end: int


def window(page: str, query: str, at: tuple[int, int] | None = None) -> Window:
    """The part around the place that a search has found; where nobody knows it, the part with most words of the query.

    >>> page = "nothing here. " * 1000 + "The magic word is xyzzy. " + "nothing there. " * 1000
    >>> start, end = window(page, "What is the magic word?")
    >>> start < page.index("xyzzy") < end, end - start <= SIZE
    (True, True)
    >>> window("short", "anything")
    Window(start=0, end=5)
    """
    if len(page) <= _WHOLE:
        return Window(0, len(page))
    middle = sum(at) // 2 if at else _best(page, query) + SIZE // 2
    start = min(max(middle - SIZE // 2, 0), len(page) - SIZE)
    return Window(_snapped(page, start), _snapped(page, start + SIZE - _SLACK))


def _best(page: str, query: str) -> int:
    """Where the window begins that has most of the query; a word that is everywhere counts little."""
    starts = range(0, len(page) - _STEP, _STEP)
    parts = [set(words(page[start : start + _STEP])) for start in starts]
    asked = set(words(query))
    weights = {word: log(1 + len(parts) / count) for word in asked if (count := sum(word in part for part in parts))}
    scores = [
        sum(weights.get(word, 0.0) for word in _union(parts[i : i + SIZE // _STEP]) & asked) for i in range(len(parts))
    ]
    return starts[scores.index(max(scores))]


def _union(parts: Iterable[set[str]]) -> set[str]:
    return set().union(*parts)


def _snapped(page: str, place: int) -> int:
    """The next place where a line begins, or a word."""
    if place <= 0 or place >= len(page):
        return max(0, min(place, len(page)))
    for sign in ("\n", " "):
        found = page.find(sign, place, place + _SLACK)
        if found >= 0:
            return found + 1
    return place
