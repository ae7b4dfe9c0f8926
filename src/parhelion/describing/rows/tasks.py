"""Which fact a candidate is made of, so that all of the ground is used evenly and no fact too often."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from operator import itemgetter
from typing import Any, TypeVar

from parhelion.describing.contract import Fact, Place, Row
from parhelion.describing.plan.graph import facts_of
from parhelion.describing.plan.model import AnyField, Plan
from parhelion.describing.rows.judging import UNGROUNDED
from parhelion.llm.contract import Message

T = TypeVar("T")
_USELESS = 2  # rejections as not grounded after which nothing more is made of a fact


class Tasks:
    """The facts for the slots of a run. Each fact serves at most `plan.facts.uses` slots at a time.

    A slot's first fact depends on the plan, the facts and the slot alone: walks over all facts, page by page in turn,
    each in another order, so that no fact meets the same quota each time. A retry takes the next fact with room that
    the slot has not had; where there is none, the same fact is tried again, unless it is of no use. rows: those stored,
    so that a run goes on where it stopped; they keep their facts, and other slots make way.
    """

    def __init__(self, plan: Plan, facts: Sequence[Fact], *, field: str = "", rows: Iterable[Row] = ()) -> None:
        self.plan, self.field = plan, field or facts_of(plan)[0]
        self.facts = [*facts]
        self._shift = facts_of(plan).index(self.field) * len(facts) // len(facts_of(plan))
        self._had: dict[int, list[int]] = {}  # by slot: the facts that it had, the last is the one that it has
        self._used: Counter[int] = Counter()
        self._failed: Counter[int] = Counter()
        self._places: dict[Place, int] = {}
        self._begin(min(plan.rows, len(facts) * plan.facts.uses))
        self._resume(rows)
        self._make_room()

    def fact_for(self, place: Place) -> Fact | None:
        """The fact of a candidate, the same each time; None where the ground is covered."""
        if place not in self._places:
            fact = self._next(place)
            if fact is None:
                return None
            self._places[place] = fact
        return self.facts[self._places[place]]

    def told(self, row: Row) -> None:
        """What has become of a candidate. A fact that supports nothing twice is of no use."""
        fact = self._places.get(row.place)
        if fact is not None and row.state == "rejected" and row.reason in UNGROUNDED:
            self._failed[fact] += 1

    def most_rows(self) -> int:
        """The rows that the facts can carry."""
        return sum(self.plan.facts.uses for fact in range(len(self.facts)) if not self._useless(fact))

    def covered(self) -> str:
        """Why there are no more rows, for people: `the ground is covered: 212 facts carry 636 rows`."""
        if not self.facts:
            return "no fact was found in the sources; name more of them, or questions of your own (questions: given:)"
        useless = sum(self._useless(fact) for fact in range(len(self.facts)))
        left = f" ({useless:,} more were of no use)" if useless else ""
        return f"the ground is covered: {len(self.facts) - useless:,} facts carry {self.most_rows():,} rows{left}"

    def _begin(self, slots: int) -> None:
        """Give each slot its first fact; each walk over all facts gives to as many slots as there are facts."""
        n = len(self.facts)
        for walk, first in enumerate(range(0, slots, n) if n else ()):
            order = ordered(self.facts, self.plan.seed, walk)
            for slot in range(first, min(first + n, slots)):
                self._give(slot, order[(slot + self._shift) % n])

    def _next(self, place: Place) -> int | None:
        had = self._had.get(place.slot, [])
        if place.attempt == 0 and had and not self._useless(had[-1]):
            return had[-1]
        fact = self._free(place, had)
        if fact is not None:
            self._give(place.slot, fact)
            return fact
        return had[-1] if had and not self._useless(had[-1]) else None

    def _free(self, place: Place, had: Sequence[int]) -> int | None:
        """The next fact with room, from a point of the place's own: so few places want the same."""
        n = len(self.facts)
        start = _number(self.plan.seed, *place) if n else 0
        turns = ((start + step) % n for step in range(n))
        return next((f for f in turns if f not in had and self._has_room(f) and not self._useless(f)), None)

    def _give(self, slot: int, fact: int) -> None:
        had = self._had.setdefault(slot, [])
        if had:
            self._used[had[-1]] -= 1
        had.append(fact)
        self._used[fact] += 1

    def _has_room(self, fact: int) -> bool:
        return self._used[fact] < self.plan.facts.uses

    def _useless(self, fact: int) -> bool:
        return self._failed[fact] >= _USELESS

    def _resume(self, rows: Iterable[Row]) -> None:
        index = {_known_by(fact_value(fact)): place for place, fact in enumerate(self.facts)}
        for row in sorted(rows, key=lambda row: row.place):
            value = row.values.get(self.field)
            fact = index.get(_known_by(value)) if value else None
            if fact is None:
                continue
            if self._had.get(row.place.slot, [])[-1:] != [fact]:
                self._give(row.place.slot, fact)
            self._places[row.place] = fact
            self.told(row)

    def _make_room(self) -> None:
        """Rows of a preview were made of other facts than a whole run begins with: slots without rows make way."""
        made = {place.slot for place in self._places}
        for slot in reversed([slot for slot in self._had if slot not in made]):
            had = self._had[slot]
            if self._used[had[-1]] > self.plan.facts.uses:
                self._used[had.pop()] -= 1


