"""What a call is answered with, before it has the shape of a body."""

import json
from dataclasses import dataclass
from random import Random
from typing import Any

from . import words
from .instances import instance
from .patterns import TooHard
from .request import Refused, Request, draw


@dataclass(slots=True)
class Answer:
    """A text (JSON, where a schema is to be met) with why it ended and what it cost. declined: a refusal's words."""

    text: str | None
    finish: str = "stop"
    declined: str | None = None
    read: int = 0
    written: int = 0


def dealer(request: Request, seed: int, *salt: str) -> Random:
    """The random numbers of a request: the same for the same messages, seed of the script and seed of the request."""
    return Random(draw(seed, request.prompt, request.seed, *salt))


def usual(request: Request, seed: int) -> str:
    """The answer where no rule has one: JSON that fits the schema, or a few sentences."""
    rng = dealer(request, seed)
    if request.schema is None:
        return words.paragraph(rng, 2, 5)
    try:
        return as_json(instance(request.schema, rng, request.schema_name))
    except TooHard as error:
        message = f"Invalid schema for response_format '{request.schema_name}': {error}."
        raise Refused(400, message, param="response_format", code="invalid_json_schema") from error


def as_json(value: Any) -> str:
    """JSON as models write it.

    >>> as_json({"city": "Zürich"})
    '{"city": "Zürich"}'
    """
    return json.dumps(value, ensure_ascii=False)


def stopped(answer: Answer, request: Request, room: int) -> None:
    """End the text at a stop sequence and at the last token that there is room for, and count."""
    for stop in request.stop:
        answer.text = (answer.text or "").split(stop)[0]
    most = room if request.max_tokens is None else min(room, request.max_tokens)
    text = answer.declined or answer.text or ""
    answer.written = words.tokens(text)
    if answer.written > most and not answer.declined:
        answer.text, answer.written, answer.finish = words.first_tokens(text, most), most, "length"
    answer.written = min(answer.written, most)
    answer.read = request.read
