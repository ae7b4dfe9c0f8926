"""Requests go to whoever has room, once, in order, and what fails is tried again."""

import asyncio

import pytest
from limiters import Bucket
from pool_parts import Answers, Remembers, ask_all, failure, request
from virtual_time import run

from parhelion.errors import ConfigError
from parhelion.llm.budget import Budget
from parhelion.llm.contract import Failing, Reply, Unanswered, Unusable, Usage
from parhelion.llm.pool import Pool


def pooled(*endpoints, **more):
    return Pool("m", endpoints, budget=Budget(None), journal=Remembers(), **more)


def answering(replies):
    assert all(isinstance(reply, Reply) for reply in replies), replies
    return [reply.endpoint for reply in replies]


def now():
    return asyncio.get_running_loop().time()


def test_what_is_known_is_not_asked():
    async def main():
        endpoint, known = Answers("a"), Reply("KNOWN", Usage(1, 1), "b")
        pool = Pool("m", [endpoint], budget=Budget(0), journal=Remembers({"k": known}))
        assert await pool.ask(request(), key="k", field="f") is known
        assert endpoint.calls == 0
        await pool.close()
        assert endpoint.closed

    run(main())


def test_the_journal_is_told_of_every_call():
    async def main():
        pool = pooled(Answers("a", script=[failure(Failing.UNAVAILABLE)]))
        await pool.ask(request(), key="k", field="colour")
        await pool.close()
        first, second = pool._journal.calls
        assert first == {
            "key": "k", "field": "colour", "model": "m", "endpoint": "a",
            "reserved": 0, "cost": 0, "reply": None, "failing": Failing.UNAVAILABLE,
        }  # fmt: skip
        assert second["reply"].text == "HELLO"

    run(main())


def test_all_slots_are_used_at_all_times():
    async def main():
        endpoint = Answers("a", 0.5, slots=128)
        pool = pooled(endpoint)
        answering(await ask_all(pool, 10 * 128))
        await pool.close()
        assert endpoint.most_out == 128
        assert now() == pytest.approx(5.0)

    run(main())


def test_who_asks_first_is_served_first():
    async def main():
        endpoint, order = Answers("a", (0.1, 0.5), slots=1), []
        pool = pooled(endpoint)

        async def ask(k):
            await pool.ask(request(), key=f"k{k}", field="f")
            order.append(k)

        await asyncio.gather(*(ask(k) for k in range(50)))
        await pool.close()
        assert order == list(range(50))

    run(main())


def test_eight_equal_endpoints_do_the_work_of_eight():
    async def main():
        pool = pooled(*(Answers(f"n{k}", 0.5, slots=4) for k in range(8)))
        names = answering(await ask_all(pool, 8 * 4 * 25))
        await pool.close()
        assert now() == pytest.approx(25 * 0.5)
        assert {names.count(f"n{k}") for k in range(8)} == {100}

    run(main())


def test_shares_follow_the_weights_where_there_is_a_choice():
    async def main():
        pool = pooled(Answers("a", weight=3.0, slots=50), Answers("b", weight=1.0, slots=50))
        names = [answering(await ask_all(pool, 1, first=k))[0] for k in range(40)]
        await pool.close()
        assert (names.count("a"), names.count("b")) == (30, 10)

    run(main())


def test_an_endpoint_to_avoid_is_avoided_and_blocks_nobody():
    async def main():
        a, b = Answers("a", slots=1), Answers("b", slots=1)
        pool = pooled(a, b)
        asks = (
            pool.ask(request(), key=f"k{k}", field="f", avoid=frozenset({"ab"[k % 2]}) if k % 3 else frozenset())
            for k in range(60)
        )
        names = answering(await asyncio.gather(*asks))
        assert all(names[k] != "ab"[k % 2] for k in range(60) if k % 3)
        with pytest.raises(Unanswered, match="a: not to be asked this time; b: not to be asked this time"):
            await pool.ask(request(), key="none", field="f", avoid=frozenset({"a", "b"}))
        await pool.close()
        assert now() < 0.1 * 60 / 2 * 1.2

    run(main())


