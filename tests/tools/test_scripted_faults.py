"""What goes wrong, when it is to, and no more than that."""

import gzip
import json
from email.utils import parsedate_to_datetime

import httpx
import pytest

from tools.asking import HASTE, QA, ask, asked_json, body_of, get, post, said, streamed, wire
from tools.scripted import KINDS, Fault, Rule, Script, Scripted
from tools.scripted.kinds import STATUSES


@pytest.fixture(scope="module")
def server():
    with Scripted(process=False) as running:
        yield running


@pytest.fixture
def faulty(server):
    """A server on which these faults befall the calls."""

    def change(*faults, **fields):
        server.change(**{"rules": (), "refuses": (), "faults": faults, **fields})
        server.reset()
        return server

    return change


@pytest.mark.parametrize("kind", STATUSES)
def test_statuses(faulty, kind):
    response = ask(faulty(Fault(kind)))
    assert response.status_code == int(kind)
    if kind in {"502", "504"}:
        assert response.headers["content-type"] == "text/html"
    else:
        assert response.json()["error"]["message"]


def test_anthropic_tells_errors_in_its_own_words(faulty):
    server = faulty(Fault("529"))
    body = {"model": "scripted", "max_tokens": 9, "messages": [{"role": "user", "content": "a"}]}
    response = post(f"{server.url}/messages", json=body)
    assert (response.status_code, response.json()["error"]["type"]) == (529, "overloaded_error")


def test_retry_after_is_seconds_a_date_or_nonsense(faulty):
    def header(fault):
        return ask(faulty(fault)).headers.get("retry-after")

    assert header(Fault("429")) is None
    assert header(Fault("429", retry_after=1.5)) == "2"
    assert header(Fault("503", retry_after="soon")) == "soon"
    assert parsedate_to_datetime(header(Fault("429", retry_after=60, as_date=True))).year > 2000


@pytest.mark.parametrize("kind", ["reset", "close", "reset_headers", "reset_body"])
def test_connections_that_break(faulty, kind):
    server = faulty(Fault(kind))
    with pytest.raises(httpx.RemoteProtocolError if kind == "close" else httpx.NetworkError):
        ask(server)
    assert server.stats().by_fault == {kind: 1}
    assert server.stats().by_end == {"broken": 1}
    assert server.stats().told_written == 0


def test_a_reset_comes_where_it_says(faulty):
    head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: {len(json.dumps(body_of()))}\r\n\r\n"
    sent = (head + json.dumps(body_of())).encode()
    with wire(faulty(Fault("reset_headers"))) as talk:
        assert talk(sent, b"\r\n\r\n").endswith(b"\r\n\r\n")
    with wire(faulty(Fault("reset_body"))) as talk:
        assert 20 < len(talk(sent, b'"choices"').split(b"\r\n\r\n")[1]) < 300


@pytest.mark.parametrize("kind", ["hang", "hang_body"])
def test_calls_that_hang(faulty, kind):
    server = faulty(Fault(kind))
    with pytest.raises(httpx.ReadTimeout):
        post(f"{server.url}/chat/completions", json=body_of(), timeout=HASTE)
    while not server.stats().by_end:
        pass
    assert server.stats().by_end == {"broken": 1}


def test_bytes_that_drip(faulty):
    server = faulty(Fault("drip", lasting=0.0005), rules=(Rule(reply="slow"),))
    with streamed(f"{server.url}/chat/completions", json=body_of()) as response:
        size = len(b"".join(response.iter_raw()))
    assert size == int(response.headers["content-length"]) > 100
    assert response.elapsed.total_seconds() > 0.0005 * (size - 1)  # a byte at a time


def test_calls_that_are_slow(faulty):
    assert ask(faulty(Fault("slow", lasting=0.05))).elapsed.total_seconds() > 0.05


@pytest.mark.parametrize(("kind", "status"), [("garbage", 200), ("html", 200), ("empty", 200), ("truncated", 200)])
@pytest.mark.parametrize("stream", [False, True])
def test_bodies_that_are_no_json(faulty, kind, status, stream):
    server = faulty(Fault(kind))
    response = ask(server, stream=stream)
    assert response.status_code == status
    with pytest.raises(ValueError):
        response.json()
    assert "[DONE]" not in response.content.decode(errors="replace")
    assert server.stats().told_written == 0


