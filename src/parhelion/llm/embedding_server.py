"""Servers that make vectors of texts, by OpenAI's embeddings: Ollama, vLLM, llama.cpp, hosted ones."""

import base64
import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parhelion.llm._http import Answered, Wire
from parhelion.llm._server import checked_key, garbled, name_of, usage_of, value_of
from parhelion.llm.addresses import base_address, shown
from parhelion.llm.contract import CallError, Failing, Price, Reply, Request

LONGEST = 16_384  # numbers of a vector
Vector = NDArray[np.float32]


class EmbeddingServer:
    """One model of one server that answers a text with a vector.

    It meets `Endpoint`, so that vectors are paced, paid, tried again and kept as all other answers are: the reply's
    text is the vector, at length 1, as base64 of little-endian float32; `vector_of` reads it. A request is one message
    and no more; its parameters, schema and seed mean nothing here. The parameters of the class are those of
    OpenAIServer; a pasted `/embeddings` is cut off the url.

    >>> EmbeddingServer("http://localhost:11434/v1/embeddings", "all-minilm", key="sk-secret")
    EmbeddingServer('http://localhost:11434/v1', 'all-minilm')
    """

    def __init__(
        self,
        url: str,
        model: str,
        *,
        name: str | None = None,
        key: str | None = None,
        price: Price = Price(),  # noqa: B008 (immutable)
        slots: int | None = None,
        weight: float = 1.0,
        timeout: float = 120.0,
        trusted: bool = True,
    ) -> None:
        base = base_address(url, ends=("/embeddings",))
        self.model, self.price, self.slots, self.weight, self.trusted = model, price, slots, weight, trusted
        self.name = name or name_of(model, base)
        secret = checked_key(key)
        headers = {"authorization": f"Bearer {secret}"} if secret else {}
        self._wire = Wire(base, name=self.name, headers=headers, secret=secret, timeout=timeout)

    async def send(self, request: Request) -> Reply:
        """One call, once. Raises CallError."""
        if len(request.messages) != 1:
            raise CallError(Failing.REQUEST, self.name, f"a vector is of one text, and {len(request.messages)} came")
        asked = {"model": self.model, "input": request.messages[0].content}
        body = json.dumps(asked, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        return await self._reply(await self._wire.post("/embeddings", body), request)

    async def close(self) -> None:
        """Let go of connections."""
        await self._wire.close()

    def __repr__(self) -> str:
        return f"EmbeddingServer({shown(self._wire.base)!r}, {self.model!r})"

    async def _reply(self, answered: Answered, request: Request) -> Reply:
        value = await value_of(answered, self._wire, self.model)
        text = text_of(_unit(_numbers(value, self.name), self.name))
        reported = value.get("usage")
        read = reported.get("prompt_tokens") if isinstance(reported, dict) else None
        usage, metered = usage_of(read, 0, request)
        return Reply(text, usage, self.name, seconds=answered.seconds, metered=metered)


def text_of(vector: Vector) -> str:
    """A vector as text.

    >>> text_of(np.array([0.6, 0.8], np.float32)), vector_of("mpkZP83MTD8=")
    ('mpkZP83MTD8=', array([0.6, 0.8], dtype=float32))
    """
    return base64.b64encode(vector.astype("<f4").tobytes()).decode()


def vector_of(text: str) -> Vector:
    """The vector that a reply's text is."""
    return np.frombuffer(base64.b64decode(text), "<f4")


def _numbers(value: dict[str, Any], endpoint: str) -> list[float]:
    """The one vector of an answer, as it came."""
    data = value.get("data")
    first = data[0] if isinstance(data, list) and len(data) == 1 else None
    numbers = first.get("embedding") if isinstance(first, dict) else None
    if not isinstance(numbers, list):
        raise garbled(endpoint, f"its answer holds no data[0].embedding alone; does it embed? it has {sorted(value)}")
    if not 1 <= len(numbers) <= LONGEST:
        raise garbled(endpoint, f"its vector has {len(numbers):,} numbers; expected 1 to {LONGEST:,}")
    if any(type(each) not in (int, float) for each in numbers):
        raise garbled(endpoint, "its vector holds what is no number")
    return numbers


def _unit(numbers: list[float], endpoint: str) -> Vector:
    """The vector at length 1. Divided by its largest number first, so that no square is too large or too small."""
    try:
        vector = np.array(numbers, np.float64)
    except OverflowError:
        raise garbled(endpoint, "its vector holds a number that is too large") from None
    largest = np.abs(vector).max()
    if not np.isfinite(largest) or largest == 0:
        raise garbled(endpoint, "its vector is all zero" if largest == 0 else "its vector holds NaN or infinity")
    vector /= largest
    unit: Vector = (vector / np.linalg.norm(vector)).astype(np.float32)
    return unit