def test_a_key_that_is_wrong_ends_all_waiting_at_once():
    async def main():
        pool = pooled(Answers("a", slots=2, always=failure(Failing.KEY, "401 wrong key")))
        replies = await ask_all(pool, 100)
        await pool.close()
        assert {str(reply) for reply in replies} == {"no endpoint of m answered; a: 401 wrong key"}
        assert pool.status()[0].state == "gone"
        assert pool.capacity == 0
        assert len(pool._journal.calls) == 2

    run(main())


def test_a_model_that_is_missing_is_found_elsewhere():
    async def main():
        missing = Answers("a", slots=4, always=failure(Failing.MODEL, "no such model"))
        pool = pooled(missing, Answers("b", slots=4))
        assert set(answering(await ask_all(pool, 50))) == {"b"}
        await pool.close()
        assert missing.calls <= 4

    run(main())


def test_a_request_that_nobody_takes_rejects_itself_alone():
    class Short(Answers):
        async def _answer(self, request):
            if len(request.messages[0].content) > 10:
                raise failure(Failing.REQUEST, "the prompt is too long")
            return await super()._answer(request)

    async def main():
        pool = pooled(Short("a"), Short("b"))
        long = pool.ask(request("x" * 11), key="long", field="f")
        replies = await asyncio.gather(long, *(pool.ask(request(), key=f"{k}", field="f") for k in range(20)),
                                       return_exceptions=True)  # fmt: skip
        assert isinstance(replies[0], Unusable)
        assert "no endpoint of m takes this request" in replies[0].reason
        assert "the prompt is too long" in replies[0].reason
        answering(replies[1:])
        await pool.close()
        assert sum(call["key"] == "long" for call in pool._journal.calls) == 2  # once at each
        pool = pooled(Short("a"), Answers("b"))
        assert (await pool.ask(request("x" * 11), key="long", field="f")).endpoint == "b"
        await pool.close()

    run(main())


@pytest.mark.parametrize("failing", [Failing.UNAVAILABLE, Failing.SLOW, Failing.GARBLED])
def test_what_fails_now_and_then_is_asked_again(failing):
    async def main():
        pool = pooled(Answers("a", script=[failure(failing)] * 3), Answers("b", script=[failure(failing)] * 3))
        answering(await ask_all(pool, 50))
        await pool.close()
        assert len(pool._journal.calls) == 56

    run(main())


def test_nobody_there_is_said_for_each_endpoint_and_soon():
    async def main():
        pool = pooled(
            Answers("a", always=failure(Failing.UNAVAILABLE, "connection refused")),
            Answers("b", always=failure(Failing.GARBLED, "HTML instead of JSON")),
        )
        replies = await ask_all(pool, 200)
        await pool.close()
        assert {type(reply) for reply in replies} == {Unanswered}
        assert all("a: connection refused" in str(reply) and "b: HTML" in str(reply) for reply in replies)
        assert now() < 60
        assert len(pool._journal.calls) < 100  # the breakers spare most of the calls

    run(main())


def test_a_server_that_is_started_anew_is_waited_for():
    async def main():
        endpoint = Answers("a", slots=8)
        pool = pooled(endpoint)
        loop = asyncio.get_running_loop()
        loop.call_later(2, lambda: setattr(endpoint, "always", failure(Failing.UNAVAILABLE, "connection refused")))
        loop.call_later(200, lambda: setattr(endpoint, "always", None))
        loop.call_later(100, lambda: states.extend(pool.status()))
        states = []
        answering(await ask_all(pool, 400))
        await pool.close()
        assert now() < 200 + 60 + 5
        assert states[0].state in {"open", "half-open"}
        assert states[0].why.startswith("connection refused; tried again in")

    run(main())


def test_a_server_that_never_comes_back_is_given_up_after_the_patience():
    async def main():
        endpoint = Answers("a", slots=8)
        pool = pooled(endpoint, patience=300)
        asyncio.get_running_loop().call_later(
            2, lambda: setattr(endpoint, "always", failure(Failing.UNAVAILABLE, "connection refused"))
        )
        replies = await ask_all(pool, 400)
        await pool.close()
        assert {type(reply) for reply in replies} == {Reply, Unanswered}
        assert 300 < now() < 300 + 120

    run(main())


def test_a_server_that_refuses_everything_is_given_up_after_the_patience():
    async def main():
        pool = pooled(Answers("a", always=failure(Failing.LIMITED, "429 quota used up")), patience=300)
        replies = await ask_all(pool, 20)
        await pool.close()
        assert {type(reply) for reply in replies} == {Unanswered}
        assert all("429 quota used up" in str(reply) for reply in replies)
        assert 300 < now() < 300 + 120

    run(main())


