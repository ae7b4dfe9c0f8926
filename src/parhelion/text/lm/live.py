"""A base with its adapter in memory: everything of the engine that needs torch."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import torch

from parhelion.errors import ConfigError
from parhelion.text.contract import Context, Corpus, Drawing
from parhelion.text.lm import learning, private
from parhelion.text.lm.adapter import Arrays, adapt, device, load, put, weights
from parhelion.text.lm.budget import Budget
from parhelion.text.lm.config import LmConfig
from parhelion.text.lm.scoring import Adapted, Spelled, log_likelihood
from parhelion.text.lm.spelling import spelling
from parhelion.text.lm.writing import write


@dataclass(frozen=True)
class Live:
    """What the engine does, by the options that it learned with."""

    adapted: Adapted
    config: LmConfig

    @classmethod
    def begun(cls, folder: Path, config: LmConfig, seed: int) -> Self:
        """With an adapter that changes nothing yet."""
        where = device(config.device)
        model = load(folder, where)
        spelled = spelling(folder, model)
        with _seeded(seed, where):
            return cls(Adapted(adapt(model, config).to(where).eval(), spelled, where), config)

    @classmethod
    def learned(cls, folder: Path, config: LmConfig, adapter: Arrays) -> Self:
        """With the adapter of a model file. Raises ModelFileError where it is not one of this base."""
        targets = tuple(sorted({name.rpartition(".")[0] for name in adapter}))
        live = cls.begun(folder, config.model_copy(update={"targets": targets}), 0)
        put(live.adapted.model, adapter)
        return live

    def fit(
        self, corpus: Corpus, rng: np.random.Generator, progress: learning.Progress
    ) -> tuple[Arrays, Budget | None, int]:
        """Learn. Gives the adapter, what was spent on privacy, and how many texts were longer than can be learned."""
        texts, cut = self._known(corpus.texts, corpus.context)
        budget = None if self.config.dp_epsilon is None else private.budget(self.config, corpus.owners)
        with _seeded(int(rng.integers(1 << 63)), self.adapted.where):
            if budget is None:
                learning.learn(self.adapted, texts, self.config, rng, progress)
            else:
                private.learn(
                    self.adapted, texts, corpus.owners, self.config, budget,
                    secret=np.random.default_rng(), progress=progress,
                )  # fmt: skip
        adapter = weights(self.adapted.model.eval().requires_grad_(False))
        if not all(np.isfinite(one).all() for one in adapter.values()):
            raise ConfigError(
                f"learning gave no numbers: choose a smaller learning_rate than {self.config.learning_rate:g}, or "
                "another base"
            )
        return adapter, budget, cut

    def sample(self, context: Context, drawing: Drawing, rng: np.random.Generator) -> list[str | None]:
        prompts = self.adapted.spelling.prompts(context)
        at_once = max(self.config.tokens_at_once // 64, 1)
        return write(self.adapted, prompts, drawing, rng, most=self.config.tokens, at_once=at_once)

    def log_likelihood(self, texts: pa.Array, context: Context) -> npt.NDArray[np.float64]:
        spelled, _ = self._known(texts, context)
        told = log_likelihood(self.adapted, spelled, self.config.tokens_at_once)
        told[[not one.text or one.text[-1] != self.adapted.spelling.end for one in spelled]] = -np.inf
        return told

    def _known(self, texts: pa.Array, context: Context) -> tuple[list[Spelled], int]:
        """Texts and contexts in tokens, and how many texts lost their ends to what can be learned."""
        spelled = []
        cut = 0
        for prompt, text in zip(
            self.adapted.spelling.prompts(context), self.adapted.spelling.texts(texts), strict=True
        ):
            most = min(self.config.tokens, self.adapted.spelling.room(len(prompt)))
            spelled.append(Spelled(prompt, text[:most]))
            cut += len(text) > most
        return spelled, cut


@contextmanager
def _seeded(seed: int, where: torch.device) -> Iterator[None]:
    """Torch's own generators by a seed, and as they were behind it."""
    with torch.random.fork_rng(devices=[where] if where.type == "cuda" else []):
        torch.manual_seed(seed)
        yield
