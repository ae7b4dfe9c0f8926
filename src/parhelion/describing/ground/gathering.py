"""Questions and facts, gathered once: a plan that is run again finds them in the project."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as filled
from hashlib import sha256

from parhelion.describing.contract import Asking, Fact, Question
from parhelion.describing.ground.facts import Library
from parhelion.describing.ground.questions import SPENT, SUFFICE, asked, needed
from parhelion.describing.plan.model import Plan
from parhelion.describing.store import Store


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the rows can rest on. refused: what was not taken for a fact, by reason. ended: why no more was asked.

    key: what it is kept under in the store.
    """

    questions: Sequence[Question] = ()
    facts: Sequence[Fact] = ()
    refused: Mapping[str, int] = filled(default_factory=dict)
    ended: str = ""
    key: str = ""


async def gathered(
    plan: Plan,
    asking: Asking,
    library: Library,
    store: Store,
    *,
    mark: str,
    spent: Callable[[], int],
    told: Callable[[int], None],
    given: Sequence[Question] | None = None,
    enough: int | None = None,
) -> Gathered:
    """All questions and facts of a plan. Raises what a call raises.

    mark: what the plan's own documents are known by; where they change, facts are looked for again. told: how many
    facts there are so far. given: all questions there are to be, where the plan has a file of them. enough: facts that
    suffice for now; the next time it goes on from there.
    """
    run = _ground(plan, mark, given)
    if (kept := _kept(store, run)) is not None:
        return kept
    refused: Counter[str] = Counter()
    facts, ended = 0, ""
    async for turn in asked(plan, asking, library, spent=spent, given=given, enough=enough):
        with store.writing():
            for question in turn.questions:
                store.keep_question(question, run)
            for fact in turn.facts:
                store.keep_fact(fact, run)
        refused.update(turn.refused)
        facts, ended = facts + len(turn.facts), turn.ended
        told(facts)
    if ended != SPENT and (ended != SUFFICE or enough is None):  # with more money, or for more rows, there is more
        store.set(run, {"refused": dict(refused), "ended": ended})
    return Gathered(store.questions(run), store.facts(run), refused, ended, run)


def _kept(store: Store, run: str) -> Gathered | None:
    end = store.get(run)
    return end and Gathered(store.questions(run), store.facts(run), end["refused"], end["ended"], run)


def _ground(plan: Plan, mark: str, given: Sequence[Question] | None) -> str:
    """What the ground of a plan is known by: a hash of all that it depends on."""
    assert plan.sources is not None
    models = {name: plan.models[name].model for name in {plan.asks(plan.questions.model), plan.asks(plan.facts.model)}}
    on = [
        mark,
        plan.goal,
        plan.seed,
        needed(plan),
        models,
        plan.sources,
        plan.questions,
        [each.text for each in given or ()],
        plan.facts.model_copy(update={"uses": 1}),
    ]
    text = json.dumps(on, default=lambda part: part.model_dump(mode="json"), sort_keys=True)
    return "ground " + sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]
