"""Questions from several perspectives, in turns, each with an eye on what is known so far.

After STORM (Shao et al., 2024, arXiv:2402.14207, sections 3.1 and 3.2): perspectives are found first, then each asks,
reads, and asks again. What a turn sees is what all perspectives have found in the turns before it, in one order, so
that the same plan asks the same however fast its answers come.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as filled
from math import ceil
from typing import Any

from parhelion.describing.contract import Asking, Fact, Question
from parhelion.describing.fencing import visible
from parhelion.describing.ground.beyond import numbers, words
from parhelion.describing.ground.facts import AGAIN, UNUSABLE, Findings, Known, Library, found, merged, raised
from parhelion.describing.ground.question_prompts import perspectives_ask, questions_ask
from parhelion.describing.plan.model import Plan
from parhelion.llm.contract import PICO, BudgetSpent, Unusable

ENOUGH = "every perspective has asked enough"
OVER = "the turns are over"
SUFFICE = "the facts suffice"
SPENT = "the budget for questions is spent"
LONG = "question too long"
REPEATED = "question asked before"
ALIKE = 0.8  # Jaccard similarity of their words from which two questions are one
LONGEST_QUESTION = 300
_SPARE = 1.25  # facts wanted for each that the rows need: some will be of no use
_AT_ONCE = 16  # questions looked into together; between two such groups it may end
_FOR_NOW = 2  # the same where few facts suffice for now
_TITLES = 10

GIVEN = "given"  # the perspective of questions that the plan brings


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn has brought. refused: how often, by reason. ended: why it is the last, or nothing."""

    number: int
    questions: tuple[Question, ...] = ()
    facts: tuple[Fact, ...] = ()
    refused: Mapping[str, int] = filled(default_factory=dict)
    ended: str = ""


async def asked(
    plan: Plan,
    asking: Asking,
    library: Library,
    *,
    spent: Callable[[], int],
    given: Sequence[Question] | None = None,
    enough: int | None = None,
) -> AsyncIterator[Turn]:
    """The turns, each when all of it is known; the last one says why it ended.

    For plans with sources; without them there is nothing to look into, and this stage is left out. spent: pico-dollars
    that the answers of this pass have cost when they were made, looked up or not, so that a second pass ends where the
    first did. given: all questions there are to be, as `read_questions` has them from a file; without it, the plan's
    own come first and a model is asked for more. enough: facts that suffice for now, as for a preview; what was asked
    until then is what a whole pass asks too. Raises what the library and a call raise.
    """
    ground = _Ground(plan, asking, library, spent, enough)
    own = [Question(text, GIVEN, 0) for text in plan.questions.given]
    first = [each for each in (own if given is None else given) if ground.asked.add(each.text, exactly=True)]
    if first or given is not None:
        yield await ground.look(0, first, last=given is not None)
    if ground.ended:
        return
    people = await ground.perspectives()
    for number in range(1, plan.questions.turns + 1):
        people, questions = await ground.questions(number, people)
        yield await ground.look(number, questions, last=number == plan.questions.turns, silent=not people)
        if ground.ended:
            return


def needed(plan: Plan, rows: int | None = None) -> int:
    """The facts from which on no more are looked for; rows: for so many of them.

    >>> from parhelion.describing.plan.model import Plan
    >>> endpoints = [{"url": "http://localhost:11434/v1"}]
    >>> plan = {"goal": "g", "rows": 600, "models": {"m": {"model": "m", "endpoints": endpoints}},
    ...         "fields": {"f": {"make": "fact"}}}
    >>> needed(Plan.model_validate(plan)), needed(Plan.model_validate(plan | {"facts": {"most": 40}}))
    (250, 40)
    """
    wanted = ceil((rows or plan.rows) * _SPARE / plan.facts.uses)
    return min(wanted, plan.facts.most or wanted)


