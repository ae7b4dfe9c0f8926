"""parhelion: synthetic data people can trust.

    import parhelion as ph

    model = ph.fit("people.csv", target="income")
    twin = model.sample(1000, seed=1)

Names are imported when they are first used: `import parhelion` itself costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from parhelion._twin import Twin, twin
    from parhelion.describing import Described, Plan, describe, read_plan
    from parhelion.errors import (
        ConfigError,
        DataError,
        EndpointError,
        FileFormatError,
        MissingExtraError,
        ModelFileError,
        OutputError,
        ParhelionError,
        PlanError,
        ProjectError,
        SchemaError,
        TooFewRowsError,
    )
    from parhelion.evaluation import Report, Thresholds, evaluate
    from parhelion.schema import Schema
    from parhelion.tables import Model, fit, fit_and_forget, forget, load

_HOME = {
    **dict.fromkeys(("Model", "fit", "fit_and_forget", "forget", "load"), "tables"),
    "Twin": "_twin", "twin": "_twin", "Schema": "schema",
    "Report": "evaluation", "Thresholds": "evaluation", "evaluate": "evaluation",
    "Described": "describing", "Plan": "describing", "describe": "describing", "read_plan": "describing",
    **dict.fromkeys(
        ("ConfigError", "DataError", "EndpointError", "FileFormatError", "MissingExtraError", "ModelFileError",
         "OutputError", "ParhelionError", "PlanError", "ProjectError", "SchemaError", "TooFewRowsError"), "errors"),
}  # fmt: skip

__all__ = [
    "ConfigError",
    "DataError",
    "Described",
    "EndpointError",
    "FileFormatError",
    "MissingExtraError",
    "Model",
    "ModelFileError",
    "OutputError",
    "ParhelionError",
    "Plan",
    "PlanError",
    "ProjectError",
    "Report",
    "Schema",
    "SchemaError",
    "Thresholds",
    "TooFewRowsError",
    "Twin",
    "describe",
    "evaluate",
    "fit",
    "fit_and_forget",
    "forget",
    "load",
    "read_plan",
    "twin",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version  # noqa: PLC0415 (costs a fifth of what --help may)

        return version("parhelion")
    if name not in _HOME:
        from parhelion.errors import nearest  # noqa: PLC0415 (only for the message)

        raise AttributeError(f"parhelion has no {name!r}{nearest(name, _HOME)}")
    return getattr(import_module(f"parhelion.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
