"""The flags that say which rows to make, and how their texts are written."""

from typing import Annotated, Any

from cyclopts import Group, Parameter

from parhelion.cli.flags import words_of
from parhelion.cli.words import options
from parhelion.tables.config import SampleConfig

_Words: Any = words_of(
    SampleConfig,
    Group("Choosing", sort_key=3),
    where=Parameter(metavar="EXPR"),
    balance=Parameter(metavar="COL"),
    each=Parameter(metavar="COL"),
    temperature=Parameter(metavar="T"),
    longest=Parameter(metavar="N"),
    stop=Parameter(metavar="WORD"),
)
Choosing = Annotated[_Words, Parameter(name="*")]
ANY_ROWS = _Words()


def chosen_rows(said: Any) -> dict[str, Any]:
    """What the flags ask of `Model.sample`.

    >>> chosen_rows(_Words(where="age > 3", each=("label",)))
    {'where': 'age > 3', 'each': ('label',)}
    """
    return options(SampleConfig, said)
