"""Money is set aside before a call, and no budget is ever overshot."""

import asyncio

import pytest
from pool_parts import Answers, Remembers, ask_all, failure, request
from virtual_time import run

from parhelion.llm.budget import Budget
from parhelion.llm.contract import BudgetSpent, CallError, Failing, Price, Reply, Unanswered, Usage
from parhelion.llm.pool import Pool

PRICE = Price.of(1.0, 2.0)
MOST, COST = PRICE.most(request()), PRICE.cost(Usage(10, 5))


def pooled(limit, *endpoints, **more):
    budget, journal = Budget(limit), Remembers()
    return Pool("m", endpoints, budget=budget, journal=journal, **more), budget, journal


def test_a_budget_refuses_what_does_not_fit_and_says_so_in_dollars():
    budget = Budget(5 * 10**12, spent=4 * 10**12)
    with pytest.raises(BudgetSpent, match=r"may cost \$2\.00 and \$1\.00 of \$5\.00 is left \(\$4\.00 spent\)"):
        budget.reserve(2 * 10**12)
    assert (budget.spent, budget.reserved) == (4 * 10**12, 0)


def test_no_limit_is_no_limit_and_what_is_free_always_fits():
    Budget(None).reserve(10**30)
    spent = Budget(5, spent=9)
    spent.reserve(0)
    assert spent.left == -4


def test_many_at_once_use_a_small_budget_up_and_never_overshoot():
    async def main():
        limit = MOST + 49 * COST
        pool, budget, journal = pooled(limit, Answers("a", slots=128, price=PRICE))
        replies = await ask_all(pool, 200, ask=request())
        await pool.close()
        answered = [reply for reply in replies if isinstance(reply, Reply)]
        assert len(answered) == 50  # every further call might have cost more than is left
        assert all(isinstance(reply, BudgetSpent) for reply in replies if reply not in answered)
        assert budget.spent == journal.cost == 50 * COST <= limit
        assert budget.reserved == 0

    run(main())


def test_at_every_moment_spent_and_set_aside_stay_within_the_limit():
    class Checked(Budget):
        def reserve(self, most):
            super().reserve(most)
            assert self.spent + self.reserved <= self.limit

    async def main():
        budget, journal = Checked(7 * MOST), Remembers()
        script = [failure(Failing.SLOW, spent=True), failure(Failing.UNAVAILABLE)] * 3
        pool = Pool("m", [Answers("a", (0.1, 1.0), price=PRICE, script=script)], budget=budget, journal=journal)
        await ask_all(pool, 300)
        await pool.close()
        assert budget.spent == journal.cost <= budget.limit
        assert not journal.open

    run(main())


def test_pools_of_one_budget_wait_for_each_other():
    async def main():
        budget = Budget(MOST + COST)
        slow, fast = (
            Pool("m", [Answers("a", seconds, price=PRICE)], budget=budget, journal=Remembers()) for seconds in (1, 0.1)
        )
        first = asyncio.ensure_future(slow.ask(request(), key="a", field="f"))
        await asyncio.sleep(0)
        assert isinstance(await fast.ask(request(), key="b", field="f"), Reply)  # it fits once the other is settled
        assert asyncio.get_running_loop().time() == pytest.approx(1.1)
        await first
        with pytest.raises(BudgetSpent):
            await fast.ask(request(), key="c", field="f")
        await slow.close()
        await fast.close()

    run(main())


def test_the_cheaper_endpoint_is_asked_where_the_dearer_does_not_fit():
    async def main():
        dear, free = Answers("dear", price=PRICE), Answers("free", 1.0, slots=1)
        pool, _, _ = pooled(MOST - 1, dear, free)
        replies = await ask_all(pool, 5, ask=request())
        await pool.close()
        assert [reply.endpoint for reply in replies] == ["free"] * 5
        assert dear.calls == 0

    run(main())


@pytest.mark.parametrize(("spent", "cost"), [(True, MOST), (False, 0)])
def test_a_failed_call_costs_what_it_may_have_used(spent, cost):
    async def main():
        script = [failure(Failing.SLOW, spent=spent)]
        pool, budget, journal = pooled(None, Answers("a", price=PRICE, script=script))
        await pool.ask(request(), key="k", field="f")
        await pool.close()
        assert [call["cost"] for call in journal.calls] == [cost, COST]
        assert [call["failing"] for call in journal.calls] == [Failing.SLOW, None]
        assert budget.spent == cost + COST

    run(main())


def test_a_server_that_reports_more_than_it_can_have_used_is_paid_and_left():
    async def main():
        liar = Answers("liar", price=PRICE)
        liar.usage = Usage(10**6, 5)
        pool, budget, journal = pooled(10 * 10**12, liar)
        assert isinstance(await pool.ask(request(), key="k", field="f"), Reply)
        assert budget.spent == journal.cost == PRICE.cost(liar.usage) > MOST
        with pytest.raises(Unanswered, match="liar: reports more tokens"):
            await pool.ask(request(), key="k2", field="f")
        await pool.close()

    run(main())


def test_whoever_stops_asking_leaves_nothing_set_aside():
    async def main():
        pool, budget, journal = pooled(100 * MOST, Answers("a", 60.0, slots=4, price=PRICE))
        asks = [asyncio.ensure_future(pool.ask(request(), key=f"k{k}", field="f")) for k in range(10)]
        await asyncio.sleep(1)
        for ask in asks:
            ask.cancel()
        await asyncio.gather(*asks, return_exceptions=True)
        assert budget.reserved == 0
        assert budget.spent == journal.cost == 4 * MOST
        assert not journal.open
        assert {call["failing"] for call in journal.calls} == {Failing.SLOW}
        await pool.close()

    run(main())


def test_stopping_the_program_leaves_nothing_open():
    budget, journal = Budget(100 * MOST), Remembers()

    async def main():
        pool = Pool("m", [Answers("a", 60.0, price=PRICE)], budget=budget, journal=journal)
        asyncio.get_running_loop().call_later(1, asyncio.current_task().cancel)
        await ask_all(pool, 10)

    with pytest.raises(asyncio.CancelledError):
        run(main())
    assert budget.reserved == 0
    assert not journal.open


def test_a_journal_that_cannot_be_written_stops_who_asks_and_nothing_is_set_aside():
    class Full(Remembers):
        def opened(self, key, **what):
            raise OSError(28, "No space left on device")

    async def main():
        endpoint, budget = Answers("a", price=PRICE), Budget(10 * MOST)
        pool = Pool("m", [endpoint], budget=budget, journal=Full())
        with pytest.raises(OSError, match="No space left"):
            await pool.ask(request(), key="k", field="f")
        await pool.close()
        assert (budget.spent, budget.reserved, endpoint.calls) == (0, 0, 0)

    run(main())


def test_an_endpoint_that_breaks_is_not_hidden():
    class Broken(Answers):
        async def _answer(self, request):
            raise ZeroDivisionError

    async def main():
        pool, budget, journal = pooled(10 * MOST, Broken("a", price=PRICE))
        with pytest.raises(ZeroDivisionError):
            await pool.ask(request(), key="k", field="f")
        await pool.close()
        assert budget.spent == journal.cost == MOST
        assert budget.reserved == 0

    run(main())


def test_a_call_error_is_an_error_of_an_endpoint():
    assert "a: 500" in str(CallError(Failing.UNAVAILABLE, "a", "500"))
