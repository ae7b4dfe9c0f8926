"""Whatever happens all at once, everybody gets an answer or a reason, and the money adds up."""

import asyncio
import random

import pytest
from pool_parts import Answers, Remembers, failure, request
from virtual_time import run

from parhelion.llm.budget import Budget
from parhelion.llm.contract import BudgetSpent, CallError, Failing, Price, Reply, Unanswered, Unusable
from parhelion.llm.pool import Pool

PASSING = (Failing.LIMITED, Failing.UNAVAILABLE, Failing.SLOW, Failing.GARBLED, Failing.REQUEST)


class Wayward(Answers):
    """Fails and dawdles at random, and while it is frozen answers nothing until its time is up."""

    def __init__(self, name, rng):
        does = [rng.choice((0.1, 5.0)) if rng.random() < 0.7 else self._fails(rng) for _ in range(60)]
        price = rng.choice((Price.of(1.0, 2.0), Price()))
        super().__init__(name, (0.05, 1.0), slots=rng.choice((None, 1, 4, 16)), price=price, script=does)

    def _fails(self, rng):
        return failure(rng.choice(PASSING), spent=rng.random() < 0.5, after=rng.choice((None, 1.0)))

    async def _answer(self, request):
        if self.frozen:
            await asyncio.sleep(120)
            raise CallError(Failing.SLOW, self.name, "no answer in 120 s", spent=True)
        return await super()._answer(request)


@pytest.mark.parametrize("seed", range(12))
def test_turmoil(seed):
    async def main():
        rng = random.Random(seed)
        first, second, third, late = (Wayward(name, rng) for name in "abcd")
        budget, journal = Budget(rng.choice((None, 10**10, 10**9))), Remembers()
        pool = Pool("m", [first, second, third], budget=budget, journal=journal, seed=seed)
        asks = [
            asyncio.ensure_future(pool.ask(request(f"{k}"), key=f"k{k}", field="f", avoid=avoid))
            for k in range(300)
            for avoid in [frozenset(rng.sample("ab", rng.choice((0, 0, 1))))]
        ]
        loop = asyncio.get_running_loop()
        loop.call_later(1, pool.add, late)
        loop.call_later(2, pool.remove, "a")
        loop.call_later(2.5, setattr, second, "frozen", True)
        loop.call_later(30, setattr, second, "frozen", False)
        for ask in rng.sample(asks, 40):
            loop.call_later(rng.uniform(0, 5), ask.cancel)
        ends = await asyncio.gather(*asks, return_exceptions=True)
        assert {type(end) for end in ends} <= {Reply, BudgetSpent, Unanswered, Unusable, asyncio.CancelledError}
        assert budget.reserved == 0
        assert budget.spent == journal.cost
        assert budget.limit is None or budget.spent <= budget.limit
        assert not journal.open
        assert all(status.out == 0 for status in pool.status())
        await pool.close()

    run(main())


def test_a_budget_that_ends_tells_however_many_wait():
    async def main():
        endpoints = [Answers(name, slots=4, price=Price.of(1.0, 2.0)) for name in "abc"]
        pool = Pool("m", endpoints, budget=Budget(Price.of(1.0, 2.0).most(request()) * 3), journal=Remembers())
        asks = (pool.ask(request(), key=f"k{k}", field="f") for k in range(3000))
        ends = await asyncio.gather(*asks, return_exceptions=True)
        assert {type(end) for end in ends} == {Reply, BudgetSpent}
        await pool.close()

    run(main())
