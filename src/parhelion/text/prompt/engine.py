"""The `prompt` engine: a language model that nobody trains, asked for texts like those that it is shown.

By default it is shown texts that an n-gram model of the originals wrote: no original leaves this machine, and none is
in the model file. The model file names a model and never where to find it: whoever loads it says that by
PARHELION_PROMPT_ENDPOINT (and PARHELION_PROMPT_MODEL), or it is looked for among the servers that the environment names
and those of this machine.
"""

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from parhelion.errors import ConfigError, EndpointError, ModelFileError, missing_extra
from parhelion.overlap import Prints
from parhelion.text.contract import Context, Corpus, Drawing, Habits
from parhelion.text.ngram import NgramConfig, NgramEngine
from parhelion.text.prompt.asking import Lot, key_of, request_of, texts_of
from parhelion.text.prompt.config import RICHEST, PromptConfig
from parhelion.text.prompt.journal import Calls, Ledger
from parhelion.waiting import waited

KEPT = 200  # real texts that are kept to be shown, at most
DRAFTS = 4  # made texts that are written for each that is shown: those that copy an original are not
ENDPOINT, MODEL = "PARHELION_PROMPT_ENDPOINT", "PARHELION_PROMPT_MODEL"

Arrays = dict[str, npt.NDArray[Any]]


