"""Nodes that lie, shout, and answer twice; and an owner's program that is sent junk."""

import asyncio
import json
from contextlib import asynccontextmanager

import nats
import pytest
from network_tools import Bench, Echo, needs_server, request, town, until

from parhelion.llm.contract import CallError, Failing, Price
from parhelion.network import read_invitation, watch
from parhelion.network.conf import hello_subject, task_subject

pytestmark = needs_server
HELLO = {"v": 1, "models": ["m"], "slots": 4, "every": 60}


@asynccontextmanager
async def evil_town(tmp_path, answer=None):
    """A town with a node called evil, which answers each task by `answer(client, message)`, and a bench for model m."""
    async with _with_evil(tmp_path) as net, watch(net.folder) as seen:
        await seen.link.flush()  # it is listened to
        invitation = read_invitation(net.folder.parent / "evil.join")
        client = await nats.connect(invitation.urls[0], nkeys_seed_str=invitation.seed, error_cb=_quiet)

        async def asked(message):
            order = json.loads(message.data)
            if order["kind"] == "task" and answer:
                await answer(client, message, order)

        await client.subscribe(task_subject("evil"), cb=asked)
        bench = Bench()
        seen.supply(bench, "m", price=Price(1, 1))
        try:
            yield net, seen, client, bench
        finally:
            await client.close()


@asynccontextmanager
async def _with_evil(tmp_path):
    async with town(tmp_path) as net:
        await net.admit("evil")
        yield net


async def _quiet(_):
    pass


async def hello(client, **said):
    await client.publish(hello_subject("evil"), json.dumps(HELLO | said).encode())
    await client.flush()


def good(order, text="fine", **more):
    return json.dumps(
        {"v": 1, "id": order["id"], "text": text, "read": 1, "written": 1, "finish": "stop", **more}
    ).encode()


JUNK = {
    "nothing": lambda order: b"",
    "no JSON": lambda order: b"<html>",
    "bytes": lambda order: bytes(range(256)),
    "a list": lambda order: b"[1]",
    "no version": lambda order: good(order).replace(b'"v": 1', b'"w": 1'),
    "a later version": lambda order: good(order).replace(b'"v": 1', b'"v": 2'),
    "the wrong id": lambda order: good(order | {"id": "0" * 16}),
    "a number for text": lambda order: good(order, text=5),
    "negative tokens": lambda order: good(order, written=-1),
    "tokens as text": lambda order: good(order, written="1"),
    "NaN": lambda order: good(order, written=float("nan")),
    "an unknown end": lambda order: good(order, finish="paid"),
    "more than is known": lambda order: good(order, tool_calls=[{"name": "rm"}]),
    "an unknown fault": lambda order: json.dumps({"v": 1, "id": order["id"], "fault": "bribe", "why": ""}).encode(),
    "deep": lambda order: b"[" * 100_000,
    "deep inside": lambda order: b'{"v":1,"id":' + b'{"a":' * 100_000,
    "a lone surrogate": lambda order: good(order, text="?").replace(b'"?"', b'"\\ud800"'),
}


def test_junk_is_garbled_and_never_more(tmp_path):
    async def main():
        make = None

        async def answer(client, message, order):
            await client.publish(message.reply, make(order))

        async with evil_town(tmp_path, answer) as (_, _, client, bench):
            await hello(client)
            await bench.until("evil")
            for name, make in JUNK.items():  # noqa: B007 (the node answers with it)
                with pytest.raises(CallError) as caught:
                    await bench.there["evil"].send(request())
                assert caught.value.failing is Failing.GARBLED, name
                assert len(str(caught.value)) < 600, name

            def make(order):
                return good(order)

            assert (await bench.there["evil"].send(request())).text == "fine"

    asyncio.run(main())


def test_tokens_beyond_what_was_reserved_are_not_counted(tmp_path):
    async def main():
        async def answer(client, message, order):
            await client.publish(message.reply, good(order, read=10**12, written=10**12))

        async with evil_town(tmp_path, answer) as (_, _, client, bench):
            await hello(client)
            await bench.until("evil")
            node, asked = bench.there["evil"], request()
            reply = await node.send(asked)
            assert node.price.cost(reply.usage) <= node.price.most(asked)

    asyncio.run(main())


