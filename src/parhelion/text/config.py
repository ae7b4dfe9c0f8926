"""The options of learning texts: the one place where they are named, bounded and explained."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from parhelion.configs import Names
from parhelion.personal.config import PersonalConfig
from parhelion.text.lm.config import LmConfig
from parhelion.text.ngram.config import NgramConfig
from parhelion.text.prompt.config import PromptConfig
from parhelion.text.transformer.config import TransformerConfig

Writer = Literal["ngram", "transformer", "lm", "prompt", "none"]


class TextConfig(BaseModel):
    """How free text is learned."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    text: Names = Field(default=(), description="columns of free text; else those that look like it")
    label: Names = Field(
        default=(), description="columns that texts are written for, such as a category, stars or a date; else all"
    )
    person: str | None = Field(
        default=None, description="the column that says who wrote a text: all texts of one person count as one original"
    )
    text_engine: Writer = Field(default="ngram", description="what writes the texts; none puts a placeholder there")
    personal: PersonalConfig = Field(default_factory=PersonalConfig, description="how personal values are found")
    ngram: NgramConfig = Field(default_factory=NgramConfig, description="the options of the ngram engine")
    transformer: TransformerConfig = Field(
        default_factory=TransformerConfig, description="the options of the transformer engine"
    )
    lm: LmConfig = Field(default_factory=LmConfig, description="the options of the lm engine")
    prompt: PromptConfig = Field(default_factory=PromptConfig, description="the options of the prompt engine")
