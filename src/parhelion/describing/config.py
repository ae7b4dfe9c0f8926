"""The options of describe."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveInt

RICHEST = 1_000_000  # dollars; ten times as many pico-dollars would not be whole numbers of 64 bits
Stage = Literal["plan", "facts", "tasks", "rows"]


class DescribeConfig(BaseModel):
    """What is not in a plan, or is to be otherwise than there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    n: int | None = Field(None, ge=1, description="rows of the data set; without it, as many as the plan says")
    budget: float | None = Field(None, ge=0, le=RICHEST, description="dollars for everything; it is never exceeded")
    preview: int | None = Field(None, ge=1, description="make so many rows, show them, and say what all would cost")
    approve: tuple[PositiveInt, ...] = Field((), description="a row of the last preview that is as all should be")
    until: Stage = Field("rows", description="the last stage to run: plan, facts, tasks, or rows")
    endpoint: str | None = Field(None, description="the address of a server, where a sentence is to be planned")
    model: str | None = Field(None, description="the model to use there")
    key_env: str | None = Field(None, description="the environment variable that holds its key")
    documents: tuple[str, ...] = Field((), description="folders, files or tables of documents to take facts from")
    urls: tuple[str, ...] = Field((), description="pages to take facts from")
    seed: int = Field(0, ge=0, description="one seed, one plan and one choice of everything drawn")
    wait: bool = Field(default=False, description="wait while another process works on the project")
