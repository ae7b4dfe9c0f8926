"""Whether two answers are to the same request, and whether one is to the request it is said to be to.

Two honest answers to one request are worded differently, yet share more with each other than with the answers to other
requests of the same field. So the likeness of a pair is ranked among the likenesses of each of the two to answers that
others gave to other requests: a rank test, which needs no threshold in likeness itself and so no knowledge of the
field. Likeness is the cosine of runs of four characters, weighted by how rare a run is in the field (TF-IDF, Salton and
Buckley 1988), so that inflected words and scripts without spaces compare too, and what all answers share says nothing.

What it cannot see: an answer that is about the right thing and wrong; one made of the request's own words; an answer
to another request about the same thing. It knows when it cannot see: where answers of a field share no more with their
own requests than with others' (stories about nothing in particular), texts are not judged.
"""

import math
import re
import unicodedata
from collections import deque
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from parhelion.llm.contract import Request

RUN = 4  # characters
BUCKETS = 1 << 15
REMEMBERED = 96  # answers of a field
RELATIONS = 256  # good answers whose nearness to their requests is remembered
ENOUGH = 16  # of them, before anything is judged
LEAVES = 64  # parts of an answer that are looked at
SHORT = 24  # characters up to which a text is compared as a whole: a name, a label
LONGEST = 6_000  # characters of a text that are looked at, half of them from its end
GRIP = 0.75  # how often an answer must be nearer to its own request than to another, for texts to be judged
SAME, OTHER = 3.0, -4.0  # nats: what a text that agrees, or does not, says for the same request
ALIKE = 0.85  # how often two honest answers agree in a closed part
_CLOSED = 1.0  # nats: the most that the closed parts of an answer that has texts can say
_WORDS = re.compile(r"\w+")
Runs = NDArray[np.int64]


class Parts(NamedTuple):
    """An answer taken apart. open: its texts. closed: numbers, yes and no, names and labels, by their places."""

    open: tuple[str, ...]
    closed: Mapping[str, Any]


def parts(value: Any) -> Parts:
    """The leaves of a value.

    >>> parts({"mark": 4, "why": "It says what the source says, and nothing else.", "tags": ["Pip"]})
    Parts(open=('it says what the source says and nothing else',), closed={'mark': 4, 'tags.0': 'pip'})
    """
    leaves = list(_leaves(value))
    texts = tuple(leaf for _, leaf in leaves if isinstance(leaf, str) and len(leaf) > SHORT)
    return Parts(texts, {place: leaf for place, leaf in leaves if not (isinstance(leaf, str) and len(leaf) > SHORT)})


def _leaves(value: Any) -> Iterator[tuple[str, Any]]:
    """In order; no more than LEAVES of them, and no deeper than any honest answer, whatever there is."""
    stack, looked, found = [("", value)], 0, 0
    while stack and found < LEAVES and looked < LEAVES * LEAVES:
        place, each = stack.pop()
        looked += 1
        named = each.items() if isinstance(each, Mapping) else enumerate(each) if isinstance(each, list) else None
        if named is None:
            found += 1
            yield place, plain(each) if isinstance(each, str) else each
        else:
            inner = [(f"{place}.{name}" if place else str(name), below) for name, below in islice(named, LEAVES)]
            stack.extend(reversed(inner))


def plain(text: str) -> str:
    """Words alone, in lower case, from the beginning and the end of what is very long."""
    if len(text) > LONGEST:
        text = f"{text[: LONGEST // 2]} {text[-LONGEST // 2 :]}"
    return " ".join(_WORDS.findall(unicodedata.normalize("NFKC", text).casefold()))


def runs(texts: tuple[str, ...]) -> Runs:
    """The buckets of all runs of four characters, each once, in order."""
    codes = np.frombuffer(" ".join(("", *texts, "")).encode("utf-32-le", "surrogatepass"), np.uint32)
    count = max(len(codes) - RUN + 1, 0)
    hashed = np.zeros(count, np.uint32)
    for offset in range(RUN):
        hashed = (hashed ^ codes[offset : offset + count]) * np.uint32(0x9E3779B1)
        hashed ^= hashed >> np.uint32(15)
    return np.unique(hashed % np.uint32(BUCKETS)).astype(np.int64)


class Weights:
    """How much each run says among the last texts of one sort: the rarer, the more."""

    def __init__(self) -> None:
        self._texts, self._frequency = 0, np.zeros(BUCKETS, np.int32)

    def add(self, text: Runs) -> None:
        """A text that counts from now on."""
        self._texts += 1
        self._frequency[text] += 1

    def drop(self, text: Runs) -> None:
        """One that counts no more."""
        self._texts -= 1
        self._frequency[text] -= 1

    def of(self, text: Runs) -> NDArray[np.float64]:
        """The squared weight of each run."""
        rarity: NDArray[np.float64] = np.log((self._texts + 2.0) / (self._frequency[text] + 1.0))
        return rarity * rarity

    def likeness(self, first: Runs, second: Runs) -> float:
        """Cosine, from 0 to 1."""
        return self.likenesses(first, [second])[0]

    def likenesses(self, one: Runs, others: list[Runs]) -> list[float]:
        """Of one text to each of some."""
        inside = np.zeros(BUCKETS, bool)
        inside[one] = True
        own = float(self.of(one).sum())
        found = []
        for other in others:
            weights = self.of(other)
            both = math.sqrt(own * float(weights.sum()))
            found.append(float(weights[inside[other]].sum()) / both if both else 0.0)
        return found


