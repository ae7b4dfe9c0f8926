"""Language models: endpoints that answer requests, how many at once, what it costs, and answers of a given shape.

Names are imported when they are first used: what plans need of it costs no HTTP library.
"""

from typing import TYPE_CHECKING

from parhelion.lazily import lazily

if TYPE_CHECKING:
    from parhelion.llm._line import EndpointStatus
    from parhelion.llm.addresses import is_local
    from parhelion.llm.anthropic_server import AnthropicServer
    from parhelion.llm.budget import Budget, dollars
    from parhelion.llm.embedding_server import EmbeddingServer, vector_of
    from parhelion.llm.openai_server import OpenAIServer
    from parhelion.llm.pool import Pool
    from parhelion.llm.prices import KnownPrice, known_price, price_of
    from parhelion.llm.servers import Chosen, FoundServer, chosen_server, connect, found_servers, list_models
    from parhelion.llm.structured import Answering, answer, check_schema

_HOME = {
    "is_local": "addresses",
    "AnthropicServer": "anthropic_server",
    "Budget": "budget", "dollars": "budget",
    "EmbeddingServer": "embedding_server", "vector_of": "embedding_server",
    "EndpointStatus": "_line", "Pool": "pool",
    "OpenAIServer": "openai_server",
    "KnownPrice": "prices", "known_price": "prices", "price_of": "prices",
    "Chosen": "servers", "FoundServer": "servers", "chosen_server": "servers", "connect": "servers",
    "found_servers": "servers", "list_models": "servers",
    "Answering": "structured", "answer": "structured", "check_schema": "structured",
}  # fmt: skip

__all__ = [
    "Answering",
    "AnthropicServer",
    "Budget",
    "Chosen",
    "EmbeddingServer",
    "EndpointStatus",
    "FoundServer",
    "KnownPrice",
    "OpenAIServer",
    "Pool",
    "answer",
    "check_schema",
    "chosen_server",
    "connect",
    "dollars",
    "found_servers",
    "is_local",
    "known_price",
    "list_models",
    "price_of",
    "vector_of",
]

__getattr__ = lazily(__name__, _HOME)


def __dir__() -> list[str]:
    return sorted(__all__)
