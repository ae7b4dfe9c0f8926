"""What a field of a row holds, where no model makes it.

Names are imported when they are first used: the plan's checks need the templates alone.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from parhelion.describing.fields.making import Maker, makers
    from parhelion.describing.fields.quotas import Quotas
    from parhelion.describing.fields.templates import evaluate, render

_HOME = {"Maker": "making", "makers": "making", "Quotas": "quotas", "evaluate": "templates", "render": "templates"}

__all__ = ["Maker", "Quotas", "evaluate", "makers", "render"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