def fact_value(fact: Fact) -> dict[str, str]:
    """What a fact is in a row."""
    return {"statement": fact.statement, "quote": fact.quote, "url": fact.url, "title": fact.title}


def ordered(facts: Sequence[Fact], seed: int, walk: int = 0) -> list[int]:
    """The places of the facts, so that any first of them cover the pages evenly, and within a page the questions.

    >>> fact = lambda url, question: Fact("s", "q", 0, 1, url, "", "", "", question)
    >>> ordered([fact("a", "1"), fact("a", "1"), fact("a", "2"), fact("b", "1")], seed=3)
    [3, 0, 2, 1]
    """
    pages: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for place, fact in enumerate(facts):
        pages[fact.url][fact.question].append(place)
    drawn = sorted(pages, key=lambda url: _number(seed, walk, url))
    return _in_turn([_in_turn([*pages[url].values()]) for url in drawn])


def describe_task(
    place: Place,
    plan: Plan,
    values: Mapping[str, Any],
    *,
    messages: Callable[[str], Sequence[Message] | None],
    stratum: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """What is to be done for a slot, as plain data: what is given, and for each field how it comes to be.

    values: what is known before a model is asked. messages: what a field's model is asked, or None where that depends
    on what other models answer; the template stands for it then.
    """
    made = {name: _described(field, messages(name)) for name, field in plan.fields.items() if name not in values}
    return {
        "slot": place.slot,
        "attempt": place.attempt,
        "stratum": dict(stratum or {}),
        "given": dict(values),
        "fields": made,
    }


def _described(field: AnyField, messages: Sequence[Message] | None) -> dict[str, Any]:
    told = field.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"parameters"})
    if messages is not None:
        for name in ("prompt", "system", "examples", "shown"):
            told.pop(name, None)
        told["messages"] = [message._asdict() for message in messages]
    return told


def _in_turn(queues: Sequence[Sequence[T]]) -> list[T]:
    """The first of each, then the second of each, and so on."""
    placed = [(step, which, item) for which, queue in enumerate(queues) for step, item in enumerate(queue)]
    return [item for _, _, item in sorted(placed, key=itemgetter(0, 1))]


def _known_by(value: Mapping[str, str]) -> tuple[str, str, str]:
    return value["url"], value["quote"], value["statement"]


def _number(*parts: object) -> int:
    """A number that looks drawn, and is the same each time."""
    return int.from_bytes(sha256(repr(parts).encode("utf-8", "surrogatepass")).digest()[:8], "big")
