"""The figures of the evidence: plain values that are read, compared and written before anything is drawn of them."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from parhelion.schema import Kind

Measure = Literal["total variation", "Kolmogorov-Smirnov"]


class _Figures(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Figure(_Figures):
    """A figure of the synthetic rows, beside the same figure of real rows.

    >>> Figure(value=0.03, reference=0.02).ratio
    1.5
    """

    value: float
    reference: float

    @property
    def ratio(self) -> float | None:
        """How many times the reference; 1 where both are 0, None where the reference alone is."""
        if self.reference == 0:
            return 1.0 if self.value == 0 else None
        return self.value / self.reference

    @property
    def excess(self) -> float:
        return self.value - self.reference


class Three(_Figures):
    """The same figure of each of the three tables; None where it cannot be told."""

    train: float | None
    synthetic: float | None
    holdout: float | None


class ColumnNearness(_Figures):
    """How near one column is.

    distance: of the synthetic rows to the held-out rows; its reference is that of the train rows to the held-out rows.
        None for kinds whose values are made anew (identifiers, text, personal values) and for constants.
    missing: the share of missing values.
    copied: the share of known values that are in the train rows; its reference is that of the held-out rows. Told where
        there is no distance.
    unique: different values a known value, 0 to 1; told where there is no distance.
    """

    name: str
    kind: Kind
    measure: Measure | None = None
    distance: Figure | None = None
    missing: Three
    copied: Figure | None = None
    unique: Three | None = None


class PairNearness(_Figures):
    """How near two columns are together: the total variation distance of their joint distribution, in bins."""

    first: str
    second: str
    distance: Figure


class Counts(_Figures):
    """The rows of each of the three tables."""

    train: int
    synthetic: int
    holdout: int


class Nearness(_Figures):
    """How near synthetic rows are to held-out real rows, with the distance between two sets of real rows beside it.

    rows: of each table, so many rows were compared at a time, so that no distance is larger for want of rows.
    draws: sets of so many rows that were drawn, of the train rows and of the synthetic rows alike; distances are means
        over them.
    columns, pairs: the worst first: those whose distance exceeds its reference most.
    pairs_in_all: how many pairs there are; fewer may have been compared.
    column_distance, pair_distance: means over columns and over pairs; None where there is none.
    copies: the share of rows that are, in the columns that have a distance, a train row; its reference is that of the
        held-out rows.
    notes: how it was compared.
    """

    version: Literal[1] = 1
    seed: int
    counts: Counts
    rows: int
    draws: int
    columns: tuple[ColumnNearness, ...]
    pairs: tuple[PairNearness, ...]
    pairs_in_all: int
    column_distance: Figure | None
    pair_distance: Figure | None
    copies: Figure | None
    sentence: str = Field(description="all of it in plain words")
    notes: tuple[str, ...] = ()

    def column(self, name: str) -> ColumnNearness:
        """The figures of one column; KeyError where there is none of that name."""
        return {column.name: column for column in self.columns}[name]

    def as_dict(self) -> dict[str, Any]:
        """Everything, as JSON has it."""
        return self.model_dump(mode="json")
