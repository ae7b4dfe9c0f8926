"""How the bytes of answers come in, and which connections are used again, over real sockets."""

import asyncio
import gc
import shlex
import shutil
import socket
import ssl
import struct
import subprocess

import pytest
from llm_bytes import ASK, http, said, serving

from parhelion.llm import OpenAIServer, _http
from parhelion.llm.contract import CallError, Failing

BODY = said().partition(b"\r\n\r\n")[2]
HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n" % (30, BODY[:30])


def talked(*answers, times=1, pause=0.0):
    """The texts or failures of so many calls, one after the other, and the connections that were made for them."""

    async def run():
        async with serving(*answers) as server:
            endpoint, ended = OpenAIServer(server.url, "llama", timeout=5.0), []
            for _ in range(times):
                try:
                    ended.append((await endpoint.send(ASK)).text)
                except CallError as error:
                    ended.append((error.failing, error.spent))
                await asyncio.sleep(pause)
            await endpoint.close()
            return ended, server.connections

    ended = asyncio.run(run())
    gc.collect()  # an unclosed socket would warn now, and warnings are errors
    return ended


def then(*steps, close=False):
    """An answer that is sent in pieces."""

    async def answer(writer):
        for step in steps:
            writer.write(step)
            await writer.drain()
            await asyncio.sleep(0.005)
        if close:
            writer.close()

    return answer


@pytest.mark.parametrize(
    "answer",
    [
        CHUNKED + b"%x\r\n%b\r\n0\r\n\r\n" % (len(BODY) - 30, BODY[30:]),
        then(CHUNKED, b"%x\r\n" % (len(BODY) - 30), BODY[30:], b"\r\n0\r\n", b"Trailer: yes\r\n\r\n"),
        then(*(bytes([byte]) for byte in said()[:40]), said()[40:]),
        b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + said(),
        then(b"HTTP/1.1 103 Early Hints\r\n\r\n", said()),
    ],
    ids=["chunks", "chunks in pieces", "bytes one by one", "hints first", "hints before"],
)
def test_an_answer_may_come_in_many_ways_and_the_connection_is_kept(answer):
    assert talked(answer, times=3) == (["Hi."] * 3, 1)


@pytest.mark.parametrize(
    "answer",
    [
        then(HEAD + b"\r\n" + BODY, close=True),
        then(HEAD + b"\r\n", BODY[:9], BODY[9:], close=True),
        then(b"HTTP/1.0 200 OK\r\n\r\n", BODY, close=True),
        http(200, BODY, {"Connection": "close"}),
        then(said(), b"HTTP/1.1 408 Request Timeout\r\n\r\n"),
        then(said(), close=True),
    ],
    ids=["no length", "no length, pieces", "HTTP 1.0", "says close", "speaks unasked", "closes later"],
)
def test_a_connection_that_is_at_its_end_is_not_used_again(answer):
    assert talked(answer, times=3, pause=0.05) == (["Hi."] * 3, 3)


def test_what_follows_an_answer_and_is_none_fails_the_next_call_and_ends_the_connection():
    answer = then(said() + b"more than was said")
    assert talked(answer, times=3, pause=0.05) == (["Hi.", (Failing.UNAVAILABLE, True), "Hi."], 2)


@pytest.mark.parametrize(
    "answer",
    [
        then(CHUNKED, close=True),
        then(CHUNKED, b"ff", close=True),
        then(CHUNKED, b"no number\r\n"),
        then(HEAD + b"Content-Length: 500\r\n\r\n" + BODY, close=True),
    ],
    ids=["between chunks", "within a length", "no length", "too short"],
)
def test_an_answer_that_breaks_off_is_garbled_and_the_next_has_a_connection_of_its_own(answer):
    assert talked(answer, said(), times=2) == ([(Failing.GARBLED, True), "Hi."], 2)


def test_a_reset_within_a_body_of_no_length_does_not_end_it():
    async def reset(writer):
        writer.write(HEAD + b"\r\n" + BODY)
        await asyncio.sleep(0.05)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    assert talked(reset, said(), times=2) == ([(Failing.GARBLED, True), "Hi."], 2)


def test_a_call_may_be_called_off_at_any_moment_and_nothing_is_left_open():
    async def run():
        async with serving(said()) as server:
            endpoint = OpenAIServer(f"http://localhost:{server.port}", "llama")
            for turns in range(30):
                calls = [asyncio.create_task(endpoint.send(ASK)) for _ in range(5)]
                for _ in range(turns):
                    await asyncio.sleep(0)
                for call in calls:
                    call.cancel()
                await asyncio.gather(*calls, return_exceptions=True)
            reply = await endpoint.send(ASK)
            await endpoint.close()
            return reply.text

    assert asyncio.run(run()) == "Hi."
    gc.collect()


# --- TLS ------------------------------------------------------------------------------------------------------------


def certified(folder, name):
    """A TLS server's context with a certificate for a name that vouches for itself, and the certificate's file."""
    cert, key = folder / "cert.pem", folder / "key.pem"
    how = "-x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=own"
    command = shlex.split(f"openssl req {how} -addext subjectAltName={name} -keyout {key} -out {cert}")
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["h2", "http/1.1"])
    context.load_cert_chain(cert, key)
    return context, cert


async def secure(context, sent):
    """A server that answers each call over TLS, and says by which protocol."""

    async def serve(reader, writer):
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
            await reader.readexactly(int(length.split(b":")[1]))
            writer.write(said("x" * sent + str(writer.get_extra_info("ssl_object").selected_alpn_protocol())))

    async def quietly(reader, writer):
        try:
            await serve(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            writer.close()

    return await asyncio.start_server(quietly, "127.0.0.1", 0, ssl=context)


def over_tls(context, monkeypatch, trusted):
    """The texts of 2 x 3 calls at once to a TLS server, or what they fail with."""
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    _http._trusted.cache_clear()

    async def run():
        server = await secure(context, 300_000)
        endpoint = OpenAIServer(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}", "llama", timeout=5.0)
        try:
            for _ in range(2):
                replies = await asyncio.gather(*(endpoint.send(ASK) for _ in range(3)))
            return {reply.text for reply in replies}, len(endpoint._wire._lanes)
        finally:
            await endpoint.close()
            server.close()

    try:
        return asyncio.run(run())
    finally:
        _http._trusted.cache_clear()
        gc.collect()


needs_openssl = pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl")


@needs_openssl
def test_tls_with_a_certificate_that_is_trusted(tmp_path, monkeypatch):
    context, cert = certified(tmp_path, "IP:127.0.0.1")
    assert over_tls(context, monkeypatch, cert) == ({"x" * 300_000 + "http/1.1"}, 3)


@needs_openssl
@pytest.mark.parametrize("name", ["IP:127.0.0.2", "DNS:elsewhere.example"])
def test_tls_with_the_certificate_of_somebody_else(tmp_path, monkeypatch, name):
    context, cert = certified(tmp_path, name)
    with pytest.raises(CallError, match=r"no connection to https.*certificate") as caught:
        over_tls(context, monkeypatch, cert)
    assert (caught.value.failing, caught.value.spent) == (Failing.UNAVAILABLE, False)


@needs_openssl
def test_tls_with_a_certificate_that_nobody_trusts(tmp_path, monkeypatch):
    context, _ = certified(tmp_path, "IP:127.0.0.1")
    (tmp_path / "other").mkdir()
    _, other = certified(tmp_path / "other", "IP:127.0.0.1")
    with pytest.raises(CallError, match="certificate verify failed"):
        over_tls(context, monkeypatch, other)
