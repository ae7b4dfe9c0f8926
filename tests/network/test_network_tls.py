"""TLS with a self-made authority, and WebSocket, against the real server."""

import asyncio
import json
import shutil
import subprocess

import pytest
from network_tools import Bench, Echo, answered, needs_server, request, town, until

from parhelion.errors import ConfigError, EndpointError
from parhelion.network import Folder, join, read_invitation, watch
from parhelion.network.server import check_settings
from tools.ports import free_port

# The NATS client hands aiohttp its time limit in a way that has fallen out of favour.
web = pytest.mark.filterwarnings("ignore:parameter 'timeout' of type 'float':DeprecationWarning")
pytestmark = [needs_server, pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl")]


def made_by(folder, name="authority"):
    """A certificate for 127.0.0.1 that vouches for itself, and its key."""
    cert, key = folder / f"{name}.pem", folder / f"{name}.key"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
    ]
    command += [
        "-subj",
        f"/CN={name}",
        "-addext",
        "subjectAltName=IP:127.0.0.1",
        "-keyout",
        str(key),
        "-out",
        str(cert),
    ]
    subprocess.run(command, check=True, capture_output=True)
    return cert, key


async def one_answer(net, url):
    """A node that joins by the one address alone answers."""
    file = net.invite("a").file
    file.write_text(json.dumps(json.loads(file.read_text()) | {"urls": [url]}))
    async with watch(net.folder) as seen:
        await net.join("a", {"m": Echo()})
        bench = Bench()
        seen.supply(bench, "m")
        await bench.until("a")
        text = "ü" * 100_000
        assert (await bench.there["a"].send(request(text))).text == text


def test_tls_by_a_self_made_authority(tmp_path):
    cert, key = made_by(tmp_path)

    async def main():
        async with town(tmp_path, tls_cert=cert, tls_key=key, tls_ca=cert) as net:
            assert not any("without TLS" in line for line in net.said)
            file = net.invite("b").file
            assert read_invitation(file).ca == cert.read_text()
            url = read_invitation(file).urls[0]
            assert url.startswith("tls://")
            await one_answer(net, url)
            # Whoever does not know the authority does not speak to the server.
            values = json.loads(file.read_text())
            other = made_by(tmp_path, "other")[0].read_text()
            for change in ({"ca": None}, {"ca": other}):
                file.write_text(json.dumps({name: each for name, each in (values | change).items() if each}))
                with pytest.raises(EndpointError, match="cannot prove who it is"):
                    await join(file, {"m": Echo()})

    asyncio.run(main())


def test_a_node_that_was_promised_tls_never_goes_without(tmp_path):
    async def main():
        async with town(tmp_path) as net:
            file = net.invite("a").file
            url = read_invitation(file).urls[0].replace("nats://", "tls://")
            file.write_text(json.dumps(json.loads(file.read_text()) | {"urls": [url]}))
            with pytest.raises(EndpointError, match="it offers no TLS"):
                await join(file, {"m": Echo()})

    asyncio.run(main())


@web
def test_websocket(tmp_path):
    pytest.importorskip("aiohttp")

    async def main():
        port = free_port()
        async with town(tmp_path, websocket=port) as net:
            await one_answer(net, f"ws://127.0.0.1:{port}")

    asyncio.run(main())


@web
def test_websocket_over_tls_comes_back_after_a_restart(tmp_path):
    pytest.importorskip("aiohttp")
    cert, key = made_by(tmp_path)

    async def main():
        port = free_port()
        async with town(tmp_path, websocket=port, tls_cert=cert, tls_key=key, tls_ca=cert) as net:
            await one_answer(net, f"wss://127.0.0.1:{port}")
            async with watch(net.folder) as seen:
                bench = Bench()
                seen.supply(bench, "m")
                await bench.until("a")
                await net.stop()
                await until(lambda: not seen.link.up)
                await net.start()
                await until(lambda: seen.link.up)
                await bench.until("a")
                await until(lambda: "a" in seen.present)
                assert (await answered(bench, "back")).text == "back"

    asyncio.run(main())


def test_a_key_of_another_certificate_is_refused(tmp_path):
    (cert, _), (_, other) = made_by(tmp_path), made_by(tmp_path, "other")
    settings = Folder(tmp_path / "net").make(tls_cert=str(cert), tls_key=str(other))
    with pytest.raises(ConfigError, match="are no certificate and its key"):
        check_settings(settings)
    with pytest.raises(ConfigError, match="does not exist"):
        check_settings(settings.model_copy(update={"tls_key": "/none.key"}))
