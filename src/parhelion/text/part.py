"""What a model knows of one column of texts, and how it writes new ones.

Every text is drawn by the engine, compared with fingerprints of the originals, and drawn again where it copies; made-up
values are put in last, none of which an original had.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from parhelion.codecs import PLACEHOLDER
from parhelion.errors import ModelFileError
from parhelion.overlap import Prints, ValuePrints
from parhelion.personal import Filler, normal_value, values_of
from parhelion.personal.elsewhere import numbers_in
from parhelion.text.context import Coder, context_of
from parhelion.text.contract import Context, Drawing, TextEngine
from parhelion.text.engines import EngineName, engine_from_parts

ROUNDS = 40  # in which texts that copy an original are drawn again
ASKED = 4  # the same, where each round is paid for
ALIKE, TRIES = 3, 2  # rounds in which they are to be as long as the first one was, and how many are drawn for each
LOOSER = 10  # of these, after so many the context is let go of, text by text, and rarer words are taken
MANY = 100  # rows: where none of so many has a text when the context is let go of, none ever will
FILLINGS = 4  # in which texts that made-up values do not fit are written again

Arrays = dict[str, npt.NDArray[Any]]
Held = Callable[[Sequence[str]], npt.NDArray[np.bool_]]
Look = Callable[[pa.Array], tuple[npt.NDArray[np.int64], list[str]]]


class _State(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    column: str
    engine: EngineName
    coders: tuple[Coder, ...]
    longest: int = Field(ge=1, le=10_000_000)
    found: dict[str, int]
    written: dict[str, Any]
    filler: dict[str, Any]
    prints: dict[str, Any] | None
    values: dict[str, Any] | None


@dataclass(frozen=True)
class TextPart:
    """A fitted column of texts.

    column: its name. coders: of the columns that are its context. engine_name, engine: what writes. filler: what puts
    made-up values in the place of marks. prints, values: fingerprints of the originals and of their personal values;
    None where even these would tell too much (differential privacy). longest: characters of a text, unless said
    otherwise. found: personal values that were found in the originals, by sort.
    """

    column: str
    coders: tuple[Coder, ...]
    engine_name: EngineName
    engine: TextEngine
    filler: Filler
    prints: Prints | None
    values: ValuePrints | None
    longest: int
    found: Mapping[str, int]

    @property
    def context(self) -> tuple[str, ...]:
        """The names of the columns that the texts are conditional on."""
        return tuple(coder.name for coder in self.coders)

    def write(self, columns: Sequence[pa.Array], rows: int, drawing: Drawing, rng: np.random.Generator) -> pa.Array:
        """New texts (string) for rows of which `columns` are the native values of the context's columns.

        None of them is an original's, shares 50 characters or a rare sequence of six words with one, or holds a
        personal value of one. Where forty draws gave nothing of the kind, `[text]` stands.
        """
        context = context_of(self.coders, columns, rows)
        written, waiting = pa.nulls(rows, pa.string()), np.arange(rows)
        for own in rng.spawn(FILLINGS):
            if not len(waiting):
                break
            writing, filling = own.spawn(2)
            masked, _ = self.masked(context.take(waiting), drawing, writing)
            filled = self._filled(masked, drawing, filling)
            written = pc.replace_with_mask(written, pa.array(_flags(waiting, rows)), filled)
            waiting = waiting[np.asarray(masked.is_valid()) & np.asarray(filled.is_null())]
        return pc.fill_null(written, PLACEHOLDER)

    def _filled(self, masked: pa.Array, drawing: Drawing, rng: np.random.Generator) -> pa.Array:
        """Texts with made-up values in them; null where these are an original's, or make a text too long or empty."""
        texts = self.filler.fill(masked, rng, None if self.values is None else self._held)
        if drawing.stop:
            texts = pc.replace_substring_regex(texts, f"(?s)(?:{'|'.join(map(re.escape, drawing.stop))}).*", "")
        fits = pc.and_(_says_something(texts), pc.less_equal(pc.utf8_length(texts), drawing.longest))
        return pc.if_else(pc.fill_null(fits, False), texts, pa.scalar(None, pa.string()))

    def _held(self, values: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Which made-up values are an original's, or have a word that is one: `Ann Terry` where Terry wrote."""
        assert self.values is not None
        words = pc.utf8_split_whitespace(pa.array(values, pa.large_string()))
        owner = np.repeat(np.arange(len(values)), pc.list_value_length(words).to_numpy(zero_copy_only=False))
        held = self.values.held(values)
        held[owner[self.values.held(words.flatten().to_pylist())]] = True
        return held

    def masked(self, context: Context, drawing: Drawing, rng: np.random.Generator) -> tuple[pa.Array, float]:
        """Masked texts that copy nothing (null where nothing could be written), and the share that did at once.

        Short texts copy more seldom. So that they do not crowd out long ones, a text that is drawn again is one of
        about the length of the first that was drawn in its place, as long as that is cheap.
        """
        habits, parts, places, wanted = self.engine.habits, [], [], np.zeros(0, np.int64)
        waiting, at_once = np.arange(len(context)), 1.0
        for attempt, own in enumerate(rng.spawn(ASKED if habits.paid else ROUNDS)):
            if not len(waiting) or (attempt > 2 * LOOSER and len(waiting) == len(context) >= MANY):
                break
            alike = habits.quick and 0 < attempt <= ALIKE and at_once > 0
            asked = np.repeat(waiting, TRIES if alike else 1)
            known = context.take(asked) if attempt < 2 * LOOSER else _unknown(context.take(asked))
            texts = self.engine.sample(known, _looser(drawing, attempt), own)
            sizes = _sizes(texts)
            good = (wanted[asked] < 0) | (sizes == wanted[asked]) if alike else np.ones(len(asked), bool)
            good[good] = self._good(texts.filter(pa.array(good)))
            if attempt == 0:
                wanted, at_once = sizes, float(good.mean())
            rows, first = np.unique(asked[good], return_index=True)
            parts.append(texts.take(pa.array(np.flatnonzero(good)[first])))
            places.append(rows)
            waiting = np.setdiff1d(waiting, rows, assume_unique=True)
        nothing = pa.nulls(len(waiting), pa.string())
        order = np.argsort(np.concatenate([*places, waiting]), kind="stable")
        return pa.concat_arrays([*(part.cast(pa.string()) for part in parts), nothing]).take(pa.array(order)), at_once

    def _good(self, texts: pa.Array) -> npt.NDArray[np.bool_]:
        good = np.asarray(pc.fill_null(_says_something(texts), False))
        if self.prints is not None:
            good &= self.prints.copies(pc.fill_null(texts, "")) == 0
        if self.values is not None:
            look = numbers_in if self.engine.habits.counted else _values
            good[good] &= ~_has_any(texts.filter(pa.array(good)), look, self._held)
        return good

    def summary(self) -> dict[str, Any]:
        """What it is, for people."""
        return {
            "column": self.column, "engine": self.engine_name, "written_for": list(self.context),
            "longest": self.longest, "personal_values_replaced": dict(self.found),
        }  # fmt: skip

    def state(self) -> dict[str, Any]:
        """What it is, as JSON, beside `arrays`."""
        state = _State(
            column=self.column, engine=self.engine_name, coders=self.coders, longest=self.longest,
            found=dict(self.found), written=self.engine.state(), filler=self.filler.state(),
            prints=self.prints and self.prints.state(), values=self.values and self.values.state(),
        )  # fmt: skip
        return state.model_dump(mode="json")

    def arrays(self) -> Arrays:
        """Everything learned, as flat arrays by name."""
        kept = {"engine": self.engine, "prints": self.prints, "values": self.values}
        return {
            f"{name}.{key}": array
            for name, part in kept.items()
            if part is not None
            for key, array in part.arrays().items()
        }

    @classmethod
    def from_parts(cls, state: Mapping[str, Any], arrays: Arrays) -> Self:
        """The part that these came from. They may come from a stranger: ModelFileError where they cannot be one."""
        try:
            said = _State.model_validate(state)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise ModelFileError(f"text: {where}: {first['msg']}; the file is damaged or was altered") from error
        own = {name: _own(arrays, name) for name in ("engine", "prints", "values")}
        if sum(map(len, own.values())) != len(arrays):
            raise ModelFileError(f"text {said.column!r} has arrays that nobody asked for; the file was altered")
        prints = None if said.prints is None else Prints.from_parts(said.prints, own["prints"])
        values = None if said.values is None else ValuePrints.from_parts(said.values, own["values"])
        engine = engine_from_parts(said.engine, said.written, own["engine"])
        if not engine.takes([coder.column().size for coder in said.coders]):
            raise ModelFileError(f"text {said.column!r} is written for other columns than it was learned for")
        filler = Filler.from_state(said.filler)
        return cls(
            said.column, said.coders, said.engine, engine, filler, prints, values, said.longest, said.found
        )  # fmt: skip


def _has_any(texts: pa.Array, look: Look, held: Held) -> npt.NDArray[np.bool_]:
    """Which texts have a personal value that is held."""
    rows, values = look(texts)
    out = np.zeros(len(texts), bool)
    out[rows[held(values)]] = True
    return out


def _values(texts: pa.Array) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Who has words from elsewhere can write any value."""
    found = values_of(texts, protect=len(texts))
    rows = np.repeat(np.arange(len(texts)), [len(values) for values in found])
    return rows, [normal_value(value.sort, value.text) for values in found for value in values]


def _says_something(texts: pa.Array) -> pa.Array:
    return pc.greater(pc.utf8_length(pc.utf8_trim_whitespace(texts)), 0)


def _flags(places: npt.NDArray[np.int64], size: int) -> npt.NDArray[np.bool_]:
    flags = np.zeros(size, bool)
    flags[places] = True
    return flags


def _own(arrays: Arrays, name: str) -> Arrays:
    head = f"{name}."
    return {key.removeprefix(head): array for key, array in arrays.items() if key.startswith(head)}


def _sizes(texts: pa.Array) -> npt.NDArray[np.int64]:
    """Classes of length, each a third longer than the one before; -1 of what is null."""
    lengths = pc.fill_null(pc.utf8_length(texts), 0).to_numpy(zero_copy_only=False)
    return np.where(lengths > 0, np.log(np.maximum(lengths, 1)) / np.log(4 / 3), -1).astype(np.int64)


def _looser(drawing: Drawing, attempt: int) -> Drawing:
    """After some rounds, rarer words: what is likeliest is what the originals say."""
    hotter = min(2.0, drawing.temperature * (1 + 0.5 * (attempt // LOOSER)))
    return drawing if attempt < LOOSER else Drawing(hotter, drawing.longest, drawing.stop)


def _unknown(context: Context) -> Context:
    """The same rows, of which nothing is known: every code is its column's last, missing."""
    last = np.array([column.size - 1 for column in context.columns], np.int32)
    return Context(context.columns, np.broadcast_to(last, context.codes.shape).copy())
