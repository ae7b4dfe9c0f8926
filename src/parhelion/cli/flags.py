"""Flags: what the verbs have in common, and how words become values."""

from collections.abc import Callable, Sequence
from dataclasses import make_dataclass
from typing import Annotated, Any

from cyclopts import Group, Parameter, Token
from pydantic import BaseModel, ByteSize, ValidationError
from pydantic.fields import FieldInfo

from parhelion.cli.layout import size_text
from parhelion.errors import ParhelionError, problems
from parhelion.tables.config import FitConfig

INPUT = Group("Input", sort_key=0)
OPTIONS = Group("Options", sort_key=1)
LEARNING = Group("Learning", sort_key=2)
ALWAYS = Group("Always", sort_key=3)


class UsageError(ParhelionError, ValueError):
    """A command line that cannot be meant."""


def whole_number(least: int, example: str = "") -> Callable[[Any, Sequence[Token]], int]:
    """Makes whole numbers from `least` on out of words: `1000` and `1_000`, not `1e3`, `1.0` or `-1`."""

    def convert(_: Any, tokens: Sequence[Token]) -> int:
        word, flag = tokens[0].value, tokens[0].keyword
        plain = word.strip().replace("_", "")
        if not (plain.isascii() and plain.isdigit() and least <= int(plain) < 1 << 63):
            raise UsageError(f"{flag} is {word!r}; expected {whole(least)}{example}")
        return int(plain)

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
    parhelion.cli.flags.UsageError: --kind is 'zip'; expected COLUMN=KIND, such as zip=category
    """
    cut = [word.rpartition("=") for word in words]
    wrong = [word for word, (name, _, kind) in zip(words, cut, strict=True) if not (name and kind)]
    if wrong:
        raise UsageError(problems(f"--kind is {word!r}; expected COLUMN=KIND, such as zip=category" for word in wrong))
    return {name: kind for name, _, kind in cut}


def words_of(config: type[BaseModel], group: Group, **shown: Parameter) -> Any:
    """A dataclass of words, a flag for each field of a configuration, that cyclopts fills and `options` judges.

    Names, defaults and help are the configuration's own. shown: its flags, and how they look.
    """
    flags = []
    for name, look in shown.items():
        info = config.model_fields[name]
        default = None if info.default is None else f"{info.default:_}"
        told = option("", sentence(info.description or ""), group=group, show_default=default or False)
        flags.append((name, Annotated[str | None, Parameter.combine(told, look)], None))
    # cyclopts takes what says that it comes from the standard library for a plain value.
    return make_dataclass(config.__name__, flags, frozen=True, namespace={"__module__": __name__})


def options(config: type[BaseModel], words: Any) -> dict[str, Any]:
    """The options that words give, judged by their configuration. UsageError for all of them that cannot be.

    >>> options(FitConfig, LearningWords(seed="7", memory="2GB"))
    {'seed': 7, 'memory': 2000000000}
    >>> options(FitConfig, LearningWords(protect="0", memory="2XB"))
    Traceback (most recent call last):
    parhelion.cli.flags.UsageError: 2 problems:
      - --protect is '0'; expected a whole number of at least 1
      - --memory is '2XB'; expected a size of at least 1MiB, such as 500MB or 2GB
    """
    given = {name: word for name, word in vars(words).items() if word is not None}
    try:
        judged = config.model_validate(given)
    except ValidationError as error:
        raise UsageError(problems(_complaint(config, each) for each in error.errors())) from None
    return {name: getattr(judged, name) for name in given}


def _complaint(config: type[BaseModel], error: Any) -> str:
    name = error["loc"][0]
    return f"--{name.replace('_', '-')} is {error['input']!r}; expected {expected(config.model_fields[name])}"


def expected(info: FieldInfo) -> str:
    """What is expected of a field of a configuration, in words."""
    least = next((bound.ge for bound in info.metadata if hasattr(bound, "ge")), None)
    if info.annotation is ByteSize:
        return f"a size of at least {size_text(least or 0)}, such as 500MB or 2GB"
    return whole(least) if isinstance(least, int) else "a word"


def sentence(text: str) -> str:
    """Text that begins with a capital and ends with a full stop."""
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def option(metavar: str, told: str, **look: Any) -> Parameter:
    """A flag with a value. A value may begin with a hyphen: `-n -5` is wrong, but not for want of a value."""
    usual = {"group": OPTIONS, "show_default": False, "allow_leading_hyphen": True}
    return Parameter(metavar=metavar, help=told, **{**usual, **look})


def switch(group: Group, told: str) -> Parameter:
    """A flag without a value."""
    return Parameter(group=group, help=told, negative="", show_default=False)


Source = Annotated[
    str,
    Parameter(group=INPUT, help="A file (CSV, Parquet, Arrow, JSON Lines; text also .gz, .zst) or a folder of parts."),
]
ModelFile = Annotated[str, Parameter(group=INPUT, help="A model file, as fit wrote it.")]
SchemaFile = Annotated[str | None, option("FILE", "What the columns are, as schema wrote it and you edited it.")]
Rows = Annotated[
    int | None,
    option(
        "N",
        "Rows to make. [default: as many as were learned]",
        name="-n",
        converter=whole_number(1, ", such as 1000 or 1_000_000"),
    ),
]
Seed = Annotated[int, option("SEED", "One seed, one result.", converter=whole_number(0), show_default=True)]
Kinds = Annotated[
    tuple[str, ...],
    option(
        "COL=KIND",
        "The kind of a column, where you know better; once a column.",
        name="--kind",
        negative="",
        n_tokens=1,
    ),
]
Overwrite = Annotated[bool, switch(OPTIONS, "Replace an output that exists.")]

LearningWords: Any = words_of(
    FitConfig,
    LEARNING,
    target=Parameter(metavar="COL"),
    seed=Parameter(metavar="SEED"),
    protect=Parameter(metavar="K"),
    min_rows=Parameter(metavar="N"),
    rows=Parameter(metavar="N"),
    memory=Parameter(metavar="SIZE", show_default=size_text(FitConfig.model_fields["memory"].default)),
)
Learning = Annotated[LearningWords, Parameter(name="*", group=LEARNING)]
