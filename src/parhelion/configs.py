"""Options as keyword arguments become a configuration, or an error that names all that is wrong with them."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ValidationError

from parhelion.errors import ConfigError, nearest, problems

C = TypeVar("C", bound=BaseModel)


def _listed(names: Any) -> Any:
    """One name stands for a list of one."""
    return (names,) if isinstance(names, str) else () if names is None else names


Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]


def config_of(config: type[C], options: Mapping[str, Any], verb: str) -> C:
    """The configuration that options give. Raises ConfigError naming each that is unknown or out of bounds.

    >>> from parhelion.tables import FitConfig
    >>> config_of(FitConfig, {"tarjet": "age", "protect": 0}, "fit")
    Traceback (most recent call last):
    parhelion.errors.ConfigError: 2 problems:
      - protect is 0: input should be greater than or equal to 1
      - fit has no option 'tarjet'; did you mean 'target'?
    """
    try:
        return config.model_validate(dict(options))
    except ValidationError as error:
        raise ConfigError(problems(_complaint(each, config, verb) for each in error.errors())) from None


def _complaint(error: Any, config: type[BaseModel], verb: str) -> str:
    name = ".".join(map(str, error["loc"]))
    if error["type"] == "extra_forbidden":
        return f"{verb} has no option {name!r}{nearest(name, _names(config, error['loc'][:-1]))}"
    message = error["msg"]
    return f"{name} is {error['input']!r}: {message[:1].lower()}{message[1:]}"


def _names(config: type[BaseModel], within: tuple[str, ...]) -> list[str]:
    """The options there are beside the one at fault."""
    inner: Any = config
    for name in within:
        inner = inner.model_fields[name].annotation
    return [".".join([*within, each]) for each in inner.model_fields]
