"""The desk: everything asked of a model goes over it, is looked up first, paid from one budget, and kept."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, Protocol

from parhelion.describing.contract import Answer, Ask
from parhelion.describing.plan.model import ModelPlan
from parhelion.describing.store import Cell, Store
from parhelion.llm import EndpointStatus, Pool, answer
from parhelion.llm.contract import Parameters, Reply, Request, Unusable

Valid = Callable[[Any], str | None]


class Referee(Protocol):
    """Who takes a second look at answers of nodes that are not trusted."""

    async def look(self, pool: Pool, request: Request, value: Any, reply: Reply, *, key: str, field: str) -> bool:
        """Whether the answer counts. Raises nothing but what a call raises."""
        ...

    def spoiled(self, pool: Pool, endpoint: str) -> bool:
        """An answer stayed unusable. Returns whether somebody else is to be asked instead."""
        ...

    def held(self, endpoint: str) -> bool:
        """Whether what this node answers must wait until it has shown more."""
        ...


class Desk:
    """Meets `Asking`. pools: by the models' names in the plan."""

    def __init__(
        self, store: Store, models: Mapping[str, ModelPlan], pools: Mapping[str, Pool], referee: Referee | None = None
    ) -> None:
        self.store, self.models, self.pools, self.referee = store, models, pools, referee
        self._asked: dict[str, asyncio.Future[Answer]] = {}
        self._cost: Counter[str] = Counter()

    async def ask(self, ask: Ask, *, valid: Valid | None = None) -> Answer:
        """The answer to an ask, from what is kept or by calls.

        The same ask at the same time is made once. Raises Unusable, also for an answer that was no good in an earlier
        run; BudgetSpent; Unanswered.
        """
        key = cell_key(ask, self.models[ask.model])
        while (asked := self._asked.get(key)) is not None:
            await asyncio.wait([asked])
        kept = self.store.cell(key)
        if kept is not None:
            return self._kept(kept)
        asked = self._asked[key] = asyncio.get_running_loop().create_future()
        try:
            return await self._answered(key, ask, valid)
        finally:
            del self._asked[key]
            asked.cancel()

    def seats(self) -> int:
        """How many rows are well made at once: as many as the models take calls, and some that wait for them."""
        room = sum(pool.capacity for pool in self.pools.values())
        return max(room + room // 4, 8)

    @property
    def free(self) -> bool:
        """Does nothing that is asked cost anything?"""
        return not any(any(each.price) for pool in self.pools.values() for each in pool.endpoints)

    def calls(self) -> int:
        """The calls made so far."""
        return sum(each.calls for each in self.status())

    def status(self) -> tuple[EndpointStatus, ...]:
        """How each endpoint fares."""
        return tuple(each for pool in self.pools.values() for each in pool.status())

    def cost_of(self, *fields: str) -> int:
        """Pico-dollars of the answers given here for these fields, whenever they were made."""
        return sum(self._cost[field] for field in fields)

    async def _answered(self, key: str, ask: Ask, valid: Valid | None) -> Answer:
        model = self.models[ask.model]
        request = Request(ask.messages, ask.parameters or model.parameters, ask.schema, ask.seed)
        pool = self.pools[ask.model]
        refused: frozenset[str] = frozenset()
        while True:
            step = f"{key}+{len(refused)}" if refused else key
            try:
                value, reply = await answer(pool, request, key=step, field=ask.field, valid=valid, avoid=refused)
            except Unusable as fault:
                if fault.endpoint not in refused and self._spoiled(pool, fault.endpoint, refused):
                    refused |= {fault.endpoint}
                    continue
                self.store.keep_cell(Cell(key, ask.field, None, fault.reason, fault.raw, fault.endpoint))
                fault.cost = self._paid(key, ask.field)
                raise
            if await self._counts(pool, request, value, reply, key=step, field=ask.field):
                held = self.referee is not None and self.referee.held(reply.endpoint)
                self.store.keep_cell(Cell(key, ask.field, value, endpoint=reply.endpoint, held=held))
                return Answer(key, value, reply.endpoint, held, self._paid(key, ask.field))
            refused |= {reply.endpoint}

    async def _counts(self, pool: Pool, request: Request, value: Any, reply: Reply, *, key: str, field: str) -> bool:
        if self.referee is None:
            return True
        return await self.referee.look(pool, request, value, reply, key=key, field=field)

    def _spoiled(self, pool: Pool, endpoint: str, refused: frozenset[str]) -> bool:
        """Whether somebody else is to be asked what a node of others could not answer."""
        left = any(each.name not in refused | {endpoint} for each in pool.endpoints)
        return self.referee is not None and self.referee.spoiled(pool, endpoint) and left

    def _paid(self, key: str, field: str) -> int:
        cost = self.store.cost_of(key)
        self._cost[field] += cost
        return cost

    def _kept(self, cell: Cell) -> Answer:
        cost = self._paid(cell.key, cell.field)
        if cell.reason:
            raise Unusable(cell.reason, cell.raw, cell.endpoint, cost)
        return Answer(cell.key, cell.value, cell.endpoint, cell.held, cost)


def cell_key(ask: Ask, model: ModelPlan) -> str:
    """What a cell is known by: a hash of all that its answer depends on, and of nothing else.

    Where a model is served, by whom and at what price is none of it.
    """
    parameters: Parameters = ask.parameters or model.parameters
    inputs = [model.model, parameters.model_dump(), ask.messages, ask.schema, ask.seed]
    text = json.dumps(inputs, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:40]
