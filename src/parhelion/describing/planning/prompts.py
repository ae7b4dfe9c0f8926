"""The default prompts: short, as they are read by small models, and full of this row's own values."""

import re
from collections.abc import Iterable, Sequence

SYSTEM = (
    "You write rows of a data set, one at a time. Write what such a row really holds, not about it:\n"
    "no greeting, no comment, no word on these instructions.\n"
)
_FENCED = '{{{{ [{fact}.title, {fact}.statement, {fact}.quote] | join("\\n") | fenced }}}}'
_META = (
    "according to the text", "according to the document", "according to the passage", "according to the fact",
    "the passage", "the provided", "the given text", "stated in the", "mentioned in the",
)  # fmt: skip


def literal(text: str) -> str:
    """Text as a template that makes this very text.

    >>> literal("braces {{ like }} these {% too")
    "braces {{ '{{' }} like }} these {{ '{%' }} too"
    """
    return re.sub(r"\{[{%#]", lambda found: "{{ '" + found[0] + "' }}", text)


def row_prompt(
    goal: str,
    parts: Sequence[tuple[str, str]],
    given: Iterable[tuple[str, str]],
    *,
    persona: str | None,
    fact: str | None,
    language: str,
) -> str:
    """What asks for a row, or for its one text.

    parts: what is to be written, by name and what it is. given: fields that this row has already, and what they are.
    persona, fact: the fields with who writes it and what it is about.
    """
    tongue = f", in {literal(language)}" if language else ""
    known = [f"- {about}: {{{{ {name} }}}}" for name, about in _literal(given)]
    known += [f"- written by, or for: {{{{ {persona} }}}}"] if persona else []
    sections = [
        f"The data set: {literal(goal)}",
        f"Write one row of it{tongue}."
        if len(parts) > 1
        else f"Write for one row of it{tongue}: {literal(parts[0][1])}",
        "What is settled for this row, and should show in it without being named:\n" + "\n".join(known)
        if known
        else "",
        _about_fact(fact) if fact else "",
        "Its parts:\n" + "\n".join(f"- {name}: {about}" for name, about in _literal(parts)) if len(parts) > 1 else "",
        "\n".join(f"- {rule}" for rule in (_GROUNDED if fact else _FREE)),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


_GROUNDED = (
    "State only what the fact says: no number, name or reason that it does not give, even one you know.",
    "Readers do not see the fact. Call things by their names, and never speak of a text, document, passage or source.",
    "Ask for what matters about it, in the words of somebody who does not know it yet.",
    "Write as this person would, and do not begin as such rows usually begin.",
)
_FREE = (
    "Be specific: a real situation with its details, not a summary of many.",
    "Write as this person would, with their words and their length, and do not begin as such rows usually begin.",
    "Invent no real people, and no facts that could be taken for true.",
)


def _about_fact(fact: str) -> str:
    return f"The fact that it is about:\n{_FENCED.format(fact=fact)}"


def rubric(
    goal: str, good: Iterable[str], parts: Sequence[tuple[str, str]], given: Sequence[str], *, fact: str | None
) -> str:
    """What a judge is asked about a row. given: fields that it has to fit."""
    tests = [*good, *(f"{name} is just this: {about}" for name, about in parts)]
    tests += ["it fits all of: " + ", ".join(given)] if given else []
    tests += ["it can be understood without any other text"] if fact else ["it is specific, and could be real"]
    shown = ", ".join(f'"{name}": {name}' for name in [*given, *(name for name, _ in parts)])
    listed = "\n".join(f"- {literal(test)}" for test in tests)
    return (
        f"The data set: {literal(goal)}\n\nA row is good where\n{listed}\n\n"
        "Where all of this holds, it is 5; where one small thing is amiss, 4; where one of it fails, 3 at most.\n\n"
        f"Row:\n{{{{ {{{shown}}} | json | fenced }}}}\n"
    )


def no_meta_talk(names: Sequence[str]) -> str:
    """An expression: the texts speak of the matter, not of where it stands.

    >>> from parhelion.describing.fields.templates import evaluate
    >>> evaluate(no_meta_talk(["answer"]), {"answer": "The passage says: PEP 8."})
    False
    """
    phrases = ", ".join(f'"{phrase}"' for phrase in _META)
    said = " ~ ' ' ~ ".join(names)
    return f"[{phrases}]\n| select('in', ({said}) | lower) | list | length == 0"


def _literal(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, literal(about)) for name, about in pairs]
