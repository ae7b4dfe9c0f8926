"""What a model is asked where questions are looked for. Nothing that a page says stands in a system message."""

from collections.abc import Sequence
from typing import Any, TypeVar

from parhelion.describing.contract import Ask, Fact
from parhelion.describing.fencing import UNTRUSTED, fenced, line
from parhelion.describing.plan.model import Plan
from parhelion.llm.contract import Message

T = TypeVar("T")
_SHOWN_QUESTIONS, _SHOWN_FACTS, _SHOWN_LENGTH = 40, 30, 120  # what a small model still reads, with room to answer
_MOST = 10
_SYSTEM = "You find out what must be looked up to make a data set. " + UNTRUSTED


def perspectives_ask(plan: Plan, titles: Sequence[str]) -> Ask:
    """Who would ask about the plan's goal? titles: of pages that a search for the goal finds."""
    pages = fenced("\n".join(f"- {line(title, 100)}" for title in titles))
    n = plan.questions.perspectives
    prompt = (
        f"The data set: {plan.goal}\n\n"
        + (f"Titles of pages about it:\n{pages}\n\n" if titles else "")
        + f"Name {n} kinds of people who ask about this for different reasons, a few words each."
    )
    listed = {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": n}
    return _ask(plan, prompt, {"perspectives": listed})


def questions_ask(plan: Plan, perspective: str, asked: Sequence[str], facts: Sequence[Fact]) -> Ask:
    """What would one of them ask, given what was asked and what is known? Where nothing is, nothing is enough."""
    most = questions_a_turn(plan)
    known = _part("Asked so far", asked, _SHOWN_QUESTIONS) + _part(
        "Known so far", [fact.statement for fact in facts], _SHOWN_FACTS
    )
    prompt = (
        f"The data set: {plan.goal}\n\n"
        f"You ask as: {line(perspective, 100)}\n\n{known}"
        f"Ask at most {most} questions that are still open, one thing each, as one would ask a search engine."
    )
    listed = {"type": "array", "items": {"type": "string"}, "maxItems": most}
    if not facts:
        return _ask(plan, prompt, {"questions": listed})
    enough = " Say whether it is enough: nothing that matters is open."
    return _ask(plan, prompt + enough, {"questions": listed, "enough": {"type": "boolean"}})


def questions_a_turn(plan: Plan) -> int:
    """Questions in one answer: so many that all turns together may find the facts, at one new fact a page."""
    pages = plan.sources.pages if plan.sources else 1
    facts = -(-plan.rows // plan.facts.uses)
    return min(max(3, -(-facts // (plan.questions.perspectives * plan.questions.turns * pages))), _MOST)


def spread(items: Sequence[T], most: int) -> list[T]:
    """At most so many of the items, evenly over all, in their order.

    >>> spread("abcdefgh", 4), spread("abc", 4)
    (['a', 'c', 'e', 'g'], ['a', 'b', 'c'])
    """
    n = len(items)
    return [*items] if n <= most else [items[i * n // most] for i in range(most)]


def _part(heading: str, texts: Sequence[str], most: int) -> str:
    if not texts:
        return ""
    shown = "\n".join(f"- {line(text, _SHOWN_LENGTH)}" for text in spread(texts, most))
    return f"{heading}:\n{fenced(shown)}\n\n"


def _ask(plan: Plan, prompt: str, properties: dict[str, Any]) -> Ask:
    schema = {
        "type": "object",
        "properties": properties,
        "required": [*properties],
        "additionalProperties": False,
    }
    messages = (Message("system", _SYSTEM), Message("user", prompt))
    return Ask("questions", plan.asks(plan.questions.model), messages, schema, plan.seed)
