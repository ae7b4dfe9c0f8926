"""What is wrong with a plan, and where: `fields.question.prompt (line 12)`."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from parhelion.describing.plan import model
from parhelion.errors import nearest

SECRET = re.compile(
    r"\b(?:sk|pk|rk)-[\w-]{8,}|\b(?:tvly|gsk|hf|xai|ghp|github_pat)[-_][\w-]{8,}|\bAIza[\w-]{20,}|\bBSA[\w-]{20,}"
    r"|\bBearer\s+\S{8,}|(?<=//)[^/@\s]+:[^/@\s]+(?=@)",
)
_TAGS = {"server", "nodes", "weighted", "listed"}
_MAKES = {get_args(kind.model_fields["make"].annotation)[0]: kind for kind in get_args(get_args(model.AnyField)[0])}


class Problem(NamedTuple):
    """place: the keys that lead to it. what: follows the place in a sentence: `is missing; add it`."""

    place: tuple[str, ...]
    what: str

    def told(self, lines: Mapping[tuple[str, ...], int], file: str) -> str:
        """
        >>> Problem(("fields", "age", "between"), "is 5").told({("fields", "age"): 7}, "plan.yaml")
        'fields.age.between (plan.yaml, line 7) is 5'
        """
        line = next((lines[self.place[:end]] for end in range(len(self.place), 0, -1) if self.place[:end] in lines), 0)
        spot = ", ".join([*([file] if file else []), *([f"line {line}"] if line else [])])
        return unsecret(f"{'.'.join(self.place) or 'the plan'}{f' ({spot})' if spot else ''} {self.what}")


def found_by_pydantic(error: ValidationError) -> Iterator[Problem]:
    """The complaints of pydantic in words a person can act on."""
    for detail in error.errors(include_url=False):
        if detail["type"] != "too_short" or not detail["input"]:  # items that are wrong do not count for pydantic
            yield Problem(_place(detail), _what(detail))


def _place(detail: ErrorDetails) -> tuple[str, ...]:
    """Without the names of classes that pydantic tried."""
    parts = [str(part) for part in detail["loc"]]
    if parts[:1] == ["fields"]:
        parts[2:3] = [part for part in parts[2:3] if part not in _MAKES]
    return tuple(part for part in parts if part not in _TAGS and part != "[key]")


def _what(detail: ErrorDetails) -> str:
    got, place = detail["input"], detail["loc"]
    match detail["type"]:
        case "union_tag_invalid":
            return f"has make: {detail['ctx']['tag']!r}, which is none{nearest(str(detail['ctx']['tag']), _MAKES)}"
        case "union_tag_not_found":
            return f"does not say how it is made; add `make:`, one of {', '.join(_MAKES)}"
        case "extra_forbidden":
            return f"is nothing that a plan has here{nearest(str(place[-1]), _known(place[:-1]))}"
        case "missing":
            return "is missing; add it"
        case "string_type" if isinstance(got, int | float):
            return f"is {short(got)}, which YAML takes for {_sort(got)}; put it in quotes"
        case "too_short":
            return "is empty; expected one at least"
        case _:
            return f"is {short(got)}: {detail['msg'][:1].lower()}{detail['msg'][1:]}"


def _sort(got: Any) -> str:
    return "true or false" if isinstance(got, bool) else "a number"


def _known(place: Sequence[int | str]) -> list[str]:
    """The names there are at a place of a plan."""
    at: Any = model.Plan
    for part in place:
        if isinstance(part, str) and part in _MAKES:
            at = _MAKES[part]
        elif part in ("server", "nodes"):
            at = {"server": model.Server, "nodes": model.Nodes}[str(part)]
        elif isinstance(at, type) and issubclass(at, BaseModel) and part in at.model_fields:
            at = _inside(at.model_fields[str(part)].annotation)
    if not (isinstance(at, type) and issubclass(at, BaseModel)):
        return []
    return [each.alias or name for name, each in at.model_fields.items()]


def _inside(annotation: Any) -> Any:
    """The model in `X | None`, `dict[str, X]`, `tuple[X, ...]`."""
    inner = [_inside(each) for each in getattr(annotation, "__args__", ())]
    return next((each for each in [annotation, *inner] if isinstance(each, type) and issubclass(each, BaseModel)), None)


def short(got: object) -> str:
    """A value in a message: cut, and never a secret.

    >>> short({"key": "sk-abcdefghijklmnop"})
    "{'key': '(a secret)'}"
    """
    text = unsecret(repr(got))
    return text if len(text) <= 60 else text[:60] + "…"


def unsecret(text: str) -> str:
    """A message without what looks like a key: people pass messages on."""
    return SECRET.sub("(a secret)", text)


Check = Callable[[model.Plan], Iterator[Problem]]
"""What is wrong with a plan that pydantic takes."""