class _Seen(NamedTuple):
    by: str
    request: Runs
    answer: Runs
    closed: Mapping[str, Any]
    gripping: bool | None


class Likeness:
    """What the last answers of one field are like, and what follows for others."""

    def __init__(self) -> None:
        self._seen: deque[_Seen] = deque()
        self._requests, self._answers = Weights(), Weights()
        self._relations: deque[float] = deque(maxlen=RELATIONS)

    def add(self, request: Request, value: Any, by: str, *, known: bool) -> None:
        """An answer that was given. known: to be good."""
        taken = parts(value)
        asked, text = runs(_asked(request)), runs(taken.open)
        if known and taken.open:
            self._relations.append(self._requests.likeness(text, asked))
        self._seen.append(_Seen(by, asked, text, taken.closed, self._grips(asked, text) if taken.open else None))
        self._requests.add(asked)
        self._answers.add(text)
        if len(self._seen) > REMEMBERED:
            self._forget(self._seen.popleft())

    def forget(self, by: str) -> None:
        """Compare with nothing that somebody has answered any more."""
        for each in [each for each in self._seen if each.by == by]:
            self._seen.remove(each)
            self._forget(each)

    def _forget(self, each: _Seen) -> None:
        self._requests.drop(each.request)
        self._answers.drop(each.answer)

    def _grips(self, asked: Runs, text: Runs) -> bool | None:
        """Whether an answer is nearer to its request than to another one; None where there is no other yet."""
        others = [
            each.request for each in self._seen if len(each.request) != len(asked) or (each.request != asked).any()
        ]
        if not others:
            return None
        other = others[len(others) // 2]
        return self._requests.likeness(text, asked) > self._requests.likeness(text, other)

    @property
    def ready(self) -> bool:
        """Whether enough is known for anything to be judged."""
        return len(self._seen) >= ENOUGH

    @property
    def grip(self) -> float:
        """How often an answer is nearer to its own request than to another one."""
        known = [each.gripping for each in self._seen if each.gripping is not None]
        return sum(known) / len(known) if known else 0.0

    def judges(self, value: Any) -> bool:
        """Whether anything can be said of such a value."""
        taken = parts(value)
        return self.ready and (bool(taken.closed) or (bool(taken.open) and self.grip >= GRIP))

    def strange(self, request: Request, value: Any) -> bool:
        """Whether an answer has less to do with its request than any of those that are known to be good."""
        taken = parts(value)
        if not taken.open or len(self._relations) < 2 * ENOUGH or self.grip < GRIP:
            return False
        return self._requests.likeness(runs(taken.open), runs(_asked(request))) < min(self._relations)

    def evidence(self, request: Request, first: Any, second: Any) -> float:
        """Nats for two answers being to the same request, below 0 against it; 0 where nothing can be said."""
        one, two = parts(first), parts(second)
        closed = sum(self._closed(place, one.closed, two.closed) for place in one.closed.keys() | two.closed.keys())
        if not one.open and not two.open:
            return closed if self.ready else 0.0
        if not self.ready or self.grip < GRIP:
            return max(-_CLOSED, min(_CLOSED, closed)) if self.ready else 0.0
        text = SAME if self._same(request, runs(one.open), runs(two.open)) else OTHER
        return text + max(-_CLOSED, min(_CLOSED, closed))

    def _same(self, request: Request, first: Runs, second: Runs) -> bool:
        """The rank test: is the pair more alike than either is to answers to other requests?"""
        others = self._far(runs(_asked(request)))
        pair = self._answers.likeness(first, second)
        return pair > max(self._answers.likenesses(first, others) + self._answers.likenesses(second, others))

    def _far(self, asked: Runs) -> list[Runs]:
        """The answers to requests that have less in common with this one than half of them have."""
        near = self._requests.likenesses(asked, [each.request for each in self._seen])
        order = np.argsort(np.array(near), kind="stable")
        return [self._seen[number].answer for number in order[: max(len(order) // 2, ENOUGH)].tolist()]

    def _closed(self, place: str, first: Mapping[str, Any], second: Mapping[str, Any]) -> float:
        """What it says that two values agree, or do not: little where most answers have them."""
        one, two = first.get(place), second.get(place)
        others = [each.closed.get(place) for each in self._seen]
        chance = (sum(agree(one, other) + agree(two, other) for other in others) + 1) / (2 * len(others) + 2)
        if chance >= ALIKE:
            return 0.0
        return math.log(ALIKE / chance) if agree(one, two) else math.log((1 - ALIKE) / (1 - chance))


def agree(one: Any, two: Any) -> bool:
    """Whether two closed values are the same, as far as honest people would differ.

    >>> agree(4, 5), agree(2, 5), agree(True, False), agree("pip", "uv"), agree(1999.5, 2000)
    (True, False, False, False, True)
    """
    if isinstance(one, bool) or isinstance(two, bool) or not _number(one) or not _number(two):
        return bool(one == two)
    whole = isinstance(one, int) and isinstance(two, int) and max(abs(one), abs(two)) <= 100
    return bool(abs(one - two) <= (1 if whole else 0.02 * max(abs(one), abs(two))))


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and abs(value) < 1e300


def _asked(request: Request) -> tuple[str, ...]:
    return tuple(plain(message.content) for message in request.messages)
