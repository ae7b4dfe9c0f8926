"""The files that a plan speaks of. They are relative to the folder that the plan is in."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from parhelion.describing.plan.model import ModelField, Nodes, Plan, SeedField
from parhelion.describing.plan.problems import Problem, short
from parhelion.errors import nearest


def files_of(plan: Plan) -> Iterator[tuple[tuple[str, ...], str]]:
    """Where a plan speaks of a file or folder, and what it says."""
    for name, field in plan.fields.items():
        if isinstance(field, ModelField | SeedField):
            yield ("fields", name, "file"), field.file
    for at, path in enumerate(plan.sources.documents if plan.sources else ()):
        yield ("sources", "documents", str(at)), path
    for stage, path_or_none in (("questions", plan.questions.file), ("facts", plan.facts.file)):
        if path_or_none is not None:
            yield (stage, "file"), path_or_none
    for name, model in plan.models.items():
        for at, endpoint in enumerate(model.endpoints):
            if isinstance(endpoint, Nodes):
                yield ("models", name, "endpoints", str(at), "network"), endpoint.network


def missing_files(plan: Plan, folder: Path) -> Iterator[Problem]:
    """A problem for each that is not there."""
    for place, path in files_of(plan):
        if not path.strip() or "\0" in path:
            yield Problem(place, "names no file; write the path of one")
            continue
        try:
            if not (folder / path).exists():
                yield Problem(place, f"is {path!r}, and there is no {folder / path}{_close(folder / path)}")
        except OSError as fault:
            yield Problem(place, f"is {short(path)}, which cannot be looked up: {fault.strerror}")


def _close(path: Path) -> str:
    """The name beside it that was probably meant."""
    beside = [each.name for each in path.parent.iterdir()] if path.parent.is_dir() else []
    meant = nearest(path.name, beside)
    return meant if "did you mean" in meant else ""


def moved(plan: Plan, old: Path, new: Path) -> Plan:
    """The plan of one folder as it is to be written in another: its paths lead to the same files.

    >>> fields = {"who": {"make": "seed", "file": "people.csv"}}
    >>> plan = moved(Plan.model_validate({"goal": "g", "fields": fields}), Path("/plans"), Path("/plans/out"))
    >>> plan.fields["who"].file
    '../people.csv'
    """

    def there(path: str) -> str:
        return path if Path(path).is_absolute() else os.path.relpath(old / path, new)

    data = plan.model_dump(by_alias=True)
    for place, _ in files_of(plan):
        _change(data, place, there)
    return Plan.model_validate(data)


def _change(data: Any, place: tuple[str, ...], change: Callable[[str], str]) -> None:
    for part in place[:-1]:
        data = _own(data, part)
    last: Any = int(place[-1]) if isinstance(data, list) else place[-1]
    data[last] = change(data[last])


def _own(data: Any, part: str) -> Any:
    """What is inside, tuples made lists so that it can be changed."""
    key: Any = int(part) if isinstance(data, list) else part
    if isinstance(data[key], tuple):
        data[key] = list(data[key])
    return data[key]
