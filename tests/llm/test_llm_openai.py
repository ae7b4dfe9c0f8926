"""What is sent to an OpenAI-compatible server, and what is made of its answers, over real sockets."""

import asyncio

import pytest
from llm_bytes import ASK, http, refused, said, serving

from parhelion.errors import EndpointError
from parhelion.llm import OpenAIServer
from parhelion.llm.contract import CallError, Failing, Message, Parameters, Price, Request, Usage, bound

SCHEMA = {
    "type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"], "additionalProperties": False,
}  # fmt: skip


def asked_of(*answers, request=ASK, times=1, **options):
    """The replies of a server with these answers, and the server."""

    async def run():
        async with serving(*answers) as server:
            endpoint = OpenAIServer(server.url, "llama", **options)
            try:
                return [await endpoint.send(request) for _ in range(times)], server
            finally:
                await endpoint.close()

    return asyncio.run(run())


def sent(*answers, request=ASK, times=1, **options):
    return [asked.body for asked in asked_of(*answers, request=request, times=times, **options)[1].asked]


def test_a_call_is_what_the_api_says():
    parameters = Parameters(temperature=0.0, top_p=0.9, max_tokens=7, stop=("END",))
    request = Request(ASK.messages, parameters, schema=SCHEMA, seed=3)
    (reply,), server = asked_of(said("Hé."), request=request, key=" sk-key\n", name="mine")
    (asked,) = server.asked
    assert (asked.method, asked.path) == ("POST", "/v1/chat/completions")
    assert asked.headers["authorization"] == "bearer sk-key"
    assert asked.headers["content-type"] == "application/json"
    assert asked.body == {
        "model": "llama",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello?"}],
        "max_tokens": 7, "temperature": 0.0, "top_p": 0.9, "stop": ["END"], "seed": 3,
        "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA, "strict": True}},
    }  # fmt: skip
    assert (reply.text, reply.usage, reply.endpoint, reply.finish) == ("Hé.", Usage(12, 3), "mine", "stop")
    assert reply.metered
    assert reply.seconds > 0


def test_what_is_not_set_is_not_sent():
    (body,) = sent(said())
    assert set(body) == {"model", "messages", "max_tokens"}


def test_without_a_key_none_is_sent():
    _, server = asked_of(said(), key="  ")
    assert "authorization" not in server.asked[0].headers


@pytest.mark.parametrize("tail", ["", "/", "/v1", "/v1/", "/v1/chat/completions", "/other/path"])
def test_the_address_may_be_written_in_many_ways(tail):
    async def run():
        async with serving(said()) as server:
            endpoint = OpenAIServer(f"http://localhost:{server.port}{tail}", "llama")
            await endpoint.send(ASK)
            await endpoint.close()
            return server.asked[0].path

    expected = "/other/path" if tail.startswith("/other") else "/v1"
    assert asyncio.run(run()) == f"{expected}/chat/completions"


@pytest.mark.parametrize("url", ["localhost:1", "", "ftp://host", "http://", "http://host:99999", "http://a b", "/v1"])
def test_what_is_no_address_is_told_at_once(url):
    with pytest.raises(EndpointError, match="is no address of a server"):
        OpenAIServer(url, "llama")


def test_a_password_in_a_wrong_address_is_not_told():
    with pytest.raises(EndpointError) as caught:
        OpenAIServer("htp://me:hidden@host", "llama")
    assert "hidden" not in str(caught.value)


# --- what it takes --------------------------------------------------------------------------------------------------

STEPS = [
    ({"name": "answer", "schema": SCHEMA, "strict": True}, "'strict' is not supported"),
    ({"name": "answer", "schema": SCHEMA}, "This response_format type is unavailable now"),
    (None, "'response_format.type' must be 'json_schema' or 'text'"),
]


def test_a_schema_is_asked_for_ever_more_loosely_and_it_is_remembered():
    refusals = [refused(text) for _, text in STEPS]
    bodies = sent(*refusals, said('{"name": "x"}'), request=Request(ASK.messages, schema=SCHEMA), times=2)
    formats = [body.get("response_format") for body in bodies]
    assert [each and each.get("json_schema") for each in formats[:3]] == [shape for shape, _ in STEPS]
    assert formats[2:] == [{"type": "json_object"}, None, None]
    for body in bodies[2:]:
        assert body["messages"][0]["content"].endswith("```")
        assert '"name"' in body["messages"][0]["content"]
    assert "schema" not in bodies[1]["messages"][0]["content"]
    assert bodies[4] == bodies[3]


@pytest.mark.parametrize("status", [400, 422, 501])
def test_the_schema_is_said_in_words_to_the_user_where_there_is_no_system(status):
    request = Request((Message("user", "Hello?"),), schema=SCHEMA)
    no = refused("response_format is not supported by this model", status)
    bodies = sent(no, no, no, said("{}"), request=request)
    assert bodies[-1]["messages"][0]["content"].startswith("Hello?\n\nAnswer with JSON alone")


def test_an_open_schema_is_not_asked_for_strictly():
    (body,) = sent(said("{}"), request=Request(ASK.messages, schema={"type": "object", "properties": {"a": {}}}))
    assert "strict" not in body["response_format"]["json_schema"]


