"""What the network costs: request-replies a second beside those of the NATS client alone, and how nodes add up.

    .venv/bin/python benchmarks/networking.py            both figures, as JSON

The server and each node run in processes of their own, on this machine. Functions, for other benchmarks:
`throughput` and `scaling`, each returning a dict of figures.
"""

import asyncio
import json
import resource
import socket
import sys
import tempfile
import time
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import nats

from parhelion.llm.contract import Message, Parameters, Price, Reply, Request, Usage
from parhelion.network import Folder, invite, join, start_network, watch

TEXT = "x" * 2000
THIS = str(Path(__file__).resolve())


class Steady:
    """An endpoint that answers with the request's own text after a fixed time."""

    def __init__(self, seconds):
        self.name, self.price, self.slots, self.weight, self.trusted = "steady", Price(), None, 1.0, True
        self.seconds = seconds

    async def send(self, request):
        if self.seconds:
            await asyncio.sleep(self.seconds)
        return Reply(request.messages[0].content, Usage(500, 500), self.name)

    async def close(self):
        pass


class Basket:
    """What a watch puts nodes into."""

    def __init__(self):
        self.nodes = {}

    def add(self, endpoint):
        self.nodes[endpoint.name] = endpoint

    def remove(self, name):
        self.nodes.pop(name)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@asynccontextmanager
async def network(names, seconds, slots):
    """A network whose nodes answer after `seconds`; yields its folder and the endpoints of its nodes, by name."""
    with tempfile.TemporaryDirectory() as place:
        folder, ready = Path(place) / "net", asyncio.Event()

        def heard(line):
            if "Server is ready" in line:
                ready.set()

        options = {"host": "127.0.0.1", "port": free_port(), "say": heard}
        server = asyncio.create_task(start_network(folder, **options))
        await ready.wait()
        files = [invite(name, folder, output=Path(place) / f"{name}.join").file for name in names]
        here = [sys.executable, THIS, "--node"]
        nodes = [await asyncio.create_subprocess_exec(*here, str(f), str(seconds), str(slots)) for f in files]
        try:
            async with watch(folder) as seen:
                basket = Basket()
                seen.supply(basket, "m")
                while len(basket.nodes) < len(names):  # noqa: ASYNC110 (nodes start in processes of their own)
                    await asyncio.sleep(0.05)
                yield folder, basket.nodes
        finally:
            for node in nodes:
                node.terminate()
            await asyncio.gather(*(node.wait() for node in nodes))
            server.cancel()
            with suppress(asyncio.CancelledError):
                await server


async def driven(calls, at_once, ask):
    """Seconds, and seconds of this process's processor, that so many calls take."""
    gate = asyncio.Semaphore(at_once)

    async def one():
        async with gate:
            await ask()

    began, worked = time.perf_counter(), time.process_time()
    await asyncio.gather(*(one() for _ in range(calls)))
    return time.perf_counter() - began, time.process_time() - worked


async def throughput(calls=10_000, at_once=128):
    """Request-replies of 2 kB a second over one connection, with one node; and the same of the NATS client alone."""
    request = Request((Message("user", TEXT),), Parameters(max_tokens=1000))
    async with network(["a"], 0.0, 256) as (folder, nodes):
        node = nodes["a"]
        await driven(500, at_once, lambda: node.send(request))
        ours = await driven(calls, at_once, lambda: node.send(request))
        bare = await raw(folder, calls, at_once)
    return {
        "calls": calls,
        "a second": round(calls / ours[0]),
        "a second of the owner's processor": round(calls / ours[1]),
        "NATS client alone, a second": round(calls / bare[0]),
        "NATS client alone, a second of the owner's processor": round(calls / bare[1]),
        "owner's memory in MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


async def raw(folder, calls, at_once):
    """The NATS client's own request to a node that only sends the text back, with the same credentials and sizes."""
    here = Path(folder).parent
    file = invite("bare", folder, output=here / "bare.join").file
    await asyncio.sleep(1)
    command = [sys.executable, THIS, "--bare", str(file)]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    await process.stdout.readline()
    settings, key = Folder(folder).settings(), Folder(folder).owner()
    owner = await nats.connect(settings.own_urls()[0], nkeys_seed_str=key.seed, inbox_prefix="answer.bare")
    try:
        data = TEXT.encode()
        await driven(500, at_once, lambda: owner.request("node.bare.task", data, timeout=20))
        return await driven(calls, at_once, lambda: owner.request("node.bare.task", data, timeout=20))
    finally:
        await owner.close()
        process.terminate()
        await process.wait()


async def scaling(count=8, seconds=0.5, slots=4, rounds=6):
    """How many times the calls a second of one node `count` nodes give, with answers that take `seconds`."""
    request = Request((Message("user", TEXT),), Parameters(max_tokens=1000))
    async with network([f"node-{n}" for n in range(count)], seconds, slots) as (_, nodes):
        first = next(iter(nodes.values()))
        alone, _ = await driven(slots * rounds, slots, lambda: first.send(request))
        took = await asyncio.gather(
            *(driven(slots * rounds, slots, lambda node=node: node.send(request)) for node in nodes.values())
        )
        together = max(each for each, _ in took)
    return {
        "nodes": count,
        "times one node": round(count * alone / together, 2),
        "of ideal": round(alone / together, 3),
    }


async def bare_node(said):
    """Sends back what it is asked, by the NATS client alone. said: what a join file holds."""
    client = await nats.connect(said["urls"][0], nkeys_seed_str=said["seed"])

    async def back(message):
        await client.publish(message.reply, message.data)

    await client.subscribe("node.bare.task", cb=back)
    await client.flush()
    print("ready", flush=True)
    await asyncio.Event().wait()


async def main():
    print(json.dumps({"throughput": await throughput(), "scaling": await scaling()}, indent=1))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--node"]:
        with suppress(asyncio.CancelledError):
            asyncio.run(join(sys.argv[2], {"m": Steady(float(sys.argv[3]))}, slots=int(sys.argv[4])))
    elif sys.argv[1:2] == ["--bare"]:
        asyncio.run(bare_node(json.loads(Path(sys.argv[2]).read_text())))
    else:
        asyncio.run(main())
