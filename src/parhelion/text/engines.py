"""The text engines by name. Each is imported when it is asked for: most need more than the base install."""

from importlib import import_module
from typing import Any, Literal, get_args

from parhelion.errors import ModelFileError, nearest
from parhelion.text.contract import TextEngine

EngineName = Literal["ngram", "transformer", "lm", "prompt"]
ENGINES: tuple[EngineName, ...] = get_args(EngineName)
_CLASSES: dict[EngineName, str] = {
    "ngram": "NgramEngine", "transformer": "TransformerEngine", "lm": "LmEngine", "prompt": "PromptEngine",
}  # fmt: skip


def engine_class(name: str) -> Any:
    """The class of an engine. Raises MissingExtraError where what it needs is not installed.

    >>> engine_class("ngrams")
    Traceback (most recent call last):
    parhelion.errors.ModelFileError: no text engine is called 'ngrams'; did you mean 'ngram'?
    """
    if name not in ENGINES:
        raise ModelFileError(f"no text engine is called {name!r}{nearest(name, ENGINES)}")
    return getattr(import_module(f"parhelion.text.{name}"), _CLASSES[name])


def engine_from_parts(name: str, state: dict[str, Any], arrays: dict[str, Any]) -> TextEngine:
    """The engine that a model file holds."""
    engine: TextEngine = engine_class(name).from_parts(state, arrays)
    return engine
