"""Rules: the share of rows that keep each, in all three tables.

Two sorts of rules are asked for: those that a person wrote into the schema, and those that are found in the train rows
and that all held-out rows keep as well. A found rule is kept by all real rows; a given one may be broken by some, and
then the synthetic rows are blamed only for what they break beyond that.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from parhelion.evaluation.case import Case
from parhelion.evaluation.rates import Rate, clearly_above
from parhelion.evaluation.scores import Counts, Figures, Score, Section, Three
from parhelion.evaluation.shown import shown
from parhelion.schema.rules import AnyRule, DependencyRule, Rows, kept_by, rules_found

Flags = npt.NDArray[np.bool_]

SHOWN = 10
FINDINGS = 20
_SCORE = Score(
    key="rules.kept",
    title="Rows that keep all rules",
    value=None,
    better="higher",
    ideal=1.0,
    unit="share",
    meaning="The share of synthetic rows that keep every rule: those of the schema, and those found in the real rows, "
    "all of which keep them.",
    warning="a mere copy of the real rows keeps every rule",
)


class RuleKept(Figures):
    """A rule as text (`start <= end`), whether a person gave it or it was found, the share of rows that keep it, and
    the first synthetic rows that break it, by number (from 0).

    breaks: how many rows break it. allowed: how many synthetic rows may, since real rows do too: as many as the upper
    end of the 95 % interval of the real share; 0 where no real row breaks it.
    """

    rule: str
    given: bool
    kept: Three
    broken: tuple[int, ...] = ()
    breaks: Counts = Counts(train=0, synthetic=0, holdout=0)
    allowed: int = 0

    @property
    def beyond(self) -> int:
        """Synthetic rows that break it beyond what is allowed."""
        return max(self.breaks.synthetic - self.allowed, 0)


class Rules(Section):
    """The rules, the most broken first. rows: of each table."""

    rules: tuple[RuleKept, ...] = ()
    rows: Counts | None = None

    def renumbered(self, places: npt.NDArray[np.int64]) -> Self:
        """The same, row i being row `places[i]` of its source."""
        rules = tuple(
            rule.model_copy(update={"broken": tuple(int(places[row]) for row in rule.broken)}) for rule in self.rules
        )
        return self.model_copy(update={"rules": rules, "findings": _findings(rules, self.rows)})


class _Looked(NamedTuple):
    """A rule, and which rows of the three tables break it."""

    rule: AnyRule
    given: bool
    train: Flags
    synthetic: Flags
    holdout: Flags

    @property
    def real_share(self) -> float:
        """The share of real rows that break it: the upper end of its interval; 0 where none does."""
        broken, rows = self.train.sum() + self.holdout.sum(), len(self.train) + len(self.holdout)
        return Rate(int(broken), rows).interval()[1] if broken else 0.0

    def blamed(self, broken: Flags) -> Flags:
        """Rows that break it beyond the real share: which of them are forgiven makes no difference, so the first."""
        rows = np.flatnonzero(broken)
        found = np.zeros(len(broken), bool)
        found[rows[int(self.real_share * len(broken)) :]] = True
        return found


def measure(case: Case) -> Rules:
    """Which rows keep the rules of the schema, and those that are found in the train rows and hold in the held-out
    rows."""
    train, synthetic, holdout = (Rows(each, case.table) for each in (case.train, case.synthetic, case.holdout))
    given = [_looked(rule, train, synthetic, holdout) for rule in case.table.rules]
    searched = rules_found(train)
    known = {_about(rule) for rule in case.table.rules}
    new = [rule for rule in searched.rules if _about(rule) not in known]
    confirmed = [rule for rule in new if kept_by(rule, holdout, train).all()]
    looked = [*given, *(_found(rule, train, synthetic, holdout) for rule in confirmed)]
    rules = tuple(sorted(map(_told, looked), key=lambda rule: (-rule.beyond, -rule.breaks.synthetic, not rule.given)))
    return Rules(
        scores=(_score(looked, case.counts),),
        findings=_findings(rules, case.counts),
        notes=(*_notes(given, len(confirmed), len(new) - len(confirmed)), *searched.notes),
        rules=rules,
        rows=case.counts,
    )


def _about(rule: AnyRule) -> tuple[str, frozenset[str], str]:
    """Rules that say the same, or more of the same."""
    return rule.kind, frozenset(rule.columns), rule.right if isinstance(rule, DependencyRule) else ""


def _looked(rule: AnyRule, train: Rows, synthetic: Rows, holdout: Rows) -> _Looked:
    return _Looked(rule, True, ~kept_by(rule, train), ~kept_by(rule, synthetic, train), ~kept_by(rule, holdout, train))


def _found(rule: AnyRule, train: Rows, synthetic: Rows, holdout: Rows) -> _Looked:
    """All real rows keep it."""
    none = np.zeros(train.count, bool), np.zeros(holdout.count, bool)
    return _Looked(rule, False, none[0], ~kept_by(rule, synthetic, train), none[1])


def _told(looked: _Looked) -> RuleKept:
    tables = {name: getattr(looked, name) for name in Three.model_fields}
    return RuleKept(
        rule=str(looked.rule),
        given=looked.given,
        kept=Three(**{name: 1 - float(broken.mean()) if len(broken) else None for name, broken in tables.items()}),
        broken=tuple(np.flatnonzero(looked.synthetic)[:SHOWN].tolist()),
        breaks=Counts(**{name: int(broken.sum()) for name, broken in tables.items()}),
        allowed=int(looked.real_share * len(looked.synthetic)),
    )


def _score(looked: Sequence[_Looked], counts: Counts) -> Score:
    if not looked:
        return _SCORE.model_copy(update={"untold": "no rule was given, and none was found that all real rows keep"})
    made, unseen = (np.zeros(rows, bool) for rows in (counts.synthetic, counts.holdout))
    for each in looked:
        made |= each.blamed(each.synthetic)
        unseen |= each.blamed(each.holdout)
    kept = int((~made).sum())
    return _SCORE.model_copy(
        update={
            "value": kept / max(len(made), 1),
            "reference": float((~unseen).mean()) if len(unseen) else None,
            "interval": Rate(kept, len(made)).interval(),
            "spread": "Wilson",
        }
    )


def _findings(rules: Sequence[RuleKept], rows: Counts | None) -> tuple[str, ...]:
    broken = [rule for rule in rules if rows and _is_bad(rule, rows)]
    told = [_finding(rule) for rule in broken[:FINDINGS]]
    if len(broken) > FINDINGS:
        told.append(f"{len(broken) - FINDINGS} more rules are broken by synthetic rows")
    return tuple(told)


def _is_bad(rule: RuleKept, rows: Counts) -> bool:
    """Do synthetic rows break it more often than real ones, beyond what chance makes of both?"""
    real = Rate(rule.breaks.train + rule.breaks.holdout, rows.train + rows.holdout)
    made = Rate(rule.breaks.synthetic, rows.synthetic)
    return rule.beyond > 0 and (not real.successes or clearly_above(made, real, by=0))


def _finding(rule: RuleKept) -> str:
    made, real = rule.breaks.synthetic, rule.breaks.train + rule.breaks.holdout
    others = f"which {_rows(real, 'real')} too" if real else "which all real rows keep"
    listed = ", ".join(map(str, rule.broken))
    more = f" and {made - len(rule.broken):,} more" if made > len(rule.broken) else ""
    share = shown(1 - (rule.kept.synthetic or 0.0), "share")
    return (
        f"{_rows(made, 'synthetic')} the rule `{rule.rule}` ({share}), {others}: row{'s' * (made > 1)} {listed}{more}"
    )


def _rows(many: int, sort: str) -> str:
    """
    >>> _rows(1, "real"), _rows(1200, "real")
    ('1 real row breaks', '1,200 real rows break')
    """
    return f"{many:,} {sort} row{' breaks' if many == 1 else 's break'}"


def _notes(given: Sequence[_Looked], confirmed: int, refuted: int) -> Iterator[str]:
    yield (
        f"rules given: {len(given)}, found: {confirmed}; a found rule counts only where all held-out rows keep it too, "
        "so that its reference is 1 by choice; a missing value breaks no rule"
    )
    if refuted:
        said = "1 rule that all train rows keep is" if refuted == 1 else f"{refuted} rules that all train rows keep are"
        yield f"{said} broken by held-out rows, and {'was' if refuted == 1 else 'were'} left out"
    for each in given:
        if broken := int(each.train.sum() + each.holdout.sum()):
            yield (
                f"the rule `{each.rule}` was given, and {broken:,} of {len(each.train) + len(each.holdout):,} real "
                "rows break it; synthetic rows are blamed for what they break beyond that share"
            )
