"""From a sentence to a plan."""

from collections.abc import Mapping

from parhelion.describing.contract import Ask, Asking
from parhelion.describing.plan.model import ModelPlan, Plan, Sources
from parhelion.describing.planning.composing import Order, composed
from parhelion.describing.planning.drafts import SCHEMA, draft_of, messages, wrong
from parhelion.errors import PlanError
from parhelion.llm.contract import Parameters, Unusable

LONGEST = 4000
_PARAMETERS = Parameters(temperature=0.3, max_tokens=3000)

__all__ = ["planned"]


async def planned(
    sentence: str,
    asking: Asking,
    *,
    models: Mapping[str, ModelPlan],
    rows: int = 100,
    budget: float | None = None,
    seed: int = 0,
    sources: Sources | None = None,
) -> Plan:
    """The plan of a data set that a sentence describes. The first of the models drafts it; all else is ours.

    sources: where facts are looked for; without any, nothing that is written is checked against documents, and the
    plan's notes say so. Raises PlanError where the sentence says nothing or the model's draft stays unusable, and what
    asking raises.
    """
    if not sentence.strip():
        raise PlanError(
            "the sentence is empty; say what the data set is, such as 'support tickets of a bank, by urgency'"
        )
    if len(sentence) > LONGEST:
        raise PlanError(
            f"the sentence has {len(sentence):,} characters; expected {LONGEST:,} at most; write a plan instead"
        )
    if not models:
        raise PlanError("there is no model to write the plan; name one, or write a plan without one")
    model = next(iter(models))
    ask = Ask("plan", model, messages(sentence), SCHEMA, seed, _PARAMETERS)
    try:
        answer = await asking.ask(ask, valid=wrong)
    except Unusable as fault:
        raise PlanError(
            f"{models[model].model} drafted no plan that can be used ({fault.reason}); say the sentence in other "
            "words, name a larger model, or write a plan (see examples/plans)"
        ) from None
    return composed(draft_of(answer.value), Order(sentence, models, rows, budget, seed, sources))
