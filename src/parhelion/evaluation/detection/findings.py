"""What is clearly bad, in plain sentences, the worst first."""

from collections.abc import Iterator
from typing import NamedTuple

from parhelion.evaluation.case import Case
from parhelion.evaluation.detection.measured import Measured
from parhelion.evaluation.detection.tested import Tested
from parhelion.evaluation.rates import clearly_above

APART = 0.05  # AUC beyond the reference from which rows are told apart clearly
_FEW = 100  # rows a side without which AUCs sink below 0.5 by chance
_SURE = 3.0  # standard errors, which leave out how learning varies
SHARE = 0.05  # of rows beyond the reference
_NAMED, _PART = 3, 0.2  # columns that are named, and what they are worth at least, of what the first is


class Finding(NamedTuple):
    """How bad, 0 to 1, and what."""

    badness: float
    sentence: str


def findings(case: Case, found: Measured) -> tuple[str, ...]:
    every = [*_told_apart(case, found), *_simple(found), *_below(found), *_support(found)]
    return tuple(finding.sentence for finding in sorted(every, key=lambda finding: -finding.badness))


def _unseen(case: Case) -> str:
    return "real rows" if case.cut else "unseen real rows"


def _beyond(test: Tested, reference: Tested) -> float:
    """How far the favourable end of the interval is beyond the reference."""
    return test.auc.interval[0] - max(reference.auc.value, 0.5)


def _told_apart(case: Case, found: Measured) -> Iterator[Finding]:
    if found.unseen is None or found.reference is None or _beyond(found.unseen, found.reference) <= APART:
        return
    by = [clue.column for clue in found.clues[:_NAMED] if clue.drop > _PART * found.clues[0].drop]
    yield Finding(
        2 * found.unseen.auc.value - 1,
        f"A classifier tells synthetic rows from {_unseen(case)} with an AUC of {found.unseen.auc.value:.2f}, where "
        f"real rows among themselves have {found.reference.auc.value:.2f}" + (f"; most by {_list(by)}" if by else ""),
    )


def _simple(found: Measured) -> Iterator[Finding]:
    test, reference = found.logistic, found.logistic_reference
    if test is not None and reference is not None and _beyond(test, reference) > APART:
        yield Finding(
            2 * test.auc.value - 1 - APART,
            f"Even a logistic regression, which weighs each column by itself, tells them apart with an AUC of "
            f"{test.auc.value:.2f}",
        )


def _below(found: Measured) -> Iterator[Finding]:
    for test, said in ((found.unseen, "unseen"), (found.train, "training")):
        if test is None or found.reference is None or found.rows < _FEW:
            continue
        auc, reference = test.auc, found.reference.auc
        if auc.value + _SURE * auc.error < min(0.5, reference.value) - APART / 2:
            yield Finding(
                1 - 2 * auc.value,
                f"A classifier has an AUC of {auc.value:.2f} between synthetic and {said} rows: clearly below 0.5 is "
                "no sign of quality, but of synthetic rows each beside a single real one, or of few kinds of rows",
            )


def _support(found: Measured) -> Iterator[Finding]:
    if found.support is None:
        return
    told = (
        (found.support.precision, "of synthetic rows lie where unseen real rows lie; of training rows"),
        (found.support.recall, "of unseen real rows lie where synthetic rows lie; where training rows lie,"),
        (
            found.support.authenticity,
            "of synthetic rows are farther from the nearest training row than that is from the next; of unseen rows",
        ),
    )
    for rated, said in told:
        if clearly_above(rated.reference, rated.value, by=SHARE):
            worse = rated.reference.share - rated.value.share
            yield Finding(
                worse / 2, f"Only {100 * rated.value.share:.0f} % {said} {100 * rated.reference.share:.0f} % do"
            )


def _list(names: list[str]) -> str:
    """
    >>> _list(["a", "b", "c"]), _list(["a"])
    ('a, b and c', 'a')
    """
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
