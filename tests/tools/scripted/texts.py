"""A text for a property: what its format, its pattern or its name asks for, as long as it may be."""

from collections.abc import Callable
from random import Random
from typing import Any
from uuid import UUID

from . import words
from .patterns import TooHard, matching


def _date(rng: Random) -> str:
    return f"{rng.randint(1990, 2025)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"


def _time(rng: Random) -> str:
    return f"{rng.randrange(24):02}:{rng.randrange(60):02}:{rng.randrange(60):02}Z"


def _email(rng: Random) -> str:
    return f"{rng.choice(words.FIRST)}.{rng.choice(words.LAST)}@{rng.choice(words.NOUNS)}.example".lower()


def _host(rng: Random) -> str:
    return f"{rng.choice(words.NOUNS)}.{rng.choice(words.NOUNS)}.example"


def _url(rng: Random) -> str:
    return f"https://{_host(rng)}/{words.slug(rng)}"


FORMATS: dict[str, Callable[[Random], str]] = {
    "date": _date,
    "time": _time,
    "date-time": lambda rng: f"{_date(rng)}T{_time(rng)}",
    "duration": lambda rng: f"P{rng.randint(1, 30)}D",
    "email": _email,
    "hostname": _host,
    "uri": _url,
    "uuid": lambda rng: str(UUID(int=rng.getrandbits(128), version=4)),
    "ipv4": lambda rng: f"192.0.2.{rng.randint(1, 254)}",
    "ipv6": lambda rng: f"2001:db8::{rng.randint(1, 0xFFFF):x}",
}
# The first word that is in the name of the property decides.
NAMES: dict[str, Callable[[Random], str]] = {
    "question": words.question,
    "email": _email,
    "mail": _email,
    "url": _url,
    "link": _url,
    "date": _date,
    "first_name": lambda rng: rng.choice(words.FIRST),
    "last_name": lambda rng: rng.choice(words.LAST),
    "city": lambda rng: rng.choice(words.CITIES),
    "town": lambda rng: rng.choice(words.CITIES),
    "country": lambda rng: rng.choice(words.COUNTRIES),
    "name": lambda rng: f"{rng.choice(words.FIRST)} {rng.choice(words.LAST)}",
    "author": lambda rng: f"{rng.choice(words.FIRST)} {rng.choice(words.LAST)}",
    "title": words.title,
    "topic": words.title,
    "heading": words.title,
    "tag": lambda rng: rng.choice(words.NOUNS),
    "keyword": lambda rng: rng.choice(words.NOUNS),
    "word": lambda rng: rng.choice(words.NOUNS),
    "label": lambda rng: rng.choice(words.NOUNS),
    "code": words.slug,
    "slug": words.slug,
    "key": words.slug,
    "text": words.paragraph,
    "description": words.paragraph,
    "content": words.paragraph,
    "body": words.paragraph,
    "answer": words.paragraph,
    "summary": words.paragraph,
}


def text_for(name: str, schema: dict[str, Any], rng: Random) -> str:
    """A text for a property of this name and schema.

    >>> text_for("city", {}, Random(1)), text_for("", {"format": "date"}, Random(1))
    ('Cusco', '1998-10-28')
    >>> text_for("city", {"minLength": 12, "maxLength": 14}, Random(1))
    'Cusco The quic'
    """
    shortest, longest = schema.get("minLength", 0), schema.get("maxLength")
    if "pattern" in schema:
        return _long_enough(lambda: matching(schema["pattern"], rng), shortest, longest, schema["pattern"])
    if schema.get("format") in FORMATS:
        return _long_enough(lambda: FORMATS[schema["format"]](rng), shortest, longest, schema["format"])
    lowered = name.lower()
    make = next((make for hint, make in NAMES.items() if hint in lowered), words.sentence)
    text = make(rng)
    while len(text) < shortest:
        text += " " + words.sentence(rng)
    return text if longest is None or len(text) <= longest else _cut(text, shortest, longest)


def _cut(text: str, shortest: int, longest: int) -> str:
    """The words of a text that fit, or its letters where its first word does not."""
    whole = text[: longest + 1].rpartition(" ")[0].rstrip(" .,")
    return whole if whole and len(whole) >= shortest else text[:longest]


def _long_enough(make: Callable[[], str], shortest: int, longest: int | None, asked: str) -> str:
    for _ in range(200):
        text = make()
        if shortest <= len(text) and (longest is None or len(text) <= longest):
            return text
    raise TooHard(f"no text of {shortest} to {longest} characters was found for {asked!r}")
