"""What is decided before a row is made: the plan's parts, read, checked and written."""

from parhelion.describing.plan.graph import compared, facts_of, needs, order
from parhelion.describing.plan.model import Plan
from parhelion.describing.plan.paths import moved
from parhelion.describing.plan.reading import check_plan, plan_of, read_plan
from parhelion.describing.plan.values import choices, spelled
from parhelion.describing.plan.writing import plan_yaml

__all__ = [
    "Plan",
    "check_plan",
    "choices",
    "compared",
    "facts_of",
    "moved",
    "needs",
    "order",
    "plan_of",
    "plan_yaml",
    "read_plan",
    "spelled",
]
