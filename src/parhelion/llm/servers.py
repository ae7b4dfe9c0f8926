"""What there is to ask without any configuration, and how one server is chosen and connected to."""

import asyncio
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal
from urllib.parse import urlsplit

from parhelion.errors import EndpointError, nearest
from parhelion.llm.addresses import base_address, is_local, shown
from parhelion.llm.anthropic_server import AnthropicServer
from parhelion.llm.contract import CallError, Price
from parhelion.llm.embedding_server import EmbeddingServer
from parhelion.llm.openai_server import OpenAIServer
from parhelion.llm.prices import plain_name, price_of

Api = Literal["openai", "anthropic", "embeddings"]
KINDS: Mapping[Api, type[OpenAIServer | AnthropicServer | EmbeddingServer]] = MappingProxyType(
    {"openai": OpenAIServer, "anthropic": AnthropicServer, "embeddings": EmbeddingServer}
)
LOCAL: Mapping[str, int] = MappingProxyType({"Ollama": 11434, "LM Studio": 1234, "llama.cpp": 8080, "vLLM": 8000})
START = "start one: ollama serve & ollama pull llama3.2, or name one: --endpoint URL --model NAME"
LOOKING = 2.0  # seconds for a server of this machine to list its models
ELSEWHERE = 10.0  # the same for one elsewhere
_OPENAI, _ANTHROPIC = "https://api.openai.com/v1", "https://api.anthropic.com/v1"
# cheap, and without thoughts that would use up max_tokens
_USUAL = ("gpt-4.1-mini", "gpt-4o-mini", "gpt-5.4-mini", "gpt-5-mini", "claude-haiku-4-5")
_NO_CHAT = re.compile(
    r"embed|rerank|whisper|\btts\b|transcribe|dall-e|moderation|\bimage\b|realtime|\baudio\b|^sora|^(text-)?(davinci|babbage)"
    r"|(^|/)(bge|gte|e5|all-minilm)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class FoundServer:
    """A server that can be asked. key_env: the environment variable of its key. problem: why it lists no models."""

    what: str
    url: str
    api: Api = "openai"
    key_env: str | None = None
    models: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A model of a server: all that connecting to it takes."""

    url: str
    model: str
    api: Api = "openai"
    key_env: str | None = None


async def found_servers(ports: Mapping[str, int] | None = None) -> tuple[FoundServer, ...]:
    """The servers that the environment names, then those of this machine, each with the models it lists.

    Asked: what OPENAI_API_KEY and ANTHROPIC_API_KEY are for (at OPENAI_BASE_URL and ANTHROPIC_BASE_URL where they are
    set), and the ports of this machine; all at once. A server of this machine that does not answer is left out; one
    that the environment names stays, with the problem. ports: instead of the usual ones.
    """
    named = _named()
    local = [
        FoundServer(what, f"http://127.0.0.1:{port}/v1") for what, port in (LOCAL if ports is None else ports).items()
    ]
    looked = await asyncio.gather(*(_looked_at(server) for server in (*named, *local)))
    return (*looked[: len(named)], *(server for server in looked[len(named) :] if server.models))


async def list_models(server: FoundServer | Chosen) -> tuple[str, ...]:
    """The models of a server that can write: embedders and the like are left out. Raises CallError."""
    timeout = LOOKING if is_local(server.url) else ELSEWHERE
    kind = AnthropicServer if server.api == "anthropic" else OpenAIServer
    asked = kind(server.url, "models", name=shown(server.url), key=_key(server.key_env), timeout=timeout)
    try:
        return tuple(model for model in await asked.models() if not _NO_CHAT.search(model))
    finally:
        await asked.close()


async def chosen_server(url: str | None = None, model: str | None = None, key_env: str | None = None) -> Chosen:
    """The server and model to use, from what is given and what there is. Raises EndpointError.

    key_env: the name of an environment variable; without it OpenAI's and Anthropic's keys are used, for their own
    addresses alone. Nothing is asked where url and model are both given.
    """
    if url is not None:
        server = _addressed(url, key_env)
        if model is None:
            models = await list_models(server)
            model = _usual(models, server)
        return Chosen(server.url, model, server.api, server.key_env)
    _key(key_env)  # raises where it is not set
    found = await found_servers()
    if not found:
        raise EndpointError(f"no language model is running here; {START}")
    return _first(found, model)


def connect(
    server: Chosen,
    *,
    name: str | None = None,
    price: Price | None = None,
    slots: int | None = None,
    weight: float = 1.0,
    timeout: float = 120.0,
    trusted: bool = True,
) -> OpenAIServer | AnthropicServer | EmbeddingServer:
    """The endpoint of a chosen server. Raises EndpointError where its key is not set.

    price: without it, nothing on a machine of one's own, and elsewhere what is known of the model, which may be
    nothing too: `price_of` tells.
    """
    if price is None:
        price = (None if is_local(server.url) else price_of(server.model)) or Price()
    return KINDS[server.api](
        server.url,
        server.model,
        name=name,
        key=_key(server.key_env),
        price=price,
        slots=slots,
        weight=weight,
        timeout=timeout,
        trusted=trusted,
    )


def _named() -> list[FoundServer]:
    """The servers that the environment names."""
    found = []
    apis: tuple[tuple[str, Api, str], ...] = (("OpenAI", "openai", _OPENAI), ("Anthropic", "anthropic", _ANTHROPIC))
    for what, api, usual in apis:
        url, key = os.environ.get(f"{api.upper()}_BASE_URL"), f"{api.upper()}_API_KEY"
        if url or os.environ.get(key):
            found.append(FoundServer(what, base_address(url or usual), api, key if os.environ.get(key) else None))
    return found


async def _looked_at(server: FoundServer) -> FoundServer:
    try:
        models, problem = await list_models(server), ""
    except EndpointError as error:
        models, problem = (), error.why if isinstance(error, CallError) else str(error)
    return FoundServer(server.what, server.url, server.api, server.key_env, models, problem)


def _addressed(url: str, key_env: str | None) -> FoundServer:
    """The server at an address. A key goes to the address it is for, never to another."""
    base = base_address(url, ends=("/chat/completions", "/messages"))
    for server in _named():
        if server.url == base:
            return FoundServer(server.what, base, server.api, key_env or server.key_env)
    host = urlsplit(base).hostname or ""
    return FoundServer(host, base, "anthropic" if host.endswith("anthropic.com") else "openai", key_env)


def _key(key_env: str | None) -> str | None:
    if key_env is None:
        return None
    if not os.environ.get(key_env):
        names = [name for name in os.environ if name.endswith(("KEY", "TOKEN"))]
        close = nearest(key_env, names) if names else ""
        raise EndpointError(f"the environment variable {key_env}, for the key of the server, is not set{close}")
    return os.environ[key_env]


def _first(found: tuple[FoundServer, ...], model: str | None) -> Chosen:
    """The first server that has the model, or has any."""
    if model is None:
        able = next((server for server in found if server.models), None)
        if able is None:
            raise EndpointError("; ".join(f"{server.what}: {server.problem}" for server in found))
        return Chosen(able.url, _usual(able.models, able), able.api, able.key_env)
    for server in found:
        for there in server.models:
            if model in (there, plain_name(there)) or there == f"{model}:latest":
                return Chosen(server.url, model, server.api, server.key_env)
    every = [there for server in found for there in server.models]
    silent = "".join(f"; {server.what} lists none: {server.problem}" for server in found if server.problem)
    raise EndpointError(
        f"no server here has a model {model!r}{nearest(model, every) if every else ''}{silent}; "
        f"name one that is there, run: ollama pull {model}, or name a server that has it: --endpoint URL"
    )


def _usual(models: tuple[str, ...], server: FoundServer) -> str:
    """The model to take where none is named: the first of one's own machine, a cheap one elsewhere."""
    if not models:
        raise EndpointError(f"{server.what} at {shown(server.url)} has no model that writes; run: ollama pull llama3.2")
    if is_local(server.url) or len(models) == 1:
        return models[0]
    for usual in _USUAL:
        for model in models:
            if plain_name(model) == usual:
                return model
    raise EndpointError(f"{server.what} has many models; choose one by --model NAME{nearest('', models)}")
