"""How each field of a plan comes to be, as the steps of a candidate."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from parhelion.describing.contract import Ask, Asking, Place
from parhelion.describing.fields.makers import Maker
from parhelion.describing.plan import needs
from parhelion.describing.plan.model import GroundedField, JudgeField, Plan, StructuredField, TextField
from parhelion.describing.rows.candidate import AskedStep, FreeStep, Made, Recipe, Rejected
from parhelion.describing.rows.examples import shown
from parhelion.describing.rows.gate import Gate
from parhelion.describing.rows.judging import check_numbers, grounded_ask, mark_ask, marked, seen, supported
from parhelion.describing.rows.messages import counted_as, messages_for, valid_for, written
from parhelion.describing.rows.reasons import DUPLICATES
from parhelion.describing.rows.synthesis import GroundCovered
from parhelion.describing.rows.tasks import Tasks, fact_value
from parhelion.llm.contract import USUAL, Message, Unusable
from parhelion.llm.embedding_server import vector_of

_NOTHING = "(nothing)"  # no server makes a vector of an empty text


def recipe_of(
    plan: Plan, asking: Asking, *, makers: Mapping[str, Maker], tasks: Mapping[str, Tasks], gate: Gate
) -> Recipe:
    """The steps of all fields. makers: of fields that need no model and no fact. tasks: of those with facts."""
    free: list[FreeStep] = [_Fact(name, each) for name, each in tasks.items()]
    free += [_Free(name, needs(plan.fields[name], plan), maker) for name, maker in makers.items()]
    free += [_New(gate)] if gate.nearness is not None else []
    asked: list[AskedStep] = []
    before = {_New.name} if gate.nearness is not None else set[str]()
    if gate.meaning is not None:
        asked.append(_Unlike(gate.meaning.model, frozenset(before), gate, asking))
        before = {_Unlike.name}
    for name, field in plan.fields.items():
        if isinstance(field, TextField | StructuredField):
            asked.append(_Write(name, needs(field, plan), plan, asking))
        elif isinstance(field, JudgeField | GroundedField):
            if isinstance(field, JudgeField):
                asked.append(_Mark(name, needs(field, plan) | before | {*seen(name, plan)}, plan, asking))
            else:
                asked.append(_Ground(name, needs(field, plan) | before, plan, asking))
    return Recipe(free, asked, [*plan.fields])


def place_seed(seed: int, name: str, place: Place) -> int:
    """The seed of what a model is asked for a field at a place: 31 bits, as servers take them."""
    hashed = blake2b(f"{seed} {name} {place.slot} {place.attempt}".encode(), digest_size=4).digest()
    return int.from_bytes(hashed) & 0x7FFFFFFF


class _New:
    """Asks whether a row repeats another, before anybody is paid to judge it."""

    name = ""  # no field's

    def __init__(self, gate: Gate) -> None:
        self.needs, self._gate = frozenset(gate.compared), gate

    def make(self, place: Place, values: Mapping[str, Any]) -> None:
        del place
        self._gate.new(values)


@dataclass(frozen=True)
class _Unlike:
    """Has a model make the vector of a row, and asks whether another means the same, before judges are paid."""

    model: str
    needs: frozenset[str]
    gate: Gate
    asking: Asking
    name = DUPLICATES

    async def ask(self, place: Place, values: Mapping[str, Any]) -> Made:
        text = self.gate.text(values).strip() or _NOTHING
        made = await _made(self.asking, Ask(self.name, self.model, (Message("user", text),), parameters=USUAL))
        return _passed(made, lambda: self.gate.unlike(place, vector_of(made.value)))


class _Fact:
    """Takes the fact that is there for a place."""

    def __init__(self, name: str, tasks: Tasks) -> None:
        self.name, self.needs, self._tasks = name, frozenset[str](), tasks

    def make(self, place: Place, values: Mapping[str, Any]) -> dict[str, str]:
        del values
        fact = self._tasks.fact_for(place)
        if fact is None:
            raise GroundCovered(self._tasks.covered())
        return fact_value(fact)


@dataclass(frozen=True)
class _Free:
    """Makes what needs no model."""

    name: str
    needs: frozenset[str]
    maker: Maker

    def make(self, place: Place, values: Mapping[str, Any]) -> Any:
        return self.maker.make(place, values)


@dataclass(frozen=True)
class _Write:
    """Has a model write a text, or JSON."""

    name: str
    needs: frozenset[str]
    plan: Plan
    asking: Asking

    async def ask(self, place: Place, values: Mapping[str, Any]) -> Made:
        field = written(self.name, self.plan)
        examples = shown(self.name, field.examples, place, most=field.shown, seed=self.plan.seed)
        ask = Ask(
            self.name,
            self.plan.asks(field.model),
            messages_for(self.name, self.plan, values, examples),
            field.shape if isinstance(field, StructuredField) else None,
            place_seed(self.plan.seed, self.name, place),
            field.parameters,
        )
        return await _made(self.asking, ask, valid_for(self.name, self.plan, values, examples))


@dataclass(frozen=True)
class _Mark:
    """Has a model mark a row."""

    name: str
    needs: frozenset[str]
    plan: Plan
    asking: Asking

    async def ask(self, place: Place, values: Mapping[str, Any]) -> Made:
        field = self.plan.fields[self.name]
        assert isinstance(field, JudgeField)
        examples = shown(self.name, field.examples, place, most=field.shown, seed=self.plan.seed)
        made = await _made(self.asking, mark_ask(self.name, self.plan, values, examples))
        return _passed(made, lambda: marked(field, made.value))


@dataclass(frozen=True)
class _Ground:
    """Has a model say whether a fact supports a row."""

    name: str
    needs: frozenset[str]
    plan: Plan
    asking: Asking

    async def ask(self, place: Place, values: Mapping[str, Any]) -> Made:
        del place
        check_numbers(self.name, self.plan, {name: values[name] for name in self.plan.fields if name in values})
        made = await _made(self.asking, grounded_ask(self.name, self.plan, values))
        return _passed(made, lambda: supported(made.value))


async def _made(asking: Asking, ask: Ask, valid: Callable[[Any], str | None] | None = None) -> Made:
    """An answer that is no good, whoever says so, rejects the row."""
    try:
        answer = await asking.ask(ask, valid=valid)
    except Unusable as fault:
        raise Rejected(counted_as(fault.reason), fault.raw or fault.reason, cost=fault.cost) from None
    return Made(answer.value, answer)


def _passed(made: Made, judge: Callable[[], Any]) -> Made:
    """What a judge has said, where it lets the row pass; where not, the row has cost that much more."""
    try:
        return Made(judge(), made.answer)
    except Rejected as fault:
        fault.cost = made.answer.cost
        raise