class _Real(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    codes: tuple[int, ...]
    text: str


class _State(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    about: str = Field(max_length=10_000)
    model: str | None
    examples: int = Field(ge=0, le=64)
    texts: int = Field(ge=1, le=50)
    slots: int = Field(ge=1, le=1024)
    budget: float | None = Field(ge=0, le=RICHEST)
    typical: int = Field(ge=1, le=1 << 24)
    columns: int = Field(ge=0)
    real: tuple[_Real, ...] = Field(max_length=KEPT)
    drafts: dict[str, Any] | None
    prints: dict[str, Any] | None

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if (self.drafts is None) != (self.prints is None) or any(len(each.codes) != self.columns for each in self.real):
            raise ValueError("what it shows is neither made nor real")
        return self


@dataclass(frozen=True)
class PromptEngine:
    """A language model, and what it is shown.

    config: how it is asked; without endpoint and key where it was loaded from a file. typical: characters of a text
    that is longer than most. columns: of the context. drafts: what writes made examples, and prints: what tells which
    of them copy an original; real: real ones, masked, each with its codes.
    """

    habits: ClassVar[Habits] = Habits(paid=True)

    config: PromptConfig
    typical: int
    columns: int
    drafts: NgramEngine | None
    prints: Prints | None
    real: tuple[tuple[tuple[int, ...], str], ...] = ()
    ledger: Ledger = field(default_factory=Ledger, compare=False, repr=False)

    @classmethod
    def fit(
        cls, corpus: Corpus, config: PromptConfig, rng: np.random.Generator, progress: Callable[[int, int], None]
    ) -> Self:
        """Learn what to show. Raises MissingExtraError where the extra `describe` is not installed."""
        _check_installed()
        typical = int(np.quantile(pc.utf8_length(corpus.texts).to_numpy(zero_copy_only=False), 0.95)) + 1
        columns = len(corpus.context.columns)
        if config.shots == "made":
            drafts = NgramEngine.fit(corpus, NgramConfig(), rng, progress)
            prints = Prints.of(corpus.texts, corpus.owners, rng, protect=corpus.protect)
            return cls(config, typical, columns, drafts, prints)
        progress(1, 1)
        return cls(config, typical, columns, None, None, tuple(_kept(corpus, rng)))

    @property
    def note(self) -> str:
        """Who writes, and what leaves this machine."""
        shown = "texts of an n-gram model" if self.drafts else f"{len(self.real)} real texts, personal values marked,"
        kept = "" if self.drafts else " and stay in the model file"
        return f"a language model writes the texts when rows are made; {shown} are sent to its endpoint{kept}"

    def sample(self, context: Context, drawing: Drawing, rng: np.random.Generator) -> pa.Array:
        """(n,) masked texts; null where the model wrote none. A model that is asked again may write otherwise.

        Raises EndpointError where no model answers, where no answer can be used, and where the budget does not cover
        the next request.
        """
        lots = list(self._lots(context, drawing, rng))
        written: list[str | None] = [None] * len(context)
        for lot, texts in zip(lots, waited(self._asked(lots, drawing)) if lots else [], strict=True):
            for row, text in zip(lot.rows, texts, strict=False):
                written[row] = text
        return pa.array(written, pa.string())

    def _lots(self, context: Context, drawing: Drawing, rng: np.random.Generator) -> Iterator[Lot]:
        """Rows of the same context, a few at a time, with examples for each."""
        if not len(context):
            return
        together = list(_together(context, self.config.texts))
        first = context.take(np.array([rows[0] for rows in together], np.int64))
        for rows, shown in zip(together, self._shown(first, drawing, rng), strict=True):
            yield Lot(tuple(rows.tolist()), context.told(int(rows[0])), shown, int(rng.integers(1 << 31)))

    def _shown(self, known: Context, drawing: Drawing, rng: np.random.Generator) -> list[tuple[str, ...]]:
        """Examples of texts of each context: made ones, or the real ones that share most of it."""
        most = self.config.examples
        if not most or self.drafts is None:
            return [self._alike(codes, rng)[:most] for codes in known.codes]
        many = Context(known.columns, np.repeat(known.codes, DRAFTS * most, axis=0))
        texts = self.drafts.sample(many, drawing, rng)
        assert self.prints is not None
        good = np.asarray(texts.is_valid()) & (self.prints.copies(pc.fill_null(texts, "")) == 0)
        kept = [text if fine else None for text, fine in zip(texts.to_pylist(), good.tolist(), strict=True)]
        lots = (kept[first : first + DRAFTS * most] for first in range(0, len(kept), DRAFTS * most))
        return [tuple(text for text in lot if text)[:most] for lot in lots]

    def _alike(self, known: npt.NDArray[np.int32], rng: np.random.Generator) -> tuple[str, ...]:
        """The real texts, those that share most of a context first."""
        alike = [sum(a == b for a, b in zip(codes, known.tolist(), strict=True)) for codes, _ in self.real]
        order = np.lexsort([rng.random(len(alike)), -np.array(alike)])
        return tuple(self.real[int(i)][1] for i in order)

    async def _asked(self, lots: Sequence[Lot], drawing: Drawing) -> list[list[str | None]]:
        """What is written for each lot; nothing for one whose answer cannot be used."""
        from parhelion.llm import Budget, Pool, answer, chosen_server, connect  # noqa: PLC0415 (an extra)
        from parhelion.llm.contract import PICO, Unusable  # noqa: PLC0415 (the same)

        config = self.config
        chosen = await chosen_server(config.endpoint, config.model, config.key_env)
        limit = None if config.budget is None else round(config.budget * PICO)
        budget = Budget(limit, self.ledger.spent)
        pool = Pool(chosen.model, [connect(chosen, slots=config.slots)], budget=budget, journal=Calls(self.ledger))
        unusable = []

        async def one(lot: Lot) -> list[str | None]:
            request = request_of(lot, config.about, drawing, self.typical)
            try:
                value, _ = await answer(pool, request, key=key_of(request), field="texts")
            except Unusable as error:
                unusable.append(str(error))
                return []
            self.ledger.usable += 1
            return texts_of(value, drawing)

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(one(lot)) for lot in lots]
        except BaseExceptionGroup as several:
            raise several.exceptions[0] from None
        finally:
            await pool.close()
        if not self.ledger.usable:
            raise EndpointError(f"no answer of {chosen.model} can be used ({unusable[0]}); choose another model")
        return [task.result() for task in tasks]

    def log_likelihood(self, texts: pa.Array, context: Context) -> npt.NDArray[np.float64]:
        """A model behind an endpoint does not tell: ConfigError."""
        del texts, context
        raise ConfigError("the prompt engine cannot tell how likely a text is; ngram, transformer and lm can")

    def takes(self, sizes: Sequence[int]) -> bool:
        return len(sizes) == self.columns and (self.drafts is None or self.drafts.takes(sizes))

    def state(self) -> dict[str, Any]:
        """What it is, as JSON: never an address, and never a key."""
        config = self.config
        return {
            "about": config.about, "model": config.model, "examples": config.examples, "texts": config.texts,
            "slots": config.slots, "budget": config.budget, "typical": self.typical,
            "real": [{"codes": list(codes), "text": text} for codes, text in self.real],
            "columns": self.columns, "drafts": self.drafts and self.drafts.state(),
            "prints": self.prints and self.prints.state(),
        }  # fmt: skip

    def arrays(self) -> Arrays:
        """The arrays of what writes made examples, and of what judges them."""
        parts: dict[str, NgramEngine | Prints | None] = {"drafts": self.drafts, "prints": self.prints}
        return {f"{name}.{key}": array for name, part in parts.items() if part for key, array in part.arrays().items()}

    @classmethod
    def from_parts(cls, state: dict[str, Any], arrays: Arrays) -> Self:
        """The same engine again, asked where the environment says. Raises ModelFileError for parts of none."""
        _check_installed()
        try:
            said = _State.model_validate(state)
        except ValidationError as error:
            first = error.errors()[0]
            raise ModelFileError(f"prompt engine: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
        own = {head: _headed(arrays, head) for head in ("drafts.", "prints.")}
        if sum(map(len, own.values())) != len(arrays) or (said.drafts is None and arrays):
            raise ModelFileError("the prompt engine has arrays that nobody asked for; the file was altered")
        drafts = None if said.drafts is None else NgramEngine.from_parts(said.drafts, own["drafts."])
        prints = None if said.prints is None else Prints.from_parts(said.prints, own["prints."])
        config = PromptConfig(
            about=said.about, examples=said.examples, texts=said.texts, slots=said.slots, budget=said.budget,
            endpoint=os.environ.get(ENDPOINT), model=os.environ.get(MODEL, said.model),
        )  # fmt: skip
        real = tuple((each.codes, each.text) for each in said.real)
        return cls(config, said.typical, said.columns, drafts, prints, real)


def _headed(arrays: Mapping[str, npt.NDArray[Any]], head: str) -> Arrays:
    return {name.removeprefix(head): array for name, array in arrays.items() if name.startswith(head)}


def _together(context: Context, most: int) -> Iterator[npt.NDArray[np.int64]]:
    """Rows of one context each, at most so many."""
    same = np.unique(context.codes, axis=0, return_inverse=True)[1].reshape(-1) if context.columns else None
    order = np.arange(len(context)) if same is None else np.argsort(same, kind="stable")
    ends = [] if same is None else list(np.flatnonzero(np.diff(same[order])) + 1)
    for rows in np.split(order, ends):
        yield from (rows[first : first + most] for first in range(0, len(rows), most))


def _check_installed() -> None:
    try:
        import httpx  # noqa: F401, PLC0415 (whether it is there)
    except ImportError:
        raise missing_extra("describe", "the prompt engine") from None


def _kept(corpus: Corpus, rng: np.random.Generator) -> Iterator[tuple[tuple[int, ...], str]]:
    """Real texts to show, drawn in turns from the contexts there are."""
    order = rng.permutation(len(corpus.texts))
    seen: dict[tuple[int, ...], int] = {}
    turns = []
    for row in order.tolist():
        codes = tuple(corpus.context.codes[row].tolist())
        seen[codes] = seen.get(codes, 0) + 1
        turns.append((seen[codes], row))
    for _, row in sorted(turns)[:KEPT]:
        yield tuple(corpus.context.codes[row].tolist()), corpus.texts[row].as_py()
