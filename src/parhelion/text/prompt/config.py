"""Options."""

from pydantic import BaseModel, ConfigDict


class PromptConfig(BaseModel):
    """Options."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
