"""Is a quote in the page? What is kept is the page's own characters, so that every quote is verbatim."""

import re
import unicodedata
from array import array
from functools import lru_cache
from typing import NamedTuple

from parhelion.describing.fencing import ORIGINALS, hidden

SHORTEST, LONGEST = 20, 600  # characters of a quote: fewer say nothing, more are a page
TOO_SHORT = "quote too short"
TOO_LONG = "quote too long"
ELLIPSIS = "quote shortened by an ellipsis"
ABSENT = "quote not in the page"
_SAME = {
    **ORIGINALS,
    **dict.fromkeys("‘’‚‛′´", "'"),
    **dict.fromkeys("“”„‟«»″", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
}
_RUNS = re.compile(r"([!-~]+)|.", re.DOTALL)  # characters that are compared as they are, together; all others alone
_MARKS = " \t\n\"'“”„«»‘’"  # what models put around a quote


class Plain(NamedTuple):
    """Text as it is compared, and for each character the place in the text that it comes from.

    places has one more entry than text has characters: the end.
    """

    text: str
    places: "array[int]"


def placed(quote: str, page: str, near: int = 0) -> tuple[int, int] | None:
    """Where a page says a quote: page[start:end] is what to keep. None where it does not, or where it is no quote.

    Equal are runs of space, typographic and plain quotes and dashes, what NFKD makes equal, characters that nobody
    sees, the look-alikes of `fencing`, and the case of the first letter; nothing else. The first place from `near` on
    counts, else the first.

    >>> page = "PEP 8 says: “Limit all lines\\nto a maximum of 79 characters.”"
    >>> placed('limit all lines to a maximum of 79 characters', page)
    (13, 58)
    >>> page[13:58]
    'Limit all lines\\nto a maximum of 79 characters'
    >>> placed("Limit all lines to a maximum of 99 characters", page)
    """
    return None if _no_quote(quote) else _found(quote, page, near)


def fault(quote: str, page: str) -> str:
    """Why a quote is refused, or nothing.

    >>> fault("Limit ... 79 characters.", "Limit all lines to a maximum of 79 characters.")
    'quote shortened by an ellipsis'
    >>> fault("short", "a short page"), fault("Limit all lines to 80 characters", "Another page.")
    ('quote too short', 'quote not in the page')
    """
    if wrong := _no_quote(quote):
        return wrong
    if _found(quote, page, 0):
        return ""
    return ELLIPSIS if "…" in quote or "..." in quote else ABSENT


@lru_cache(maxsize=16)
def plain(text: str) -> Plain:
    """The text as it is compared."""
    made: list[str] = []
    places = array("I")
    space = False
    for run in _RUNS.finditer(text):
        piece = run[1] or _piece(run[0])
        if not piece or (space and piece == " "):
            continue
        space = piece == " "
        made.append(piece)
        start, end = run.span()
        places.extend(range(start, end) if end > start + 1 else [start] * len(piece))
    places.append(len(text))
    return Plain("".join(made), places)


@lru_cache(maxsize=4096)
def _piece(character: str) -> str:
    """What one character is compared as: none, one or several."""
    if character.isspace():
        return " "
    if hidden(character):
        return ""
    return "".join(_SAME.get(c, c) for c in unicodedata.normalize("NFKD", _SAME.get(character, character)))


def _no_quote(quote: str) -> str:
    length = len(plain(quote).text.strip())
    return TOO_SHORT if length < SHORTEST else TOO_LONG if length > LONGEST else ""


def _found(quote: str, page: str, near: int) -> tuple[int, int] | None:
    for words in dict.fromkeys([quote.strip(), quote.strip(_MARKS)]):
        for said in dict.fromkeys([words, words[:1].swapcase() + words[1:]]):
            if not _no_quote(said) and (place := _place(said, page, near)):
                return place
    return None


def _place(said: str, page: str, near: int) -> tuple[int, int] | None:
    start = page.find(said, near)
    if start >= 0:
        return start, start + len(said)
    whole, wanted = plain(page), plain(said).text.strip()
    start = whole.text.find(wanted)
    while start >= 0:
        # a match that begins or ends inside what one character became is none of the page's
        place = _whole(whole, start, start + len(wanted))
        if place and place[0] >= near:
            return place
        start = whole.text.find(wanted, start + 1)
    return _place(said, page, 0) if near else None


def _whole(page: Plain, start: int, end: int) -> tuple[int, int] | None:
    first, last = page.places[start], page.places[end - 1]
    if (start and page.places[start - 1] == first) or page.places[end] == last:
        return None
    return (first, last + 1) if last - first < 2 * LONGEST else None  # a quote is not stretched by space or hidden text
