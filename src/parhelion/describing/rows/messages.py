"""What a model is asked for a field that it writes: system message, examples, prompt.

Text that others wrote (pages, tables, models) is data. It stands fenced in user messages, whether a template says so or
not, and never in a system message.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from jinja2 import Environment

from parhelion.describing.fencing import UNTRUSTED, fenced, has_mark, neutral
from parhelion.describing.fields.templates import RESERVED, names_in, render
from parhelion.describing.plan.graph import facts_of
from parhelion.describing.plan.model import Example, JudgeField, Plan, StructuredField, TextField
from parhelion.describing.rows.candidate import Rejected
from parhelion.describing.rows.examples import COPIES, as_text, copied, texts
from parhelion.errors import PlanError
from parhelion.llm.contract import Message

Written = TextField | StructuredField | JudgeField

EMPTY = "empty answer"
LONG = "answer too long"
MARKS = "repeats the marks of its material"
NO_PROMPT = "the prompt is empty"
_LONG_VALUE = 100  # characters from which a value that is no fact is fenced too
_OURS = ("category", "number", "date", "person")  # made of the plan alone


def messages_for(
    name: str, plan: Plan, values: Mapping[str, Any], examples: Sequence[Example] = ()
) -> tuple[Message, ...]:
    """The messages for a field. values: at least those that its templates read. Raises Rejected, PlanError.

    Examples with inputs become earlier turns of the conversation, those without stand below the prompt.
    """
    field = written(name, plan)
    pairs = [example for example in examples if example.inputs]
    loose = [example for example in examples if not example.inputs]
    turns: list[Message] = []
    for example in pairs:
        turns.append(Message("user", _example_prompt(name, plan, example)))
        turns.append(Message("assistant", neutral(as_text(example.answer))))
    prompt = prompt_of(name, plan, values)
    if not prompt.strip():
        raise Rejected(NO_PROMPT)
    turns.append(Message("user", prompt + "".join(_loose(loose)) + _limit(field)))
    system = _system(name, plan, values)
    if any(has_mark(turn.content) for turn in turns):
        system = f"{system}\n\n{UNTRUSTED}" if system else UNTRUSTED
    return (Message("system", system), *turns) if system else tuple(turns)


def valid_for(
    name: str, plan: Plan, values: Mapping[str, Any], examples: Sequence[Example] = ()
) -> Callable[[Any], str | None]:
    """What is wrong with an answer: it is empty, too long, has a fence's marks, or copies an example.

    What stands in the field's own prompt, a fact's quote for one, may be used word by word.
    """
    field = written(name, plan)
    shown = [each for example in examples for each in (example.answer, example.inputs)]
    quoted = texts({key: values[key] for key in facts_of(plan) if key in values})
    allowed = [prompt_of(name, plan, values), *quoted] if shown else []

    def valid(value: Any) -> str | None:
        if isinstance(value, str) and not value.strip():
            return EMPTY
        if isinstance(field, TextField) and field.longest and len(value) > field.longest:
            return f"{LONG}: {len(value):,} characters; at most {field.longest:,}"
        if any(has_mark(text) for text in texts(value)):
            return MARKS
        piece = copied(value, shown, allowed)
        return f"{COPIES}: {neutral(piece.text)!r}; say it in other words" if piece else None

    return valid


def counted_as(complaint: str) -> str:
    """What a model was told about its answer, as the reason that rejects are counted by.

    >>> counted_as("answer too long: 210 characters; at most 200"), counted_as("$.mark: 7 is not one of [1, 2]")
    ('answer too long', 'does not fit the schema')
    """
    return "does not fit the schema" if complaint.startswith("$") else re.split("[:;\n]", complaint, maxsplit=1)[0]


def prompt_of(name: str, plan: Plan, values: Mapping[str, Any]) -> str:
    """A field's prompt, filled. Words of pages are fenced; for a judge, all that is not of the plan."""
    field = written(name, plan)
    ours, facts = frozenset(_ours(plan)), frozenset(facts_of(plan))
    inline = frozenset() if isinstance(field, JudgeField) else frozenset(plan.fields) - facts - ours
    read = {key: values[key] for key in names_in(field.prompt) if key in values}
    return render(fencing(field.prompt, ours, inline), neutral_values(read))


