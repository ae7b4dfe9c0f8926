"""The figures of fairness: is every group there, treated alike, and imitated as well as the others?"""

from parhelion.evaluation.scores import Figure, Figures, Interval, Section, Three


class Group(Figures):
    """One group: a value of a sensitive column, or of two together.

    share: of rows. interval: of the synthetic share minus that of the real rows, 95 %. outcome: the share of rows with
    the positive outcome, or the mean of a number. positive_rate, true_positive_rate: of predictions on held-out rows
    by models learned from train rows and from synthetic rows (two classes only). distance: mean distance of the
    columns within the group, to held-out rows of the group. score: AUC (or R2) within the group of the models learned
    from train (reference) and synthetic rows (value).
    """

    name: str
    rows: int
    share: Three
    interval: Interval | None = None
    outcome: Three | None = None
    positive_rate: Figure | None = None
    true_positive_rate: Figure | None = None
    distance: Figure | None = None
    score: Figure | None = None


class Attribute(Figures):
    """A sensitive column, or two together, and its groups, the largest first.

    parity: the largest difference of the outcome between groups, in each table (demographic parity difference).
    model_parity, opportunity: largest differences between groups of the positive rate and of the true positive rate
    (equal opportunity, Hardt et al. 2016) of models learned from synthetic rows (value) and from train rows
    (reference). representation: total variation between the shares of its groups and those in the train rows, of
    equally many synthetic rows (value) and held-out rows (reference).
    """

    columns: tuple[str, ...]
    given: bool
    groups: tuple[Group, ...]
    left_out: int = 0
    representation: Figure | None = None
    parity: Three | None = None
    model_parity: Figure | None = None
    opportunity: Figure | None = None


class Fairness(Section):
    """Groups of sensitive columns and of their intersections. outcome: what is favourable, in words."""

    outcome: str = ""
    attributes: tuple[Attribute, ...] = ()
