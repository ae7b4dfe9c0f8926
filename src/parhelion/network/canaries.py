"""Requests with a known good answer, which are put to a node among its tasks; and texts that were given before."""

import random
from collections import OrderedDict
from hashlib import blake2b
from typing import Any, NamedTuple

from parhelion.llm.contract import Request
from parhelion.network.likeness import parts

LONG = 40  # characters from which on a text is hardly ever given twice
TEXTS = 50_000  # remembered


class Canary(NamedTuple):
    """A request, and an answer to it that is known to be good. by: who answered it; they are not asked again."""

    model: str
    request: Request
    value: Any
    by: frozenset[str]
    field: str


class Canaries:
    """A sample of what is known, of bounded size, in which everything that was ever added is equally likely to be.

    (Reservoir sampling, Vitter 1985, algorithm R, for each model.)
    """

    def __init__(self, seed: int, size: int = 64) -> None:
        self._size, self._random = size, random.Random(seed)
        self._kept: dict[str, list[Canary]] = {}
        self._added: dict[str, int] = {}
        self._shown: set[tuple[str, int]] = set()

    def add(self, canary: Canary) -> None:
        """One more that is known."""
        kept = self._kept.setdefault(canary.model, [])
        self._added[canary.model] = number = self._added.get(canary.model, 0) + 1
        if len(kept) < self._size:
            kept.append(canary)
        elif (place := self._random.randrange(number)) < self._size:
            kept[place] = canary

    def draw(self, model: str, node: str) -> Canary | None:
        """One that a node has neither answered nor been asked; None where there is none."""
        fresh = [
            each for each in self._kept.get(model, ())
            if node not in each.by and (node, mark_of(each.request)) not in self._shown
        ]  # fmt: skip
        if not fresh:
            return None
        chosen = self._random.choice(fresh)
        self._shown.add((node, mark_of(chosen.request)))
        return chosen

    def forget(self, node: str) -> None:
        """What somebody has vouched for is known no more."""
        for model, kept in self._kept.items():
            self._kept[model] = [each for each in kept if node not in each.by]


class Repeats:
    """Which long texts were given before, to other requests.

    A text that two answers were rightly made of is a commonplace, and speaks against nobody from then on.
    """

    def __init__(self, size: int = TEXTS) -> None:
        self._size = size
        self._given: OrderedDict[bytes, int | None] = OrderedDict()

    def again(self, request: Request, value: Any) -> bool:
        """Whether an answer has such a text. The texts of the others are remembered."""
        mark, found = mark_of(request), False
        for text in _texts(value):
            before = self._given.setdefault(text, mark)
            found |= before is not None and before != mark
            self._given.move_to_end(text)
        while len(self._given) > self._size:
            self._given.popitem(last=False)
        return found

    def allow(self, value: Any) -> None:
        """The texts of an answer are commonplaces, if others gave them before."""
        for text in _texts(value):
            self._given[text] = None


def _texts(value: Any) -> list[bytes]:
    return [_hash(text) for text in parts(value).open if len(text) >= LONG]


def _hash(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def mark_of(request: Request) -> int:
    """What tells requests apart: what is asked. The seed is not part of it."""
    asked = "\0".join(f"{role}\0{content}" for role, content in request.messages)
    return int.from_bytes(_hash(asked)[:8], "big")
