"""Rows that a person has approved of: from then on, models are shown them as examples of good answers."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from parhelion.describing.ground.lines import read_rows
from parhelion.describing.plan import needs
from parhelion.describing.plan.model import Example, Plan, StructuredField, TextField
from parhelion.describing.store import Store
from parhelion.errors import ConfigError, DataError, problems
from parhelion.io import atomic_file

FILE = "approved.jsonl"


def approve(store: Store, run: str, numbers: Sequence[int], folder: Path) -> None:
    """Put rows of a run among the approved ones. numbers: as a preview counts them, from 1. Raises ConfigError."""
    try:
        rows = [dict(row.values) for row in islice(store.rows(run, "accepted"), max(numbers))]
    except DataError:
        raise ConfigError(
            "there is no row to approve: none was made by this plan; look at some with --preview"
        ) from None
    wrong = [f"there is no row {number} to approve: {len(rows)} are there" for number in numbers if number > len(rows)]
    if wrong:
        raise ConfigError(problems(wrong) + "; look at them with --preview")
    before = approved(folder)
    new = [rows[number - 1] for number in numbers if rows[number - 1] not in before]
    with atomic_file(folder / FILE, overwrite=True) as file:
        file.write_text("".join(_lines([*before, *new])), encoding="utf-8", newline="\n")


def approved(folder: Path) -> list[dict[str, Any]]:
    """The rows that were approved of, all their fields. Raises PlanError where a line is no row."""
    return [*read_rows(folder / FILE)] if (folder / FILE).is_file() else []


def with_approved(plan: Plan, rows: Sequence[Mapping[str, Any]]) -> Plan:
    """The plan whose fields have the approved answers among their examples.

    >>> fields = {"mood": {"make": "category", "values": ["calm"]}, "cry": {"make": "text", "prompt": "Be {{ mood }}."}}
    >>> plan = with_approved(Plan.model_validate({"goal": "g", "fields": fields}), [{"mood": "calm", "cry": "Oh."}])
    >>> plan.fields["cry"].examples
    (Example(inputs={'mood': 'calm'}, answer='Oh.'),)
    """
    fields = {
        name: field.model_copy(update={"examples": (*field.examples, *_examples(name, plan, rows))})
        if isinstance(field, TextField | StructuredField)
        else field
        for name, field in plan.fields.items()
    }
    return plan.model_copy(update={"fields": fields})


def _examples(name: str, plan: Plan, rows: Iterable[Mapping[str, Any]]) -> Iterator[Example]:
    """What was answered for a field, and given what. Rows of another plan, which lack any of it, are none."""
    needed = needs(plan.fields[name], plan)
    for row in rows:
        if name in row and needed <= row.keys():
            yield Example(inputs={each: row[each] for each in plan.fields if each in needed}, answer=row[name])


def _lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    return (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
