"""The server: started, restarted, frozen, found missing, run twice, and what happens to those connected."""

import asyncio
import signal
import sys
from pathlib import Path

import pytest
from network_tools import Bench, Echo, answered, ended, needs_server, request, town, until

from parhelion.errors import ConfigError, EndpointError
from parhelion.llm.contract import CallError, Failing
from parhelion.network import Folder, find_server, network_status, start_network, watch
from parhelion.network.server import check_settings
from tools.ports import free_port

pytestmark = needs_server


def test_nodes_and_owner_come_back_after_a_restart(tmp_path):
    async def main():
        echo = Echo(30)
        async with town(tmp_path) as net, watch(net.folder) as seen:
            lines = await net.join("a", {"m": echo})
            bench = Bench()
            seen.supply(bench, "m")
            await bench.until("a")
            node = bench.there["a"]
            lost = asyncio.create_task(node.send(request()))
            await until(lambda: len(echo.asked) == 1)
            await net.stop()
            # Nothing hangs until its deadline: what was under way fails, and so does what is asked meanwhile.
            with pytest.raises(CallError, match="the connection to the network's server is lost") as caught:
                await lost
            assert (caught.value.failing, caught.value.spent) == (Failing.UNAVAILABLE, True)
            with pytest.raises(CallError, match="not connected"):
                await node.send(request())
            echo.seconds = 0
            await net.start()
            await until(lambda: seen.link.up and "the connection is back" in lines)
            await bench.until("a")
            assert (await answered(bench, "again")).text == "again"
            assert set(Folder(net.folder).nodes()) == {"a"}

    asyncio.run(main())


def test_answers_under_way_outlive_an_invitation(tmp_path):
    async def main():
        echo = Echo(held=True)
        async with town(tmp_path) as net, watch(net.folder) as seen:
            await net.join("a", {"m": echo})
            bench = Bench()
            seen.supply(bench, "m")
            await bench.until("a")
            call = asyncio.create_task(bench.there["a"].send(request("kept")))
            await until(lambda: len(echo.asked) == 1)
            net.invite("b")
            await until(lambda: net.told("Reloaded server configuration"))
            echo.free.set()
            assert (await call).text == "kept"
            await net.join("b", {"m": Echo()})
            await bench.until("a", "b")

    asyncio.run(main())


NODE = """
import asyncio, sys
sys.path[:0] = sys.argv[2:]
from network_tools import Echo
from parhelion.network import join
asyncio.run(join(sys.argv[1], {"m": Echo(0.05)}, every=1.0))
"""


def test_a_frozen_node_is_let_go_and_taken_back(tmp_path):
    async def main():
        async with town(tmp_path) as net, watch(net.folder) as seen:
            file = net.invite("a").file
            here = Path(__file__).parent
            node = await asyncio.create_subprocess_exec(sys.executable, "-c", NODE, file, here, here.parent)
            try:
                bench = Bench()
                seen.supply(bench, "m")
                await bench.until("a")
                await bench.there["a"].send(request())
                node.send_signal(signal.SIGSTOP)
                with pytest.raises(CallError, match="silent for"):
                    await bench.there["a"].send(request())
                assert not bench.there
                node.send_signal(signal.SIGCONT)
                await bench.until("a")
                await bench.there["a"].send(request())
                # A polite end, as Ctrl-C or a service manager asks for: it says goodbye.
                node.send_signal(signal.SIGTERM)
                await bench.until()
                await asyncio.wait_for(node.wait(), 60)
            finally:
                if node.returncode is None:
                    node.kill()
                    await node.wait()

    asyncio.run(main())


def test_a_network_runs_once(tmp_path):
    async def main():
        async with town(tmp_path) as net:
            with pytest.raises(ConfigError, match="is running already, in another program"):
                await start_network(net.folder)

    asyncio.run(main())


def test_a_port_that_is_taken_says_so(tmp_path):
    async def main():
        async with town(tmp_path) as net:
            with pytest.raises(EndpointError, match="choose one with --port"):
                await start_network(tmp_path / "other", host="127.0.0.1", port=net.options["port"])

    asyncio.run(main())


def test_without_a_server_everybody_is_told_what_to_do(tmp_path):
    Folder(tmp_path / "net").make(host="127.0.0.1", port=free_port(), address="127.0.0.1")
    with pytest.raises(EndpointError, match="is `parhelion network start` running"):
        asyncio.run(network_status(tmp_path / "net"))


def test_a_port_where_somebody_else_listens_is_no_network(tmp_path):
    async def main():
        async def html(reader, writer):
            writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n<html>")
            writer.close()

        async with await asyncio.start_server(html, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            Folder(tmp_path / "net").make(host="127.0.0.1", port=port, address="127.0.0.1")
            with pytest.raises(EndpointError, match="cannot be reached"):
                await network_status(tmp_path / "net")

    asyncio.run(main())


def test_a_missing_nats_server_names_the_line_that_installs_it(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("parhelion.network.binary._PLACES", ())
    with pytest.raises(EndpointError, match="install it with"):
        find_server()


def test_the_server_dies_with_its_keeper(tmp_path):
    async def main():
        async with town(tmp_path) as net:
            await ended(net._server)
            with pytest.raises(OSError):
                await asyncio.open_connection("127.0.0.1", net.options["port"])

    asyncio.run(main())


def test_the_log_is_readable(tmp_path):
    async def main():
        async with town(tmp_path) as net:
            await net.join("a", {"m": Echo()})
            await until(lambda: any("a is there: m; 4 at once" in line for line in net.said))
            said = "\n".join(net.said)
            assert "nodes reach it at nats://127.0.0.1:" in said
            assert "without TLS" in said
            assert "[INF]" not in said

    asyncio.run(main())


def test_settings_that_cannot_work_are_all_told_of(tmp_path):
    settings = Folder(tmp_path / "net").make(port=5000, websocket=5000, address="http://x/", tls_cert="/no.pem")
    with pytest.raises(ConfigError) as caught:
        check_settings(settings)
    assert str(caught.value).startswith("3 problems:")
    assert "both, the certificate and its key" in str(caught.value)


def test_a_list_of_nodes_that_somebody_broke_changes_nothing(tmp_path):
    async def main():
        async with town(tmp_path) as net, watch(net.folder) as seen:
            await net.join("a", {"m": Echo()})
            bench = Bench()
            seen.supply(bench, "m")
            await bench.until("a")
            (net.folder / "nodes.json").write_text("{")
            await until(lambda: any("the members stay as they were" in line for line in net.said))
            assert (await bench.there["a"].send(request("still"))).text == "still"

    asyncio.run(main())
