"""The options of the `prompt` engine."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

RICHEST = 1_000_000  # dollars; ten times as many pico-dollars would not be whole numbers of 64 bits


class PromptConfig(BaseModel):
    """How a language model that nobody trains is asked for texts.

    shots: what it is shown: texts of an n-gram model, in which nobody's words are; or real ones, their personal values
    marked, which then leave this machine for the endpoint and stay in the model file.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    endpoint: str | None = Field(
        default=None, description="the address of the server that prompt asks; else one that is found"
    )
    model: str | None = Field(default=None, description="the model to ask there")
    key_env: str | None = Field(default=None, description="the environment variable that holds its key")
    budget: float | None = Field(
        default=None, ge=0, le=RICHEST, description="dollars that its calls may cost in all; they are never exceeded"
    )
    about: str = Field(default="", max_length=10_000, description="what the texts are, in a sentence")
    shots: Literal["made", "real"] = Field(default="made", description="what the model is shown: made or real texts")
    examples: int = Field(default=8, ge=0, le=64, description="texts that it is shown in each request")
    texts: int = Field(default=5, ge=1, le=50, description="texts that it is asked for in each request")
    slots: int = Field(default=8, ge=1, le=1024, description="requests under way at once")
