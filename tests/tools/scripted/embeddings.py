"""/v1/embeddings: vectors of hashed words, so that like texts have like vectors."""

import base64
import math
import struct
from typing import Any

from . import checks, words
from .request import Request, short_hash

PATH = "/v1/embeddings"


def parse(body: dict[str, Any], path: str) -> Request:
    """A request. Raises Refused."""
    model, given = checks.text(body, "model"), body.get("input")
    if given is None:
        raise checks.missing("input")
    if body.get("encoding_format") not in (None, "float", "base64"):
        raise checks.invalid("Invalid 'encoding_format': 'float' or 'base64'.", "encoding_format")
    checks.number(body, "dimensions", 1, 8192, whole=True)
    texts = _texts(given)
    messages = [{"role": "user", "content": text} for text in texts]
    return Request(path, body, model, "", texts[-1], messages, texts=texts)


def _texts(given: Any) -> list[str]:
    """One text, several, or either as numbers of tokens."""
    many = [given] if isinstance(given, str) or (given and _numbers(given)) else given
    if not isinstance(many, list) or not many or not all(isinstance(each, str) or _numbers(each) for each in many):
        raise checks.wrong_type("input", "a string, an array of strings or of tokens, not empty", given)
    if any(not each for each in many):
        raise checks.invalid("'input' must not hold empty strings.", "input")
    return [each if isinstance(each, str) else " ".join(map(str, each)) for each in many]


def _numbers(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(type(each) is int for each in value)


def payload(request: Request, dimensions: int) -> dict[str, Any]:
    """The body of an answer."""
    size, encoded = request.body.get("dimensions") or dimensions, request.body.get("encoding_format") == "base64"
    data = []
    for place, text in enumerate(request.texts):
        made: Any = vector(text, size)
        if encoded:
            made = base64.b64encode(struct.pack(f"<{size}f", *made)).decode()
        data.append({"object": "embedding", "index": place, "embedding": made})
    usage = {"prompt_tokens": request.read, "total_tokens": request.read}
    return {"object": "list", "data": data, "model": request.model, "usage": usage}


def vector(text: str, size: int) -> list[float]:
    """A vector of length 1 that counts the words of a text, hashed into places and signs.

    >>> a, b, c = (vector(text, 64) for text in ("a red boat", "a red car", "nothing else matters"))
    >>> def cosine(one, other):
    ...     return round(sum(x * y for x, y in zip(one, other)), 2)
    >>> cosine(a, a), cosine(a, b) > cosine(a, c)
    (1.0, True)
    """
    made = [0.0] * size
    for word in words.TOKEN.findall(text.lower()) or [""]:
        number = int(short_hash(word), 16)
        made[number % size] += 1 if number >> 63 else -1
    length = math.sqrt(sum(each * each for each in made))
    if not length:
        made[0] = length = 1.0
    return [each / length for each in made]


def told(payload: dict[str, Any]) -> tuple[int, int]:
    """The usage that a body tells."""
    found = payload.get("usage")
    if not isinstance(found, dict) or not isinstance(found["prompt_tokens"], int):
        return 0, 0
    return found["prompt_tokens"], 0


def blank(payload: dict[str, Any], *, null: bool) -> None:
    """Take the vectors away."""
    payload["data"] = None if null else []
