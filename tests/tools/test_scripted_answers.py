"""What the server answers when nothing goes wrong, and why it refuses."""

import base64
import json
import struct

import jsonschema
import pytest

from tools.asking import QA, ask, asked_json, body_of, get, post, said
from tools.scripted import Rule, Script, Scripted
from tools.scripted.words import TOKEN, first_tokens, tokens


@pytest.fixture(scope="module")
def server():
    with Scripted(process=False, models=("scripted", "other")) as running:
        yield running


def test_the_same_question_has_the_same_answer(server):
    assert said(ask(server, "a", seed=1)) == said(ask(server, "a", seed=1))
    assert len({said(ask(server, *each)) for each in (("a",), ("b",), ("c",))}) == 3
    assert said(ask(server, "a", seed=1)) != said(ask(server, "a", seed=2))
    with Scripted(process=False) as twin, Scripted(process=False, seed=1) as other:
        assert said(ask(twin, "a")) == said(ask(server, "a"))
        assert said(ask(other, "a")) != said(ask(server, "a"))


def test_answers_fit_the_schema(server):
    for place in range(10):
        jsonschema.validate(asked_json(server, f"question {place}"), QA)


def test_json_objects_are_made_without_a_schema(server):
    assert isinstance(json.loads(said(ask(server, response_format={"type": "json_object"}))), dict)


def test_a_forced_tool_is_called(server):
    tools = [{"type": "function", "function": {"name": "keep", "parameters": QA}}]
    for choice in ({"type": "function", "function": {"name": "keep"}}, "required"):
        choices = ask(server, tools=tools, tool_choice=choice).json()["choices"][0]
        assert (choices["finish_reason"], choices["message"]["content"]) == ("tool_calls", None)
        called = choices["message"]["tool_calls"][0]["function"]
        assert called["name"] == "keep"
        jsonschema.validate(json.loads(called["arguments"]), QA)
    assert said(ask(server, tools=tools))


@pytest.mark.parametrize(
    ("body", "status", "code", "param"),
    [
        ({"messages": None}, 400, "missing_required_parameter", "messages"),
        ({"messages": []}, 400, "empty_array", "messages"),
        ({"messages": "hello"}, 400, "invalid_type", "messages"),
        ({"messages": ["hello"]}, 400, "invalid_type", "messages[0]"),
        ({"messages": [{"role": "king", "content": "a"}]}, 400, "invalid_value", "messages[0].role"),
        ({"messages": [{"role": "user"}]}, 400, "invalid_type", "messages[0].content"),
        ({"messages": [{"role": "user", "content": 1}]}, 400, "invalid_type", "messages[0].content"),
        ({"model": None}, 400, "missing_required_parameter", "model"),
        ({"model": "missing"}, 404, "model_not_found", "model"),
        ({"max_tokens": 0}, 400, "integer_below_min_value", "max_tokens"),
        ({"max_tokens": True}, 400, "invalid_type", "max_tokens"),
        ({"max_tokens": 1, "max_completion_tokens": 1}, 400, "invalid_value", "max_tokens"),
        ({"max_tokens": 200_000}, 400, "context_length_exceeded", "messages"),
        ({"temperature": 3}, 400, "decimal_above_max_value", "temperature"),
        ({"n": 2}, 400, "unsupported_parameter", "n"),
        ({"stop": [1]}, 400, "invalid_type", "stop"),
        ({"stream": "yes"}, 400, "invalid_type", "stream"),
        ({"response_format": {"type": "xml"}}, 400, "invalid_value", "response_format.type"),
        ({"response_format": {"type": "json_schema"}}, 400, "missing_required_parameter",
         "response_format.json_schema"),
        ({"tool_choice": {"function": {"name": "none"}}}, 400, "invalid_value", "tool_choice"),
        ({"tools": [1]}, 400, "invalid_type", "tools"),
    ],
)  # fmt: skip
def test_malformed_requests_are_refused_in_openais_words(server, body, status, code, param):
    response = ask(server, **body)
    error = response.json()["error"]
    assert (response.status_code, error["code"], error["param"]) == (status, code, param)
    assert error["type"] == "invalid_request_error"


@pytest.mark.parametrize(
    "schema",
    [
        {"type": 5},
        {"properties": []},
        {"enum": 3},
        {"minLength": "a"},
        {"not": {}},
        {"type": "array", "items": [1]},
        {"type": "object", "required": 1},
        {"required": [[]]},
        {"multipleOf": 0},
        {"$ref": "#/a", "a": "b"},
        {"allOf": [{"$ref": "#"}, {"$ref": "#"}]},
    ],
)
def test_schemas_that_are_none_are_refused(server, schema):
    response = ask(server, schema=schema)
    assert (response.status_code, response.json()["error"]["code"]) == (400, "invalid_json_schema")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"a"', b"\xff", b'{"a": NaN}', b"[" * 100_000])
