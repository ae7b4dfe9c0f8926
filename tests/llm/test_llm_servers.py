"""Finding, choosing and connecting to servers, over real sockets and the real environment."""

import asyncio
import subprocess
import sys

import pytest
from llm_bytes import ASK, http, said, serving

from parhelion.errors import EndpointError
from parhelion.llm import (
    AnthropicServer,
    Chosen,
    FoundServer,
    OpenAIServer,
    chosen_server,
    connect,
    found_servers,
    is_local,
    known_price,
    list_models,
    price_of,
    servers,
)
from parhelion.llm.contract import CallError, Failing, Price
from tools.ports import dead_port

NAMES = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL")


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    """The environment without servers in it; tests put some there."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(servers, "LOCAL", {})
    monkeypatch.setattr(servers, "LOOKING", 60.0)
    return monkeypatch


def models(*names):
    return http(200, {"object": "list", "data": [{"id": name} for name in names]})


@pytest.fixture
def nobodys():
    """A port at which nobody listens."""
    with dead_port() as port:
        yield port


def test_what_runs_here_is_found_with_its_models(nobodys):
    async def run():
        async with (
            serving(models("llama3.2:latest", "nomic-embed-text", "bge-m3")) as ollama,
            serving(http(200, b"<html>a shop</html>")) as web,
            serving(models()) as empty,
        ):
            ports = {"Ollama": ollama.port, "a shop": web.port, "nothing": nobodys, "empty": empty.port}
            return await found_servers(ports), ollama

    found, ollama = asyncio.run(run())
    assert found == (FoundServer("Ollama", ollama.url, models=("llama3.2:latest",)),)
    assert ollama.asked[0].path == "/v1/models"


def test_what_the_environment_names_is_found_first_and_stays_with_its_problem(environment, nobodys):
    async def run():
        listed = models("gpt-4.1-mini", "text-embedding-3-small", "whisper-1", "gpt-4o-realtime")
        refusal = http(401, {"error": {"message": "invalid x-api-key"}})
        async with serving(listed) as openai, serving(refusal) as anthropic:
            environment.setenv("OPENAI_API_KEY", "sk-open")
            environment.setenv("OPENAI_BASE_URL", openai.url + "/")
            environment.setenv("ANTHROPIC_API_KEY", "sk-ant")
            environment.setenv("ANTHROPIC_BASE_URL", f"http://127.0.0.1:{anthropic.port}")
            return await found_servers({"x": nobodys}), openai, anthropic

    (first, second), openai, anthropic = asyncio.run(run())
    assert first == FoundServer("OpenAI", openai.url, "openai", "OPENAI_API_KEY", ("gpt-4.1-mini",))
    assert (second.what, second.api, second.models) == ("Anthropic", "anthropic", ())
    assert "the key is wrong" in second.problem
    assert openai.asked[0].headers["authorization"] == "bearer sk-open"
    assert anthropic.asked[0].headers["x-api-key"] == "sk-ant"
    assert "sk-" not in repr((first, second))


def chosen(*found, url=None, model=None, key_env=None, environment=None):
    async def run():
        async with serving(*found) as server:
            if environment:
                environment.setattr(servers, "LOCAL", {"Ollama": server.port})
            at = url.replace("PORT", str(server.port)) if url else None
            return await chosen_server(at, model, key_env), server

    return asyncio.run(run())


def test_nothing_here_says_how_to_start_one(environment, nobodys):
    environment.setattr(servers, "LOCAL", {"Ollama": nobodys})
    with pytest.raises(EndpointError) as caught:
        asyncio.run(chosen_server())
    assert "ollama serve & ollama pull llama3.2" in str(caught.value)
    assert "--endpoint URL --model NAME" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_first_model_of_this_machine_is_taken(environment):
    choice, server = chosen(models("all-minilm", "qwen3:8b", "llama3.2:latest"), environment=environment)
    assert choice == Chosen(server.url, "qwen3:8b")


def test_a_model_is_looked_for_and_its_tag_may_be_left_out(environment):
    choice, server = chosen(models("qwen3:8b", "llama3.2:latest"), model="llama3.2", environment=environment)
    assert choice == Chosen(server.url, "llama3.2")
    with pytest.raises(EndpointError, match=r"no server here has a model 'lama3.2'; did you mean 'llama3.2:latest'"):
        chosen(models("qwen3:8b", "llama3.2:latest"), model="lama3.2", environment=environment)


def test_an_address_and_a_model_need_no_asking():
    choice = asyncio.run(chosen_server("http://127.0.0.1:9/v1/", "any"))
    assert choice == Chosen("http://127.0.0.1:9/v1", "any")
    assert asyncio.run(chosen_server("https://api.anthropic.com", "claude-x")).api == "anthropic"


def test_an_address_alone_is_asked_for_its_models(nobodys):
    choice, _ = chosen(models("one", "two"), url="http://localhost:PORT")
    assert choice.model == "one"
    with pytest.raises(CallError) as caught:
        asyncio.run(chosen_server(f"http://127.0.0.1:{nobodys}"))
    assert caught.value.failing is Failing.UNAVAILABLE


def test_a_server_without_models_that_write():
    with pytest.raises(EndpointError, match="has no model that writes"):
        chosen(models("nomic-embed-text"), url="http://localhost:PORT")


def test_keys_go_to_the_address_they_are_for_alone(environment):
    environment.setenv("OPENAI_API_KEY", "sk-open")
    assert asyncio.run(chosen_server("https://api.openai.com", "gpt-4o")).key_env == "OPENAI_API_KEY"
    assert asyncio.run(chosen_server("https://api.openai.com.evil.example/v1", "gpt-4o")).key_env is None
    assert asyncio.run(chosen_server("https://openrouter.ai/api/v1", "x", "MY_KEY")).key_env == "MY_KEY"


def test_a_key_that_is_not_set_is_told_with_the_nearest(environment):
    environment.setenv("OPENROUTER_KEY", "sk-x")
    with pytest.raises(EndpointError, match=r"OPENROUTR_KEY.* is not set; did you mean 'OPENROUTER_KEY'"):
        connect(Chosen("https://openrouter.ai/api/v1", "x", key_env="OPENROUTR_KEY"))


def test_connecting(environment):
    environment.setenv("MY_KEY", "sk-mine")

    async def run():
        async with serving(said()) as server:
            endpoint = connect(
                Chosen(server.url, "llama", key_env="MY_KEY"), name="n", slots=3, weight=2.0, trusted=False
            )
            reply = await endpoint.send(ASK)
            await endpoint.close()
            return endpoint, reply, server

    endpoint, reply, server = asyncio.run(run())
    assert (endpoint.name, endpoint.slots, endpoint.weight, endpoint.trusted) == ("n", 3, 2.0, False)
    assert reply.endpoint == "n"
    assert server.asked[0].headers["authorization"] == "bearer sk-mine"


def test_prices_are_for_servers_elsewhere():
    assert connect(Chosen("http://localhost:1", "gpt-4o-mini")).price == Price()
    hosted = connect(Chosen("https://api.openai.com", "gpt-4o-mini"))
    assert isinstance(hosted, OpenAIServer)
    assert hosted.price == price_of("gpt-4o-mini") == Price.of(0.15, 0.60)
    mine = connect(Chosen("https://api.anthropic.com", "claude-haiku-4-5", "anthropic"), price=Price(1, 2))
    assert isinstance(mine, AnthropicServer)
    assert mine.price == Price(1, 2)


@pytest.mark.parametrize("model", ["gpt-5-pro", "gpt-4o-audio", "llama3.2", "", "claude", "gpt-4o-mini-x"])
def test_no_price_is_made_up(model):
    assert price_of(model) is None


def test_each_price_has_its_source():
    known = known_price("anthropic/claude-sonnet-4-5-20250929")
    assert known.source.startswith("https://")
    assert known.on.year >= 2026
    assert (known.read, known.written) == (3.0, 15.0)


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:1", True), ("http://[::1]:1", True), ("http://10.1.2.3", True), ("http://100.64.0.1", True),
        ("http://[fd00::1]:8000/v1", True), ("http://gpu.local:1", True), ("http://host.docker.internal", True),
        ("http://LOCALHOST", True), ("http://0.0.0.0:8000", True), ("http://169.254.1.1", True),
        ("https://api.openai.com", False), ("http://8.8.8.8", False), ("https://localhost.example.com", False),
        ("http://134744072", False), ("https://[2001:4860:4860::8888]/v1", False), ("https://10.evil.com", False),
    ],
)  # fmt: skip
def test_what_is_this_machine_or_a_private_network(url, local):
    assert is_local(url) is local


def test_models_of_a_server():
    async def run():
        async with serving(http(200, [{"id": "a"}, {"id": "b-embed"}])) as bare, serving(http(200, {"data": 7})) as odd:
            listed = await list_models(Chosen(bare.url, ""))
            with pytest.raises(CallError, match="lists no models"):
                await list_models(FoundServer("x", odd.url))
            return listed

    assert asyncio.run(run()) == ("a",)


@pytest.mark.parametrize(
    ("library", "name"), [("httpx", "OpenAIServer"), ("jsonschema", "check_schema"), ("json_repair", "answer")]
)
def test_what_is_not_installed_is_told_with_the_line_that_does(library, name):
    script = f"import sys; sys.modules[{library!r}] = None; import parhelion.llm; parhelion.llm.price_of('x')\n"
    said = subprocess.run(
        [sys.executable, "-c", f"{script}parhelion.llm.{name}"], capture_output=True, text=True, check=False
    )
    assert said.returncode == 1
    assert "MissingExtraError" in said.stderr
    assert "pip install 'parhelion[describe]'" in said.stderr


def test_plans_need_no_http_library():
    script = "import sys, parhelion.llm.contract, parhelion.llm.prices, parhelion.llm.addresses\n"
    script += "assert not {'httpx', 'jsonschema', 'json_repair'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", script], check=True)
