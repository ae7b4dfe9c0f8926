"""What becomes of a node: held, proven, doubted, fallen; and what is kept of that."""

import asyncio
import json
import random

import pytest
from trust_books import KeptBook
from trust_people import honest, junk, task
from trust_world import Journal, Node, World, babbler, fair
from virtual_time import run

from parhelion.llm import Budget, Pool
from parhelion.llm.contract import Reply, Usage
from parhelion.network.standing import LEAST, MARKS, Forgetful, Record
from parhelion.network.trust import CHECKING, Referee


class Told:
    """What a referee tells."""

    def __init__(self):
        self.proven, self.fallen = [], []

    def referee(self, **more):
        return Referee(
            proven=self.proven.append, fallen=lambda *which: self.fallen.append(which), mark=lambda name: 7,
            seed=1, **more,
        )  # fmt: skip


def pool_of(*nodes):
    return Pool("m", nodes, budget=Budget(None), journal=Journal(), patience=5)


async def looked(referee, pool, name, value, number):
    """Have an answer of somebody looked at."""
    reply = Reply(json.dumps(value), Usage(1, 1), name)
    return await referee.look(pool, task(number), value, reply, key=f"{name}{number}", field="qa")


async def answered(referee, pool, name, numbers, make=honest):
    rng = random.Random(name)
    return [await looked(referee, pool, name, make(task(number), rng), number) for number in numbers]


class Alone(World):
    """Just what nodes need."""

    def __init__(self):
        self.wrong, self.heard = set(), []


def two(manner=fair, *, trusted=True):
    world, told = Alone(), Told()
    pool = pool_of(Node("own", fair, world, trusted=trusted), Node("other", manner, world))
    return told, told.referee(), pool


def test_trusted_endpoints_are_never_checked_or_held():
    async def main():
        _, referee, pool = two()
        assert all(await answered(referee, pool, "own", range(100), junk))
        assert not referee.held("own")
        assert referee.standings() == {}
        assert pool._journal.calls == {}

    run(main())


def test_a_newcomer_is_held_until_ten_were_good():
    async def main():
        told, referee, pool = two()
        await answered(referee, pool, "own", range(100, 130))
        held = []
        for number in range(60):
            await answered(referee, pool, "other", [number])
            held.append(referee.held("other"))
        proven = held.index(False)
        assert 6 <= proven < 30  # what it answered to canaries counts too
        assert not any(held[proven:])
        assert told.proven == ["other"]
        assert referee.standings()["other"].trust == "proven"
        assert 3 <= pool._journal.calls[CHECKING] <= 12

    run(main())


def test_junk_is_refused_and_its_node_falls():
    async def main():
        told, referee, pool = two(babbler)
        await answered(referee, pool, "own", range(100, 150))
        assert not any(await answered(referee, pool, "other", range(5), junk))
        assert told.fallen == [("other", 0)]
        assert [each.name for each in pool.endpoints] == ["own"]
        assert not referee.admits("other")
        assert referee.standings()["other"].trust == "fallen"
        assert "invited anew" in referee.standings()["other"].why

    run(main())


def test_a_text_given_again_is_checked_even_of_a_proven_node():
    async def main():
        told, referee, pool = two()
        await answered(referee, pool, "own", range(100, 150))
        await answered(referee, pool, "other", range(60))
        assert told.proven == ["other"]
        before = pool._journal.calls[CHECKING]
        value = honest(task(100), random.Random(1))
        assert await looked(referee, pool, "other", value, 100)
        assert not await looked(referee, pool, "other", value, 200)
        assert pool._journal.calls[CHECKING] > before
        assert referee.held("other")

    run(main())


def test_a_commonplace_is_checked_once():
    same = {"question": "Is that right, and does the source say the same as the row does?"}

    def formal(node, request):
        return True, honest(request, node.rng) | same

    async def main():
        world, told = Alone(), Told()
        pool = pool_of(Node("a", formal, world), Node("b", formal, world))
        referee = told.referee()
        refused = 0
        for number in range(160):
            value = honest(task(number), random.Random(number)) | same
            refused += not await looked(referee, pool, "ab"[number % 2], value, number)
        assert refused <= 2
        assert set(told.proven) == {"a", "b"}
        assert pool._journal.calls[CHECKING] <= 25

    run(main())


def test_of_a_proven_node_the_rows_after_the_twentieth_last_good_check_go():
    record = Record()
    for mark in range(MARKS):
        assert record.since("p") == 0
        record.passed(3, "p", 100 + mark)
    assert record.since("p") == 100
    record.passed(3, "p", 500)
    assert record.since("p") == 101
    assert record.since("another project") == 0


