"""One candidate: its cells are made as soon as their inputs are there, until it is whole or is rejected."""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

from parhelion.describing.contract import Answer, Place, Row, State


class Rejected(Exception):  # noqa: N818 (what becomes of a row, not a fault of the program)
    """A candidate that is not good enough. reason: a short phrase, so that rejects can be counted by it.

    field: where it ended. cost: pico-dollars of the answer that was no good.
    """

    def __init__(self, reason: str, raw: str = "", *, field: str = "", cost: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.raw, self.field, self.cost = reason, raw, field, cost


class Made(NamedTuple):
    """What a step has made, and the answer it is from."""

    value: Any
    answer: Answer


class FreeStep(Protocol):
    """How a field comes to be that needs no model. needs: the fields that it is made from."""

    @property
    def name(self) -> str: ...
    @property
    def needs(self) -> frozenset[str]: ...
    def make(self, place: Place, values: Mapping[str, Any]) -> Any:
        """The value. Raises Rejected."""
        ...


class AskedStep(Protocol):
    """How a field comes to be that a model makes."""

    @property
    def name(self) -> str: ...
    @property
    def needs(self) -> frozenset[str]: ...
    async def ask(self, place: Place, values: Mapping[str, Any]) -> Made:
        """The value. Raises Rejected, and what a call raises."""
        ...


class Recipe(NamedTuple):
    """How a row is made. order: the names of the fields that it has in the end."""

    free: Sequence[FreeStep]
    asked: Sequence[AskedStep]
    order: Sequence[str]


S = TypeVar("S", FreeStep, AskedStep)


class Candidate:
    """A row in the making. cost: pico-dollars that its answers took, whenever they were made."""

    def __init__(self, place: Place, recipe: Recipe) -> None:
        self.place = place
        self.values: dict[str, Any] = {}
        self.answers: list[Answer] = []
        self.cost = 0
        self._order = recipe.order
        self._free, self._asked = [*recipe.free], [*recipe.asked]
        self._running: dict[asyncio.Task[Made], AskedStep] = {}

    async def row(self) -> Row:
        """The candidate: accepted as far as it alone can tell, held for a node that is not yet trusted, or rejected."""
        try:
            while await self._further():
                pass
        except Rejected as fault:
            self.cost += fault.cost
            return self._as_row("rejected", fault)
        except asyncio.CancelledError:
            for task in self._running:
                task.cancel()
            raise
        finally:
            await self._let_end()
        return self._as_row("held" if any(answer.held for answer in self.answers) else "accepted")

    def _as_row(self, state: State, fault: Rejected | None = None) -> Row:
        values = {name: self.values[name] for name in self._order if name in self.values}
        cells = tuple(answer.key for answer in self.answers)
        if fault is None:
            return Row(self.place, state, values, cells=cells)
        return Row(self.place, state, values, fault.field, fault.reason, fault.raw, cells=cells)

    async def _further(self) -> bool:
        """Make what can be made now. Returns whether there was anything."""
        while free := self._taken(self._free):
            for step in free:
                self._make(step)
        ready = self._taken(self._asked)
        if len(ready) == 1 and not self._running:
            await self._keep(ready[0], ready[0].ask(self.place, self.values))
            return True
        for each in ready:
            self._running[asyncio.ensure_future(each.ask(self.place, self.values))] = each
        if not self._running:
            return False
        done, _ = await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
        for task in [task for task in self._running if task in done]:  # in one order: the first fault is the reason
            await self._keep(self._running.pop(task), task)
        return True

    def _taken(self, left: list[S]) -> list[S]:
        """The steps whose inputs are there, taken out of those that are left."""
        ready = [step for step in left if step.needs <= self.values.keys()]
        for step in ready:
            left.remove(step)
        return ready

    def _make(self, step: FreeStep) -> None:
        try:
            self.values[step.name] = step.make(self.place, self.values)
        except Rejected as fault:
            fault.field = fault.field or step.name
            raise

    async def _keep(self, step: AskedStep, making: Awaitable[Made]) -> None:
        try:
            made = await making
        except Rejected as fault:
            fault.field = fault.field or step.name
            raise
        self.values[step.name] = made.value
        self.answers.append(made.answer)
        self.cost += made.answer.cost

    async def _let_end(self) -> None:
        """Calls in flight are paid for, whatever became of the row: they end, and are kept."""
        if self._running:
            await asyncio.gather(*self._running, return_exceptions=True)