class _Ground:
    """What is known so far, and what was asked."""

    def __init__(
        self, plan: Plan, asking: Asking, library: Library, spent: Callable[[], int], enough: int | None
    ) -> None:
        self.plan, self.asking, self.library, self.spent = plan, asking, library, spent
        self.enough = needed(plan) if enough is None else min(enough, needed(plan))
        self.at_once = _AT_ONCE if enough is None else _FOR_NOW
        self.asked = Asked()
        self.known = Known()
        self.refused: Counter[str] = Counter()
        self.ended = ""

    async def perspectives(self) -> list[str]:
        """Who asks. A plan's goal alone asks where the model finds nobody."""
        hits = await self.library.search(self.plan.goal, _TITLES)
        try:
            answer = await self.asking.ask(perspectives_ask(self.plan, [hit.title for hit in hits]))
        except (Unusable, BudgetSpent) as fault:
            self._refuse(fault)
            return [self.plan.goal]
        named = dict.fromkeys(" ".join(visible(name).split()) for name in answer.value["perspectives"])
        return [name for name in named if name][: self.plan.questions.perspectives] or [self.plan.goal]

    async def questions(self, number: int, people: Sequence[str]) -> tuple[list[str], list[Question]]:
        """Who still asks after this turn, and what was asked in it."""
        if self._over():
            return [*people], []
        asks = [questions_ask(self.plan, who, self.asked.texts, self.known.facts) for who in people]
        answers = await asyncio.gather(*(self.asking.ask(ask) for ask in asks), return_exceptions=True)
        raised(fault for fault in answers if not isinstance(fault, Unusable))
        going: list[str] = []
        questions: list[Question] = []
        for who, answer in zip(people, answers, strict=True):
            if isinstance(answer, BaseException):
                self._refuse(answer)
                going.append(who)
                continue
            questions += [Question(text, who, number) for text in self._new(answer.value)]
            if not answer.value.get("enough", False):
                going.append(who)
        return going, questions

    async def look(self, number: int, questions: Sequence[Question], *, last: bool, silent: bool = False) -> Turn:
        """The turn, with the facts for its questions, or for as many of them as were still looked into."""
        before = len(self.known.facts)
        looked = 0
        while looked < len(questions) and not self._over():
            part = questions[looked : looked + self.at_once]
            looked += len(part)
            await self._look(part)
        self.ended = self._over() or (ENOUGH if silent else OVER if last else "")
        refused, self.refused = dict(+self.refused), Counter()
        return Turn(number, tuple(questions[:looked]), tuple(self.known.facts[before:]), refused, self.ended)

    async def _look(self, questions: Sequence[Question]) -> None:
        looking = (found(question, self.plan, self.asking, self.library) for question in questions)
        ended = await asyncio.gather(*looking, return_exceptions=True)
        raised(ended)
        findings = merged([each for each in ended if isinstance(each, Findings)])
        self.refused.update(findings.refused)
        for fact in findings.facts:
            if len(self.known.facts) < (self.plan.facts.most or len(self.known.facts) + 1):
                self.refused[AGAIN] += not self.known.add(fact)
        if findings.spent:
            self.ended = SPENT

    def _over(self) -> str:
        """Why no more is asked, or nothing."""
        if self.ended:
            return self.ended
        if len(self.known.facts) >= self.enough:
            return SUFFICE
        limit = self.plan.questions.budget
        return SPENT if limit is not None and self.spent() >= limit * PICO else ""

    def _new(self, value: Any) -> list[str]:
        """The questions of an answer that were not asked before."""
        texts = [text for each in value["questions"] if (text := " ".join(visible(each).split()))]
        short = [text for text in texts if len(text) <= LONGEST_QUESTION]
        new = [text for text in short if self.asked.add(text)]
        self.refused.update({LONG: len(texts) - len(short), REPEATED: len(short) - len(new)})
        return new

    def _refuse(self, fault: BaseException) -> None:
        if isinstance(fault, BudgetSpent):
            self.ended = SPENT
        else:
            self.refused[UNUSABLE] += 1


class Asked:
    """Questions without repetition.

    >>> asked = Asked()
    >>> asked.add("What is a wheel file?"), asked.add("what is a wheel file"), asked.add("What does PEP 517 define?")
    (True, False, True)
    >>> asked.add("What does PEP 518 define?")
    True
    """

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._exact: set[tuple[str, ...]] = set()
        self._words: list[tuple[frozenset[str], set[str]]] = []

    def add(self, text: str, *, exactly: bool = False) -> bool:
        """Whether it was new. exactly: only the same words in the same order are the same question."""
        said = tuple(words(text))
        own, named = frozenset(said), numbers(text)
        if said in self._exact or (not exactly and self._near(own, named)):
            return False
        self._exact.add(said)
        self._words.append((own, named))
        self.texts.append(text)
        return True

    def _near(self, own: frozenset[str], named: set[str]) -> bool:
        """The same question about another number is another question."""
        return any(named == other and alike(own, known) >= ALIKE for known, other in self._words)


def alike(one: frozenset[str], other: frozenset[str]) -> float:
    """The Jaccard similarity of two sets; two empty ones are the same."""
    return len(one & other) / len(one | other) if one or other else 1.0