@pytest.mark.parametrize("size", [7, -7])
def test_lengths_that_lie(faulty, size):
    server = faulty(Fault("wrong_length", size=size))
    if size > 0:
        with pytest.raises(httpx.RemoteProtocolError):
            ask(server)
    else:
        with pytest.raises(ValueError):
            ask(server).json()
    assert server.stats().by_end == {"broken": 1}


@pytest.mark.parametrize("stream", [False, True])
def test_bodies_that_are_huge(faulty, stream):
    response = ask(faulty(Fault("gigantic", size=3_000_000)), stream=stream)
    assert len(response.content) > 3_000_000
    assert ("[DONE]" in response.text) if stream else said(response)


def test_a_huge_body_that_nobody_reads_costs_little(faulty):
    server = faulty(Fault("gigantic", size=10**12))
    with streamed(f"{server.url}/chat/completions", json=body_of()) as response:
        assert int(response.headers["content-length"]) > 10**12
        next(response.iter_raw())
    while server.stats().in_flight:
        pass
    assert server.stats().by_end == {"left": 1}


@pytest.mark.parametrize("stream", [False, True])
def test_bodies_that_are_packed(faulty, stream):
    server = faulty(Fault("gzip"))
    path = f"{server.url}/chat/completions"
    with streamed(path, json=body_of(stream=stream), headers={"accept-encoding": "identity"}) as response:
        assert b"choices" in gzip.decompress(b"".join(response.iter_raw()))


def test_shapes_that_are_wrong(faulty):
    def body(kind, **others):
        return ask(faulty(Fault(kind, **others)), "one").json()

    right = body("slow", lasting=0)
    assert "choices" not in body("wrong_shape")
    assert body("error_200").keys() == {"error"}
    assert body("empty_choices")["choices"] == []
    assert body("null_content")["choices"][0]["message"]["content"] is None
    assert "usage" not in body("no_usage")
    assert body("usage_high", factor=3)["usage"] == {name: 3 * count for name, count in right["usage"].items()}
    assert body("usage_negative")["usage"]["prompt_tokens"] < 0
    assert body("usage_text")["usage"]["prompt_tokens"] == "many"


def test_what_was_told_is_summed_as_it_was_told(faulty):
    server = faulty(Fault("usage_high", factor=3))
    usage = ask(server).json()["usage"]
    stats = server.stats()
    assert (stats.told_read, stats.told_written) == (usage["prompt_tokens"], usage["completion_tokens"])
    assert stats.told_written == 3 * stats.written


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind not in {"hang", "hang_body", "refuse", "gigantic", "drip"}]
)
@pytest.mark.parametrize("path", ["chat/completions", "messages", "embeddings"])
@pytest.mark.parametrize("stream", [False, True])
def test_every_fault_befalls_every_page_without_harm(faulty, kind, path, stream):
    server = faulty(Fault(kind, lasting=0))
    tool = {"name": "keep", "input_schema": QA}
    body = {"model": "scripted", "max_tokens": 99, "messages": [{"role": "user", "content": "a"}], "stream": stream}
    body |= {"tools": [tool], "tool_choice": {"type": "any"}} if path == "messages" else {"input": "a"}
    for _ in range(2):
        try:
            post(f"{server.url}/{path}", json=body)
        except httpx.HTTPError:
            continue
    assert not server.stats().errors
    assert server.stats().by_fault == {kind: 2}


def test_answers_that_can_be_mended(faulty):
    right = asked_json(faulty())

    def text(kind):
        return said(ask(faulty(Fault(kind)), schema=QA))

    assert json.loads(text("fenced").removeprefix("```json\n").removesuffix("\n```")) == right
    prose = text("prose")
    assert json.loads(prose[prose.index("{") : prose.rindex("}") + 1]) == right
    assert eval(text("single_quotes")) == right
    assert eval(text("trailing_commas")) == right
    assert text("trailing_commas").rstrip().endswith(",\n}")
    thought, _, rest = text("think").partition("</think>")
    assert thought.startswith("<think>")
    assert json.loads(rest) == right


