"""How a server can fail, and what that becomes, over real sockets."""

import asyncio
import gc
import logging
import traceback
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from llm_bytes import ASK, http, refused, said, serving

from parhelion.errors import EndpointError
from parhelion.llm import AnthropicServer, OpenAIServer
from parhelion.llm.contract import CallError, Failing
from tools.ports import dead_port

KEY = "sk-very-secret-0123456789"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def failed(*answers, model="llama", timeout=60.0, kind=OpenAIServer):
    """The error that a server's answers become."""

    async def run():
        async with serving(*answers) as server:
            endpoint = kind(server.url, model, key=KEY, timeout=timeout)
            try:
                with pytest.raises(CallError) as caught:
                    await endpoint.send(ASK)
                return caught.value
            finally:
                await endpoint.close()

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("status", "text", "failing", "told"),
    [
        (429, "Rate limit reached for gpt-4o", Failing.LIMITED, "it limits calls"),
        (429, "You exceeded your current quota [insufficient_quota]", Failing.KEY, "no credit left"),
        (402, "Payment required", Failing.KEY, "no credit left"),
        (400, "Your credit balance is too low to access the API", Failing.KEY, "no credit left"),
        (401, "Incorrect API key provided", Failing.KEY, "the key is wrong"),
        (403, "Country not supported", Failing.KEY, "may not do this"),
        (404, "The model `llama` does not exist", Failing.MODEL, "no such model"),
        (400, "model 'llama' not found", Failing.MODEL, "no such model"),
        (404, "404 page not found", Failing.MODEL, "no such model or address"),
        (400, "This model's maximum context length is 4096 tokens", Failing.REQUEST, "longer than the model takes"),
        (413, "too big", Failing.REQUEST, "does not take this request"),
        (422, "messages: wrong", Failing.REQUEST, "messages: wrong"),
        (405, "POST is not for this", Failing.REQUEST, "does not take"),
        (500, "internal", Failing.UNAVAILABLE, "it failed (HTTP 500): internal"),
        (502, "bad gateway", Failing.UNAVAILABLE, "502"),
        (503, "starting up", Failing.UNAVAILABLE, "503"),
        (503, "The model is overloaded", Failing.LIMITED, "it is overloaded"),
        (529, "", Failing.LIMITED, "it is overloaded"),
        (504, "upstream timed out", Failing.SLOW, "gave up waiting"),
    ],
)  # fmt: skip
def test_statuses(status, text, failing, told):
    error = failed(refused(text, status))
    assert error.failing is failing
    assert told in str(error)
    assert error.spent is (failing is Failing.SLOW)
    assert str(error).startswith(f"{error.endpoint}: ")


@pytest.mark.parametrize(
    ("headers", "text", "after"),
    [
        ({"Retry-After": "7"}, "", 7),
        ({"Retry-After-Ms": "250", "Retry-After": "1"}, "", 0.25),
        ({"x-ratelimit-reset-requests": "2s", "x-ratelimit-remaining-requests": "0"}, "", 2),
        ({"anthropic-ratelimit-tokens-reset": "2001-01-01T00:00:00Z"}, "", 0),
        ({"x-ratelimit-reset": "soon"}, "Please retry in 3.5s.", 3.5),
        ({"Retry-After": "-5"}, "", 0),
        ({"Retry-After": "1e300"}, "", 86_400),
        ({"Retry-After": "nan"}, "", None),
        ({}, "", None),
    ],
)
def test_how_long_to_wait(headers, text, after):
    error = failed(http(429, {"error": {"message": text}}, headers))
    assert (error.failing, error.after) == (Failing.LIMITED, after)


def test_a_date_to_wait_for_is_reckoned_by_the_servers_own_clock():
    now = datetime.now(UTC) - timedelta(days=300)
    headers = {
        "Date": format_datetime(now, usegmt=True),
        "Retry-After": format_datetime(now + timedelta(seconds=90), usegmt=True),
    }
    assert failed(http(429, b"", headers)).after == 90


