"""What is sent to Anthropic's API, and what is made of its answers, over real sockets."""

import asyncio

import pytest
from llm_bytes import ASK, http, serving

from parhelion.llm import AnthropicServer
from parhelion.llm.contract import CallError, Failing, Message, Parameters, Request, Usage, bound

SCHEMA = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
TEXT = [{"type": "text", "text": "Hi."}]


def wrote(content=TEXT, *, stop="end_turn", usage=None):
    usage = {"input_tokens": 12, "output_tokens": 3} if usage is None else usage
    return http(200, {"type": "message", "role": "assistant", "content": content, "stop_reason": stop, "usage": usage})


def wrong(status, kind, text, headers=()):
    return http(status, {"type": "error", "error": {"type": kind, "message": text}}, headers)


def asked_of(*answers, request=ASK, times=1, **options):
    async def run():
        async with serving(*answers) as server:
            endpoint = AnthropicServer(server.url, "claude-haiku-4-5", **options)
            try:
                return [await endpoint.send(request) for _ in range(times)], server
            finally:
                await endpoint.close()

    return asyncio.run(run())


def test_a_call_is_what_the_api_says():
    request = Request(
        (*ASK.messages, Message("assistant", "Yes?"), Message("system", "Stay brief."), Message("user", "Bye.")),
        Parameters(temperature=0.5, top_p=0.9, max_tokens=7, stop=("END",)),
        seed=3,
    )
    (reply,), server = asked_of(wrote(), request=request, key="sk-ant-key", name="claude")
    (asked,) = server.asked
    assert (asked.method, asked.path) == ("POST", "/v1/messages")
    assert asked.headers["x-api-key"] == "sk-ant-key"
    assert asked.headers["anthropic-version"] == "2023-06-01"
    assert "authorization" not in asked.headers
    assert asked.body == {
        "model": "claude-haiku-4-5",
        "system": "Be brief.\n\nStay brief.",
        "messages": [
            {"role": "user", "content": "Hello?"}, {"role": "assistant", "content": "Yes?"},
            {"role": "user", "content": "Bye."},
        ],
        "max_tokens": 7, "temperature": 0.5, "top_p": 0.9, "stop_sequences": ["END"],
    }  # fmt: skip
    assert (reply.text, reply.usage, reply.endpoint, reply.finish) == ("Hi.", Usage(12, 3), "claude", "stop")


def test_a_schema_becomes_a_tool_that_must_be_called():
    content = [{"type": "text", "text": "Here:"}, {"type": "tool_use", "id": "x", "input": {"name": "Zoë"}}]
    (reply,), server = asked_of(wrote(content, stop="tool_use"), request=Request(ASK.messages, schema=SCHEMA))
    body = server.asked[0].body
    assert body["tools"][0]["input_schema"] == SCHEMA
    assert body["tool_choice"] == {"type": "tool", "name": body["tools"][0]["name"]}
    assert (reply.text, reply.finish) == ('{"name": "Zoë"}', "stop")


def test_a_model_that_cannot_be_made_to_call_a_tool_is_told_the_schema_in_words():
    refusal = wrong(400, "invalid_request_error", "Thinking may not be enabled when tool_choice forces tool use.")
    request = Request(ASK.messages, schema=SCHEMA)
    _, server = asked_of(refusal, wrote(), request=request, times=2)
    first, second, third = (asked.body for asked in server.asked)
    assert "tools" in first
    assert "tools" not in second
    assert "tool_choice" not in second
    assert second["system"].endswith("```")
    assert third == second


def test_top_p_goes_where_only_one_may_be_set():
    refusal = wrong(400, "invalid_request_error", "`temperature` and `top_p` cannot both be specified for this model.")
    request = Request(ASK.messages, Parameters(temperature=0.5, top_p=0.9))
    _, server = asked_of(refusal, wrote(), request=request)
    assert "top_p" not in server.asked[1].body
    assert server.asked[1].body["temperature"] == 0.5


@pytest.mark.parametrize(
    ("answer", "text", "finish"),
    [
        (wrote(stop="max_tokens"), "Hi.", "length"),
        (wrote([], stop="max_tokens"), "", "length"),
        (wrote(stop="model_context_window_exceeded"), "Hi.", "length"),
        (wrote([], stop="refusal"), "", "refused"),
        (wrote(stop="stop_sequence"), "Hi.", "stop"),
        (wrote([{"type": "thinking", "thinking": "hm"}, *TEXT, *TEXT]), "Hi.Hi.", "stop"),
    ],
)
def test_texts_and_finishes(answer, text, finish):
    (reply,), _ = asked_of(answer)
    assert (reply.text, reply.finish) == (text, finish)


@pytest.mark.parametrize(
    ("usage", "expected", "metered"),
    [
        ({"input_tokens": 1, "cache_creation_input_tokens": 2, "cache_read_input_tokens": 4, "output_tokens": 8},
         Usage(7, 8), True),
        ({"input_tokens": 1, "cache_read_input_tokens": None, "output_tokens": 8}, Usage(1, 8), True),
        ({"output_tokens": 8}, Usage(bound(ASK), 8), False),
        ({"input_tokens": "x", "output_tokens": 8}, Usage(bound(ASK), 8), False),
        ({"input_tokens": 5, "cache_read_input_tokens": -9, "output_tokens": 8}, Usage(bound(ASK), 8), False),
        ("none", Usage(bound(ASK), 50), False),
    ],
)  # fmt: skip
def test_usage(usage, expected, metered):
    (reply,), _ = asked_of(wrote(usage=usage))
    assert (reply.usage, reply.metered) == (expected, metered)


@pytest.mark.parametrize(
    ("answer", "failing", "told"),
    [
        (wrong(529, "overloaded_error", "Overloaded"), Failing.LIMITED, "it is overloaded"),
        (wrong(500, "overloaded_error", "Overloaded"), Failing.LIMITED, "it is overloaded"),
        (wrong(429, "rate_limit_error", "tokens per minute", {"retry-after": "12"}), Failing.LIMITED, "limits calls"),
        (wrong(401, "authentication_error", "invalid x-api-key"), Failing.KEY, "the key is wrong"),
        (wrong(403, "permission_error", "no"), Failing.KEY, "may not do this"),
        (wrong(404, "not_found_error", "model: claude-haiku-4-5"), Failing.MODEL, "no such model"),
        (wrong(413, "request_too_large", "too large"), Failing.REQUEST, "does not take"),
        (
            wrong(400, "invalid_request_error", "prompt is too long: 9 tokens"),
            Failing.REQUEST,
            "longer than",
        ),
        (wrong(400, "invalid_request_error", "Your credit balance is too low"), Failing.KEY, "no credit left"),
        (wrong(500, "api_error", "Internal server error"), Failing.UNAVAILABLE, "it failed"),
        (http(200, {"type": "message"}), Failing.GARBLED, "holds no content"),
        (http(200, {"content": [7, {"type": "text"}]}), Failing.GARBLED, "no text"),
        (http(200, {"choices": []}), Failing.GARBLED, "is it Anthropic's API"),
    ],
)
def test_failures(answer, failing, told):
    with pytest.raises(CallError) as caught:
        asked_of(answer)
    assert caught.value.failing is failing
    assert told in str(caught.value)
    assert caught.value.after == (12 if "minute" in str(caught.value) else None)


def test_a_missing_model_is_told_with_those_there_are():
    models = http(200, {"data": [{"type": "model", "id": "claude-haiku-5"}], "has_more": False})
    with pytest.raises(CallError, match="did you mean 'claude-haiku-5'"):
        asked_of(wrong(404, "not_found_error", "model: claude-haiku-4-5"), models)
