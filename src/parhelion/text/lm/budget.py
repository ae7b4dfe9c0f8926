"""What differential privacy was spent on learning, and the noise that it bought."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Budget(BaseModel):
    """epsilon, delta: what is spent in all. noise: standard deviation of the noise as a multiple of clip, the length
    to which what is learned from one person in a step is cut. rate: the chance of each person to be in a step. per:
    what counts as one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    epsilon: float = Field(ge=0, allow_inf_nan=False)
    delta: float = Field(gt=0, lt=1)
    noise: float = Field(gt=0, allow_inf_nan=False)
    clip: float = Field(gt=0, allow_inf_nan=False)
    rate: float = Field(gt=0, le=1)
    steps: int = Field(ge=1)
    per: Literal["person", "text"]

    def told(self) -> str:
        """
        >>> print(Budget(epsilon=2.996, delta=1e-5, noise=0.8, clip=1, rate=0.01, steps=1200, per="person").told())
        learned with differential privacy: epsilon 3.00, delta 1e-05, per person, 1,200 steps; this covers the adapter
        of the language model alone: how the other columns are drawn, what is made up for personal values, the longest
        length and any fingerprints of originals are not private
        """
        return (
            f"learned with differential privacy: epsilon {self.epsilon:.2f}, delta {self.delta:.2g}, per {self.per}, "
            f"{self.steps:,} steps; this covers the adapter of the language model alone: how the other columns are "
            "drawn, what is made up for personal values, the longest length and any fingerprints of originals are not "
            "private"
        )