def test_a_missing_model_is_told_with_those_there_are():
    models = http(200, {"object": "list", "data": [{"id": "llama3.2:latest"}, {"id": "qwen3:8b"}, {"x": 1}, 7]})
    error = failed(refused('model "llama3.1" not found, try pulling it first', 404), models, model="llama3.1")
    assert error.failing is Failing.MODEL
    assert "did you mean 'llama3.2:latest'?" in str(error)
    assert str(error).endswith("run: ollama pull llama3.1")


def test_a_missing_model_is_told_also_where_nothing_is_listed():
    assert failed(refused("no such model", 404)).failing is Failing.MODEL


@pytest.mark.parametrize(
    "answer",
    [
        http(200, b"<!doctype html><html><title>Welcome to nginx</title>"),
        http(200, b""),
        http(200, b'{"choices": [{"message": {"content": "hal'),
        http(200, b"\xff\xfe\x00"),
        http(200, b"[" * 200_000),
        http(200, b"[1]"),
        http(200, b"null"),
        http(200, {}),
        http(200, {"choices": []}),
        http(200, {"choices": {"0": 1}}),
        http(200, {"choices": [{"text": "old"}]}),
        http(200, {"choices": [{"message": {"content": None}, "finish_reason": "stop"}]}),
        http(200, {"choices": [{"message": {"content": 7}}]}),
        http(200, {"choices": [{"message": {"content": [{"type": "image"}]}}]}),
        http(200, {"error": {"message": "late"}, "choices": []}),
        http(200, {"error": "late"}),
        http(200, {"choices": [{"message": {"content": "half"}, "error": {"code": 502, "message": "late"}}]}),
        http(200, b'data: {"choices": [{"delta": {"content": "Hi"}}]}\n\ndata: [DONE]\n\n'),
        http(200, {"choices": [{"message": {"content": "x"}}]}, {"Content-Encoding": "gzip"}),
        http(204, b""),
        HEAD + b"Content-Length: 100\r\n\r\n{}",
    ],
    ids=range(21),
)
def test_garbage_is_garbled_and_may_have_cost(answer):
    async def then_close(writer):
        writer.write(answer)
        await writer.drain()
        writer.close()

    error = failed(then_close)
    assert (error.failing, error.spent) == (Failing.GARBLED, True)
    assert "\n" not in str(error)
    assert len(str(error)) < 500


def test_a_long_web_page_or_message_is_told_in_one_short_line():
    error = failed(http(502, b"<html><h1>Bad\n\x1b[31m gate" + b"way" * 999))
    assert "a web page" in str(error)
    error = failed(http(500, {"error": {"message": "a\nb\x1b[2J" + "x" * 9999}}))
    assert ": a b [2Jxxx" in str(error)
    assert len(str(error)) < 400


def test_an_error_within_a_200_counts_as_what_it_says():
    error = failed(http(200, {"error": {"message": "slow down", "code": 429}}))
    assert (error.failing, error.spent) == (Failing.LIMITED, False)


@pytest.mark.parametrize("bytes_", [b"SSH-2.0-OpenSSH_9\r\n\r\n", b"\x00" * 400_000, b"HTTP/1.1 OK\r\n\r\n"])
def test_what_is_no_http_is_unavailable(bytes_):
    async def noise(writer):
        writer.write(bytes_)
        await writer.drain()
        writer.close()

    error = failed(noise)
    assert (error.failing, error.spent) == (Failing.UNAVAILABLE, True)


def test_a_reset_before_an_answer():
    async def reset(writer):
        writer.transport.abort()

    error = failed(reset)
    assert (error.failing, error.spent) == (Failing.UNAVAILABLE, True)


def test_nobody_there():
    with dead_port() as port:
        url = f"http://127.0.0.1:{port}"

        async def run():
            endpoint = OpenAIServer(url, "llama", key=KEY)
            with pytest.raises(CallError, match="is it running") as caught:
                await endpoint.send(ASK)
            await endpoint.close()
            return caught.value

        error = asyncio.run(run())
    assert (error.failing, error.spent) == (Failing.UNAVAILABLE, False)


