"""Values as JSON texts, as they lie in the file."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from parhelion.errors import DataError, problems

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def text_of(value: Any, what: str) -> str:
    """A value as JSON. Raises DataError naming `what`, and the parts of it that JSON has nothing for.

    >>> text_of({"a": [1, None]}, "cell")
    '{"a":[1,null]}'
    >>> text_of({"a": 1, "b": [2, 1j]}, "row 3.0")
    Traceback (most recent call last):
    parhelion.errors.DataError: row 3.0: 'b'[1] is a complex; only text, numbers, booleans, None, lists and ...
    """
    try:
        return _ENCODER.encode(value)
    except (TypeError, ValueError, RecursionError):
        faults = problems(list(_faults(value, "", 0))[:10])
        raise DataError(
            f"{what}: {faults}; only text, numbers, booleans, None, lists and objects can be kept"
        ) from None


def value_of(text: str) -> Any:
    """The value that a JSON text is."""
    return json.loads(text)


def _faults(value: Any, where: str, depth: int) -> Iterator[str]:
    if depth > 100:
        yield f"{where[:60]}… lies within more than 100 others"
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from _faults(part, f"{where}{'.' if where else ''}{name!r}", depth + 1)
    elif isinstance(value, list | tuple):
        for index, part in enumerate(value):
            yield from _faults(part, f"{where}[{index}]", depth + 1)
    elif not isinstance(value, str | int | float | bool | None):
        yield f"{where or 'it'} is a {type(value).__name__}"
