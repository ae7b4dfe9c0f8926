"""What a server of embeddings is asked, and which answers are vectors, over real sockets."""

import asyncio
import base64
import json
import math

import numpy as np
import pytest
from llm_bytes import http, refused, serving

from parhelion.errors import EndpointError
from parhelion.llm import EmbeddingServer, vector_of
from parhelion.llm.contract import CallError, Failing, Message, Request, Usage, bound
from tools.scripted import Scripted

TEXT = Request((Message("user", "Ein Röhrchen"),))


def embedded(vector, *, usage=7):
    """What an OpenAI-compatible server answers with a vector."""
    body = {"object": "list", "data": [{"object": "embedding", "index": 0, "embedding": vector}]}
    return http(200, body | ({"usage": {"prompt_tokens": usage, "total_tokens": usage}} if usage else {}))


def asked_of(*answers, request=TEXT, **options):
    """The reply of a server with these answers, and what it was asked."""

    async def run():
        async with serving(*answers) as server:
            endpoint = EmbeddingServer(server.url, "minilm", **options)
            try:
                return await endpoint.send(request), server.asked
            finally:
                await endpoint.close()

    return asyncio.run(run())


def failed(*answers, request=TEXT, **options):
    with pytest.raises(CallError) as caught:
        asked_of(*answers, request=request, **options)
    return caught.value


def test_a_call_is_what_the_api_says_and_the_reply_is_the_vector_at_length_1():
    reply, (asked,) = asked_of(embedded([3, -4.0]), key="sk-key", name="mine")
    assert (asked.method, asked.path) == ("POST", "/v1/embeddings")
    assert asked.headers["authorization"] == "bearer sk-key"
    assert asked.body == {"model": "minilm", "input": "Ein Röhrchen"}
    assert base64.b64decode(reply.text) == np.array([0.6, -0.8], "<f4").tobytes()
    np.testing.assert_allclose(vector_of(reply.text), [0.6, -0.8], rtol=1e-6)
    assert (reply.usage, reply.endpoint, reply.finish, reply.metered) == (Usage(7, 0), "mine", "stop", True)


def test_usage_that_is_not_told_is_the_most_that_can_have_been_read():
    reply, _ = asked_of(embedded([1.0], usage=None))
    assert (reply.usage, reply.metered) == (Usage(bound(TEXT), 0), False)


@pytest.mark.parametrize("numbers", [[5e-324, 0.0], [1.7e308, 1.7e308], [10**300, 1], [1e-200, 1e-200], [-1] * 16_384])
def test_no_number_is_too_large_or_too_small_for_the_length_to_be_1(numbers):
    reply, _ = asked_of(embedded(numbers))
    vector = vector_of(reply.text)
    assert len(vector) == len(numbers)
    assert math.isclose(float(np.linalg.norm(vector.astype(float))), 1, abs_tol=1e-5)


@pytest.mark.parametrize(
    ("vector", "why"),
    [
        ([], "has 0 numbers"), ([0.1] * 16_385, "has 16,385 numbers"), ([0.0, 0], "all zero"),
        ([1.0, float("nan")], "NaN"), ([1.0, float("-inf")], "infinity"), ([10**400], "too large"),
        ([True, 1.0], "no number"), (["1.0"], "no number"), ([[1.0]], "no number"), ([None], "no number"),
        ("AAAAPw==", r"no data\[0\].embedding"), (None, r"no data\[0\].embedding"), ({"0": 1}, "no data"),
    ],
)  # fmt: skip
def test_what_is_no_vector_is_garbled(vector, why):
    error = failed(embedded(vector))
    assert error.failing is Failing.GARBLED
    assert error.spent
    with pytest.raises(CallError, match=why):
        raise error


@pytest.mark.parametrize(
    "body",
    [
        {"data": []}, {"data": None}, {}, {"data": [1]}, {"embeddings": [[1.0]]}, [], 3, b"<html>hello</html>", b"",
        {"data": [{"embedding": [1.0]}, {"embedding": [1.0]}]}, {"choices": [{"message": {"content": "Hi."}}]},
    ],
)  # fmt: skip
def test_other_answers_are_garbled(body):
    assert failed(http(200, body)).failing is Failing.GARBLED


def test_refusals_mean_what_they_mean_elsewhere():
    assert failed(http(429, {}, {"retry-after": "3"})).after == 3
    assert failed(refused("wrong", 401, code="invalid_api_key")).failing is Failing.KEY
    assert failed(refused("maximum context length is 512 tokens")).failing is Failing.REQUEST
    nothing_there = failed(http(404, {"error": "not found"}), http(200, {"data": [{"id": "mxbai"}]}))
    assert nothing_there.failing is Failing.MODEL
    assert "mxbai" in str(nothing_there)


def test_a_conversation_is_refused_and_not_sent():
    messages = (Message("user", "one"), Message("assistant", "two"))
    assert failed(embedded([1.0]), request=Request(messages)).failing is Failing.REQUEST


def test_half_a_character_does_no_harm():
    _, (asked,) = asked_of(embedded([1.0]), request=Request((Message("user", "a\ud800b"),)))
    assert asked.body["input"] == "a?b"


def test_what_is_no_address_or_no_key_is_told_at_once():
    with pytest.raises(EndpointError, match="is no address of a server"):
        EmbeddingServer("localhost:1", "minilm")
    with pytest.raises(EndpointError, match="the key holds a sign"):
        EmbeddingServer("http://localhost:1", "minilm", key="sk-\n\x00")


def test_the_scripted_server_gives_like_texts_like_vectors():
    async def cosines():
        with Scripted(process=False) as server:
            endpoint = EmbeddingServer(f"{server.url}/embeddings/", "scripted")
            texts = ("a red boat", "boat red a", "a red car", "nothing else matters")
            replies = [await endpoint.send(Request((Message("user", text),))) for text in texts]
            await endpoint.close()
        first, *others = (vector_of(reply.text) for reply in replies)
        return [float(first @ other) for other in others]

    same, near, far = asyncio.run(cosines())
    assert math.isclose(same, 1, abs_tol=1e-5)
    assert same > near > far


def test_the_reply_can_be_kept_as_json():
    text = asked_of(embedded([0.25] * 4))[0].text
    assert json.loads(json.dumps(text)) == text
