"""The options of `evaluate`: the one place where they are named, bounded and explained."""

from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from parhelion.configs import Names


class Limits(NamedTuple):
    """What is measured on a sample, and how large that is. Rows are of each table.

    drawn: rows that distances between distributions are measured on.
    learned: rows that a classifier learns from.
    asked: rows that an attack is tried on. known: rows among which the nearest are looked for.
    attacks: guesses of one kind that an attacker makes.
    pairs, triples: of columns.
    """

    drawn: int
    learned: int
    asked: int
    known: int
    attacks: int
    pairs: int
    triples: int


_FULL = Limits(drawn=200_000, learned=20_000, asked=5_000, known=50_000, attacks=2_000, pairs=5_000, triples=60)
_QUICK = Limits(drawn=20_000, learned=3_000, asked=1_000, known=6_000, attacks=500, pairs=500, triples=10)


class EvaluateConfig(BaseModel):
    """How synthetic rows are judged."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    target: Names = Field(
        default=(),
        description="columns that predictions are about; the first is the one that matters; else one is chosen",
    )
    label: Names = Field(
        default=(), description="columns that texts are labelled by; else the target, else those that are found"
    )
    embedder: str | None = Field(
        default=None, description="a folder with a transformer that texts are compared by, besides; nothing is fetched"
    )
    sensitive: Names = Field(
        default=(), description="columns whose groups must be treated alike; else they are proposed by name"
    )
    quasi: Names = Field(default=(), description="columns by which an outsider may know a person (quasi-identifiers)")
    seed: int = Field(default=0, ge=0, description="one seed, one report")
    quick: bool = Field(default=False, description="smaller samples and fewer models: a first look in seconds")
    rows: int = Field(
        default=1_000_000, ge=10, description="rows of each table that are judged at most, drawn uniformly"
    )
    protect: int = Field(
        default=10, ge=1, description="categories that fewer real rows than this share are not named in the report"
    )

    @property
    def limits(self) -> Limits:
        return _QUICK if self.quick else _FULL
