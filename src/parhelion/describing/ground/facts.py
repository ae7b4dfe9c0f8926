"""Facts out of pages: a statement, and the words of the page that say it."""

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as filled
from typing import Any, NamedTuple, Protocol

from parhelion.describing.contract import Ask, Asking, Fact, Question
from parhelion.describing.fencing import UNTRUSTED, fenced, line, visible
from parhelion.describing.ground.beyond import BEYOND, beyond
from parhelion.describing.ground.quotes import LONGEST, SHORTEST, fault, placed
from parhelion.describing.ground.windows import Window, window
from parhelion.describing.plan.model import Plan
from parhelion.llm.contract import BudgetSpent, Message, Unusable
from parhelion.retrieval.contract import Document

UNREAD = "page not read"
UNUSABLE = "answer unusable"
EMPTY = "statement empty"
LONG = "statement too long"
AGAIN = "fact found before"
LONGEST_STATEMENT = 400
_STEERING = re.compile(
    r"\b[a-z][a-z0-9+.-]*://\S*|\b(?:site|inurl|intitle|intext|allinurl|link|cache|related|domain|host|url):\S*",
    re.IGNORECASE,
)

_SYSTEM = (
    "You take facts from a text. A fact is a statement that can be understood alone, and a quote: the words of the "
    "text that say it, copied exactly. " + UNTRUSTED
)


