"""Trust in nodes that belong to other people: every answer is looked at, some are asked for twice, and who fails goes.

Anderson, "BOINC: a platform for volunteer computing" (2020), section 4.2: adaptive replication.
"""

from collections import Counter, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

from parhelion.llm import Pool, answer
from parhelion.llm.contract import Endpoint, Reply, Request, Unanswered, Unusable
from parhelion.network.canaries import Canaries, Canary, Repeats, mark_of
from parhelion.network.likeness import OTHER, SAME, Likeness
from parhelion.network.standing import FALL, Book, Forgetful, Record
from parhelion.network.status import Standing

CANARIES = 1 / 3  # of the checks, where there are any
TURNS = 24  # checks at the end, for a node whose rows are held still
RECENT = 32  # answers of a node that nobody has looked at twice
CHECKING = "checking"  # what the ledger calls it
SPOILED = 5  # answers in a row that stay unusable, after which a node is asked no more

Judge = Callable[[Request, Any, Any], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Given:
    """An answer. by: who gave it, or `` where it is known to be good. key: of its call."""

    request: Request
    value: Any
    by: str
    key: str
    field: str


class Referee:
    """Judges the nodes of a network by their answers. Endpoints that are trusted need none of it, and help to judge.

    Every answer of a node is compared with what was given before: a long text that was the answer to another request,
    or one that has less to do with its request than any good answer, is checked at once. Of the others
    max(5 %, one in the number of good ones in a row) are checked; of a newcomer's, at least a quarter. A check is the
    same request to somebody else, a trusted endpoint before a proven node before any, and where the two do not agree,
    to a third; or a canary: a request with a known good answer, put to the node like any other task. Whoever loses is
    doubted: all it answers is checked, and its rows are held, until checks have made up for it or it falls.

    What remains possible: an answer that is about the right thing and wrong in what it says passes where no model
    judges; two nodes of one person that are asked the same may agree on junk until a third is asked, which is why
    trusted endpoints, then proven nodes are asked first, and why one trusted endpoint is worth much.

    proven, fallen: told when a node's answers count, and when those after a mark count no more. mark: of the newest
    answer of a node. seed: of which answers are checked: nodes must not know it. project: whose marks they are.
    judge: a model's word on whether two answers to a request agree, where the plan names one.
    """

    def __init__(
        self,
        *,
        proven: Callable[[str], None],
        fallen: Callable[[str, int], None],
        mark: Callable[[str], int],
        seed: int,
        book: Book | None = None,
        project: str = "",
        judge: Judge | None = None,
    ) -> None:
        self._tell_proven, self._tell_fallen, self._mark = proven, fallen, mark
        self._book, self._project, self._judge = book or Forgetful(), project, judge
        self._secret = seed.to_bytes(32, "big", signed=True)
        self._records = {name: Record.model_validate(kept) for name, kept in self._book.read().items()}
        self._canaries, self._repeats = Canaries(seed), Repeats()
        self._fields: dict[tuple[str, str], Likeness] = {}
        self._recent: dict[str, deque[Given]] = {}
        self._pools: list[Pool] = []
        self._spoiled: Counter[str] = Counter()

    async def look(self, pool: Pool, request: Request, value: Any, reply: Reply, *, key: str, field: str) -> bool:
        """Whether an answer counts. Raises BudgetSpent, where a check cannot be paid."""
        given = Given(request, value, reply.endpoint, key, field)
        endpoint = self._endpoint(pool, given.by)
        if endpoint is not None and endpoint.trusted:
            self._learn(pool, given)
            return True
        if given.by not in self._records and endpoint is None:
            return False  # from an earlier run, of somebody who has never been judged and cannot be
        record = self._records.setdefault(given.by, Record())
        if record.fallen:
            self._shut_out(given.by)
            return False
        self._spoiled.pop(given.by, None)
        return await self._looked(pool, given, record)

    def spoiled(self, pool: Pool, endpoint: str) -> bool:
        """An answer stayed unusable after all corrections. Returns whether somebody else is to be asked instead.

        Honest small models fail too, now and then; a node that does nothing else falls.
        """
        there = self._endpoint(pool, endpoint)
        if there is None or there.trusted:
            return False
        self._records.setdefault(endpoint, Record())
        self._spoiled[endpoint] += 1
        others = any(each.name != endpoint for each in pool.endpoints)
        if self._spoiled[endpoint] >= SPOILED and not self._records[endpoint].fallen and others:
            self._fall(endpoint, f"{SPOILED} answers in a row stayed unusable")
        return others

    def held(self, endpoint: str) -> bool:
        """Whether what somebody answers must wait. Nobody who was never looked at has to."""
        record = self._records.get(endpoint)
        return record is not None and record.held

    def admits(self, endpoint: str) -> bool:
        """Whether it may be asked at all."""
        record = self._records.get(endpoint)
        return record is None or not record.fallen

    def standings(self) -> dict[str, Standing]:
        """How far each node is trusted, and what it takes to get further."""
        return {name: record.shown() for name, record in self._records.items()}

    async def settle(self, pool: Pool, endpoint: str) -> str:
        """Check a node whose rows are held until it is proven or falls. Returns why it is neither, or ``."""
        for _ in range(TURNS):
            if not self.held(endpoint) or not self.admits(endpoint):
                return ""
            if not await self._settled(pool, endpoint):
                break
            await self._rise(pool, endpoint)
        if not self.held(endpoint) or not self.admits(endpoint):
            return ""
        return f"{endpoint} is {self._records[endpoint].shown().trust}: {self._lack(pool, endpoint)}"

    # one answer

    async def _looked(self, pool: Pool, given: Given, record: Record) -> bool:
        likeness = self._likeness(pool, given.field)
        alarm = self._repeats.again(given.request, given.value) or likeness.strange(given.request, given.value)
        due, before = self._due(likeness, given, record, alarm=alarm), record.checks
        record.valid += 1
        if due and not await self._counted(pool, given, record, alarm=alarm):
            return False
        if record.fallen:
            return False
        if record.checks == before:
            self._recent.setdefault(given.by, deque(maxlen=RECENT)).append(given)
        likeness.add(given.request, given.value, given.by, known=record.checks > before or not record.held)
        await self._rise(pool, given.by)
        return not record.fallen

    def _due(self, likeness: Likeness, given: Given, record: Record, *, alarm: bool) -> bool:
        """Whether an answer is to be checked, and can be."""
        if not alarm and self._chance(given.key) >= record.rate():
            return False
        if self._judge is None and not likeness.judges(given.value):
            record.owed = True
            return False
        return True

    async def _counted(self, pool: Pool, given: Given, record: Record, *, alarm: bool) -> bool:
        """A check, which is known to be out as long as it is: the next answers need none for the same reason."""
        record.owed, record.out = False, record.out + 1
        try:
            return await self._checked(pool, given, alarm=alarm)
        finally:
            record.out -= 1

    def _learn(self, pool: Pool, given: Given) -> None:
        """An answer that is good, since it is a trusted endpoint's."""
        if self._repeats.again(given.request, given.value):
            self._repeats.allow(given.value)
        self._likeness(pool, given.field).add(given.request, given.value, given.by, known=True)
        self._remember(pool, given, frozenset({given.by}))

    def _remember(self, pool: Pool, given: Given, by: frozenset[str]) -> None:
        self._canaries.add(Canary(pool.model, given.request, given.value, by, given.field))

    async def _checked(self, pool: Pool, given: Given, *, alarm: bool) -> bool:
        """Whether the answer of a node still counts after a check of it, or of the node."""
        if not alarm and self._chance(f"{given.key}~canary") < CANARIES:
            canary = self._canaries.draw(pool.model, given.by)
            if canary is not None:
                await self._sing(pool, canary, given.by, given.key)
                if not self._records[given.by].doubt:
                    return True
        return await self._replicated(pool, given, alarm=alarm)

    async def _sing(self, pool: Pool, canary: Canary, node: str, key: str) -> None:
        """Put a canary to a node."""
        others = frozenset(each.name for each in pool.endpoints) - {node}
        known = Given(canary.request, canary.value, "", f"{key}~{mark_of(canary.request):x}", canary.field)
        said = await self._ask(pool, known, "", others)
        record = self._records[node]
        if said is None or said.by != node:
            record.owed = True
            return
        record.valid += 1
        nats = await self._evidence(pool, said, known)
        if nats > 0:
            self._pass(node, nats)
        elif nats < 0:
            await self._decide(pool, said, known, nats)

    async def _replicated(self, pool: Pool, given: Given, *, alarm: bool) -> bool:
        """The same request to somebody else."""
        second = await self._other(pool, given, "check", frozenset({given.by}))
        if second is None:
            self._records[given.by].owed = True
            return not alarm or self._unclear(given)
        nats = await self._evidence(pool, given, second)
        if nats < 0:
            return await self._decide(pool, given, second, nats, alarm=alarm)
        if nats > 0:
            self._agreed(pool, given, second, nats)
        return True

    def _agreed(self, pool: Pool, given: Given, second: Given, nats: float) -> None:
        self._pass(given.by, nats)
        self._vouch(second, nats)
        self._repeats.allow(given.value)
        self._remember(pool, given, frozenset({given.by, second.by}))

    async def _decide(self, pool: Pool, one: Given, two: Given, nats: float, *, alarm: bool = False) -> bool:
        """Two do not agree: a third says who is right. Returns whether the first one counts."""
        sure = self._sure(pool, two)
        third = await self._other(pool, one, "third", frozenset({one.by, two.by}))
        if third is None:
            return self._lose(one, -nats) if sure else self._unclear(one, two) and not alarm
        with_one, with_two = await self._evidence(pool, one, third), await self._evidence(pool, two, third)
        if with_two > 0 >= with_one:
            self._outvoted(pool, one, (two, third), -nats)
            self._vouch(two, with_two)
            self._vouch(third, with_two)
            return False
        if with_one > 0 and (not sure or self._sure(pool, third) or with_two > 0):
            if with_two <= 0 and not sure:
                self._outvoted(pool, two, (one, third), -nats)
            self._vouch(third, with_one)
            self._pass(one.by, with_one)
            return True
        return self._unclear(one, two) and not alarm and not sure

    def _unclear(self, *those: Given) -> bool:
        """Nobody can tell who is right: what they have answered counts, and what they answer is held."""
        for each in those:
            record = self._records.get(each.by)
            if record is not None and not record.fallen:
                record.unclear()
                self._book.keep(each.by, record.model_dump())
        return True

    def _outvoted(self, pool: Pool, loser: Given, winners: tuple[Given, Given], nats: float) -> None:
        """Two newcomers alone bring nobody down: they may be of one mind."""
        if any(self._sure(pool, each) or not self.held(each.by) for each in winners):
            self._lose(loser, nats)
        else:
            self._unclear(loser)

    # what becomes of a node

    def _pass(self, name: str, nats: float) -> None:
        record = self._records[name]
        if record.fallen:
            return
        record.passed(min(nats, SAME), self._project, self._mark(name))
        self._book.keep(name, record.model_dump())

    async def _rise(self, pool: Pool, name: str) -> None:
        """Let a node's rows go once it has shown enough, and once what seems odd by now has been checked too."""
        record = self._records[name]
        if record.ready:
            kept = self._recent.pop(name, deque())
            for given in kept:
                if self._likeness(pool, given.field).strange(given.request, given.value):
                    await self._again(pool, given)
            if record.prove():
                self._book.keep(name, record.model_dump())
                self._tell_proven(name)

    async def _again(self, pool: Pool, given: Given) -> bool:
        """Check an answer that is kept already."""
        record = self._records[given.by]
        record.out += 1
        try:
            return await self._replicated(pool, given, alarm=False)
        finally:
            record.out -= 1

    def _vouch(self, second: Given, nats: float) -> None:
        """Somebody who was asked to check has shown something too."""
        record = self._records.get(second.by)
        if record is not None:
            record.valid += 1
            self._pass(second.by, nats)

    def _lose(self, given: Given, nats: float) -> bool:
        """A check speaks against whoever gave it. Returns that it does not count."""
        record = self._records.get(given.by)
        if record is not None and not record.fallen:
            if record.failed(min(nats, -OTHER)):
                self._fall(given.by, f"its answers to {given.field!r} do not agree with what others answer")
            else:
                self._book.keep(given.by, record.model_dump())
        return False

    def _fall(self, name: str, why: str) -> None:
        record = self._records[name]
        record.fallen, record.proven = why, False
        self._canaries.forget(name)
        for likeness in self._fields.values():
            likeness.forget(name)
        self._recent.pop(name, None)
        self._book.keep(name, record.model_dump())
        self._shut_out(name)
        self._tell_fallen(name, record.since(self._project))

    def _shut_out(self, name: str) -> None:
        for pool in self._pools:
            if self._endpoint(pool, name) is not None:
                pool.remove(name)

    # asking others

    async def _other(self, pool: Pool, given: Given, step: str, avoid: frozenset[str]) -> Given | None:
        """Somebody else's answer: a trusted endpoint's before a proven node's before any; None where there is none."""
        everybody = frozenset(each.name for each in pool.endpoints)
        trusted = frozenset(each.name for each in pool.endpoints if each.trusted)
        proven = frozenset(name for name in everybody - trusted if not self._records.get(name, Record()).held)
        for some in (trusted, proven, everybody - trusted - proven):
            if some - avoid and (said := await self._ask(pool, given, step, (everybody - some) | avoid)) is not None:
                return said
        return None

    async def _ask(self, pool: Pool, given: Given, step: str, avoid: frozenset[str]) -> Given | None:
        key = f"{given.key}~{step}"
        try:
            value, reply = await answer(pool, given.request, key=key, field=CHECKING, avoid=avoid)
        except (Unanswered, Unusable):
            return None
        endpoint = self._endpoint(pool, reply.endpoint)
        if not self.admits(reply.endpoint):
            return None
        if endpoint is not None and not endpoint.trusted:
            self._records.setdefault(reply.endpoint, Record())
        return replace(given, value=value, by=reply.endpoint)

    async def _evidence(self, pool: Pool, one: Given, two: Given) -> float:
        if self._judge is not None:
            return SAME if await self._judge(one.request, one.value, two.value) else OTHER
        return self._likeness(pool, one.field).evidence(one.request, one.value, two.value)

    # the end of a run

    async def _settled(self, pool: Pool, name: str) -> bool:
        """One check more, if there is one."""
        recent = self._recent.get(name)
        if self._endpoint(pool, name) is not None:
            canary = self._canaries.draw(pool.model, name)
            if canary is not None:
                await self._sing(pool, canary, name, name)
                return True
        if not recent:
            return False
        given = recent.pop()
        if not await self._again(pool, given):
            self._lose(given, FALL)  # there is nothing more to come that could make up for it
        return True

    def _lack(self, pool: Pool, name: str) -> str:
        """Why a node's rows are held still."""
        if self._endpoint(pool, name) is None:
            return "it is not there to be asked"
        if len(pool.endpoints) < 2:
            return "there is nobody else to compare it with; add an endpoint of your own"
        if not any(each.grip for each in self._fields.values()):
            return "its answers cannot be compared with those of others; let a model judge"
        return self._records[name].shown().why

    # what it all rests on

    def _endpoint(self, pool: Pool, name: str) -> Endpoint | None:
        if pool not in self._pools:
            self._pools.append(pool)
        return next((each for each in pool.endpoints if each.name == name), None)

    def _sure(self, pool: Pool, given: Given) -> bool:
        """Whether an answer is known to be good, or a trusted endpoint's."""
        endpoint = self._endpoint(pool, given.by)
        return not given.by or (endpoint is not None and endpoint.trusted)

    def _likeness(self, pool: Pool, field: str) -> Likeness:
        return self._fields.setdefault((pool.model, field), Likeness())

    def _chance(self, key: str) -> float:
        """From 0 to 1, the same for a key in every run, and known to nobody without the seed."""
        digest = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8, key=self._secret).digest()
        return int.from_bytes(digest, "big") / 2**64