def test_answers_that_are_late_or_come_twice_are_nobodys(tmp_path):
    async def main():
        given_up = asyncio.Event()

        async def answer(client, message, order):
            if order["messages"][0][1] == "late":
                await given_up.wait()
            for text in ("first", "second", "third"):
                await client.publish(message.reply, good(order, text))

        async with evil_town(tmp_path, answer) as (_, seen, client, bench):
            hasty = Bench()
            seen.supply(hasty, "m", timeout=1.0)
            await hello(client)
            await bench.until("evil")
            assert (await bench.there["evil"].send(request())).text == "first"
            await until(lambda: seen.inbox.dropped["evil"] == 2)
            with pytest.raises(CallError) as slow:
                await hasty.there["evil"].send(request("late"))
            assert slow.value.failing is Failing.SLOW
            given_up.set()
            await until(lambda: seen.inbox.dropped["evil"] == 5)
            assert not seen.inbox._waiting

    asyncio.run(main())


def test_a_node_that_feigns_its_absence_is_absent(tmp_path):
    async def main():
        async def answer(client, message, order):
            await client.publish(message.reply, b"", headers={"Status": "503"})

        async with evil_town(tmp_path, answer) as (_, _, client, bench):
            await hello(client)
            await bench.until("evil")
            with pytest.raises(CallError) as caught:
                await bench.there["evil"].send(request())
            assert caught.value.failing in {Failing.UNAVAILABLE, Failing.GARBLED}

    asyncio.run(main())


HELLOS = [
    {"models": "m"},
    {"slots": 0},
    {"slots": 10**9},
    {"every": 1e9},
    {"models": ["m"] * 300},
    {"models": ["m", "x" * 20_000]},
    {"v": "one"},
    {"speed": -1},
]


def test_a_hello_that_is_none_is_not_heard(tmp_path):
    async def main():
        async with evil_town(tmp_path) as (_, seen, client, bench):
            for said in HELLOS:
                await hello(client, **said)
            await until(lambda: seen.inbox.dropped["evil"] == len(HELLOS))
            assert not bench.seen
            assert not seen.present
            await hello(client)
            await bench.until("evil")

    asyncio.run(main())


def test_a_node_of_a_later_version_is_seen_but_not_asked(tmp_path):
    async def main():
        async with evil_town(tmp_path) as (_, seen, client, bench):
            await hello(client, v=2, news="more")
            await until(lambda: "evil" in seen.present)
            assert not bench.there

    asyncio.run(main())


def test_a_node_that_calls_itself_another_is_still_itself(tmp_path):
    async def main():
        async with evil_town(tmp_path) as (_, _, client, bench):
            await hello(client, name="good", own=True, trusted=True)
            await bench.until("evil")
            assert not bench.there["evil"].trusted

    asyncio.run(main())


def test_a_node_that_shouts_takes_nothing_from_others(tmp_path):
    async def main():
        async with evil_town(tmp_path) as (net, seen, client, bench):
            await hello(client)
            await net.join("good", {"m": Echo()}, every=1.5)
            await bench.until("evil", "good")
            answers = [asyncio.create_task(bench.there["good"].send(request(str(n)))) for n in range(4)]
            for _ in range(2000):
                await client.publish("hello.evil", b"x" * 1000)
            for _ in range(200):
                await client.publish(f"answer.evil.{seen.inbox.name}.abc", b"x" * 100_000)
            assert [reply.text for reply in await asyncio.gather(*answers)] == ["0", "1", "2", "3"]

    asyncio.run(main())


ORDERS = [
    b"",
    b"junk",
    b'{"v":2,"kind":"task"}',
    b'{"v":1,"kind":"run","code":"import os"}',
    b'{"v":1,"kind":"task","id":"1","model":"m","messages":[["user","x"]],"parameters":{},"seconds":1,"tools":[]}',
    b'{"v":1,"kind":"task","id":"1","model":"m","messages":[["tool","x"]],"parameters":{},"seconds":1}',
    b'{"v":1,"kind":"task","id":"1","model":"m","messages":[],"parameters":{},"seconds":1}',
    b'{"v":1,"kind":"task","id":"1","model":"m","messages":[["user","x"]],"parameters":{"max_tokens":0},"seconds":1}',
    b'{"v":1,"kind":"task","id":"1","model":"m","messages":[["user","x"]],"parameters":{},"seconds":1e9}',
    b"[" * 500_000,
]


def test_a_node_refuses_what_it_does_not_know(tmp_path):
    async def main():
        echo = Echo()
        async with town(tmp_path) as net, watch(net.folder) as seen:
            await net.join("a", {"m": echo})
            bench = Bench()
            seen.supply(bench, "m")
            await bench.until("a")
            for order in ORDERS:
                message = await seen.inbox.ask("a", "token", order, 60)
                said = json.loads(message.data)
                assert (said["fault"], said["id"]) == ("request", ""), order[:100]
                assert "version 1 is spoken here" in said["why"]
            assert not echo.asked
            assert (await bench.there["a"].send(request("still here"))).text == "still here"

    asyncio.run(main())
