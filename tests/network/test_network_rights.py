"""What credentials allow: the real server, asked by people who want more."""

import asyncio
import re
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import nats
import pytest
from network_tools import Bench, Echo, needs_server, request, town, until

from parhelion.llm.contract import CallError, Failing
from parhelion.network import Folder, RefusedError, join, read_invitation, remove, watch
from parhelion.network.folder import write_private
from parhelion.network.keys import new_key

pytestmark = needs_server


@asynccontextmanager
async def raw(seed, url):
    """A client of NATS that does as it likes, and what the server told it off for."""
    faults = []

    async def failed(fault):
        faults.append(str(fault).lower())

    client = await nats.connect(url, nkeys_seed_str=seed, error_cb=failed, allow_reconnect=False)
    client.faults = faults
    try:
        yield client
    finally:
        await client.close()


def as_node(net, name):
    invitation = read_invitation(net.folder.parent / f"{name}.join")
    return raw(invitation.seed, invitation.urls[0])


def denied(client, what):
    """How often the server has forbidden it to do that."""
    return sum(f"permissions violation for {what}" in fault for fault in client.faults)


def test_a_node_hears_nothing_that_is_not_its_own(tmp_path):
    subjects = ["node.a.task", "node.*.task", "node.>", "answer.>", "answer.a.*.*", "answer.spy.*.*", "hello.*", ">"]

    async def main():
        async with town(tmp_path) as net, watch(net.folder) as seen:
            await net.join("a", {"m": Echo()})
            await net.admit("spy")
            bench = Bench()
            seen.supply(bench, "m")
            await bench.until("a")
            async with as_node(net, "spy") as spy:
                heard = []

                async def hear(message):
                    heard.append(message)

                for subject in subjects:
                    await spy.subscribe(subject, cb=hear)
                await spy.flush()
                await bench.there["a"].send(request("secret"))
                await spy.flush()
                await until(lambda: denied(spy, "subscription") == len(subjects))
                assert not heard

    asyncio.run(main())


def test_a_node_speaks_for_itself_alone(tmp_path):
    async def main():
        async with town(tmp_path) as net, watch(net.folder) as seen:
            echo = Echo(held=True)
            await net.join("a", {"m": echo})
            await net.admit("spy")
            bench = Bench()
            seen.supply(bench, "m")
            await bench.until("a")
            await until(lambda: "spy" in seen._ears)
            async with as_node(net, "spy") as spy:
                call = asyncio.create_task(bench.there["a"].send(request("question")))
                await until(lambda: len(echo.asked) == 1)
                inbox, token = seen.inbox.name, next(iter(seen.inbox._waiting))
                subjects = ["hello.a", "hello.b", "node.a.task", "node.spy.task", "other", f"answer.a.{inbox}.{token}"]
                for subject in subjects:
                    await spy.publish(subject, b'{"v":1,"bye":true}')
                # What it may say is dropped, as nobody asked it.
                await spy.publish(f"answer.spy.{inbox}.{token}", b'{"v":1,"id":"' + token.encode() + b'"}')
                await spy.flush()
                await until(lambda: seen.inbox.dropped)
                await until(lambda: denied(spy, "publish") == len(subjects))
                echo.free.set()
                assert (await call).text == "question"
                assert seen.inbox.dropped == {"spy": 1}
                assert set(seen.present) == {"a"}

    asyncio.run(main())


def test_the_owner_cannot_answer_for_nodes(tmp_path):
    async def main():
        async with town(tmp_path) as net:
            folder = Folder(net.folder)
            async with raw(folder.owner().seed, folder.settings().own_urls()[0]) as owner:
                for subject in ("node.a.task", "node.*.task"):
                    await owner.subscribe(subject)
                await owner.publish("hello.a", b"")
                await owner.flush()
                await until(lambda: len(owner.faults) == 3)

    asyncio.run(main())


def test_whoever_has_no_key_stays_outside(tmp_path):
    async def main():
        async with town(tmp_path) as net:
            file = net.invite("a").file
            write_private(file, file.read_text().replace(read_invitation(file).seed, new_key().seed))
            with pytest.raises(RefusedError, match="does not let this key in"):
                await join(file, {"m": Echo()})
            nobody = nats.aio.client.Client()
            with pytest.raises((nats.errors.Error, OSError)):
                await nobody.connect(read_invitation(file).urls[0], allow_reconnect=False, error_cb=_quiet)
            await nobody.close()

    asyncio.run(main())


async def _quiet(_):
    pass


def test_a_node_that_is_removed_has_to_go(tmp_path):
    async def main():
        echo = Echo(30)
        async with town(tmp_path) as net, watch(net.folder) as seen:
            await net.join("a", {"m": echo})
            await net.join("b", {"m": Echo(1)})
            bench = Bench()
            seen.supply(bench, "m")
            await bench.until("a", "b")
            lost = asyncio.create_task(bench.there["a"].send(request()))
            kept = asyncio.create_task(bench.there["b"].send(request("kept")))
            await until(lambda: len(echo.asked) == 1)
            remove("a", net.folder)
            with pytest.raises(CallError, match="its invitation has ended") as gone:
                await lost
            assert gone.value.failing is Failing.UNAVAILABLE
            # The others do not notice, nor do the answers they are about to give.
            assert (await kept).text == "kept"
            with pytest.raises(RefusedError, match="it was removed"):
                await net.joined.pop("a")
            assert set(bench.there) == {"b"}

    asyncio.run(main())


def sooner(file, end):
    """Lets what is said to have an end in a file come to it at another moment."""
    write_private(file, re.sub(r'"until": ?"[^"]+"', f'"until": "{end.isoformat()}"', file.read_text()))


def test_an_invitation_ends_while_the_server_runs(tmp_path):
    async def main():
        async with town(tmp_path) as net, watch(net.folder) as seen:
            file = net.invite("a", days=1).file
            await net.join("a", {"m": Echo()})
            bench = Bench()
            seen.supply(bench, "m")
            await bench.until("a")
            for each in (file, Folder(net.folder).nodes_file):
                sooner(each, datetime.now(UTC) + timedelta(seconds=1))
            with pytest.raises(RefusedError):
                await asyncio.wait_for(net.joined.pop("a"), 60)
            assert not bench.there
            # A file that has ended is known by its date before anybody is asked.
            with pytest.raises(ValueError, match="ended on"):
                await join(file, {"m": Echo()})

    asyncio.run(main())
