"""What is bad about fairness, in plain sentences, and how it was measured."""

from collections.abc import Iterator, Sequence
from itertools import islice

from parhelion.evaluation.case import Case
from parhelion.evaluation.fairness.attributes import Found
from parhelion.evaluation.fairness.groups import CROSSED, groupable
from parhelion.evaluation.fairness.outcomes import LEAST, Treated
from parhelion.evaluation.fairness.representation import lost, misjudged
from parhelion.evaluation.fairness.told import most_changed, most_widened, worst_group, worst_prediction
from parhelion.evaluation.rates import sure
from parhelion.evaluation.shown import percent
from parhelion.schema import Column

_NAMED = 5
_ALPHA = 0.01  # stricter than intervals are: a finding is an accusation


def findings(every: Sequence[Found], unit: str) -> Iterator[str]:
    """Only what noise does not explain, all groups considered, and what is large enough to matter; the worst first."""
    yield from _lost(every)
    treated = [each.treated for each in every if each.treated]
    yield from _parity(treated)
    yield from _misjudged(every)
    yield from _worst_group(every)
    yield from _worst_prediction(every, unit)
    yield from _opportunity(treated)


def _lost(every: Sequence[Found]) -> Iterator[str]:
    gone = list(lost([each.represented for each in every]))
    for found, group in gone[:_NAMED]:
        yield (
            f"No synthetic row is of the group {found.grouping.called(group)}; "
            f"{found.counts[0, group]:,} train rows ({percent(found.shares[0, group])}) are."
        )
    if len(gone) > _NAMED:
        yield f"{len(gone) - _NAMED} more groups of train rows have no synthetic row."


def _misjudged(every: Sequence[Found]) -> Iterator[str]:
    for found, group in islice(misjudged([each.represented for each in every]), _NAMED):
        yield (
            f"{found.counts[1, group]:,} synthetic rows ({percent(found.shares[1, group])}) are of the group "
            f"{found.grouping.called(group)}; of the train rows {found.counts[0, group]:,} "
            f"({percent(found.shares[0, group])}) are."
        )


def _parity(treated: Sequence[Treated]) -> Iterator[str]:
    worst = most_changed(treated)
    if worst is None or worst[1].value - sure(worst[1].tests, _ALPHA) * worst[1].error < max(0.02, worst[2]):
        return
    found, changed, _ = worst
    one, other = changed.groups
    gaps = [(each.mean[one] - each.mean[other]) * found.outcome.scale for each in (found.synthetic, found.train)]
    told = [f"{gap:+.3f}" if found.outcome.counted else f"{gap:+.4g}" for gap in gaps]
    yield (
        f"The difference of {found.outcome.words} between {found.grouping.called(one)} and "
        f"{found.grouping.called(other)} is {told[0]} in the synthetic rows and {told[1]} in the train rows."
    )


def _worst_group(every: Sequence[Found]) -> Iterator[str]:
    worst = worst_group(every)
    if worst is None or worst.value - worst.reference < sure(worst.tests, _ALPHA) * worst.error + 0.01:
        return
    if worst.value > 1.5 * worst.reference:
        yield (
            f"The columns of the group {worst.grouping.called(worst.group)} are on average {worst.value:.3f} away "
            f"from its held-out rows, where train rows of the group are at {worst.reference:.3f}."
        )


def _worst_prediction(every: Sequence[Found], unit: str) -> Iterator[str]:
    worst = worst_prediction(every)
    if worst is None or worst.reference - worst.value < sure(worst.tests, _ALPHA) * worst.error + 0.02:
        return
    yield (
        f"For the group {worst.grouping.called(worst.group)} a model learned from synthetic rows predicts worse: "
        f"{unit} {worst.value:.3f}, where one learned from train rows reaches {worst.reference:.3f}."
    )


def _opportunity(treated: Sequence[Treated]) -> Iterator[str]:
    worst = most_widened(treated)
    if worst is None:
        return
    found, figure, reach = worst
    if figure.excess < reach + 0.05:
        return
    yield (
        f"A model learned from synthetic rows finds {found.outcome.words} more unequally between groups of "
        f"{' and '.join(found.grouping.columns)}: true positive rates are {figure.value:.2f} apart, where those of the "
        f"model learned from train rows are {figure.reference:.2f}."
    )


def notes(
    case: Case, columns: Sequence[Column], every: Sequence[Found], *, given: bool, crossed: bool
) -> Iterator[str]:
    """How it was measured, and what was left out."""
    if columns and not given:
        named = ", ".join(column.name for column in columns)
        yield f"No sensitive column was given; by their names these were proposed: {named}."
    yield from _left_out(columns, every)
    if not every:
        return
    yield (
        f"Groups of fewer than {case.config.protect} train rows are not named. Outcomes and distances are told of "
        f"groups of at least {LEAST} rows."
    )
    if crossed:
        yield f"Of {CROSSED} columns at most, every two were looked at together."
    if any(each.treated and each.treated.positive for each in every):
        yield (
            "A model decides for the outcome where its probability is above the one that makes the model of train rows "
            "decide so as often as the outcome is there; of more than two classes, where it predicts that class."
        )
    if case.cut:
        yield "No held-out rows were given: the references are of another half of the real rows."


def _left_out(columns: Sequence[Column], every: Sequence[Found]) -> Iterator[str]:
    grouped = {name for each in every for name in each.grouping.columns}
    for column in columns:
        if not groupable(column):
            yield f"{column.name} is of kind {column.kind}, and makes no groups."
        elif column.name not in grouped:
            yield f"{column.name} has one group only in the train rows."
    for each in every:
        if each.grouping.left_out:
            many = each.grouping.left_out
            told = "1 small group is" if many == 1 else f"{many:,} small groups are"
            yield f"{' and '.join(each.grouping.columns)}: {told} not told by name."
