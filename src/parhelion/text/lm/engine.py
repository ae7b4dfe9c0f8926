"""The `lm` engine: what a model file holds of it, and what writes once the base is in memory."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from parhelion.errors import ModelFileError, missing_extra
from parhelion.text.contract import Context, Corpus, Drawing, Habits
from parhelion.text.lm.bases import Base, found, named
from parhelion.text.lm.budget import Budget
from parhelion.text.lm.config import LmConfig

if TYPE_CHECKING:
    from parhelion.text.lm.live import Live

_MATRIX = re.compile(r"[\w.]{1,300}\.[AB]", re.ASCII)


class _State(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    version: Literal[1] = 1
    base: Base
    config: LmConfig
    budget: Budget | None
    texts: int | None = Field(ge=0)
    cut: int | None = Field(ge=0)


@dataclass(frozen=True, eq=False)
class LmEngine:
    """A pretrained causal language model (the base) with an adapter learned from texts.

    The adapter is all that is learned, and all that a model file holds; the base is read where it lies when a text is
    first asked for, and must be the same (see `parhelion.text.lm.bases`: what a stranger's file can and cannot do).
    adapter: A (rank, in) and B (out, rank) of each layer, float32. budget: what differential privacy was spent. texts,
    cut: texts learned from, and how many of them were longer than the engine learns; None where privacy forbids it.
    """

    habits: ClassVar[Habits] = Habits()

    config: LmConfig
    base: Base
    adapter: dict[str, npt.NDArray[np.float32]]
    budget: Budget | None
    texts: int | None
    cut: int | None

    @classmethod
    def fit(
        cls, corpus: Corpus, config: LmConfig, rng: np.random.Generator, progress: Callable[[int, int], None]
    ) -> Self:
        """Learn an adapter. Raises ConfigError where there is no base, or options do not go with it; with `dp_epsilon`
        see `parhelion.text.lm.private` for what is guaranteed, and why it is not repeated by a seed."""
        heavy = _heavy()
        folder, base = named(config)
        live: Live = heavy.Live.begun(folder, config, int(rng.integers(1 << 63)))
        adapter, budget, cut = live.fit(corpus, rng, progress)
        told = (len(corpus.texts), cut) if budget is None else (None, None)
        engine = cls(config, base, adapter, budget, *told)
        vars(engine)["_live"] = live
        return engine

    @property
    def private(self) -> bool:
        """Whether it was learned with differential privacy: then nothing else of the originals may be kept, such as
        fingerprints to compare with."""
        return self.budget is not None

    @property
    def note(self) -> str:
        """What was spent on privacy and what that does not cover; what was not learned; whose words these are too."""
        parts = [f"written by {self.base.name}: what it has learned elsewhere comes out, too"]
        if self.budget is not None:
            parts.insert(0, self.budget.told())
        if self.cut:
            parts.append(
                f"{self.cut:,} of {self.texts:,} texts were longer than {self.config.tokens:,} tokens or than the base "
                "reads; their ends were not learned, and no text as long is written"
            )
        return "; ".join(parts)

    def sample(self, context: Context, drawing: Drawing, rng: np.random.Generator) -> pa.Array:
        """A masked text for each row of context; null where it did not end, or nothing was written."""
        return pa.array(self._live.sample(context, drawing, rng) if len(context) else [], pa.string())

    def log_likelihood(self, texts: pa.Array, context: Context) -> npt.NDArray[np.float64]:
        """Nats of p(text | context), of the tokens that the base's tokenizer spells a text with (its other spellings
        are left out); minus infinity where a text is longer than is learned, or has characters that the base lacks."""
        return self._live.log_likelihood(texts, context) if len(texts) else np.zeros(0)

    def takes(self, sizes: Sequence[int]) -> bool:
        """Any: it reads what is known in words."""
        del sizes
        return True

    def state(self) -> dict[str, Any]:
        state = _State(
            base=self.base, config=self.config.model_copy(update={"base": None, "revision": None, "device": "auto"}),
            budget=self.budget, texts=self.texts, cut=self.cut,
        )  # fmt: skip
        return state.model_dump(mode="json")

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        return dict(self.adapter)

    @classmethod
    def from_parts(cls, state: dict[str, Any], arrays: dict[str, npt.NDArray[Any]]) -> Self:
        """The same engine again, without a look at its base. Raises ModelFileError where the parts cannot be one."""
        try:
            kept = _State.model_validate(state)
        except ValidationError as error:
            raise _damaged(f"{error.errors()[0]['loc']}: {error.errors()[0]['msg']}") from None
        _check(arrays, kept.config.rank)
        return cls(kept.config, kept.base, dict(arrays), kept.budget, kept.texts, kept.cut)

    @cached_property
    def _live(self) -> "Live":
        live: Live = _heavy().Live.learned(found(self.base), self.config, self.adapter)
        return live


def _check(arrays: dict[str, npt.NDArray[Any]], rank: int) -> None:
    layers = {name.rpartition(".")[0] for name in arrays}
    if not arrays or set(arrays) != {f"{layer}.{part}" for layer in layers for part in "AB"}:
        raise _damaged("an adapter has the matrices A and B of each of its layers")
    for name, array in arrays.items():
        if not _MATRIX.fullmatch(name):
            raise _damaged(f"{name!r} names no matrix of an adapter")
        if array.ndim != 2 or array.dtype != np.float32 or array.shape[0 if name.endswith("A") else 1] != rank:
            raise _damaged(f"{name!r} is no matrix of an adapter of rank {rank}: {array.dtype} {array.shape}")
        if not np.isfinite(array).all():
            raise _damaged(f"{name!r} holds what is no number")


def _damaged(what: str) -> ModelFileError:
    return ModelFileError(f"the model is damaged or was altered: {what}; get the file again, or fit the model anew")


def _heavy() -> ModuleType:
    """What needs torch, transformers, peft and opacus."""
    try:
        from parhelion.text.lm import live  # noqa: PLC0415 (seconds to import)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("parhelion"):
            raise
        raise missing_extra("lm", "the lm engine") from error
    return live
