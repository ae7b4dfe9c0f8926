"""Scripts out of JSON."""

from dataclasses import MISSING, fields
from typing import Any

from .problems import ScriptError, nearest, refuse
from .script import PARTS, Latency, Script


def read_script(data: Any) -> Script:
    """A script from JSON. Raises ScriptError.

    >>> read_script({"sed": 1, "faults": [{"kind": "hang", "share": 2}]})
    Traceback (most recent call last):
    tools.scripted.problems.ScriptError: sed: there is no such field; the nearest are 'seed'
    faults[0].share: 2 is not between 0 and 1
    """
    return Script(**script_fields(data))


def script_fields(data: Any) -> dict[str, Any]:
    """The fields of a script that JSON gives, as what they are in Python; for all of a script or for a change."""
    wrong: list[str] = []
    given = _known(Script, data, "", wrong)
    for name, value in given.items():
        if name in PARTS:
            given[name] = _many(PARTS[name], value, name, wrong)
        elif name == "latency":
            given[name] = _one(Latency, {"seconds": value} if isinstance(value, int | float) else value, name, wrong)
    if not wrong:
        _attempt(Script, given, "", wrong)
    refuse(wrong)
    return given


def _many(kind: type, items: Any, where: str, wrong: list[str]) -> tuple[Any, ...]:
    if not isinstance(items, list):
        wrong.append(f"{where}: a list, not {type(items).__name__}")
        return ()
    return tuple(_one(kind, item, f"{where}[{place}]", wrong) for place, item in enumerate(items))


def _one(kind: type, data: Any, where: str, wrong: list[str]) -> Any:
    before = len(wrong)
    given = _known(kind, data, f"{where}.", wrong)
    return _attempt(kind, given, f"{where}.", wrong) if len(wrong) == before else None


def _known(kind: type, data: Any, where: str, wrong: list[str]) -> dict[str, Any]:
    """The fields given, lists as tuples; those that are not there, or of another type, are told."""
    if not isinstance(data, dict):
        wrong.append(f"{where.rstrip('.') or 'script'}: an object, not {type(data).__name__}")
        return {}
    types = {field.name: field.type for field in fields(kind)}
    for name, value in data.items():
        if name not in types:
            wrong.append(f"{where}{name}: there is no such field{nearest(name, types)}")
        elif not _fits(value, str(types[name])):
            wrong.append(f"{where}{name}: {value!r} is not of the right type")
    needed = [field.name for field in fields(kind) if field.default is MISSING and field.name not in data]
    wrong += [f"{where}{name}: is missing" for name in needed]
    given = {name: value for name, value in data.items() if name in types}
    return {name: tuple(v) if isinstance(v, list) and name not in (*PARTS, "reply") else v for name, v in given.items()}


def _fits(value: Any, kind: str) -> bool:
    """Whether a value of JSON is what a field is declared as."""
    plain: dict[str, Any] = {
        "<class 'int'>": int,
        "<class 'float'>": (int, float),
        "<class 'str'>": str,
        "<class 'bool'>": bool,
    }
    if kind in plain:
        return isinstance(value, plain[kind]) and (kind == "<class 'bool'>" or not isinstance(value, bool))
    if kind.startswith(("tuple[int, int]", "tuple[float, float]")):
        return value is None or (
            isinstance(value, list) and len(value) == 2 and all(isinstance(each, int | float) for each in value)
        )
    if kind.startswith("tuple[str"):
        return isinstance(value, list) and all(isinstance(each, str) for each in value)
    return True


def _attempt(kind: type, given: dict[str, Any], where: str, wrong: list[str]) -> Any:
    try:
        return kind(**given)
    except ScriptError as error:
        wrong += [f"{where}{line}" for line in str(error).split("\n")]
