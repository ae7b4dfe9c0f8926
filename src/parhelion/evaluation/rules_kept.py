"""Rules: the share of rows that keep each, in all three tables."""

from parhelion.evaluation.scores import Figures, Section, Three


class RuleKept(Figures):
    """A rule as text (`start <= end`), whether a person gave it or it was found, the share of rows that keep it, and
    the first synthetic rows that break it, by number (from 0)."""

    rule: str
    given: bool
    kept: Three
    broken: tuple[int, ...] = ()


class Rules(Section):
    rules: tuple[RuleKept, ...] = ()
