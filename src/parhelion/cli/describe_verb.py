"""The verb that makes a data set from a sentence or a plan."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Group, Parameter

from parhelion.cli.flags import INPUT, OPTIONS, option, words_of
from parhelion.cli.voice import Always, Outcome, Voice, stderr
from parhelion.cli.words import options, path, paths
from parhelion.describing.config import DescribeConfig

if TYPE_CHECKING:
    from parhelion.describing import Watch

USAGE = "SENTENCE|PLAN [-n N] [--budget USD] [--preview K] [-o DIR] [OPTIONS]"
_VOICE = Voice()
_DIR = "The project's folder. [default: the plan's own; a sentence needs one]"

Words: Any = words_of(
    DescribeConfig,
    OPTIONS,
    n=Parameter(metavar="N", name="-n"),
    budget=Parameter(metavar="USD"),
    preview=Parameter(metavar="K"),
    approve=Parameter(metavar="K"),
    until=Parameter(metavar="STAGE"),
    wait=Parameter(),
)
NewPlan: Any = words_of(
    DescribeConfig,
    Group("For a new plan", sort_key=2),
    endpoint=Parameter(metavar="URL"),
    model=Parameter(metavar="NAME"),
    key_env=Parameter(metavar="NAME"),
    documents=Parameter(metavar="PATH", converter=paths),
    urls=Parameter(metavar="URL"),
    seed=Parameter(metavar="SEED"),
)
_WORDS, _NEW = Words(), NewPlan()


def describe(
    source: Annotated[str, Parameter(group=INPUT, help="What you need, in a sentence; or a plan, in a .yaml file.")],
    /,
    *,
    output: Annotated[str | None, option("DIR", _DIR, name=("--output", "-o"), converter=path)] = None,
    words: Annotated[Words, Parameter(name="*")] = _WORDS,
    new: Annotated[NewPlan, Parameter(name="*")] = _NEW,
    voice: Always = _VOICE,
) -> Outcome:
    """Make a data set from a sentence, by language models that you have.

    The sentence becomes a plan to look at and to edit; the plan is carried out.
    What was stopped goes on by the same command; nothing is paid for twice.

    For example:
      parhelion describe "tickets to a bank, with mood and topic" -o tickets
      parhelion describe tickets/plan.yaml --preview 5
    """
    from parhelion.cli.describe_view import described_view  # noqa: PLC0415
    from parhelion.describing import describe as make  # noqa: PLC0415

    chosen = {**options(DescribeConfig, words), **options(DescribeConfig, new)}
    try:
        with _watched(voice) as watch:
            made = make(source, output, watch=watch, **chosen)
    except KeyboardInterrupt:
        voice.say("what was made is kept; the same command goes on from there")
        raise
    voice.notes(made.notes)
    if made.stage == "plan":
        voice.say(f"edit it, then look at some rows: parhelion describe {made.files[0]} --preview 5")
    return Outcome(made.as_dict(), described_view(made), missed=not made.complete)


@contextmanager
def _watched(voice: Voice) -> "Iterator[Watch]":
    """Who looks on: a person at a terminal, or nobody."""
    from parhelion.describing.snapshot import unwatched  # noqa: PLC0415

    console = stderr()
    if voice.quiet or not console.is_terminal or console.is_dumb_terminal:
        yield unwatched
        return
    from parhelion.cli.describe_view import watching  # noqa: PLC0415

    with watching(console) as watch:
        yield watch
