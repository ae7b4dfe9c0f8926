"""The flags of free text: which columns, what they are written for, and what writes them."""

from dataclasses import dataclass, field, fields
from typing import Annotated, Any

from cyclopts import Group, Parameter
from pydantic import BaseModel

from parhelion.cli.flags import words_of
from parhelion.cli.words import UsageError, options
from parhelion.tables.config import FitConfig
from parhelion.text.lm.config import LmConfig
from parhelion.text.prompt.config import PromptConfig
from parhelion.text.transformer.config import TransformerConfig

TEXTS = Group("Texts", sort_key=3)

_Texts: Any = words_of(
    FitConfig,
    TEXTS,
    text=Parameter(metavar="COL"),
    label=Parameter(metavar="COL"),
    person=Parameter(metavar="COL"),
    text_engine=Parameter(metavar="NAME"),
)
_Transformer: Any = words_of(TransformerConfig, TEXTS, minutes=Parameter(metavar="MINUTES"))
_Lm: Any = words_of(LmConfig, TEXTS, base=Parameter(metavar="MODEL"), dp_epsilon=Parameter(metavar="EPSILON"))
_Prompt: Any = words_of(
    PromptConfig,
    TEXTS,
    endpoint=Parameter(metavar="URL"),
    model=Parameter(metavar="NAME"),
    key_env=Parameter(metavar="NAME"),
    budget=Parameter(metavar="USD"),
)
_CONFIGS: dict[str, type[BaseModel]] = {"transformer": TransformerConfig, "lm": LmConfig, "prompt": PromptConfig}


@dataclass(frozen=True)
class TextFlags:
    """What was said of texts, by engine."""

    texts: Annotated[_Texts, Parameter(name="*")] = field(default_factory=_Texts)
    transformer: Annotated[_Transformer, Parameter(name="*")] = field(default_factory=_Transformer)
    lm: Annotated[_Lm, Parameter(name="*")] = field(default_factory=_Lm)
    prompt: Annotated[_Prompt, Parameter(name="*")] = field(default_factory=_Prompt)


WritingWords = Annotated[TextFlags, Parameter(name="*")]
NOTHING_SAID = TextFlags()


def text_options(said: TextFlags) -> dict[str, Any]:
    """The options of `fit` that the flags give. UsageError for those of an engine that is not the one named.

    >>> text_options(TextFlags(_Texts(text=("body",), text_engine="lm"), lm=_Lm(base="tiny")))
    {'text': ('body',), 'text_engine': 'lm', 'lm': {'base': 'tiny'}}
    >>> text_options(TextFlags(lm=_Lm(base="tiny")))
    Traceback (most recent call last):
    parhelion.cli.words.UsageError: --base is for another text engine; say --text-engine lm besides
    """
    chosen = options(FitConfig, said.texts)
    for name, config in _CONFIGS.items():
        words = getattr(said, name)
        own = options(config, words)
        if own and chosen.get("text_engine") != name:
            first = next(field.name for field in fields(words) if field.name in own)
            raise UsageError(
                f"--{first.replace('_', '-')} is for another text engine; say --text-engine {name} besides"
            )
        chosen |= {name: own} if own else {}
    return chosen