def test_a_name_that_is_none_and_tls_where_there_is_none():
    async def no_tls(_, writer):
        writer.write(b"hello")
        writer.close()

    async def run():
        async with await asyncio.start_server(no_tls, "127.0.0.1", 0) as server:
            errors, port = [], server.sockets[0].getsockname()[1]
            for url in ("http://no-such-host.invalid/v1", f"https://127.0.0.1:{port}/v1"):
                endpoint = OpenAIServer(url, "llama", key=KEY, timeout=60.0)
                with pytest.raises(CallError) as caught:
                    await endpoint.send(ASK)
                errors.append(caught.value)
                await endpoint.close()
            return errors

    for error in asyncio.run(run()):
        assert error.failing is Failing.UNAVAILABLE


async def _silent(writer):
    await asyncio.sleep(30)


async def _dripping(writer):
    writer.write(HEAD + b"Content-Length: 100000\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.01)


async def _endless(writer):
    writer.write(HEAD + b"\r\n")
    for _ in range(40):
        writer.write(b" " * 2**19)
        await writer.drain()


async def _dripping_heads(writer):
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-A: b\r\n")
        await writer.drain()
        await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("answer", "failing", "told"),
    [
        (_silent, Failing.SLOW, "no answer within 2 s"),
        (_dripping_heads, Failing.SLOW, "no answer within 2 s"),
        (_dripping, Failing.GARBLED, "not complete after 2 s"),
    ],
)
def test_time_is_limited_in_all(answer, failing, told):
    error = failed(answer, timeout=2.0)
    assert (error.failing, error.spent) == (failing, True)
    assert told in str(error)


def test_length_is_limited():
    error = failed(_endless)
    assert (error.failing, error.spent) == (Failing.GARBLED, True)
    assert "longer than 16 MB" in str(error)


# --- secrets --------------------------------------------------------------------------------------------------------


def test_redirects_are_not_followed_anywhere():
    async def run():
        async with (
            serving(said()) as elsewhere,
            serving(http(307, b"", {"Location": f"{elsewhere.url}/chat/completions?k={KEY}"})) as server,
        ):
            endpoint = OpenAIServer(server.url, "llama", key=KEY)
            with pytest.raises(CallError, match="give that address as its url") as caught:
                await endpoint.send(ASK)
            await endpoint.close()
            return caught.value, elsewhere.asked

    error, asked = asyncio.run(run())
    assert error.failing is Failing.UNAVAILABLE
    assert asked == []
    assert KEY not in str(error)


@pytest.mark.parametrize("kind", [OpenAIServer, AnthropicServer])
@pytest.mark.parametrize(
    "answer",
    [
        refused(f"Incorrect API key provided: {KEY}", 401),
        http(500, f"x {KEY}".encode()),
        http(400, {"detail": [{"input": {"k": KEY}}]}),
        http(200, f"<html><title>{KEY}</title>".encode()),
        http(200, {"error": KEY}),
        http(200, {KEY: 1}),
        http(500, ("y" * 290 + KEY).encode()),
        _silent,
    ],
    ids=range(8),
)
def test_no_error_holds_the_key(kind, answer, caplog):
    caplog.set_level(logging.DEBUG)
    error = failed(answer, timeout=0.2, kind=kind)
    told = str(error) + repr(error) + str(vars(error)) + "".join(traceback.format_exception(error))
    ours = [frame for frame, _ in traceback.walk_tb(error.__traceback__) if "parhelion" in frame.f_globals["__name__"]]
    assert KEY[:12] not in told + "".join(repr(frame.f_locals) for frame in ours)
    assert KEY not in caplog.text


