"""Questions, facts and rows out of files: JSON lines that a person, or an earlier run, has written."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from parhelion.describing.contract import Fact, Question
from parhelion.errors import PlanError, problems

T = TypeVar("T")
_TEXTS = ("url", "title", "sha256", "at", "question")


def read_questions(path: str | Path) -> tuple[Question, ...]:
    """The questions of a file: an object a line with `text`, or the text alone. Raises PlanError."""
    return _read(path, "questions.file", _question)


def read_facts(path: str | Path) -> tuple[Fact, ...]:
    """The facts of a file: an object a line with `statement`, `quote`, and what else a fact has. Raises PlanError."""
    return _read(path, "facts.file", _fact)


def read_rows(path: str | Path) -> tuple[dict[str, Any], ...]:
    """The rows of a file: an object a line, a value a field. Raises PlanError."""
    return _read(path, "approved rows", _row)


def _read(path: str | Path, what: str, made: Callable[[Any], T]) -> tuple[T, ...]:
    try:
        text = Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise PlanError(f"{what}: {path} cannot be read: {fault}; expected JSON lines in UTF-8") from None
    good: list[T] = []
    wrong: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                good.append(made(json.loads(line)))
            except (ValueError, RecursionError) as fault:
                wrong.append(f"{path}, line {number}: {fault}")
    if wrong:
        raise PlanError(problems(wrong))
    if not good:
        raise PlanError(f"{what}: {path} has none; expected one JSON object a line")
    return tuple(good)


def _question(value: Any) -> Question:
    if isinstance(value, str):
        value = {"text": value}
    text = _text(value, "text")
    turn = value.get("turn", 0)
    if not isinstance(turn, int):
        raise ValueError(f"'turn' is {turn!r}; expected a number")  # noqa: TRY004 (all that is wrong with a line is one)
    return Question(text, str(value.get("perspective", "given")), turn)


def _fact(value: Any) -> Fact:
    statement, quote = _text(value, "statement"), _text(value, "quote")
    start = value.get("start", 0)
    if not isinstance(start, int):
        raise ValueError(f"'start' is {start!r}; expected a number")  # noqa: TRY004 (the same)
    url, title, sha256, at, question = (str(value.get(name, "")) for name in _TEXTS)
    return Fact(statement, quote, start, start + len(quote), url, title, sha256, at, question)


def _row(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"got {str(value)[:40]!r}; expected a JSON object, a value a field")  # noqa: TRY004 (the same)
    return value


def _text(value: Any, name: str) -> str:
    if not isinstance(value, dict):
        raise ValueError(f"got {str(value)[:40]!r}; expected a JSON object with {name!r}")  # noqa: TRY004 (the same)
    text = value.get(name)
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f"{name!r} is {text!r}; expected text")
    return text
