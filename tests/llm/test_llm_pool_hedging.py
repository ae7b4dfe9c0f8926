"""The slowest calls are made a second time elsewhere; an endpoint that has gone silent holds nobody up."""

import asyncio

import pytest
from pool_parts import Answers, Remembers, ask_all, failure, request
from virtual_time import run

from parhelion.llm.budget import Budget
from parhelion.llm.contract import Failing, Price, Reply
from parhelion.llm.pool import Pool

PRICE = Price.of(1.0, 2.0)


def pooled(*endpoints, limit=None, **more):
    return Pool("m", endpoints, budget=Budget(limit), journal=Remembers(), **more)


def answering(replies):
    assert all(isinstance(reply, Reply) for reply in replies), replies
    return [reply.endpoint for reply in replies]


def now():
    return asyncio.get_running_loop().time()


async def timed(pool, count):
    before = now()
    answering(await ask_all(pool, count))
    took = now() - before
    await pool.close()
    return took


@pytest.mark.parametrize("seconds", [0.1, (0.05, 0.5)])
@pytest.mark.parametrize("frozen_at", [0.0, 0.33, 1.0, 2.5])
def test_one_of_two_that_freezes_costs_no_more_than_it_did(seconds, frozen_at):
    async def alone():
        return await timed(pooled(Answers("a", seconds, slots=4)), 400)

    async def frozen():
        freezing = Answers("b", seconds, slots=4)
        asyncio.get_running_loop().call_later(frozen_at, lambda: setattr(freezing, "frozen", True))
        return await timed(pooled(Answers("a", seconds, slots=4), freezing), 400)

    assert run(frozen()) <= 1.1 * run(alone())


def test_eight_nodes_of_which_one_freezes():
    async def main():
        nodes = [Answers(f"n{k}", (0.2, 0.8), slots=4) for k in range(8)]
        asyncio.get_running_loop().call_later(3.0, lambda: setattr(nodes[0], "frozen", True))
        took = await timed(pooled(*nodes), 8 * 4 * 25)
        assert took < 25 * 0.5 * 8 / 7 * 1.25
        assert nodes[0].out == 0

    run(main())


def test_an_endpoint_that_thaws_is_used_again():
    async def main():
        thawing = Answers("b", slots=4)
        loop = asyncio.get_running_loop()
        loop.call_later(1, lambda: setattr(thawing, "frozen", True))
        loop.call_later(6, lambda: setattr(thawing, "frozen", False))
        pool = pooled(Answers("a", slots=4), thawing)
        names = answering(await ask_all(pool, 2000))
        assert pool.status()[1].state == "closed"
        assert names[-100:].count("b") > 30
        await pool.close()

    run(main())


def test_a_slow_endpoint_is_not_a_silent_one():
    async def main():
        slow = Answers("slow", 8.0, slots=4)
        pool = pooled(Answers("fast", 0.2, slots=4), slow)
        names = answering(await ask_all(pool, 6000))
        await pool.close()
        assert names.count("slow") > 100

    run(main())


def test_the_one_long_call_is_made_a_second_time_and_the_first_answer_counts():
    async def main():
        a, b = Answers("a", slots=2), Answers("b", slots=2)
        pool = pooled(a, b)
        answering(await ask_all(pool, 100))
        a.script = b.script = [100.0]  # whoever is asked first
        before = now()
        reply = await pool.ask(request(), key="long", field="f")
        assert isinstance(reply, Reply)
        assert now() - before < 1
        calls = [call for call in pool._journal.calls if call["key"] == "long"]
        assert [call["failing"] for call in calls] == [Failing.SLOW, None]
        await pool.close()

    run(main())


@pytest.mark.parametrize("seconds", [0.4, 20.0])
@pytest.mark.parametrize("names", ["a", "ab"])
def test_a_pause_of_the_program_itself_is_nobodys_fault(names, seconds):
    async def main():
        pool = pooled(*(Answers(name, slots=4) for name in names))
        answering(await ask_all(pool, 100))
        loop = asyncio.get_running_loop()

        def pause():
            loop.jumping.now += seconds

        loop.call_later(0.05, pause)
        answering(await ask_all(pool, 2, first=100))
        assert len(pool._journal.calls) == 102
        await pool.close()
        return [(status.hedges, status.state, status.failures) for status in pool.status()]

    assert run(main()) == [(0, "closed", {})] * len(names)


def test_a_long_call_is_made_again_at_the_only_endpoint():
    async def main():
        a = Answers("a", slots=4)
        pool = pooled(a)
        answering(await ask_all(pool, 100))
        a.script = [50.0]
        before = now()
        await pool.ask(request(), key="long", field="f")
        await pool.close()
        return now() - before, pool.status()[0].hedges

    took, hedges = run(main())
    assert hedges == 1
    assert took < 1


def test_at_most_one_call_in_twenty_is_made_twice():
    async def main():
        class Heavy(Answers):
            async def _answer(self, request):
                self.seconds = 0.1 * self.random.paretovariate(0.8)
                return await super()._answer(request)

        endpoints = Heavy("a", slots=20), Heavy("b", slots=20)
        pool = pooled(*endpoints)
        for k in range(0, 3000, 10):  # few at once, so that there is always room for a second call
            answering(await ask_all(pool, 10, first=k))
        hedges = sum(status.hedges for status in pool.status())
        await pool.close()
        assert 20 < hedges <= 0.05 * 3000 + 5

    run(main())


def test_who_loses_is_cancelled_and_paid():
    async def main():
        a, b = Answers("a", slots=2, price=PRICE), Answers("b", slots=2, price=PRICE)
        pool = pooled(a, b)
        answering(await ask_all(pool, 100))
        spent = pool._journal.cost
        a.always = b.always = None
        a.frozen = True
        await asyncio.gather(*(pool.ask(request(), key=f"x{k}", field="f") for k in range(4)))
        lost = [call for call in pool._journal.calls if call["failing"] is Failing.SLOW]
        assert lost
        assert all(call["cost"] == call["reserved"] for call in lost)
        assert pool._journal.cost - spent == pool._budget.spent - spent
        assert not pool._journal.open
        assert a.cancelled == len(lost)
        await pool.close()

    run(main())


def test_nothing_that_costs_is_made_twice_when_money_is_short_or_much_would_be_wasted():
    async def main(calls, left):
        a, b = Answers("a", slots=2, price=PRICE), Answers("b", slots=2, price=PRICE)
        pool = pooled(a, b, limit=calls * cost + left)
        answering(await ask_all(pool, calls, ask=request()))
        a.always, b.always = 5.0, 5.0
        await pool.ask(request(), key="long", field="f")
        await pool.close()
        return sum(status.hedges for status in pool.status())

    most, cost = PRICE.most(request()), PRICE.cost(Answers("x").usage)
    assert run(main(60 * most // cost, 200 * most)) == 1
    assert run(main(60 * most // cost, 50 * most)) == 0
    assert run(main(40 * most // cost, 200 * most)) == 0


def test_a_hedge_that_fails_does_not_fail_the_request():
    async def main():
        a, b = Answers("a", slots=2), Answers("b", slots=2)
        pool = pooled(a, b)
        answering(await ask_all(pool, 100))
        a.script, b.script = [3.0], [failure(Failing.UNAVAILABLE)]
        before = now()
        assert isinstance(await pool.ask(request(), key="long", field="f"), Reply)
        assert now() - before <= 3.1
        await pool.close()

    run(main())
