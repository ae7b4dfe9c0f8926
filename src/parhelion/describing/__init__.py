"""From a sentence to a data set: plan, questions, facts, tasks, rows, delivery."""

from typing import TYPE_CHECKING

from parhelion.lazily import lazily

if TYPE_CHECKING:
    from parhelion.describing.described import Described
    from parhelion.describing.plan import Plan, plan_yaml, read_plan
    from parhelion.describing.running import describe
    from parhelion.describing.snapshot import Forecast, Snapshot, Watch

_HOME = {
    "Described": "described", "Forecast": "snapshot", "Plan": "plan", "Snapshot": "snapshot", "Watch": "snapshot",
    "describe": "running", "plan_yaml": "plan", "read_plan": "plan",
}  # fmt: skip

__all__ = ["Described", "Forecast", "Plan", "Snapshot", "Watch", "describe", "plan_yaml", "read_plan"]

__getattr__ = lazily(__name__, _HOME)
