"""The options of `fit`: the one place where they are named, bounded and explained."""

from typing import Any

from pydantic import BaseModel, ByteSize, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from parhelion.configs import Names
from parhelion.engines.trees.config import TreesConfig
from parhelion.text.config import TextConfig


class FitConfig(TextConfig):
    """How a model is learned from a table, and from the texts in it."""

    # Its validator is built when it is first used: help needs no more than the fields.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    target: str | None = Field(default=None, description="the column that predictions are about; it is generated first")
    seed: int = Field(default=0, ge=0, description="one seed, one model")
    protect: int = Field(
        default=10, ge=1, description="values that fewer rows than this share are not shown; 1 turns protection off"
    )
    min_rows: int = Field(
        default=50, ge=1, description="tables of fewer rows are refused, since nobody in them is protected"
    )
    rows: int = Field(
        default=1_000_000, ge=1000, description="rows that the engine learns from at most, drawn uniformly"
    )
    memory: ByteSize = Field(
        default=ByteSize(1 << 30),
        ge=1_000_000,
        description="what these rows may take, such as 500MB or 2GB; a larger table is read in batches",
    )
    trees: TreesConfig = Field(default_factory=TreesConfig, description="the options of the engine")

    @field_validator("seed", "protect", "min_rows", "rows", "memory", mode="before")
    @classmethod
    def _is_number(cls, value: Any) -> Any:
        """Python takes True for 1, and `protect=True` would turn protection off."""
        if isinstance(value, bool):
            raise PydanticCustomError("whole_number", "expected a whole number")
        return value


class SampleConfig(BaseModel):
    """Which rows are made, and how texts are written."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    where: str | None = Field(
        default=None, description="what the rows must hold: \"label = 'new' and month(day) = 12\""
    )
    balance: Names = Field(
        default=(), description="its values come equally often; said again, those of both columns together"
    )
    each: Names = Field(default=(), description="the same, and -n rows are made of each value")
    temperature: float = Field(
        default=1.0, gt=0, le=2, description="how texts are drawn: below 1 likelier words still oftener, above rarer"
    )
    longest: int | None = Field(
        default=None,
        ge=1,
        le=10_000_000,
        description="characters of a text at most; else what enough of the originals have",
    )
    stop: Names = Field(default=(), description="a text ends before it; once a word or sign")

    @field_validator("stop")
    @classmethod
    def _says_something(cls, stop: tuple[str, ...]) -> tuple[str, ...]:
        if "" in stop:
            raise PydanticCustomError("stop", "an empty stop would end every text before it begins")
        if any("\ud800" <= sign <= "\udfff" for each in stop for sign in each):
            raise PydanticCustomError("stop", "half a character (a lone surrogate) stands in no text")
        return stop