def test_what_is_no_json_object_is_refused(server, content):
    response = post(f"{server.url}/chat/completions", content=content)
    assert response.status_code == 400
    assert response.json()["error"]["message"]


def test_odd_texts_do_no_harm(server):
    odd = "\ud800 \x00 \N{SNOWMAN} " + "\u202e" * 10
    for page, others in (("chat/completions", {}), ("messages", {"max_tokens": 9}), ("embeddings", {"input": odd})):
        for stream in (False, True):
            content = json.dumps(body_of(odd, stream=stream, **others)).encode()
            assert post(f"{server.url}/{page}", content=content).status_code == 200


def test_usage_is_counted_and_max_tokens_kept(server):
    whole = ask(server, "one two three")
    usage = whole.json()["usage"]
    assert usage == {
        "prompt_tokens": 3 + 4,
        "completion_tokens": tokens(said(whole)),
        "total_tokens": 7 + tokens(said(whole)),
    }
    cut = ask(server, "one two three", max_tokens=5).json()
    assert (cut["choices"][0]["finish_reason"], cut["usage"]["completion_tokens"]) == ("length", 5)
    assert said(whole).startswith(cut["choices"][0]["message"]["content"])
    assert ask(server, "one two three", max_completion_tokens=5).json()["choices"] == cut["choices"]


def test_stop_sequences_end_the_answer(server):
    whole = said(ask(server))
    assert said(ask(server, stop=["."])) == whole.split(".")[0]


@pytest.mark.parametrize("text", ["", "a", "ä" * 40, "日本語のテキスト", "a_b-c  d\n", "😀😀", "supercalifragilistic"])
def test_tokens_are_never_more_than_bytes(text):
    assert tokens(text) <= len(text.encode())
    assert first_tokens(text, 10**6) == text
    assert tokens(first_tokens(text, 2)) <= 2
    assert len(TOKEN.findall(text)) == tokens(text)


def test_a_context_is_full_when_it_is(server):
    with Scripted(process=False, context=50) as small:
        assert ask(small, "word " * 60).json()["error"]["code"] == "context_length_exceeded"
        cut = ask(small, "word " * 40).json()
        assert (cut["usage"]["total_tokens"], cut["choices"][0]["finish_reason"]) == (50, "length")


def test_keys_are_asked_for():
    with Scripted(process=False, keys=("right",)) as server:
        assert ask(server).status_code == 401
        wrong = ask(server, headers={"Authorization": "Bearer wrong"})
        assert (wrong.status_code, wrong.json()["error"]["code"]) == (401, "invalid_api_key")
        assert ask(server, headers={"Authorization": "Bearer right"}).status_code == 200
        assert get(f"{server.url}/models", headers={"x-api-key": "right"}).status_code == 200
        assert len({call.key for call in server.calls}) == 3


def test_models_are_listed(server):
    listed = get(f"{server.url}/models").json()
    assert [model["id"] for model in listed["data"]] == ["scripted", "other"]
    assert get(f"{server.url}/models/other").json()["id"] == "other"
    assert get(f"{server.url}/models/none").status_code == 404


def events(response):
    lines = [line.removeprefix("data: ") for line in response.text.split("\n") if line.startswith("data: ")]
    return [json.loads(line) for line in lines if line != "[DONE]"]


def test_a_stream_says_the_same_in_pieces(server):
    response = ask(server, stream=True, stream_options={"include_usage": True})
    assert response.headers["content-type"] == "text/event-stream"
    assert response.text.endswith("data: [DONE]\n\n")
    *chunks, usage = events(response)
    text = "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)
    assert text == said(ask(server))
    assert chunks[-1]["choices"][0]["finish_reason"] == "stop"
    assert (usage["choices"], usage["usage"]) == ([], ask(server).json()["usage"])
    assert len(chunks) > 5
    assert not any("usage" in chunk for chunk in events(ask(server, stream=True)))


def test_a_stream_may_call_a_tool(server):
    tools = [{"type": "function", "function": {"name": "keep", "parameters": QA}}]
    chunks = events(ask(server, tools=tools, tool_choice="required", stream=True))
    calls = [call for chunk in chunks for call in chunk["choices"][0]["delta"].get("tool_calls", ())]
    assert calls[0]["function"]["name"] == "keep"
    jsonschema.validate(json.loads("".join(call["function"]["arguments"] for call in calls)), QA)


def claude(server, text="hello", **others):
    body = {"model": "scripted", "max_tokens": 300, "messages": [{"role": "user", "content": text}], **others}
    return post(f"{server.url}/messages", json=body)


def test_anthropics_shape(server):
    answer = claude(server, system="Be brief.").json()
    assert (answer["type"], answer["content"][0]["type"], answer["stop_reason"]) == ("message", "text", "end_turn")
    assert answer["usage"] == {"input_tokens": 4 + 3 + 4 + 1, "output_tokens": tokens(answer["content"][0]["text"])}
    assert claude(server, max_tokens=3).json()["stop_reason"] == "max_tokens"


