"""Nodes that join, answer, refuse and leave, over the real server."""

import asyncio

import pytest
from network_tools import Bench, Echo, needs_server, request, town, until

from parhelion.errors import ConfigError
from parhelion.llm.contract import CallError, Failing, Parameters, Price
from parhelion.network import network_status, watch

pytestmark = needs_server


def test_a_node_answers_like_any_endpoint(tmp_path):
    async def main():
        echo = Echo(prefix="you said ")
        async with town(tmp_path) as net, watch(net.folder) as seen:
            await net.join("garage-pc", {"qwen": echo}, slots=3)
            bench = Bench()
            seen.supply(bench, "qwen", price=Price(1, 2), weight=2.0)
            await bench.until("garage-pc")
            node = bench.there["garage-pc"]
            asked = request("ünï\n" * 100, schema={"type": "object"}, seed=-7)
            reply = await node.send(asked)
            assert reply.text == "you said " + "ünï\n" * 100
            assert (reply.endpoint, reply.usage, reply.finish) == ("garage-pc", (3, 5), "stop")
            assert reply.seconds > 0
            assert echo.asked == [asked]
            assert (node.slots, node.trusted, node.price, node.weight) == (3, False, Price(1, 2), 2.0)

    asyncio.run(main())


def test_nodes_come_and_go_and_have_several_models(tmp_path):
    async def main():
        async with town(tmp_path) as net, watch(net.folder) as seen:
            small, large = Bench(), Bench()
            seen.supply(small, "small")
            seen.supply(large, "large")
            await net.join("a", {"small": Echo(), "large": Echo()})
            await net.join("b", {"small": Echo()})
            await small.until("a", "b")
            await large.until("a")
            await net.leave("a")
            await small.until("b")
            await large.until()
            await net.join("a", {"large": Echo()})
            await large.until("a")
            await small.until("b")
            assert any("a is there: large" in line for line in net.said)
            assert any("a has gone: it says goodbye" in line for line in net.said)

    asyncio.run(main())


def test_nodes_that_were_there_before_are_found_at_once(tmp_path):
    async def main():
        async with town(tmp_path) as net:
            await net.join("a", {"m": Echo()}, every=60)
            async with watch(net.folder) as seen:
                bench = Bench()
                seen.supply(bench, "m")
                await seen.settled(40)  # long before the next hello that nobody has asked for
                assert set(bench.there) == {"a"}

    asyncio.run(main())


def test_a_node_keeps_to_its_slots_and_finishes_what_it_has(tmp_path):
    async def main():
        async with town(tmp_path) as net, watch(net.folder) as seen:
            echo = Echo(held=True)
            lines = await net.join("a", {"m": echo}, slots=2)
            bench = Bench()
            seen.supply(bench, "m")
            await bench.until("a")
            node = bench.there["a"]
            first = [asyncio.create_task(node.send(request(str(n)))) for n in range(2)]
            await until(lambda: len(echo.asked) == 2)
            with pytest.raises(CallError, match="busy: all 2 slots are taken") as busy:
                await node.send(request())
            assert (busy.value.failing, busy.value.after) == (Failing.LIMITED, 1.0)
            leaving = asyncio.create_task(net.leave("a"))
            await until(lambda: any("finishing 2 tasks" in line for line in lines))
            await bench.until()
            echo.free.set()
            assert [reply.text for reply in await asyncio.gather(*first)] == ["0", "1"]
            await leaving

    asyncio.run(main())


def test_a_node_says_what_it_cannot_do(tmp_path):
    async def main():
        broken = Echo(fault=CallError(Failing.REQUEST, "ollama", "the prompt is longer than the context"))
        endpoints = {"m": Echo(), "broken": broken, "bug": Echo(fault=KeyError("oh"))}
        async with town(tmp_path) as net, watch(net.folder) as seen:
            await net.join("a", endpoints, longest=5000)
            benches = {model: Bench() for model in endpoints}
            for model, bench in benches.items():
                seen.supply(bench, model)
                await bench.until("a")

            async def fails(model, asked):
                with pytest.raises(CallError) as caught:
                    await benches[model].there["a"].send(asked)
                return caught.value

            long = await fails("m", request("x" * 6000))
            assert (long.failing, long.endpoint) == (Failing.REQUEST, "a")
            assert "5000 are taken here" in long.why
            huge = await fails("m", request("x" * 1_100_000))
            assert huge.failing is Failing.REQUEST
            assert "the network carries 1048576" in huge.why
            passed = await fails("broken", request())
            assert (passed.failing, passed.why) == (Failing.REQUEST, "the prompt is longer than the context")
            bug = await fails("bug", request())
            assert (bug.failing, bug.why) == (Failing.UNAVAILABLE, "the node failed: KeyError")
            benches["m"].there["a"].model = "mm"
            missing = await fails("m", request())
            assert (missing.failing, missing.why) == (Failing.MODEL, "no model 'mm' here; did you mean 'm'?")

    asyncio.run(main())


