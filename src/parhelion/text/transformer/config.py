"""The options of the `transformer` engine."""

from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

Width = Annotated[int, Field(ge=32, le=8192, multiple_of=32)]
Layers = Annotated[int, Field(ge=1, le=256)]


class Manner(NamedTuple):
    """How texts are written: see `TransformerConfig`."""

    focus: float
    tries: int


class TransformerConfig(BaseModel):
    """How the transformer learns. The defaults were chosen on labelled short texts, by the accuracy of a classifier
    that learns from what is written.

    size: "auto": width and layers from the amount of text; or the width (a multiple of 32) and layers themselves.
    passes: times that every text is read at most; None: fewer, the more text there is.
    minutes: of learning at most. Where they do not suffice for all passes the learning rate falls faster, and the
        result depends on how fast the machine is; everywhere else one seed gives one result.
    dropout: the share of what is known inside that is forgotten at every step of learning.
    blanks: the share of the tokens read that are blanked while learning: what stands in one text only cannot be learned
        by heart from a text that is never the same.
    learning_rate: the highest. weight_decay: per step, in units of the learning rate.
    batch: tokens of one step.
    tokens: of the vocabulary at most, beside the 256 bytes and the marks.
    window: tokens read at once; longer texts are learned and written in overlapping windows.
    topics: whether texts of one label that use the same words are learned as being of one topic, which is then drawn
        before a text is written.
    focus: how much more than learned a text is of its context: the share by which what the context makes likelier is
        made likelier still when texts are written (Ho and Salimans 2022). 0: as learned.
    tries: texts written for each that is taken: the likelier its context given a text, the likelier it is taken.
    held_out: the share of the owners whose texts tell when to stop.
    device: where it runs; "auto": on a GPU where there is one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    size: Literal["auto"] | tuple[Width, Layers] = "auto"
    passes: int | None = Field(default=None, ge=1, le=1000)
    minutes: float = Field(default=10.0, gt=0, le=10_000, description="minutes that transformer learns, at most")
    dropout: float = Field(default=0.1, ge=0, lt=1)
    blanks: float = Field(default=0.1, ge=0, lt=1)
    learning_rate: float = Field(default=6e-3, gt=0, le=1)
    weight_decay: float = Field(default=0.1, ge=0, le=10)
    batch: int = Field(default=1024, ge=16, le=1 << 20)
    tokens: int = Field(default=8192, ge=0, le=65_536)
    window: int = Field(default=512, ge=16, le=4096)
    topics: bool = True
    focus: float = Field(default=0.5, ge=0, le=10)
    tries: int = Field(default=4, ge=1, le=64)
    held_out: float = Field(default=0.05, ge=0, le=0.5)
    device: Literal["auto", "cpu", "cuda"] = "auto"

    @property
    def manner(self) -> Manner:
        return Manner(self.focus, self.tries)
