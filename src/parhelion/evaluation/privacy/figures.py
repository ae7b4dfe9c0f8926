"""The figures of privacy: attacks, copies, and who is most at risk."""

from typing import Literal

from parhelion.evaluation.scores import Figures, Interval, Section


class Membership(Figures):
    """An attack that tells members (train rows) from others (held-out rows).

    auc: 0.5 is a guess. tpr: true positive rates at false positive rates of 1 % and 0.1 % (Carlini et al. 2022), by
    "1 %" and "0.1 %"; None where there are too few rows for it.
    """

    attack: Literal["distance", "density ratio"]
    auc: float
    interval: Interval
    tpr: dict[str, float | None]
    members: int
    others: int
    curve: tuple[tuple[float, float], ...] = ()


class Guesses(Figures):
    """An attack as Anonymeter defines it (Giomi et al. 2023): rates of success, with 95 % Wilson intervals.

    attack, detail: which, and on what (columns). main: on train rows. control: the same on held-out rows. naive: by
    chance. risk: (main - control) / (1 - control), 0 at least, of the middles of the intervals; what the synthetic rows
    give away of those in them, beyond what they tell of anybody. risk_interval: of inference, it holds for all columns
    together.
    """

    attack: Literal["singling out", "linkability", "attribute inference"]
    detail: str
    attempts: int
    main: float
    main_interval: Interval
    control: float | None
    control_interval: Interval | None
    naive: float
    risk: float | None
    risk_interval: Interval | None


class AtRisk(Figures):
    """A train row that stands out: its number (from 0) in the file of real rows, how the attack scored it, how often
    rarer than other rows (percentile of its score among held-out rows, 0 to 1), and why, in a few words."""

    row: int
    score: float
    percentile: float
    why: str


class Uniqueness(Figures):
    """How many rows share the values of the quasi-identifiers (k-anonymity), and how many values of the target they
    have.

    smallest: k. shares: of rows in groups of 1, of fewer than 5, of fewer than 10 rows. diversity: the least number of
    different target values in a group (l-diversity); None without a target. matched: the share of train rows that are
    alone with their values and whose values a synthetic row has; reference: of held-out rows.
    """

    columns: tuple[str, ...]
    table: Literal["train", "synthetic"]
    smallest: int
    alone: float
    below_5: float
    below_10: float
    diversity: int | None = None
    matched: float | None = None
    reference: float | None = None


class Privacy(Section):
    """Attacks on the synthetic rows, each beside the same attack on rows that the generator never saw."""

    membership: tuple[Membership, ...] = ()
    guesses: tuple[Guesses, ...] = ()
    at_risk: tuple[AtRisk, ...] = ()
    uniqueness: tuple[Uniqueness, ...] = ()