@pytest.mark.parametrize(
    ("refusal", "gone"),
    [
        (refused("Unsupported value: 'temperature' does not support 0.5 with this model."), "temperature"),
        (refused("Unrecognized request argument supplied: seed"), "seed"),
        (http(422, {"detail": [{"type": "extra_forbidden", "loc": ["body", "seed"], "msg": "Extra inputs"}]}), "seed"),
        (refused("`temperature` and `top_p` cannot both be specified for this model. Please use only one."), "top_p"),
        (refused("Unsupported parameter: 'stop' is not supported with this model.", param="stop"), "stop"),
    ],
)  # fmt: skip
def test_settings_that_are_refused_are_left_out_and_it_is_remembered(refusal, gone):
    request = Request(ASK.messages, Parameters(temperature=0.5, top_p=0.9, stop=("x",)), seed=1)
    first, *others = sent(refusal, said(), request=request, times=2)
    for body in others:
        assert set(first) - set(body) == {gone}
    assert len(others) == 2


def test_reasoning_models_get_their_own_name_for_max_tokens():
    text = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
    bodies = sent(refused(text, code="unsupported_parameter"), said(), times=2)
    assert [body.get("max_tokens") for body in bodies] == [50, None, None]
    assert [body.get("max_completion_tokens") for body in bodies] == [None, 50, 50]


def test_a_prompt_that_is_too_long_is_not_asked_again():
    text = "'max_tokens' or 'max_completion_tokens' is too large: 50. This model's maximum context length is 40 tokens."
    with pytest.raises(CallError, match="longer than the model takes"):
        asked_of(refused(text), said())


def test_a_server_that_refuses_everything_is_not_asked_for_ever():
    text = "not supported: response_format temperature seed top_p stop; max_completion_tokens"
    request = Request(ASK.messages, Parameters(temperature=1, top_p=1, stop=("x",)), schema=SCHEMA, seed=1)

    async def run():
        async with serving(refused(text)) as server:
            endpoint = OpenAIServer(server.url, "llama")
            with pytest.raises(CallError) as caught:
                await endpoint.send(request)
            once = len(server.asked)
            with pytest.raises(CallError):
                await endpoint.send(request)
            await endpoint.close()
            return caught.value, once, len(server.asked), server.asked[once].body == server.asked[0].body

    error, once, twice, from_the_top = asyncio.run(run())
    assert error.failing is Failing.REQUEST
    assert not error.spent
    assert once <= 9
    assert from_the_top
    assert twice == 2 * once, "what led to no answer was not the reason, so it is not remembered"


@pytest.mark.parametrize("text", ["temperature must be between 0 and 2", "max_tokens is too large: at most 16384",
                                  "Invalid value for seed"])  # fmt: skip
def test_a_wrong_value_is_told_and_not_dropped(text):
    request = Request(ASK.messages, Parameters(temperature=1.5), seed=1)
    with pytest.raises(CallError, match=text):
        asked_of(refused(text), request=request)


# --- what comes back ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "text", "finish"),
    [
        (said("cut", finish="length"), "cut", "length"),
        (said(None, finish="length"), "", "length"),
        (said("", finish="content_filter"), "", "refused"),
        (said(None, refusal="I won't."), "I won't.", "refused"),
        (said("<think>\nhm {</think>\n\n{}"), "{}", "stop"),
        (said("\n<think>so much to think", finish="length"), "", "length"),
        (said("2 < 3 <think>no</think>"), "2 < 3 <think>no</think>", "stop"),
        (said("yes", reasoning_content="thoughts"), "yes", "stop"),
        (said([{"type": "thinking", "thinking": []}, {"type": "text", "text": "a"}, {"text": "b"}]), "ab", "stop"),
        (said("half \ud83d done"), "half \ufffd done", "stop"),
        (said("x", finish=None), "x", "stop"),
        (said("x", finish={"odd": 1}), "x", "stop"),
    ],
)  # fmt: skip
def test_texts_and_finishes(answer, text, finish):
    (reply,), _ = asked_of(answer)
    assert (reply.text, reply.finish) == (text, finish)


@pytest.mark.parametrize("usage", [None, {}, "none", {"prompt_tokens": -1, "completion_tokens": "7"}])
def test_where_no_usage_is_reported_the_most_is_taken_and_marked(usage):
    body = {"choices": [{"message": {"content": "x"}, "finish_reason": "stop"}], "usage": usage}
    (reply,), _ = asked_of(http(200, body), price=Price(2, 3))
    assert reply.usage == Usage(bound(ASK), 50)
    assert not reply.metered
    assert Price(2, 3).cost(reply.usage) == Price(2, 3).most(ASK)


def test_half_a_usage_is_kept_and_marked():
    body = {"choices": [{"message": {"content": "x"}}], "usage": {"prompt_tokens": 9}}
    (reply,), _ = asked_of(http(200, body))
    assert (reply.usage, reply.metered) == (Usage(9, 50), False)


def test_a_prompt_with_half_characters_is_sent_all_the_same():
    (body,) = sent(said(), request=Request((Message("user", "half \ud83d"),)))
    assert body["messages"][0]["content"] == "half ?"
