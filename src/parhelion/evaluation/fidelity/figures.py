"""The figures of fidelity: columns, pairs, triples."""

from typing import Literal

from parhelion.evaluation.scores import Figure, Figures, Interval, Section, Three
from parhelion.schema import Kind

Measure = Literal["total variation", "Kolmogorov-Smirnov"]
Association = Literal["correlation", "correlation ratio", "Cramer's V"]


class Distribution(Figures):
    """A column as a chart: shares of the known values of each table in each bin.

    edges: of bins of an ordered kind, one more than there are bins, in the column's unit (moments in seconds since
        1970, dates in days since 1970, durations in seconds). A bin holds its lower edge and not its upper one; outer
        values are counted in the first and last bin, so that no real extreme is shown. Empty for categories.
    labels: of categories, the most frequent first; those that fewer than `protect` real rows share are one, the last,
        called "(others)". For ordered kinds: the edges as a person reads them.
    """

    edges: tuple[float, ...] = ()
    labels: tuple[str, ...]
    train: tuple[float, ...]
    holdout: tuple[float, ...]
    synthetic: tuple[float, ...]


class ColumnFidelity(Figures):
    """How near one column is.

    distance: of the synthetic rows to the held-out rows; its reference is that of the train rows to the held-out rows,
        in equally large sets. None for kinds whose values are made anew (identifiers, text, personal) and constants.
    interval: of the distance's value, 95 %.
    to_train: the same distance between all known synthetic values and all known train values, as SDMetrics tells it
        (1 - KSComplement, 1 - TVComplement).
    wasserstein: the mean distance that values would have to move, in `unit`, to the held-out rows; reference as above.
    missing: the share of missing values.
    coverage: the share of the train rows' range (numbers) or of their categories that the table has too, 0 to 1.
    unseen: the share of known values that are outside the range of the train rows, or are none of their categories.
    copied: the share of known values that are in the train rows, beside that of the held-out rows. Only where there is
        no distance and values are to be made anew.
    unique: different values per known value, 0 to 1; only where there is no distance.
    """

    name: str
    kind: Kind
    measure: Measure | None = None
    distance: Figure | None = None
    interval: Interval | None = None
    to_train: float | None = None
    wasserstein: Figure | None = None
    unit: str = ""
    missing: Three
    coverage: Three | None = None
    unseen: Figure | None = None
    copied: Figure | None = None
    unique: Three | None = None
    chart: Distribution | None = None


class PairFidelity(Figures):
    """How near two columns are together.

    distance: the total variation distance of their joint distribution, in bins, to that of the held-out rows. Few rows
        are put in few bins (see the notes), so that chance does not hide what differs.
    association: how strongly they go together, in the drawn rows where both are known: Spearman's rank correlation, -1
        to 1, for two ordered kinds; the correlation ratio of ranks, 0 to 1, for an ordered kind and categories;
        Cramer's V, 0 to 1, for categories. The last two are corrected for bias, so that independent columns are at 0
        however many categories there are. None where a column does not vary.
    information: their mutual information, in bits, in the same bins, corrected for bias.
    to_train: 1 less the similarity of synthetic and train rows that SDMetrics tells in its Column Pair Trends (half the
        difference of Pearson's correlations for two ordered kinds, else the total variation distance in its bins);
        None where it tells none.
    """

    first: str
    second: str
    distance: Figure
    measure: Association
    association: Three
    information: Three
    to_train: float | None = None


class TripleFidelity(Figures):
    """How near three columns are together: total variation distance of their joint distribution, in bins."""

    columns: tuple[str, str, str]
    distance: Figure


class Fidelity(Section):
    """How near columns, pairs and triples are to rows that the generator never saw.

    columns, pairs, triples: the worst first, by how much their distance exceeds its reference.
    pairs_in_all: how many pairs there are; fewer may have been compared.
    """

    columns: tuple[ColumnFidelity, ...] = ()
    pairs: tuple[PairFidelity, ...] = ()
    pairs_in_all: int = 0
    triples: tuple[TripleFidelity, ...] = ()

    def column(self, name: str) -> ColumnFidelity:
        """The figures of one column; KeyError where there is none of that name."""
        return {column.name: column for column in self.columns}[name]
