"""What became of all candidates, step by step, in numbers that add up."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from parhelion.describing.plan.model import Plan
from parhelion.describing.rows.reasons import FULL, REPEATS
from parhelion.describing.store import Counts

_STEPS = {
    "shape": "whole, and of the shape asked for",
    "checks": "passed checks and judges",
    "grounded": "supported by their facts",
    "duplicates": "repeat no other row",
    "quotas": "their quota had room",
}
_CHECKING = {"judge": "checks", "check": "checks", "grounded": "grounded"}


def funnel(counts: Counts, rejects: Sequence[tuple[str, str, int]], plan: Plan, delivered: int) -> list[dict[str, Any]]:
    """Each step with the candidates that are left after it, and those that went out in it.

    left of a step == left of the one before it - out, always; the last is what is delivered.
    """
    lost = Counter[str]()
    for field, reason, rows in rejects:
        lost[_step(field, reason, plan)] += rows
    outs = [
        ("candidates", 0),
        ("finished when the run ended", counts.pending + counts.held),
        *((words, lost[step]) for step, words in _STEPS.items()),
        ("delivered (no more than were asked for)", counts.accepted - delivered),
    ]
    left, steps = counts.candidates, []
    for words, out in outs:
        left -= out
        steps.append({"step": words, "left": left, "out": out})
    return steps


def _step(field: str, reason: str, plan: Plan) -> str:
    """Where a candidate went out, by the field that it is put down to and the reason."""
    if reason == REPEATS:
        return "duplicates"
    if reason == FULL:
        return "quotas"
    return _CHECKING.get(plan.fields[field].make, "shape") if field in plan.fields else "shape"