@pytest.mark.parametrize("kind", [OpenAIServer, AnthropicServer])
def test_no_repr_holds_the_key(kind):
    endpoint = kind("http://me:hidden@localhost:1?token=hidden", "llama", key=KEY)
    for shown in (repr(endpoint), str(endpoint), endpoint.name, repr(endpoint._wire)):
        assert KEY not in shown
        assert "hidden" not in shown


@pytest.mark.parametrize("key", ["sk-“quoted”", "sk\r\nX-Evil: 1", "a\0b"])
def test_a_key_that_cannot_be_one(key):
    with pytest.raises(EndpointError, match="no key has") as caught:
        OpenAIServer("http://localhost:1", "llama", key=key)
    assert key not in str(caught.value)


# --- connections ----------------------------------------------------------------------------------------------------


def test_a_server_on_this_machine_is_not_asked_by_a_proxy(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    async def run():
        async with serving(said()) as server:
            endpoint = OpenAIServer(server.url, "llama")
            reply = await endpoint.send(ASK)
            await endpoint.close()
            return reply.text

    assert asyncio.run(run()) == "Hi."


def test_a_server_elsewhere_is_asked_by_the_proxy_of_the_environment(monkeypatch):
    async def run():
        async with serving(said()) as proxy:
            monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
            monkeypatch.setenv("no_proxy", "direct.example")
            endpoint = OpenAIServer("http://models.example/v1", "llama")
            await endpoint.send(ASK)
            await endpoint.close()
            return proxy.asked[0].path

    assert asyncio.run(run()) == "http://models.example/v1/chat/completions"


def test_many_calls_at_once_have_a_connection_each_and_keep_it(monkeypatch):
    monkeypatch.setattr("parhelion.llm._http.KEPT", 600.0)  # however long a round takes here

    async def later(writer):
        await asyncio.sleep(0.05)
        writer.write(said())

    async def run():
        async with serving(later) as server:
            endpoint = OpenAIServer(server.url, "llama")
            for _ in range(3):
                await asyncio.gather(*(endpoint.send(ASK) for _ in range(40)))
            lanes, free = set(endpoint._wire._lanes), endpoint._wire._free
            await endpoint.close()
            return server.connections, len(lanes), len(free), lanes == set(free)

    assert asyncio.run(run()) == (40, 40, 40, True)


def test_cancelled_calls_close_their_connections_and_leave_the_rest_alone():
    async def run():
        waiting = asyncio.Event()

        async def answers(writer):
            if waiting.is_set():
                writer.write(said("after"))
            else:
                await asyncio.sleep(30)

        async with serving(answers) as server:
            endpoint = OpenAIServer(server.url, "llama")
            for _ in range(3):
                calls = [asyncio.create_task(endpoint.send(ASK)) for _ in range(20)]
                await asyncio.sleep(0.1)
                for call in calls:
                    call.cancel()
                ended = await asyncio.gather(*calls, return_exceptions=True)
                assert all(isinstance(each, asyncio.CancelledError) for each in ended)
            waiting.set()
            replies = await asyncio.gather(*(endpoint.send(ASK) for _ in range(40)))
            await endpoint.close()
            return {reply.text for reply in replies}, endpoint._wire._lanes

    assert asyncio.run(run()) == ({"after"}, [])
    gc.collect()  # an unclosed socket would warn now, and warnings are errors


def test_closing_ends_what_is_on_its_way_and_a_later_call_begins_anew():
    async def run():
        async def slow_first(writer):
            await asyncio.sleep(30)

        async with serving(slow_first, said("anew")) as server:
            endpoint = OpenAIServer(server.url, "llama")
            call = asyncio.create_task(endpoint.send(ASK))
            while not server.asked:  # noqa: ASYNC110 (the server of the tests has no event for it)
                await asyncio.sleep(0.01)
            await endpoint.close()
            with pytest.raises(CallError):
                await call
            reply = await endpoint.send(ASK)
            await endpoint.close()
            await endpoint.close()
            return reply.text

    assert asyncio.run(run()) == "anew"
    gc.collect()