@pytest.mark.parametrize("choice", [{"type": "tool", "name": "keep"}, {"type": "any"}])
def test_anthropics_tools_give_json(server, choice):
    answer = claude(server, tools=[{"name": "keep", "input_schema": QA}], tool_choice=choice).json()
    assert (answer["stop_reason"], answer["content"][0]["name"]) == ("tool_use", "keep")
    jsonschema.validate(answer["content"][0]["input"], QA)


def test_anthropics_stream(server):
    told = events(claude(server, stream=True))
    assert [told[0]["type"], told[-1]["type"]] == ["message_start", "message_stop"]
    text = "".join(event["delta"]["text"] for event in told if event["type"] == "content_block_delta")
    assert text == claude(server).json()["content"][0]["text"]


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ({"max_tokens": None}, 400, "invalid_request_error"),
        ({"messages": [{"role": "system", "content": "a"}]}, 400, "invalid_request_error"),
        ({"model": "none"}, 404, "not_found_error"),
        ({"tools": [{"name": "a"}]}, 400, "invalid_request_error"),
        ({"tools": [{"name": "a", "input_schema": {"type": "string"}}]}, 400, "invalid_request_error"),
        ({"tool_choice": {"type": "tool", "name": "none"}}, 400, "invalid_request_error"),
        ({"temperature": 1.5}, 400, "invalid_request_error"),
        ({"messages": [{"role": "user", "content": "a " * 140_000}]}, 400, "invalid_request_error"),
    ],
)
def test_anthropics_errors(server, body, status, kind):
    response = claude(server, **body)
    assert (response.status_code, response.json()["type"]) == (status, "error")
    assert response.json()["error"]["type"] == kind


def embed(server, given, **others):
    return post(f"{server.url}/embeddings", json={"model": "scripted", "input": given, **others})


def test_embeddings_are_near_where_texts_are(server):
    boat, ship, other = (
        each["embedding"]
        for each in embed(server, ["a red boat at sea", "a red boat", "tax law of 1913"]).json()["data"]
    )
    near, far = (sum(a * b for a, b in zip(boat, vector, strict=True)) for vector in (ship, other))
    assert near > far
    assert len(boat) == 256
    assert embed(server, "a red boat").json()["data"][0]["embedding"] == ship


def test_embeddings_may_be_packed_and_short(server):
    plain = embed(server, "a", dimensions=8).json()["data"][0]["embedding"]
    packed = embed(server, "a", dimensions=8, encoding_format="base64").json()["data"][0]["embedding"]
    assert struct.unpack("<8f", base64.b64decode(packed)) == pytest.approx(plain)


@pytest.mark.parametrize("given", [None, [], "", [""], [1.5], {"a": 1}, [["a"]], [[]]])
def test_what_cannot_be_embedded_is_refused(server, given):
    assert embed(server, given).status_code == 400


def test_tokens_may_be_embedded(server):
    assert len(embed(server, [1, 2]).json()["data"]) == 1
    assert len(embed(server, [[1, 2], [3]]).json()["data"]) == 2


def test_the_first_rule_that_is_meant_answers():
    rules = (
        Rule(user="(?i)france", calls=(2, 2), reply="the second"),
        Rule(user="(?i)france", reply="Paris"),
        Rule(system="pirate", reply="Arr"),
        Rule(schema="qa", reply={"question": "q", "answers": ["a"], "stars": 1}),
        Rule(model="other", reply="another model"),
        Rule(user="once", times=1, reply="the first time"),
    )
    with Scripted(Script(models=("*",), rules=rules), process=False) as server:
        assert [said(ask(server, "France?")) for _ in range(3)] == ["Paris", "the second", "Paris"]
        messages = [{"role": "system", "content": "You are a pirate"}, {"role": "user", "content": "hello"}]
        assert said(ask(server, messages=messages)) == "Arr"
        assert asked_json(server)["question"] == "q"
        assert said(ask(server, model="other")) == "another model"
        assert said(ask(server, "once")) == "the first time"
        assert said(ask(server, "once")) != "the first time"


def test_a_function_answers_with_what_it_sees():
    def reply(request):
        return {"asked": request.user, "about": request.system, "titles": request.schema and request.schema_name}

    with Scripted(rules=(Rule(reply=reply),)) as server:
        parts = [{"type": "text", "text": "in"}, {"type": "image_url"}, {"type": "text", "text": "parts"}]
        messages = [{"role": "system", "content": "rules"}, {"role": "user", "content": parts}]
        assert asked_json(server, messages=messages) == {"asked": "in\nparts", "about": "rules", "titles": "made"}


def test_a_function_may_leave_the_answer_to_the_next_rule():
    rules = (Rule(reply=lambda request: "mine" if "mine" in request.user else None), Rule(user="rule", reply="next"))
    with Scripted(rules=rules) as server, Scripted(process=False) as plain:
        assert [said(ask(server, text)) for text in ("mine", "a rule")] == ["mine", "next"]
        assert said(ask(server, "other")) == said(ask(plain, "other"))
