"""A plan out of a file: read, checked, and refused with all that is wrong with it at once."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from parhelion.describing.plan.check_fields import FIELD_CHECKS
from parhelion.describing.plan.check_servers import SERVER_CHECKS
from parhelion.describing.plan.check_values import VALUE_CHECKS
from parhelion.describing.plan.model import Plan
from parhelion.describing.plan.paths import missing_files
from parhelion.describing.plan.problems import Problem, found_by_pydantic, unsecret
from parhelion.errors import PlanError, problems
from parhelion.strict_yaml import lines_of, read_yaml

LARGEST = 2_000_000  # bytes

CHECKS = (*FIELD_CHECKS, *VALUE_CHECKS, *SERVER_CHECKS)


def read_plan(source: str | Path) -> Plan:
    """The plan in a YAML or JSON file. A text with line breaks is taken as the plan itself.

    Paths in a plan stay as they are written: relative to the plan's folder (a text's: to the current one). Raises
    PlanError with all that is wrong, each with its place and line.

    >>> read_plan("goal: moods\\nfields:\\n  mood: {make: categorie, values: [calm]}\\n")
    Traceback (most recent call last):
    parhelion.errors.PlanError: fields.mood (line 3) has make: 'categorie', which is none; did you mean 'category'?
    """
    if isinstance(source, str) and "\n" in source:
        return plan_of(source)
    path = Path(source)
    return plan_of(_text(path), path.name, path.parent)


def plan_of(text: str, file: str = "", folder: Path = Path()) -> Plan:
    """The plan that a text holds. file: what messages call it. folder: where the files are that it speaks of."""
    data = _data(text, file or "plan")
    try:
        plan = Plan.model_validate(data)
    except ValidationError as error:
        raise _refusal(found_by_pydantic(error), text, file) from None
    found = [*faults(plan), *missing_files(plan, folder)]
    if found:
        raise _refusal(found, text, file)
    return plan


def faults(plan: Plan) -> Iterator[Problem]:
    """What is wrong with a plan, as far as pydantic cannot tell; its files aside."""
    for check in CHECKS:
        yield from check(plan)


def check_plan(plan: Plan) -> Plan:
    """The same plan. Raises PlanError with all that is wrong; its files are not looked for."""
    found = list(faults(plan))
    if found:
        raise PlanError(problems(problem.told({}, "") for problem in found))
    return plan


def _text(path: Path) -> str:
    try:
        if not path.is_file():
            raise PlanError(f"there is no file {str(path)[:200]!r}; expected a plan: a YAML or JSON file")
        if path.stat().st_size > LARGEST:
            raise PlanError(f"{str(path)!r} has more than {LARGEST:,} bytes; expected a plan: a YAML or JSON file")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as fault:
        raise PlanError(f"{str(path)!r} is not UTF-8 text (byte {fault.start:,}); save it as UTF-8") from None
    except OSError as fault:
        raise PlanError(f"{str(path)[:200]!r} cannot be read: {fault.strerror}") from None


def _data(text: str, what: str) -> Mapping[Any, Any]:
    if text.lstrip().startswith("{"):
        try:
            return _json(text, what)
        except json.JSONDecodeError:
            pass  # a YAML mapping can begin so too
        except RecursionError:
            raise PlanError(f"the {what} is nested too deeply") from None
    expected = "`goal:` and `fields:` (see `parhelion describe --help`)"
    try:
        return read_yaml(text, what, error=PlanError, is_are="is", expected=expected, typed=True)
    except PlanError as fault:  # which quotes the line
        raise PlanError(unsecret(str(fault))) from None


def _json(text: str, what: str) -> dict[str, Any]:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
            raise PlanError(f"the {what} gives {twice!r} a second time; keep one")
        return found

    data: dict[str, Any] = json.loads(text, object_pairs_hook=once)
    return data


def _refusal(found: Iterator[Problem] | list[Problem], text: str, file: str) -> PlanError:
    lines = _lines(text)
    return PlanError(problems(dict.fromkeys(problem.told(lines, file) for problem in found)))


def _lines(text: str) -> Mapping[tuple[str, ...], int]:
    """Nothing for a JSON text that is no YAML: its problems are told without lines."""
    try:
        return lines_of(text.replace("\t", " "))
    except (yaml.YAMLError, RecursionError):
        return {}
