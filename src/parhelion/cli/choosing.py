"""The flags that say which rows to make."""

from dataclasses import dataclass
from typing import Annotated, Any

from cyclopts import Group, Parameter

from parhelion.cli.flags import option

CHOOSING = Group("Choosing", sort_key=3)


def _columns(told: str) -> Parameter:
    return option("COL", told, group=CHOOSING, negative="", n_tokens=1)


@dataclass(frozen=True)
class ChoosingFlags:
    """What was said of the rows to make."""

    where: Annotated[
        str | None,
        option("EXPR", "What the rows must hold: \"label = 'new' and month(day) = 12\".", group=CHOOSING),
    ] = None
    balance: Annotated[
        tuple[str, ...], _columns("Its values come equally often; said again, those of both columns together.")
    ] = ()
    each: Annotated[tuple[str, ...], _columns("The same, and -n rows are made of each value.")] = ()


Choosing = Annotated[ChoosingFlags, Parameter(name="*")]
ANY_ROWS = ChoosingFlags()


def chosen_rows(said: ChoosingFlags) -> dict[str, Any]:
    """What the flags ask of `Model.sample`.

    >>> chosen_rows(ChoosingFlags("age > 3", each=("label",)))
    {'where': 'age > 3', 'each': ('label',)}
    """
    return {name: word for name, word in vars(said).items() if word not in (None, ())}
