"""The programs of a network, stopped from outside."""

import asyncio
import signal
import sys
from contextlib import suppress

import pytest
from network_tools import Bench, needs_server, request, town

from parhelion.errors import EndpointError
from parhelion.llm.contract import CallError
from parhelion.network import network_status, watch
from tools.ports import free_port
from tools.scripted import Latency, Scripted

pytestmark = needs_server
STOPPED = "parhelion: interrupted; nothing half-written was left"


async def begun(*words):
    command = [sys.executable, "-m", "parhelion", *map(str, words)]
    return await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)


async def heard(process, words):
    """What a program says up to a line with these words."""
    async with asyncio.timeout(60):
        async for line in process.stderr:
            if words in line.decode():
                return
    raise AssertionError(f"{process} ended, and never said {words!r}")


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_server_that_is_stopped_says_so_and_is_gone(tmp_path, number, status):
    async def main():
        folder = tmp_path / "net"
        server = await begun("network", "start", folder, "--host", "127.0.0.1", "--port", free_port())
        await heard(server, "Server is ready")
        server.send_signal(number)
        _, err = await asyncio.wait_for(server.communicate(), 60)
        assert (server.returncode, err.decode().splitlines()[-1]) == (status, STOPPED)
        assert "Traceback" not in err.decode()
        with pytest.raises(EndpointError):
            await network_status(folder)

    asyncio.run(main())


def test_a_node_finishes_what_it_has_and_leaves_it_when_stopped_again(tmp_path):
    async def main():
        with Scripted(latency=Latency(60.0)) as server:
            async with town(tmp_path) as net, watch(net.folder) as seen:
                file = net.invite("a", own=True).file
                node = await begun("node", "join", file, "--endpoint", server.url, "--model", "scripted")
                bench = Bench()
                seen.supply(bench, "scripted")
                await bench.until("a")
                asked = asyncio.create_task(bench.there["a"].send(request()))
                while not server.stats().calls:  # noqa: ASYNC110 (another thread counts)
                    await asyncio.sleep(0.01)
                node.send_signal(signal.SIGINT)
                await heard(node, "finishing 1 tasks; Ctrl-C again to leave them")
                node.send_signal(signal.SIGINT)
                _, err = await asyncio.wait_for(node.communicate(), 60)
                assert (node.returncode, err.decode().splitlines()) == (130, [STOPPED])
                asked.cancel()
                with suppress(asyncio.CancelledError, CallError):  # nobody answers any more
                    await asked

    asyncio.run(main())
