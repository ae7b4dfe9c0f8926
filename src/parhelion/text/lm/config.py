"""The options of the `lm` engine."""

import math
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Device = Literal["auto", "cpu", "cuda"]


class LmConfig(BaseModel):
    """How the adapter of a pretrained language model is learned (LoRA, Hu et al. 2021).

    base: the pretrained model: a folder (config.json, *.safetensors, tokenizer.json), or a Hugging Face id, which is
        fetched when it is not in the cache. It must be given; nothing is fetched that nobody named.
    revision: of a Hugging Face id: a branch, tag or commit; None: its main branch.
    rank, alpha, dropout: of the adapter: its matrices are (rank, in) and (out, rank), and count alpha / rank times.
    targets: the layers that get one: "all-linear", or (the ends of) their names, as ("q_proj", "v_proj").
    epochs: how often each text is seen (with dp_epsilon: on average).
    learning_rate: at its highest: it rises for a tenth of the steps and falls for the rest.
    batch: texts of one step (with dp_epsilon: persons of one step, on average).
    tokens_at_once: tokens that the model sees in one pass; it bounds the memory: a batch takes as many passes as it
        needs.
    tokens: tokens of a text at most: what comes after is not learned, and no text with more is written.
    clip: the length to which gradients are cut: of a step, and with dp_epsilon of each person.
    dp_epsilon: what differential privacy may cost; None: there is none. See `parhelion.text.lm.private` for what is
        guaranteed.
    dp_delta: the chance with which the guarantee may fail; None: 1 / n ** 1.1 for n persons, 0.0005 at most.
    texts_per_person: with dp_epsilon, texts of one person that are seen in a step at most, drawn anew each time.
    device: where it is learned and sampled; "auto": a GPU if there is one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    base: str | None = Field(
        default=None,
        min_length=1,
        max_length=4096,
        description="the model that lm adapts: a folder, or an id of Hugging Face",
    )
    revision: str | None = Field(default=None, min_length=1, max_length=256, description="branch, tag or commit")
    rank: int = Field(default=16, ge=1, le=1024, description="rank of the adapter's matrices")
    alpha: float = Field(default=32.0, gt=0, le=1e6, description="the adapter counts alpha / rank times")
    dropout: float = Field(default=0.0, ge=0, lt=1, description="share of an adapter's inputs left out in learning")
    targets: Literal["all-linear"] | tuple[str, ...] = Field(
        default="all-linear", min_length=1, description="layers that get an adapter"
    )
    epochs: float = Field(default=3.0, gt=0, le=10_000, description="times that each text is seen")
    learning_rate: float = Field(default=5e-4, gt=0, le=10, description="learning rate at its highest")
    batch: int = Field(default=32, ge=1, le=1_000_000, description="texts (with dp_epsilon: persons) of a step")
    tokens_at_once: int = Field(default=4096, ge=1, description="tokens of one pass through the model")
    tokens: int = Field(default=512, ge=2, le=1_000_000, description="tokens of a text at most")
    clip: float = Field(default=1.0, gt=0, description="length to which gradients are cut")
    dp_epsilon: float | None = Field(
        default=None, gt=0, le=1000, description="the epsilon of differential privacy, with lm"
    )
    dp_delta: float | None = Field(default=None, gt=0, lt=1, description="differential privacy: delta")
    texts_per_person: int = Field(default=8, ge=1, description="texts of a person seen in one step at most")
    device: Device = Field(default="auto", description="where it is learned and sampled")

    def steps(self, units: int) -> int:
        """Steps of learning from so many texts, or persons.

        >>> LmConfig(epochs=3, batch=32).steps(1000), LmConfig(epochs=1, batch=32).steps(5)
        (94, 1)
        """
        return math.ceil(self.epochs * units / min(self.batch, units))

    def delta(self, persons: int) -> float:
        """Delta as given, or what is usual for so many persons.

        >>> LmConfig().delta(10) == LmConfig().delta(1000) > LmConfig().delta(1001), LmConfig(dp_delta=1e-6).delta(10)
        (True, 1e-06)
        """
        return self.dp_delta if self.dp_delta is not None else max(persons, 1000) ** -1.1