def test_an_answer_that_is_too_long_is_a_fault_and_not_silence(tmp_path):
    async def main():
        async with town(tmp_path) as net, watch(net.folder) as seen:
            await net.join("a", {"m": Echo(prefix="x" * 1_100_000)})
            bench = Bench()
            seen.supply(bench, "m")
            await bench.until("a")
            with pytest.raises(CallError, match="the answer has 11000") as caught:
                await bench.there["a"].send(request())
            assert caught.value.failing is Failing.REQUEST

    asyncio.run(main())


def test_whoever_stops_waiting_frees_the_slot(tmp_path):
    async def main():
        echo = Echo(held=True)
        async with town(tmp_path) as net, watch(net.folder) as seen:
            await net.join("a", {"m": echo}, slots=1)
            bench, hasty = Bench(), Bench()
            seen.supply(bench, "m")
            seen.supply(hasty, "m", timeout=1.0)
            await bench.until("a")
            call = asyncio.create_task(bench.there["a"].send(request()))
            await until(lambda: len(echo.asked) == 1)
            call.cancel()
            await until(lambda: echo.cancelled == 1)
            with pytest.raises(CallError) as slow:
                await hasty.there["a"].send(request())
            assert (slow.value.failing, slow.value.spent) == (Failing.SLOW, True)
            await until(lambda: echo.cancelled == 2)
            echo.free.set()
            assert (await bench.there["a"].send(request("free"))).text == "free"

    asyncio.run(main())


def test_a_node_that_is_not_there_is_known_at_once(tmp_path):
    async def main():
        async with town(tmp_path) as net, watch(net.folder) as seen:
            await net.join("a", {"m": Echo()})
            bench = Bench()
            seen.supply(bench, "m")
            await bench.until("a")
            node = bench.there["a"]
            await net.leave("a")
            with pytest.raises(CallError, match="a: not there") as caught:
                await node.send(request())
            assert (caught.value.failing, caught.value.spent) == (Failing.UNAVAILABLE, False)

    asyncio.run(main())


def test_private_plans_reach_own_nodes_alone(tmp_path):
    async def main():
        own, other = Echo(), Echo()
        async with town(tmp_path) as net, watch(net.folder) as seen:
            await net.join("mine", {"m": own}, own=True)
            await net.join("theirs", {"m": other})
            await until(lambda: len(seen.present) == 2)
            bench = Bench()
            seen.supply(bench, "m", trust="own")
            await seen.settled()
            await asyncio.sleep(0.3)
            assert bench.seen == ["mine"]
            assert bench.there["mine"].trusted
            for n in range(5):
                await bench.there["mine"].send(request(str(n)))
            assert len(own.asked) == 5
            assert not other.asked

    asyncio.run(main())


def test_status_tells_who_is_there_and_why_something_waits(tmp_path):
    async def main():
        async with town(tmp_path) as net, watch(net.folder) as seen:
            echo = Echo(60)
            await net.join("a", {"m": echo, "n": Echo()}, slots=1, own=True)
            net.invite("b")
            bench = Bench()
            seen.supply(bench, "m")
            await bench.until("a")
            call = asyncio.create_task(bench.there["a"].send(request()))
            await until(lambda: len(echo.asked) == 1)
            async with asyncio.timeout(60):
                while not (status := await network_status(net.folder, seconds=1)).nodes[0].there:
                    pass
            here, away = status.nodes
            assert (here.name, here.there, here.models, here.slots, here.busy) == ("a", True, ("m", "n"), 1, 1)
            assert (here.trust, here.waiting) == ("own", "busy: all its 1 slots are taken")
            assert (away.name, away.there, away.trust) == ("b", False, "not judged yet")
            assert "parhelion node join b.join" in away.waiting
            assert "127.0.0.1" in status.url
            call.cancel()

    asyncio.run(main())


def test_parameters_cross_the_network(tmp_path):
    async def main():
        echo = Echo()
        async with town(tmp_path) as net, watch(net.folder) as seen:
            await net.join("a", {"m": echo})
            bench = Bench()
            seen.supply(bench, "m")
            await bench.until("a")
            given = Parameters(temperature=0, top_p=0.5, max_tokens=7, stop=("a", "b"))
            asked = request()
            await bench.there["a"].send(type(asked)(asked.messages, given))
            assert echo.asked[0].parameters == given

    asyncio.run(main())


def test_a_pool_that_has_another_of_that_name_keeps_it_and_the_rest_comes(tmp_path):
    class Full(Bench):
        def add(self, endpoint):
            if endpoint.name == "a":
                raise ConfigError("there is an endpoint 'a' already")
            super().add(endpoint)

    async def main():
        lines = []
        async with town(tmp_path) as net, watch(net.folder, lines.append) as seen:
            bench = Full()
            seen.supply(bench, "m")
            await net.join("a", {"m": Echo()})
            await net.join("b", {"m": Echo()})
            await bench.until("b")
            await net.leave("a")
            await until(lambda: "a" not in seen.present)
            assert lines.count("a is not asked: there is an endpoint 'a' already") == 1

    asyncio.run(main())