def test_answers_that_cannot(faulty):
    def choice(*kinds):
        return ask(faulty(*map(Fault, kinds)), schema=QA).json()["choices"][0]

    assert "weather" in json.loads(choice("other_schema")["message"]["content"])
    assert not choice("not_json")["message"]["content"].startswith("{")
    assert choice("cut")["finish_reason"] == "length"
    assert choice("blank")["message"]["content"] == ""
    assert choice("content_filter")["finish_reason"] == "content_filter"
    assert choice("refusal")["message"]["content"] is None
    assert "sorry" in choice("refusal")["message"]["refusal"]
    both = choice("fenced", "think")["message"]["content"]
    assert both.startswith("<think>")
    assert both.endswith("```")


def test_answers_that_are_somebody_elses(faulty):
    server = faulty(Fault("copied", user="copy"), Fault("same", user="same"))
    first, second = said(ask(server, "one")), said(ask(server, "two"))
    assert said(ask(server, "copy")) == second
    assert said(ask(server, "same")) == first
    assert first != second


def test_parameters_that_a_server_lacks(faulty):
    def refused(what, **body):
        response = ask(faulty(refuses=(what,)), **body)
        return response.status_code == 400 and response.json()["error"]["param"]

    assert refused("response_format", schema=QA) == "response_format"
    assert refused("json_schema", schema=QA) == "response_format"
    assert not refused("json_schema", response_format={"type": "json_object"})
    assert not refused("loose_schemas", schema=QA)
    assert refused("loose_schemas", schema={**QA, "additionalProperties": True}) == "response_format"
    assert refused("loose_schemas", schema={**QA, "required": []}) == "response_format"
    assert refused("max_tokens", max_tokens=5) == "max_tokens"
    assert "max_completion_tokens" in ask(faulty(refuses=("max_tokens",)), max_tokens=5).json()["error"]["message"]
    assert not refused("max_tokens", max_completion_tokens=5)
    assert refused("max_completion_tokens", max_completion_tokens=5) == "max_completion_tokens"
    assert refused("temperature", temperature=0.5) == "temperature"
    assert not refused("temperature", temperature=1)
    assert refused("seed", seed=5) == "seed"
    assert refused("tools", tools=[{"function": {"name": "a"}}]) == "tools"
    assert refused("stream", stream=True) == "stream"
    assert refused("system", messages=[{"role": "system", "content": "a"}]) == "messages"


def statuses(server, texts):
    return [ask(server, text).status_code for text in texts]


def test_a_share_of_the_calls_fails_whatever_their_order(faulty):
    texts = [f"text {place}" for place in range(100)]
    server = faulty(Fault("500", share=0.3))
    failed = [text for text, status in zip(texts, statuses(server, texts), strict=True) if status == 500]
    assert 15 < len(failed) < 45
    server.reset()
    again = [text for text, status in zip(texts[::-1], statuses(server, texts[::-1]), strict=True) if status == 500]
    assert again[::-1] == failed
    assert 0 < statuses(server, failed).count(500) < len(failed)


def test_which_calls_fail(faulty):
    def failing(**when):
        return [
            place for place, status in enumerate(statuses(faulty(Fault("500", **when)), "abcdefg"), 1) if status == 500
        ]

    assert failing() == [1, 2, 3, 4, 5, 6, 7]
    assert failing(every=3) == [3, 6]
    assert failing(calls=(2, 4)) == [2, 3, 4]
    assert failing(times=2) == [1, 2]
    assert failing(user="[ce]") == [3, 5]
    assert failing(user="[ceg]", every=2) == [5]
    assert failing(seconds=(100, 200)) == []
    assert len(failing(seconds=(0, 100))) == 7
    assert failing(path="embeddings") == []


def test_lists_of_models_fail_where_faults_name_their_path(faulty):
    server = faulty(Fault("500"), Fault("html", path="models$"))
    assert "html" in get(f"{server.url}/models").headers["content-type"]
    assert get(f"{faulty(Fault('503', path='models')).url}/models").status_code == 503
    assert get(f"{faulty(Fault('503')).url}/models").status_code == 200


def test_a_function_may_fail():
    def reply(request):
        return Fault("fenced") if "fence" in request.user else Fault("503")

    with Scripted(Script(rules=(Rule(reply=reply),))) as server:
        assert ask(server).status_code == 503
        assert said(ask(server, "fence")).startswith("```json")
        assert server.stats().by_fault == {"503": 1, "fenced": 1}
