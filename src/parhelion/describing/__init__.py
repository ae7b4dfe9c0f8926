"""From a sentence to a data set: plan, questions, facts, tasks, rows, delivery."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

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


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"parhelion.describing has no {name!r}")
    return getattr(import_module(f"parhelion.describing.{_HOME[name]}"), name)
