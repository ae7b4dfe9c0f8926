"""A document in passages: short enough to point at a place, long enough to be understood alone."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

LEAST, MOST = 900, 1800
# Markdown's headings, and reStructuredText's: a line that is underlined.
_HEADING = re.compile(r"^(?:#{1,6} |\S[^\n]{0,200}\n([=\-~^\"'`#*+.:_])\1{2,}[ \t]*$)", re.MULTILINE)
_SENTENCE = re.compile(r"[.!?;](?=\s)\s+|[。！？]")


class Span(NamedTuple):
    """A part of a text: text[start:end]."""

    start: int
    end: int


def passages(text: str) -> Iterator[Span]:
    """The passages of a text, which together are all of it: each begins where the one before ends.

    Cut before a heading where there is one, or between paragraphs, lines, sentences, words, in this order.

    >>> text = "A word. " * 400
    >>> spans = list(passages(text))
    >>> len(spans), spans[0], "".join(text[a:b] for a, b in spans) == text
    (2, Span(start=0, end=1800), True)
    """
    headings = [found.start() for found in _HEADING.finditer(text)]
    start = 0
    while len(text) - start > MOST:
        end = _cut(text, start, headings)
        yield Span(start, end)
        start = end
    if start < len(text):
        yield Span(start, len(text))


def _cut(text: str, start: int, headings: list[int]) -> int:
    low, high = start + LEAST, start + MOST
    heading = bisect_left(headings, low)
    if heading < len(headings) and headings[heading] <= high:
        return headings[heading]
    for sign in ("\n\n", "\n"):
        if (found := text.rfind(sign, low, high)) >= 0:
            return found + len(sign)
    ends = [found.end() for found in _SENTENCE.finditer(text, low, high)]
    space = text.rfind(" ", low, high) + 1
    return ends[-1] if ends else space or high


def title_of(text: str) -> str:
    """What a text calls itself: its first heading, if it begins with one, or its first line.

    >>> title_of("=====\\nNames\\n=====\\n\\nOf all things."), title_of("# Names")
    ('Names', 'Names')
    """
    for line in text[:4000].splitlines():
        title = line.strip().strip("#").strip()
        if any(sign.isalnum() for sign in title):
            return title
    return ""