def test_a_quota_that_is_used_up_for_a_day_is_not_waited_for():
    async def main():
        day = Answers("a", slots=2, always=failure(Failing.LIMITED, "429 daily quota", after=86400.0))
        pool = pooled(day)
        replies = await ask_all(pool, 20)
        assert {type(reply) for reply in replies} == {Unanswered}
        assert all("429 daily quota" in str(reply) for reply in replies)
        pool.add(Answers("b", slots=2))
        assert set(answering(await ask_all(pool, 20, first=20))) == {"b"}
        await pool.close()
        assert now() < 10

    run(main())


def test_a_rate_that_nobody_knows_is_kept_by_the_pool():
    async def main():
        endpoint = Answers("a", (0.2, 1.0), slots=64, takes=Bucket(20, 20))
        pool = pooled(endpoint)
        answering(await ask_all(pool, 20 * 150))
        refused = [call["failing"] for call in pool._journal.calls if call["failing"]]
        await pool.close()
        assert set(refused) == {Failing.LIMITED}
        assert now() < 150 / 0.95
        assert len(refused) < 0.04 * 3000

    run(main())


def test_what_is_refused_is_asked_again_and_elsewhere():
    async def main():
        a = Answers("a", slots=4, script=[failure(Failing.LIMITED, "429", after=30.0)])
        pool = pooled(a, Answers("b", slots=4))
        first = await pool.ask(request(), key="k", field="f")
        assert first.endpoint == "b"
        assert now() < 1
        status = pool.status()[0]
        assert status.failures == {Failing.LIMITED: 1}
        assert status.limit == 3
        assert "it asks to wait; the next in 29." in status.why
        answering(await ask_all(pool, 2000))
        assert a.at[1] >= 30
        await pool.close()

    run(main())


def test_a_pool_may_be_empty_for_a_while():
    async def main():
        pool = pooled(patience=100)
        asyncio.get_running_loop().call_later(50, lambda: pool.add(Answers("a")))
        assert set(answering(await ask_all(pool, 10))) == {"a"}
        pool.remove("a")
        with pytest.raises(Unanswered, match="there was no endpoint to ask for 100 s"):
            await pool.ask(request(), key="x", field="f")
        await pool.close()

    run(main())


def test_nodes_come_and_go_and_nothing_is_lost():
    async def main():
        first, second = Answers("a", 1.0, slots=4), Answers("b", 1.0, slots=4)
        pool = pooled(first)
        loop = asyncio.get_running_loop()
        loop.call_later(2.5, lambda: pool.add(second))
        loop.call_later(4.2, lambda: pool.remove("a"))
        answering(await ask_all(pool, 60))
        await pool.close()
        assert first.cancelled == 4
        assert not first.closed  # it is the caller's
        assert not pool._journal.open
        with pytest.raises(ConfigError, match=r"no endpoint 'bb'; did you mean 'b'\?"):
            pool.remove("bb")
        with pytest.raises(ConfigError, match="an endpoint 'b' already"):
            pool.add(Answers("b"))

    run(main())


def test_closing_answers_who_waits_and_cancels_what_is_out():
    async def main():
        endpoint = Answers("a", 60.0, slots=2)
        pool = pooled(endpoint)
        asyncio.get_running_loop().call_later(1, lambda: closing.append(asyncio.ensure_future(pool.close())))
        closing = []
        replies = await ask_all(pool, 10)
        await closing[0]
        assert {str(reply) for reply in replies} == {"m: the pool was closed before an answer came"}
        assert endpoint.cancelled == 2
        assert endpoint.closed
        with pytest.raises(Unanswered, match="the pool is closed"):
            await pool.ask(request(), key="x", field="f")

    run(main())


def test_a_run_is_the_same_each_time():
    async def main():
        script = [failure(Failing.UNAVAILABLE), failure(Failing.SLOW)] * 10
        pool = pooled(Answers("a", (0.1, 1.0), script=script), Answers("b", (0.1, 2.0), slots=3), seed=7)
        names = answering(await ask_all(pool, 300))
        await pool.close()
        return names, now()

    assert run(main()) == run(main())
