"""What is bad about utility, in plain sentences, and how it was measured."""

from collections.abc import Iterator

import numpy as np

from parhelion.evaluation.case import Case
from parhelion.evaluation.shown import percent
from parhelion.evaluation.utility.importance import COLUMNS
from parhelion.evaluation.utility.targets import CLASSES, Refused
from parhelion.evaluation.utility.tasks import difference
from parhelion.evaluation.utility.work import Work

_NAMED = 3
_MISSED = 0.02  # of a score: how much less a column has to matter


def findings(works: list[Work]) -> Iterator[str]:
    """Only what noise does not explain, and what is large enough to matter; the worst first."""
    for work in works:
        yield from _classes(work)
        yield from _predictions(work)
    for work in works:
        yield from _contradictions(work)
        yield from _importances(work)
        yield from _calibration(work)
        yield from _added(work)


def _classes(work: Work) -> Iterator[str]:
    """Classes that no synthetic row has, though chance would give them some."""
    target, rows = work.target, len(work.target.synthetic)
    for code, name in enumerate(target.classes):
        share = float((target.train == code).mean())
        if not (target.synthetic == code).any() and rows * share > 7:
            yield f"No synthetic row has {target.name} = {name}, which {percent(share)} of the train rows have."


def _predictions(work: Work) -> Iterator[str]:
    gap = difference(work, "synthetic")
    if gap is None or gap[1][1] >= 0 or -gap[0] < 0.02:
        return
    yield (
        f"A model learned from synthetic rows predicts {work.target.name} worse: {_unit(work)} "
        f"{work.mark('synthetic'):.3f}, where real rows give {work.mark('train'):.3f} "
        f"({gap[0]:+.3f}, 95 % between {gap[1][0]:+.3f} and {gap[1][1]:+.3f})."
    )


def _unit(work: Work) -> str:
    return work.main.replace("R2", "R²")


def _contradictions(work: Work) -> Iterator[str]:
    """Conclusions that are turned round, then how many do not follow."""
    same = work.conclusions
    if same is None:
        return
    turned = np.flatnonzero(same.train.conclusion * same.synthetic.conclusion < 0)
    turned = turned[np.argsort(-np.abs(same.train.value[turned]), kind="stable")]
    expected = int((same.train.conclusion * same.holdout.conclusion < 0).sum())
    if len(turned) > expected:
        named = ", ".join(same.names[place] for place in turned[:_NAMED])
        yield (
            f"{len(turned)} of {len(same.names)} regression coefficients for {work.target.outcome} have the opposite "
            f"sign in synthetic rows ({named}{', …' if len(turned) > _NAMED else ''})."
        )
    found, real = same.agreeing(same.synthetic), same.agreeing(same.holdout)
    middle = (found + real) / 2
    if found < real - max(0.15, 3 * np.sqrt(2 * middle * (1 - middle) / len(same.names))):
        yield (
            f"Only {percent(found)} of the regression coefficients for {work.target.outcome} lead to the same "
            f"conclusion from synthetic rows; from other real rows {percent(real)} do."
        )


def _importances(work: Work) -> Iterator[str]:
    """A column that models of real rows go by, and that of synthetic rows hardly.

    Half as much may be chance still: columns that go together take turns from sample to sample. And ranks of all
    columns would be those of many that hardly matter.
    """
    if not work.importances.size or np.isnan(work.importances).any():
        return
    real, made, again = work.importances
    missed = np.where(made < real / 4, real - made, 0)
    worst = int(np.argmax(missed))
    if missed[worst] > max(_MISSED, 3 * float(np.abs(real - again).max())):
        yield (
            f"Other columns matter to a model of {work.target.name} learned from synthetic rows: without "
            f"{work.names[worst]} its {_unit(work)} falls by {max(made[worst], 0):.3f}, that of one learned from real "
            f"rows by {real[worst]:.3f}."
        )


def _calibration(work: Work) -> Iterator[str]:
    if not work.target.classes or "synthetic" not in work.tested:
        return
    found, real = (float(work.tested[each].marks["calibration error"][0]) for each in ("synthetic", "train"))
    if found > real + 0.05 and found > 2 * real:
        yield (
            f"Probabilities of {work.target.name} learned from synthetic rows are off by {percent(found)} on average; "
            f"those learned from real rows by {percent(real)}."
        )


def _added(work: Work) -> Iterator[str]:
    gap = difference(work, "train + synthetic")
    if gap is not None and gap[1][1] < 0 and -gap[0] > 0.01:
        yield (
            f"Adding synthetic rows to real ones makes predictions of {work.target.name} worse: {_unit(work)} "
            f"{work.mark('train + synthetic'):.3f} instead of {work.mark('train'):.3f}."
        )


def notes(case: Case, works: list[Work], refused: list[Refused]) -> Iterator[str]:
    """How it was measured, and what was left out."""
    for each in refused:
        yield f"{each.name} {each.why}; nothing is predicted about it."
    if works:
        yield from _chosen(case, works[0])
        yield "The models are gradient-boosted trees (scikit-learn), the same for all rows, not tuned."
    for work in works:
        yield from _work(work)
    if works and case.cut:
        yield (
            "No held-out rows were given: the generator may have learned from the rows that models are tested on, "
            "which flatters the synthetic rows."
        )
    if works and case.config.quick:
        yield "A quick look learns from fewer rows, and leaves out augmentation."


def _chosen(case: Case, work: Work) -> Iterator[str]:
    if not work.target.given:
        how = "it is the schema's target" if work.target.name == case.table.target else "by its name and kind"
        yield f"No target was given; {work.target.name} was chosen ({how})."


def _work(work: Work) -> Iterator[str]:
    name, split = work.target.name, work.split
    if work.tested:
        yield (
            f"{name}: models learned from {len(split.train):,} rows of each table and were tested on "
            f"{len(split.holdout):,} held-out rows."
        )
    if work.target.left_out:
        yield f"{name}: the {CLASSES} most frequent classes are predicted; {work.target.left_out:,} are left out."
    if len(work.names) > COLUMNS:
        yield f"{name}: the importance of the first {COLUMNS} of {len(work.names):,} columns was measured."
    if work.conclusions:
        yield (
            f"{name}: the regression for {work.target.outcome} has {len(work.conclusions.names)} of "
            f"{work.conclusions.in_all} terms, and {work.conclusions.rows:,} rows of each table; its reference is the "
            "held-out rows."
        )
