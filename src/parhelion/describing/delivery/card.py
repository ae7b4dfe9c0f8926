"""The card for people."""

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from parhelion.io.markdown import plain

if TYPE_CHECKING:
    from jinja2 import Environment

_SHOWN = 100  # sources and reasons; all are in card.json


def card_markdown(facts: dict[str, Any]) -> str:
    """The card as Markdown. Whatever stands in it as a value is plain text there, whoever wrote it."""
    text = _environment().get_template("card.md.j2").render(facts, shown=_SHOWN, limits=_limits(facts))
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def code_block(text: str) -> str:
    """A block of code that no text can end.

    >>> print(code_block("a\\n```\\nb"))
    ````yaml
    a
    ```
    b
    ````
    """
    longest = max((len(run) for run in re.findall("`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}yaml\n{text.rstrip()}\n{fence}"


def so_many(count: int, one: str, many: str = "") -> str:
    """How many of what.

    >>> so_many(1, "row"), so_many(1200, "row"), so_many(2, "query", "queries")
    ('1 row', '1,200 rows', '2 queries')
    """
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def _limits(facts: dict[str, Any]) -> list[str]:
    """What a reader should not take the data for."""
    made = {field["made"] for field in (*facts["columns"], *facts["hidden"])}
    told = ["No row was collected: none is evidence about a real person, thing or event."]
    if facts["models"]:
        told.append(
            "Language models wrote parts of it. What they wrote can be wrong, one-sided or out of date, and it can "
            "resemble what they were trained on."
        )
    resting = [source for source in facts["sources"] if source["rows"]]
    if any(source["sha256"] for source in resting):
        told.append(
            "Every quote stands word for word in the source whose sha256 is given, as it was when it was read. Whether "
            "the source is right was not checked."
        )
    if not all(source["sha256"] for source in resting):
        told.append("Quotes of sources without a sha256 were given, and not compared with the source.")
    if "grounded" in made:
        told.append("Whether a row is supported by its fact was judged by a model, which errs too.")
    if facts["rows"]["delivered"] < facts["rows"]["asked"]:
        told.append("It has fewer rows than were asked for: shares of values may not be those of the plan.")
    return told


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 (not needed by --help)
    from markupsafe import Markup  # noqa: PLC0415 (the same)

    def told(value: Any) -> str:
        return str(value) if isinstance(value, Markup) else plain(str(value))

    # Not HTML: what a value may not do here is Markdown's, and `told` sees to it for each value that is put in.
    made = Environment(  # noqa: S701 (as the line above says)
        loader=PackageLoader("parhelion.describing.delivery"), undefined=StrictUndefined, finalize=told,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    made.filters |= {
        "fenced": lambda text: Markup(code_block(text)),  # noqa: S704 (no text ends it)
        "number": "{:,}".format,
        "counted": so_many,
    }
    return made
