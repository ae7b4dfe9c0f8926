"""A plan as YAML that a person likes to edit: comments say what each part is for, and what is usual is left out."""

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from parhelion.describing.plan.model import Plan
from parhelion.strict_yaml import core_value

HEADER = """\
# The plan of a data set. Edit it, look at some rows, then make them all:
#   parhelion describe plan.yaml --preview 10
#   parhelion describe plan.yaml
# What changed is made anew, and what comes after it; all else is kept and costs nothing.
"""
ABOUT = {
    "goal": "What the data set is, in a sentence.",
    "rows": "How many rows are delivered: exactly so many, or a reason why not.",
    "budget": "Dollars for everything; never exceeded. Without it, only the prices of the servers set a limit.",
    "seed": "Another seed draws other values.",
    "models": "Who writes. `key:` names an environment variable; the key itself never stands here. `read`, `written`:\n"
    "dollars for a million tokens. The first model is asked wherever no other one is named.",
    "sources": "Where facts are looked for: `documents` (folders, tables), `urls`, `searxng`, `tavily`, `brave`.",
    "questions": "The questions that pages are searched for.",
    "facts": "Facts out of pages; each with the words of the page that say it.",
    "fields": "What a row is made of. Each is made once those are there that it names. `hidden: true`: not delivered.\n"
    "Drawn:   category, number, date, person, model (a fitted parhelion model), seed (rows of a table), fact.\n"
    "Written: text, structured (JSON by a schema); prompts are Jinja templates: {{ other_field }}.\n"
    "         `examples:` shows good answers: a list of `answer:`, each with `inputs:` where they matter.\n"
    "Derived: expression. Rows are rejected by: check (not true), judge (mark too low), grounded (no fact says it).",
    "quotas": "The share of each value among the rows delivered.",
    "duplicates": "Rows too like an accepted one are rejected; threshold 1: only the same text. `null`: all stay.\n"
    "`embeddings:` names a model whose servers have `api: embeddings`: rows that say the same in other words, too.",
    "attempts": "Candidates that are tried for one row, before it is given up.",
    "deliver": "Any of parquet, jsonl, huggingface.",
    "notes": "What a reader of the data should know.",
}
KEPT = ("goal", "rows", "budget", "seed", "models", "fields", "duplicates", "attempts", "deliver")
"""What stands there even where it is as usual: what people edit."""
_WIDTH = 100


def plan_yaml(plan: Plan) -> str:
    """The plan as a document; `read_plan` reads an equal plan from it.

    >>> fields = {"mood": {"make": "category", "values": ["calm", "cross"]}}
    >>> text = plan_yaml(Plan.model_validate({"goal": "moods", "fields": fields}))
    >>> print(text[text.index("fields:") : text.index("# Rows too like")].strip())
    fields:
      mood:
        make: category
        values:
        - calm
        - cross
    """
    return HEADER + "".join(f"\n{part}" for part in _parts(plan))


def _parts(plan: Plan) -> Iterator[str]:
    given = _lists(plan.model_dump(by_alias=True, exclude_defaults=True))
    every = _lists(plan.model_dump(by_alias=True))
    for name, about in ABOUT.items():
        if name not in given and name not in KEPT:
            continue
        comment = "".join(f"# {line}\n" for line in about.split("\n"))
        if name == "budget" and plan.budget is None:
            yield f"{comment}# budget: 5.00\n"
        elif name == "models" and not plan.models:
            yield f"{comment}models: {{}}\n"
        else:
            value = given.get(name, every[name])
            yield comment + _yaml({name: _fields(value) if name == "fields" else _edited(name, value, every[name])})


def _edited(name: str, given: Any, every: Any) -> Any:
    """The parts of a section that stand there even where they are as usual."""
    if name == "duplicates" and every is not None:
        return {"threshold": every["threshold"], **given}
    return every if name == "deliver" else given


def _fields(given: Mapping[str, Any]) -> dict[str, Any]:
    """What makes a field comes first."""
    return {name: {"make": field["make"], **field} for name, field in given.items()}


def _lists(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _lists(inner) for key, inner in value.items()}
    return [_lists(inner) for inner in value] if isinstance(value, list | tuple) else value


class _Writer(yaml.SafeDumper):
    """Texts of several lines as blocks; quotes where a text would be read as something else."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 (as the base's)
        return True


def _text(writer: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=_style(text))


def _style(text: str) -> str | None:
    lines = text.split("\n")
    if not all(line.isprintable() and line == line.rstrip() for line in lines) or "\ufeff" in text:
        return '"'
    if len(lines) > 1:  # a block keeps one line end at most, and tells its indent by its first line
        return "|" if lines[0][:1].strip() and (lines[-1] or lines[-2]) else '"'
    return '"' if core_value(text) != text else None


def _number(writer: yaml.SafeDumper, number: float) -> yaml.ScalarNode:
    """With a dot, which all versions of YAML take for a number."""
    digits, e, power = repr(number).partition("e")
    return writer.represent_scalar("tag:yaml.org,2002:float", f"{digits}{'' if '.' in digits else '.0'}{e}{power}")


_Writer.add_representer(str, _text)
_Writer.add_representer(float, _number)


def _yaml(data: Any) -> str:
    return str(yaml.dump(data, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=_WIDTH))
