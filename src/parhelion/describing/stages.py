"""What a stage hands on, as files that people read, edit, and name in a plan."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from parhelion.describing.contract import Place
from parhelion.describing.ground.gathering import Gathered
from parhelion.describing.plan import needs
from parhelion.describing.plan.model import Plan, StructuredField, TextField
from parhelion.describing.rows.candidate import Recipe, Rejected
from parhelion.describing.rows.examples import shown
from parhelion.describing.rows.messages import messages_for
from parhelion.describing.rows.synthesis import GroundCovered
from parhelion.describing.rows.tasks import describe_task
from parhelion.io import atomic_file
from parhelion.llm.contract import Message
from parhelion.waiting import at_once

QUESTIONS, FACTS, TASKS = "questions.jsonl", "facts.jsonl", "tasks.jsonl"


def write_ground(folder: Path, ground: Gathered, given: Iterable[Path]) -> tuple[Path, ...]:
    """Questions and facts; `questions.file` and `facts.file` of a plan take them back.

    given: files that the plan reads; of those, none is written, as more may stand there than was made use of.
    """
    read = {path.resolve() for path in given}
    written: dict[Path, Sequence[Any]] = {folder / QUESTIONS: ground.questions, folder / FACTS: ground.facts}
    for file, lines in written.items():
        if file.resolve() not in read and (lines or not file.exists()):
            _write(file, map(asdict, lines))
    return tuple(written)


@at_once()
def write_tasks(folder: Path, plan: Plan, recipe: Recipe, rows: int) -> tuple[Path, ...]:
    """What is to be done for each row: what is given, and what each model is to be asked; as far as the facts go."""
    _write(folder / TASKS, _tasks(plan, recipe, rows))
    return (folder / TASKS,)


def _tasks(plan: Plan, recipe: Recipe, rows: int) -> Iterator[Mapping[str, Any]]:
    for slot in range(rows):
        try:
            yield _task(plan, recipe, Place(slot, 0))
        except GroundCovered:
            return


def _task(plan: Plan, recipe: Recipe, place: Place) -> dict[str, Any]:
    values = _given(plan, recipe, place)

    def messages(name: str) -> tuple[Message, ...] | None:
        field = plan.fields[name]
        if not isinstance(field, TextField | StructuredField) or not needs(field, plan) <= values.keys():
            return None
        examples = shown(name, field.examples, place, most=field.shown, seed=plan.seed)
        try:
            return messages_for(name, plan, values, examples)
        except Rejected:  # what is given lacks what the prompt reads: it stands there as it is
            return None

    return describe_task(place, plan, values, messages=messages)


def _given(plan: Plan, recipe: Recipe, place: Place) -> Mapping[str, Any]:
    """All that is known before a model is asked."""
    values: dict[str, Any] = {}
    left = [step for step in recipe.free if step.name]
    while ready := [step for step in left if step.needs <= values.keys()]:
        for step in ready:
            left.remove(step)
            try:
                values[step.name] = step.make(place, values)
            except Rejected:  # a check that needs no model: another candidate will be made
                continue
    return {name: values[name] for name in plan.fields if name in values}


def _write(file: Path, lines: Iterable[Mapping[str, Any]]) -> None:
    with atomic_file(file, overwrite=True) as place, place.open("w", encoding="utf-8", newline="\n") as out:
        for line in lines:
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
