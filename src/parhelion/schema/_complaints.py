"""What pydantic found wrong with a schema, in words a person can act on: `table.column.field`, got what, valid what."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from parhelion.errors import nearest
from parhelion.schema import columns

KINDS: tuple[str, ...] = get_args(columns.Kind)
CLASSES = {variant.model_fields["kind"].default: variant for variant in get_args(get_args(columns.Column)[0])}
_TOP = ("version", "tables")
_TABLE = ("name", "columns", "target", "rules")


def complaints(error: ValidationError, data: object) -> Iterator[str]:
    for detail in error.errors(include_url=False):
        yield _complaint(detail, data)


def _complaint(detail: ErrorDetails, data: object) -> str:
    got, where, field = detail["input"], _where(detail["loc"], data), str(detail["loc"][-1]) if detail["loc"] else ""
    match detail["type"]:
        case "union_tag_invalid":
            kind = str(detail["ctx"]["tag"])
            return f"{where}.kind is {kind!r}, which is no kind{nearest(kind, KINDS)}"
        case "union_tag_not_found":
            return f"{where} has no kind; expected one of {', '.join(KINDS)}"
        case "extra_forbidden":
            return f"{where} is no field of the schema{nearest(field, _fields(detail['loc']))}"
        case "missing":
            return f"{where} is missing; add it"
        case "literal_error" if field == "version":
            return f"version is {_short(got)}; this parhelion reads version 1: a later parhelion may have written it"
        case "literal_error":
            return f"{where} is {_short(got)}; expected {detail['ctx']['expected']}"
        case "value_error" if "rules" in detail["loc"]:  # the text of a rule does not know where it stands
            return f"{where}: {detail['ctx']['error']}"
        case "value_error":
            return str(detail["ctx"]["error"])
        case _:
            return f"{where} is {_short(got)}: {detail['msg'][:1].lower()}{detail['msg'][1:]}"


def _short(got: object) -> str:
    text = repr(got)
    return text if len(text) <= 40 else text[:40] + "…"


def _fields(place: Sequence[int | str]) -> Sequence[str]:
    """The fields there are at this place of a schema."""
    if len(place) >= 5:
        return list(CLASSES[place[4]].model_fields)
    return _TABLE if len(place) >= 2 else _TOP


def _where(place: Sequence[int | str], data: object) -> str:
    """`tables, 0, columns, 3, number, decimals` in names: `adult.age.decimals`."""
    words, at = [], data
    for step, part in enumerate(place):
        if step == 4 and part in CLASSES:
            continue
        at = _inside(at, part)
        if isinstance(part, int) and step in (1, 3):
            words.append(_name(at, f"{place[step - 1]}[{part}]"))
        elif not (step in (0, 2) and part in ("tables", "columns", "rules") and len(place) > step + 1):
            words.append(str(part))
    return ".".join(words) or "the schema"


def _inside(at: object, part: int | str) -> Any:
    if isinstance(at, Mapping):
        return at.get(part)
    if isinstance(at, Sequence) and not isinstance(at, str) and isinstance(part, int) and part < len(at):
        return at[part]
    return None


def _name(at: object, otherwise: str) -> str:
    name = at.get("name") if isinstance(at, Mapping) else None
    return name if isinstance(name, str) else otherwise
