"""What the stages hand to one another."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as filled
from typing import Any, Literal, NamedTuple, Protocol

from parhelion.llm.contract import Message, Parameters


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing asked of a model: the inputs of a cell, whole.

    field: what the ledger calls it: a stage (`plan`, `questions`, `facts`) or a field of the rows.
    model: its name among the plan's models. schema: the JSON schema of the answer, None for free text.
    parameters: how to write, where it is not as the model's own say.
    """

    field: str
    model: str
    messages: tuple[Message, ...]
    schema: Mapping[str, Any] | None = None
    seed: int = 0
    parameters: Parameters | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a cell holds. value: text, or what the schema says. held: from a node that is not yet trusted.

    cost: pico-dollars that it took, whenever that was.
    """

    key: str
    value: Any
    endpoint: str
    held: bool = False
    cost: int = 0


class Asking(Protocol):
    """Who answers: everything asked through it is looked up first, paid from one budget, and kept."""

    async def ask(self, ask: Ask, *, valid: Callable[[Any], str | None] | None = None) -> Answer:
        """The answer. valid: what is wrong with a value, or None; the model is told, and corrects it twice at most.

        Raises Unusable, BudgetSpent, Unanswered.
        """
        ...


@dataclass(frozen=True, slots=True)
class Question:
    """A question that the data set needs facts for. perspective: whose question it is."""

    text: str
    perspective: str
    turn: int


@dataclass(frozen=True, slots=True)
class Fact:
    """A statement and the words of a page that say it: page.text[start:end] == quote, always."""

    statement: str
    quote: str
    start: int
    end: int
    url: str
    title: str
    sha256: str
    at: str
    question: str


class Place(NamedTuple):
    """Which candidate: the slot of the delivered set that it is for, and how many were tried for it before."""

    slot: int
    attempt: int


State = Literal["pending", "held", "accepted", "rejected"]


@dataclass(frozen=True, slots=True)
class Row:
    """A candidate and what became of it. values: by field, in the plan's order, as far as they were made.

    field, reason: for a rejected one, the field where it ended and why. raw: the answer that was no good.
    cells: the keys of the answers it was made of.
    """

    place: Place
    state: State
    values: Mapping[str, Any]
    field: str = ""
    reason: str = ""
    raw: str = ""
    stratum: Mapping[str, Any] = filled(default_factory=dict)
    cells: tuple[str, ...] = ()
