"""Words of a command line become values, or a message that says which word cannot be one and what was expected."""

from collections.abc import Callable, Sequence
from typing import Any, Literal, get_args, get_origin

from cyclopts import Token
from pydantic import BaseModel, ByteSize, ValidationError
from pydantic.fields import FieldInfo

from parhelion.cli.layout import size_text
from parhelion.errors import ParhelionError, problems

MOST_DIGITS = 18  # a number of rows is one that 64 bits can count


class UsageError(ParhelionError, ValueError):
    """A command line that cannot be meant."""


def path(_: Any, tokens: Sequence[Token]) -> str:
    """The name of a file or a folder. An empty one is a variable of the shell that is not set, and not this folder."""
    token = tokens[0]
    if not token.value:
        raise UsageError(f"{token.keyword or 'the first argument'} is empty; expected the name of a file or a folder")
    return token.value


def paths(_: Any, tokens: Sequence[Token]) -> tuple[str, ...]:
    """Names of files, none of them empty."""
    return tuple(path(_, [token]) for token in tokens)


def whole_number(least: int, example: str = "") -> Callable[[Any, Sequence[Token]], int]:
    """Makes whole numbers from `least` on out of words: `1000` and `1_000`, not `1e3`, `1.0` or `-1`."""

    def convert(_: Any, tokens: Sequence[Token]) -> int:
        word, flag = tokens[0].value, tokens[0].keyword
        digits = word.strip().replace("_", "")
        if not (digits.isascii() and digits.isdigit() and int(digits[:MOST_DIGITS]) >= least):
            raise UsageError(f"{flag} is {word!r}; expected {whole(least)}{example}")
        if len(digits) > MOST_DIGITS:
            raise UsageError(f"{flag} is {word!r}; expected a whole number of at most {MOST_DIGITS} digits")
        return int(digits)

    return convert


def whole(least: int) -> str:
    """What is expected of a whole number."""
    return f"a whole number of at least {least}"


def pairs(words: Sequence[str]) -> dict[str, str]:
    """`zip=category` and the like as a mapping; the last `=` counts, since names may hold one.

    >>> pairs(["zip=category", "a=b=text"])
    {'zip': 'category', 'a=b': 'text'}
    >>> pairs(["zip"])
    Traceback (most recent call last):
    parhelion.cli.words.UsageError: --kind is 'zip'; expected COLUMN=KIND, such as zip=category
    """
    cut = [word.rpartition("=") for word in words]
    wrong = [word for word, (name, _, kind) in zip(words, cut, strict=True) if not (name and kind)]
    if wrong:
        raise UsageError(problems(f"--kind is {word!r}; expected COLUMN=KIND, such as zip=category" for word in wrong))
    return {name: kind for name, _, kind in cut}


def options(config: type[BaseModel], words: Any) -> dict[str, Any]:
    """The options that words give, judged by their configuration. UsageError for all of them that cannot be.

    >>> from parhelion.cli.flags import LearningWords
    >>> from parhelion.tables import FitConfig
    >>> options(FitConfig, LearningWords(seed="7", memory="2GB"))
    {'seed': 7, 'memory': 2000000000}
    >>> options(FitConfig, LearningWords(protect="0", memory="2XB"))
    Traceback (most recent call last):
    parhelion.cli.words.UsageError: 2 problems:
      - --protect is '0'; expected a whole number of at least 1
      - --memory is '2XB'; expected a size of at least 1MB, such as 500MB or 2GB
    """
    given = {name: word for name, word in vars(words).items() if word not in (None, False, ())}
    try:
        judged = config.model_validate(given)
    except ValidationError as error:
        raise UsageError(problems(_complaint(config, each) for each in error.errors())) from None
    return {name: getattr(judged, name) for name in given}


def _complaint(config: type[BaseModel], error: Any) -> str:
    name = error["loc"][0]
    flag = f"-{name}" if len(name) == 1 else f"--{name.replace('_', '-')}"
    return f"{flag} is {error['input']!r}; expected {_expected(config.model_fields[name])}"


def _expected(info: FieldInfo) -> str:
    """What is expected of a field of a configuration, in words."""
    least = next((bound.ge for bound in info.metadata if hasattr(bound, "ge")), 0)
    if info.annotation is ByteSize:
        return f"a size of at least {size_text(float(str(least)))}, such as 500MB or 2GB"
    if get_origin(info.annotation) is Literal:
        return "one of " + ", ".join(get_args(info.annotation))
    if get_origin(info.annotation) is tuple:
        return "a word or a sign" if get_args(info.annotation)[0] is str else whole(1)
    if float in (info.annotation, *get_args(info.annotation)):
        return f"a number of at least {least}, such as 2.50"
    return whole(int(str(least)))