def neutral_values(values: Any) -> Any:
    """Values without control tokens in their texts, for templates.

    >>> neutral_values({"a": ["<|im_end|>", 1]})
    {'a': ['‹|im_end|›', 1]}
    """
    if isinstance(values, str):
        return neutral(values)
    if isinstance(values, Mapping):
        return {key: neutral_values(value) for key, value in values.items()}
    return [neutral_values(value) for value in values] if isinstance(values, list | tuple) else values


def written(name: str, plan: Plan) -> Written:
    """A field that a model writes."""
    field = plan.fields[name]
    assert isinstance(field, TextField | StructuredField | JudgeField)
    return field


@lru_cache(maxsize=1024)
def fencing(template: str, ours: frozenset[str], inline: frozenset[str]) -> str:
    """A template that fences what it writes. ours: but for what is made of these fields alone. inline: and but for what
    is made of these, where it is short and in one line.

    >>> fencing("{{ mood }}: {{ fact.quote }}", frozenset({"mood"}), frozenset())
    '{{ mood }}: {{ ( fact.quote ) | fenced }}'
    """
    names_in(template)  # says what is wrong with one that is none
    made: list[str] = []
    inside: list[tuple[str, str]] | None = None
    for _, kind, text in Environment(keep_trailing_newline=True, autoescape=True).lex(template):
        if kind == "variable_end" and inside is not None:
            made.append(_output(inside, ours, inline))
            inside = None
        if inside is None:
            made.append(text)
        else:
            inside.append((kind, text))
        if kind == "variable_begin":
            inside = []
    return "".join(made)


def _output(tokens: Sequence[tuple[str, str]], ours: frozenset[str], inline: frozenset[str]) -> str:
    """What a template writes at one place. A name that is no field's is a loop's, and may hold anything."""
    source = "".join(text for _, text in tokens)
    others = _roots(tokens) - ours
    if not others:
        return source
    if others - inline:
        return f" ({source}) | fenced "
    text = f"(({source}) | string)"
    return f" (({source}) | fenced) if {text} | length > {_LONG_VALUE} or '\\n' in {text} else ({source}) "


def _roots(tokens: Sequence[tuple[str, str]]) -> set[str]:
    """The names that an expression begins from: no parts of objects, filters or words of the language."""
    solid = [(kind, text) for kind, text in tokens if kind != "whitespace"]
    before = ["", *(text for _, text in solid)]
    return {
        text
        for (kind, text), last in zip(solid, before, strict=False)
        if kind == "name" and last not in (".", "|") and text not in RESERVED
    }


def _example_prompt(name: str, plan: Plan, example: Example) -> str:
    lacking = sorted(names_in(written(name, plan).prompt) - example.inputs.keys())
    if lacking:
        raise PlanError(
            f"fields.{name}.examples: the inputs {sorted(example.inputs)} of one lack {', '.join(map(repr, lacking))}, "
            "which the prompt reads; add them, or leave the inputs out"
        )
    return prompt_of(name, plan, example.inputs)


def _ours(plan: Plan) -> list[str]:
    return [name for name, field in plan.fields.items() if field.make in _OURS]


def _system(name: str, plan: Plan, values: Mapping[str, Any]) -> str:
    """A field's system message: words of the plan alone."""
    source = written(name, plan).system
    foreign = sorted(names_in(source) - set(_ours(plan)))
    if foreign:
        raise PlanError(
            f"fields.{name}.system names {', '.join(map(repr, foreign))}, whose text others write; put it in the prompt"
        )
    return render(source, values)


def _loose(examples: Sequence[Example]) -> Iterator[str]:
    """Answers as they should be, below a prompt."""
    if examples:
        yield "\n\nGood answers, to be as good as but not to repeat:"
    for example in examples:
        yield f"\n{fenced(as_text(example.answer))}"


def _limit(field: Written) -> str:
    longest = field.longest if isinstance(field, TextField) else None
    return f"\n\nAt most {longest:,} characters." if longest else ""
