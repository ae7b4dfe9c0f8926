"""The options of finding and re-making personal values."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class PersonalConfig(BaseModel):
    """How personal values are found in texts, and what takes their place.

    finder: `patterns` (built in), or `presidio` besides it (Microsoft's; the extra `presidio`, with a model of spaCy).
    locales: the languages and countries of made-up values (`en`, `de-at`, ...); none: those that the values found
        speak for.
    language: of the texts, for presidio.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    finder: Literal["patterns", "presidio"] = "patterns"
    locales: tuple[str, ...] = Field(default=(), max_length=40)
    language: str = Field(default="en", pattern=r"^[a-z]{2}$")