class Found(Protocol):
    """What a search finds. start, end: where the page says it, where somebody knows."""

    @property
    def url(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def start(self) -> int | None: ...
    @property
    def end(self) -> int | None: ...


class Library(Protocol):
    """Where pages come from. Only what `search` found is ever asked of `document`: no model and no page adds to it."""

    async def search(self, query: str, limit: int) -> Sequence[Found]:
        """The best pages for a query, best first."""
        ...

    async def document(self, url: str) -> Document | None:
        """A page, kept for as long as the project; None where it cannot be read."""
        ...


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found, in order, and what was refused and why. spent: the budget ended before all was read."""

    facts: tuple[Fact, ...] = ()
    refused: Mapping[str, int] = filled(default_factory=dict)
    spent: bool = False


class Known:
    """Facts without repetition.

    Two are one where they state the same, or where most of the quote of the one is the other's, on the same page.
    """

    def __init__(self, facts: Sequence[Fact] = ()) -> None:
        self.facts: list[Fact] = []
        self._stated: set[str] = set()
        self._quoted: dict[str, list[tuple[int, int]]] = {}
        for fact in facts:
            self.add(fact)

    def add(self, fact: Fact) -> bool:
        """Whether it was new."""
        stated, quoted = _bare(fact.statement), self._quoted.setdefault(fact.sha256, [])
        if stated in self._stated or any(_mostly_one((fact.start, fact.end), other) for other in quoted):
            return False
        self._stated.add(stated)
        quoted.append((fact.start, fact.end))
        self.facts.append(fact)
        return True


async def found(question: Question, plan: Plan, asking: Asking, library: Library) -> Findings:
    """The facts that the best pages for a question have, in the order of the pages.

    Raises what the library and a call raise, once all that was begun has ended; BudgetSpent ends it with what is there.
    """
    assert plan.sources is not None
    hits = await library.search(query_of(question.text), plan.sources.pages)
    pages = await asyncio.gather(*(library.document(hit.url) for hit in hits))
    texts: dict[str, tuple[Document, Window]] = {}
    for hit, page in zip(hits, pages, strict=True):
        if page is not None:
            texts.setdefault(page.sha256, (page, window(page.text, question.text, _at(hit, page))))
    reading = [_read(question, page, part, plan, asking) for page, part in texts.values()]
    ended = await asyncio.gather(*reading, return_exceptions=True)
    read = [each for each in ended if isinstance(each, Findings)]
    raised(ended)
    return merged([*read, Findings((), Counter({UNREAD: pages.count(None)}), spent=len(read) < len(ended))])


def query_of(question: str) -> str:
    """What is searched for: the words of a question, without what would tell a search engine where to look.

    >>> query_of("What is the limit site:evil.example http://10.0.0.1/x of std::vector?")
    'What is the limit of std::vector?'
    """
    return " ".join(_STEERING.sub(" ", question).split())


def raised(ended: Iterable[object]) -> None:
    """Raise the first thing that was raised among what has ended; a spent budget is none."""
    for each in ended:
        if isinstance(each, BaseException) and not isinstance(each, BudgetSpent):
            raise each


def merged(findings: Sequence[Findings]) -> Findings:
    """Several as one, in their order."""
    refused: Counter[str] = Counter()
    for each in findings:
        refused.update(each.refused)
    facts = tuple(fact for each in findings for fact in each.facts)
    return Findings(facts, +refused, spent=any(each.spent for each in findings))


class Said(NamedTuple):
    """What a model takes for a fact."""

    statement: str
    quote: str


async def _read(question: Question, page: Document, part: Window, plan: Plan, asking: Asking) -> Findings:
    most = plan.facts.per_page
    ask = Ask(
        "facts",
        plan.asks(plan.facts.model),
        fact_messages(question, page, part, most),
        fact_schema(most),
        plan.seed,
    )
    try:
        answer = await asking.ask(ask, valid=_told_once(page.text))
    except Unusable:
        return Findings((), {UNUSABLE: 1})
    return taken(_said(answer.value)[:most], question, page, part)


def fact_messages(question: Question, page: Document, part: Window, most: int) -> tuple[Message, ...]:
    """What a model is asked about a part of a page. Nothing of the page is in the system message."""
    text = fenced(f"{line(page.title)}\n\n{page.text[part.start : part.end]}")
    wanted = (
        f"Give at most {most} facts of this text that help to answer the question, best first; none if it has none. "
        f"Each quote is one piece of {SHORTEST} to {LONGEST} characters, with nothing left out or changed."
    )
    return Message("system", _SYSTEM), Message("user", f"Question: {line(question.text, 1000)}\n\n{text}\n\n{wanted}")


def fact_schema(most: int) -> dict[str, Any]:
    """The JSON schema of facts in an answer."""
    fact = {
        "type": "object",
        "properties": {"statement": {"type": "string"}, "quote": {"type": "string"}},
        "required": ["statement", "quote"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {"facts": {"type": "array", "items": fact, "maxItems": most}},
        "required": ["facts"],
        "additionalProperties": False,
    }


def taken(said: Sequence[Said], question: Question, page: Document, part: Window) -> Findings:
    """What a model said, as facts with the page's own words; what the page does not say is refused.

    >>> page = Document("a.txt", "A", "The limit of a line is 79 characters.", "0", "2026-01-01T00:00:00Z")
    >>> said = [Said("A line has 79 characters.", "limit of a line is 79 characters"),
    ...         Said("A line has 80 characters.", "limit of a line is 79 characters"),
    ...         Said("Nobody minds.", "Nobody minds how long a line is.")]
    >>> findings = taken(said, Question("How long is a line?", "", 1), page, Window(0, 37))
    >>> [(fact.quote, fact.start) for fact in findings.facts], dict(findings.refused)
    ([('limit of a line is 79 characters', 4)], {'statement beyond the quote': 1, 'quote not in the page': 1})
    """
    facts: list[Fact] = []
    refused: Counter[str] = Counter()
    for each in said:
        fact = _fact(each, question, page, part)
        if isinstance(fact, str):
            refused[fact] += 1
        else:
            facts.append(fact)
    return Findings(tuple(facts), refused)


def _fact(said: Said, question: Question, page: Document, part: Window) -> Fact | str:
    """The fact, or why it is none."""
    place = placed(said.quote, page.text, part.start)
    if place is None:
        return fault(said.quote, page.text)
    statement = " ".join(visible(said.statement).split())
    if not statement:
        return EMPTY
    if len(statement) > LONGEST_STATEMENT:
        return LONG
    start, end = place
    if beyond(statement, page.text, start, end, page.title):
        return BEYOND
    quote = page.text[start:end]
    return Fact(statement, quote, start, end, page.url, page.title, page.sha256, page.at, question.text)


def _told_once(page: str) -> Callable[[Any], str | None]:
    """What is wrong with the quotes of an answer, said once; what is wrong then is refused."""
    told = False

    def valid(value: Any) -> str | None:
        nonlocal told
        if told:
            return None
        told = True
        wrong = [said.quote for said in _said(value) if fault(said.quote, page)]
        if not wrong:
            return None
        quotes = "; ".join(repr(line(quote, 80)) for quote in wrong)
        return (
            f"these quotes do not stand in the text in this way: {quotes}; copy them exactly, or leave those facts out"
        )

    return valid


def _said(value: Any) -> list[Said]:
    return [Said(each["statement"], each["quote"]) for each in value["facts"]]


def _at(hit: Found, page: Document) -> tuple[int, int] | None:
    if hit.start is None or hit.end is None or hit.end > len(page.text):
        return None
    return hit.start, hit.end


def _bare(statement: str) -> str:
    return " ".join(re.findall(r"\w+", statement.casefold()))


def _mostly_one(one: tuple[int, int], other: tuple[int, int]) -> bool:
    common = min(one[1], other[1]) - max(one[0], other[0])
    return common > 0.7 * (max(one[1], other[1]) - min(one[0], other[0]))
