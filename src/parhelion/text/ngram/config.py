"""The options of the `ngram` engine."""

from pydantic import BaseModel, ConfigDict, Field

from parhelion.text.ngram.classes import MOST


class NgramConfig(BaseModel):
    """How words are learned. The defaults were chosen by what classifiers learn from the texts made."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    order: int = Field(default=3, ge=2, le=6, description="words that are looked at together")
    levels: int = Field(default=3, ge=0, le=6, description="columns of the context that are looked at together")
    people: int = Field(default=3, ge=1, le=1000, description="owners that a sequence of words has at least")
    discount: float = Field(default=0.8, gt=0, le=1, description="share of the usual discount: less keeps closer")
    classes: int = Field(default=64, ge=1, le=MOST, description="classes of words in the same company, at most")
    topic: int = Field(default=15, ge=0, description="texts of a topic, which are written alike; 0: no topics")
    borrow: float = Field(default=0.1, ge=0, description="pseudo-words by which a label leans on all others")
    keep_lengths: bool = Field(default=False, description="texts as long as the originals, and a little less telling")
    guidance: float = Field(default=1.0, ge=0, le=4, description="how much a text must look like its label; 0: none")
    tries: int = Field(default=24, ge=1, le=1000, description="texts drawn at most until one looks like its label")
