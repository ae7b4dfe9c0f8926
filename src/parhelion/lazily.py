"""Names that are imported when they are first used, so that whoever needs one does not wait for what others need."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from parhelion.errors import nearest


def lazily(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """The `__getattr__` of a package whose names live in the modules that `homes` tells.

    >>> look = lazily("parhelion.tables", {"FitConfig": "config"})
    >>> look("FitConfig").__name__
    'FitConfig'
    >>> look("FitConfigs")
    Traceback (most recent call last):
    AttributeError: parhelion.tables has no 'FitConfigs'; did you mean 'FitConfig'?
    """

    def look(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"{package} has no {name!r}{nearest(name, homes)}")
        return getattr(import_module(f"{package}.{homes[name]}"), name)

    return look
