"""Examples in a prompt, and the guard against answers that copy them."""

import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from parhelion.describing.contract import Place
from parhelion.describing.ground.quotes import Plain, plain
from parhelion.describing.plan.model import Example

COPIES = "copies an example"
SPAN = 50  # characters that no answer may have in common with an example


class Copied(NamedTuple):
    """answer[start:end] stands in an example."""

    text: str
    start: int
    end: int


def shown(
    name: str, given: Sequence[Example], place: Place, approved: Sequence[Example] = (), *, most: int, seed: int
) -> list[Example]:
    """The examples for one prompt, out of the given and the approved ones: another choice for each place.

    >>> pool = [Example(answer=letter) for letter in "abcdef"]
    >>> [e.answer for e in shown("text", pool, Place(0, 0), most=2, seed=1)]
    ['b', 'd']
    >>> [e.answer for e in shown("text", pool, Place(1, 0), most=2, seed=1)]
    ['b', 'c']
    >>> [e.answer for e in shown("text", pool[:2], Place(0, 0), most=3, seed=1)]
    ['a', 'b']
    """
    pool = [*given, *approved]
    drawn = random.Random(f"{seed}:{name}:{place.slot}:{place.attempt}").sample(range(len(pool)), min(most, len(pool)))
    return [pool[which] for which in sorted(drawn)]


def copied(answer: Any, examples: Iterable[Any], allowed: Iterable[str] = ()) -> Copied | None:
    """The longest piece of an answer that an example has too, of 50 characters or more.

    answer, examples: text, or JSON values whose texts count. allowed: texts that may be used word by word, such as the
    fact's quote and the prompt. Space, case of letters and kinds of quotation marks make no difference. Linear in all.

    >>> example = "The limit was chosen because old terminals had eighty columns, and no more."
    >>> copied("Why? the limit was chosen because old  terminals had eighty columns. That is why.", [example])
    Copied(text='the limit was chosen because old  terminals had eighty columns', start=5, end=67)
    >>> copied("The limit was chosen for good reasons.", [example])
    >>> copied("The limit was chosen because old terminals had eighty columns.", [example], allowed=[example])
    """
    known = [_windows(text) for example in examples for text in texts(example)]
    found: list[Copied] = []
    for text in texts(answer):
        common = frozenset[str]().union(*(_windows(text) & windows for windows in known))
        for may in allowed if common else ():
            common -= _windows(may)
        found += _pieces(text, common)
    return max(found, key=lambda piece: len(piece.text), default=None)


def texts(value: Any) -> Iterator[str]:
    """All texts in a JSON value, keys left out.

    >>> [*texts({"a": ["b", {"c": "d"}], "e": 1})]
    ['b', 'd']
    """
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts(inner)


def as_text(value: Any) -> str:
    """A value as a model writes it: text as it is, all else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _folded(text: str) -> Plain:
    """As quotes are compared, and without case; a letter stays one letter, so that places hold."""
    whole = plain(text)
    return Plain("".join(low if len(low := c.lower()) == 1 else c for c in whole.text), whole.places)


@lru_cache(maxsize=256)
def _windows(text: str) -> frozenset[str]:
    """All its pieces of a length that counts."""
    folded = _folded(text).text
    return frozenset(folded[start : start + SPAN] for start in range(len(folded) - SPAN + 1))


def _pieces(text: str, common: frozenset[str]) -> Iterator[Copied]:
    """Runs of windows that are common."""
    if not common:
        return
    whole = _folded(text)
    start = -1
    for place in range(len(whole.text) - SPAN + 2):
        if whole.text[place : place + SPAN] in common:
            start = place if start < 0 else start
        elif start >= 0:
            first, last = whole.places[start], whole.places[place + SPAN - 2]
            yield Copied(text[first : last + 1], first, last + 1)
            start = -1