def test_doubt_is_made_up_for_by_checks_alone():
    record = Record(valid=500, proven=True, credit=9)
    assert record.rate() == LEAST
    assert not record.failed(4)
    assert record.held
    assert record.rate() == 1
    for _ in range(4):
        assert not record.prove()
        record.passed(3, "", 0)
    record.valid = 10
    assert record.prove()
    assert not record.held
    assert not record.failed(4)
    assert record.failed(4)


def test_two_who_disagree_are_held_and_nobody_falls():
    async def main():
        world, told = Alone(), Told()
        pool, referee = pool_of(Node("a", fair, world), Node("b", babbler, world)), told.referee()
        for number in range(60):
            await answered(referee, pool, "a", [number])
            await answered(referee, pool, "b", [number + 1000], junk)
        assert told.fallen == []
        assert told.proven == []
        assert referee.held("a")
        assert await referee.settle(pool, "a") != ""
        assert pool._journal.calls[CHECKING] < 120

    run(main())


def test_whoever_is_alone_stays_held_with_a_reason():
    async def main():
        told = Told()
        pool, referee = pool_of(Node("a", fair, Alone())), told.referee()
        assert all(await answered(referee, pool, "a", range(50)))
        assert referee.held("a")
        assert await referee.settle(pool, "a") == (
            "a is new: there is nobody else to compare it with; add an endpoint of your own"
        )

    run(main())


def test_at_the_end_a_newcomer_is_proven_by_canaries():
    async def main():
        told, referee, pool = two()
        await answered(referee, pool, "own", range(100, 150))
        await answered(referee, pool, "other", range(3))
        assert referee.held("other")
        assert await referee.settle(pool, "other") == ""
        assert told.proven == ["other"]
        known = {task(number).messages for number in range(150)}
        asked = [each.messages for each in pool.endpoints[1].asked]
        assert 3 <= len(asked) == len(set(asked))  # canaries: no other request than those of tasks, and none twice
        assert set(asked) <= known

    run(main())


def test_at_the_end_a_sleeper_falls():
    async def main():
        told, referee, pool = two(babbler)
        await answered(referee, pool, "own", range(100, 150))
        await answered(referee, pool, "other", range(3))
        assert await referee.settle(pool, "other") == ""
        assert [name for name, _ in told.fallen] == ["other"]

    run(main())


def test_what_was_found_out_is_kept():
    kept = {}
    book = lambda: KeptBook(kept.get, kept.__setitem__)  # noqa: E731

    async def main():
        world, told = Alone(), Told()
        nodes = [Node("own", fair, world, trusted=True), Node("good", fair, world), Node("bad", babbler, world)]
        pool, referee = pool_of(*nodes), told.referee(book=book())
        await answered(referee, pool, "own", range(100, 150))
        await answered(referee, pool, "good", range(60))
        await answered(referee, pool, "bad", range(200, 205), junk)
        json.dumps(kept)
        again = told.referee(book=book())
        assert again.standings() == referee.standings()
        assert not again.held("good")
        other = pool_of(*nodes)
        assert not (await answered(again, other, "bad", [300]))[0]
        assert "bad" not in [each.name for each in other.endpoints]
        assert [name for name, _ in told.fallen] == ["bad"]

    run(main())


def test_an_answer_of_nobody_is_asked_for_anew():
    async def main():
        _, referee, pool = two()
        assert await answered(referee, pool, "gone", [1]) == [False]
        assert not referee.held("gone")

    run(main())


def test_a_model_may_judge():
    async def main():
        world, told, asked = Alone(), Told(), []

        async def judge(request, one, two):
            asked.append(request)
            return one["level"] != 9 and two["level"] != 9

        pool = pool_of(Node("own", fair, world, trusted=True), Node("other", fair, world))
        referee = told.referee(judge=judge)
        assert await looked(referee, pool, "other", {"question": "?", "answer": "!", "level": 1}, 1)
        assert not await looked(referee, pool, "other", {"question": "?", "answer": "!", "level": 9}, 2)
        assert asked

    run(main())


def test_an_answer_in_flight_does_not_count_once_its_node_has_fallen():
    async def main():
        told, referee, pool = two(babbler)
        await answered(referee, pool, "own", range(100, 150))
        rng = random.Random(0)
        found = await asyncio.gather(*(looked(referee, pool, "other", junk(task(n), rng), n) for n in range(8)))
        assert not any(found)
        assert len(told.fallen) == 1

    run(main())


@pytest.mark.parametrize("seed", [0, 2**63, -5])
def test_any_seed_will_do(seed):
    Referee(proven=print, fallen=print, mark=lambda _: 0, seed=seed, book=Forgetful())
