"""Flags: how those look that several verbs take. What they mean is in `words`."""

from dataclasses import make_dataclass
from typing import Annotated, Any, get_origin

from cyclopts import Group, Parameter
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from parhelion.cli.layout import size_text
from parhelion.cli.words import path, paths, whole_number
from parhelion.tables.config import FitConfig

INPUT = Group("Input", sort_key=0)
OPTIONS = Group("Options", sort_key=1)
LEARNING = Group("Learning", sort_key=2)
JUDGING = Group("Judging", sort_key=4)
ALWAYS = Group("Always", sort_key=5)


def option(metavar: str, told: str, **look: Any) -> Parameter:
    """A flag with a value. A value may begin with a hyphen: `-n -5` is wrong, but not for want of a value."""
    usual = {"group": OPTIONS, "show_default": False, "allow_leading_hyphen": True}
    return Parameter(metavar=metavar, help=told, **{**usual, **look})


def switch(group: Group, told: str) -> Parameter:
    """A flag without a value."""
    return Parameter(group=group, help=told, negative="", show_default=False)


def words_of(config: type[BaseModel], group: Group, **shown: Parameter) -> Any:
    """A dataclass of words, a flag for each field of a configuration, that cyclopts fills and `options` judges.

    Names, defaults and help are the configuration's own. shown: its flags, and how they look.
    """
    flags = [(name, *_word(config.model_fields[name], group, look)) for name, look in shown.items()]
    # cyclopts takes what says that it comes from the standard library for a plain value.
    return make_dataclass(config.__name__, flags, frozen=True, namespace={"__module__": __name__})


def _word(info: FieldInfo, group: Group, look: Parameter) -> tuple[Any, Any]:
    """The type of a flag and what it is where it is not given."""
    told = _sentence(info.description or "")
    if info.annotation is bool:
        return Annotated[bool, Parameter.combine(switch(group, told), look)], False
    if get_origin(info.annotation) is tuple:
        many = Parameter.combine(option("", told, group=group, negative="", n_tokens=1), look)
        return Annotated[tuple[str, ...], many], ()
    numbers = {int: "_", float: "g"}
    default = (
        f"{info.default:{numbers[type(info.default)]}}" if type(info.default) in numbers else info.default or False
    )
    return Annotated[str | None, Parameter.combine(option("", told, group=group, show_default=default), look)], None


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


def columns(told: str) -> Parameter:
    """A flag that names a column, and may be said several times."""
    return option("COL", told, group=JUDGING, negative="", n_tokens=1)


def _table(told: str) -> Parameter:
    return Parameter(group=INPUT, converter=path, help=told)


_FILES = "a file (CSV, Parquet, Arrow, JSON Lines; text also .gz, .zst) or a folder of parts."
Source = Annotated[str, _table(_FILES[:1].upper() + _FILES[1:])]
Real = Annotated[str, _table(f"The real rows that were learned from: {_FILES}")]
Synthetic = Annotated[str, _table("The synthetic rows: the same.")]
ModelFile = Annotated[str, Parameter(group=INPUT, converter=path, help="A model file, as fit wrote it.")]
SchemaFile = Annotated[
    str | None, option("FILE", "What the columns are, as schema wrote it and you edited it.", converter=path)
]
Rows = Annotated[
    int | None,
    option(
        "N",
        "Rows to make. [default: as many as the real table has]",
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
Forget = Annotated[bool, switch(OPTIONS, "Delete SOURCE once the model is safe; MODEL.forgotten.json records it.")]

HoldoutFile = Annotated[
    str | None,
    option(
        "FILE", "Real rows that were not learned from. Without them the real rows are cut in halves.", converter=path
    ),
]
Reports = Annotated[
    tuple[str, ...],
    option(
        "FILE",
        "The report to write: .html (a page), .json (all figures), .xml (JUnit); once a file.",
        name=("--output", "-o"),
        converter=paths,
        negative="",
        n_tokens=1,
    ),
]
Targets = Annotated[tuple[str, ...], columns("Predictions are about it; once a column.")]
Sensitive = Annotated[
    tuple[str, ...],
    columns("Its groups must be treated alike; once a column. Without it, columns are proposed by name."),
]
Quasi = Annotated[
    tuple[str, ...],
    columns("An outsider may know a person by it (a quasi-identifier); once a column."),
]
ThresholdsFile = Annotated[
    str | None,
    option("FILE", "What must be held, as thresholds wrote it and you edited it.", group=JUDGING, converter=path),
]
Check = Annotated[bool, switch(JUDGING, "End with exit status 1 where a threshold is missed.")]
Card = Annotated[bool, switch(JUDGING, "Write a dataset card beside the data: Croissant JSON-LD and Markdown.")]
Canaries = Annotated[
    bool, switch(JUDGING, "Learn a second model, with secrets planted in its texts, and tell whether they come out.")
]
Labels = Annotated[tuple[str, ...], columns("Texts are labelled by it; once a column. Without it, the target is one.")]
Embedder = Annotated[
    str | None,
    option("DIR", "A model of embeddings, by which texts are compared too (extra lm).", group=JUDGING, converter=path),
]
Quick = Annotated[bool, switch(JUDGING, "Smaller samples and fewer models: a first look in seconds.")]

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
