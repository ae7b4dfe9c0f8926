"""Made-up values in the place of marks.

All marks of a text with one number belong to one made-up person, so a name agrees with its e-mail. Of the originals
nothing is kept but what many of them share: forms of numbers, languages, and whether names have capitals.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from parhelion.codecs.keyed import Words
from parhelion.codecs.namelists import check_locale
from parhelion.errors import ModelFileError, problems
from parhelion.personal.config import PersonalConfig
from parhelion.personal.forms import FORM, form_of, shared_forms
from parhelion.personal.languages import locales_for, locales_of
from parhelion.personal.making import Case, Wanted, case_of, made
from parhelion.personal.marks import FIRST, LAST, SLOTS, SORTS, Sort
from parhelion.personal.values import Value, normal_value

Refused = Callable[[list[str]], npt.NDArray[np.bool_]]
_FORMED = ("phone", "code", "iban", "credit_card", "national_id", "postcode")
_NAMED = ("first_name", "last_name", "name", "email", "username", "url")
_TRIES = 24
_PLAIN_TRIES = 12


class FillerState(BaseModel):
    """What a filler keeps. locales: of made-up people, and how many originals speak for each. forms: of values of
    each sort. cases: how many of the names of each sort are in lower case, in upper case, or as usual.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    locales: dict[str, int] = Field(min_length=1, max_length=40)
    forms: dict[Sort, dict[str, int]]
    cases: dict[Sort, dict[Case, int]]

    @model_validator(mode="after")
    def _can_be(self) -> Self:
        for locale in self.locales:
            check_locale(locale)
        shares = [*self.locales.values()]
        shares += [many for each in self.forms.values() for many in each.values()]
        shares += [many for each in self.cases.values() for many in each.values()]
        if not all(0 < many < 2**53 for many in shares):
            raise ValueError("a share must be positive")
        if any(len(forms) > 60 or not all(map(FORM.fullmatch, forms)) for forms in self.forms.values()):
            raise ValueError("a form holds what no form can")
        return self


@dataclass(frozen=True)
class Filler:
    """Fills marks with values that nobody has."""

    kept: FillerState

    @classmethod
    def of(cls, found: list[list[Value]], owners: npt.NDArray[np.int64], config: PersonalConfig, protect: int) -> Self:
        """What at least `protect` owners share of the values found."""
        told = [
            (value, owner) for values, owner in zip(found, owners.tolist(), strict=True) for value in values
        ]  # fmt: skip
        forms = {}
        cases = {}
        for sort in SORTS:
            ours = [(value.text, owner) for value, owner in told if value.sort == sort]
            if sort in _FORMED:
                forms[sort] = shared_forms(((f, o) for text, o in ours if (f := form_of(text))), protect)
            if sort in _NAMED:
                cases[sort] = shared_forms(((case_of(text), owner) for text, owner in ours), protect)
        locales = dict.fromkeys(config.locales, 1) or locales_of(told, protect)
        return cls(_checked({"locales": locales, "forms": forms, "cases": cases}))

    def fill(self, texts: pa.Array, rng: np.random.Generator, refused: Refused | None = None) -> pa.Array:
        """The texts with values for their marks. refused: which values, as they are compared, belong to originals:
        those are drawn again; a text is null where nothing else could be found.

        >>> filler = Filler.from_state({"locales": {"en": 1}, "forms": {"code": {"AA-19": 1}}, "cases": {}})
        >>> filler.fill(pa.array(["code \\ue068, again \\ue068", "none"]), np.random.default_rng(1)).to_pylist()
        ['code ...-..., again ...-...', 'none']
        """
        rows = np.flatnonzero(_has_marks(texts))
        if not len(rows):
            return texts
        some = texts.take(pa.array(rows)).cast(pa.large_string())
        filled = _Places.of(some).filled(self, locales_for(some, self.kept.locales, rng), rng, refused)
        mask = np.zeros(len(texts), bool)
        mask[rows] = True
        return pc.replace_with_mask(texts, pa.array(mask), filled.cast(texts.type))

    def state(self) -> dict[str, Any]:
        """As JSON."""
        return self.kept.model_dump(mode="json")

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Self:
        """The same filler again. Raises ModelFileError where it cannot be one.

        >>> Filler.from_state({"locales": {"xx": 1}, "forms": {}, "cases": {}})
        Traceback (most recent call last):
        parhelion.errors.ModelFileError: the filler of personal values is damaged: as a whole: Value error, there ...
        """
        return cls(_checked(state))


def _checked(state: dict[str, Any]) -> FillerState:
    try:
        return FillerState.model_validate(state)
    except ValidationError as error:
        told = problems(f"{'.'.join(map(str, each['loc'])) or 'as a whole'}: {each['msg']}" for each in error.errors())
        raise ModelFileError(f"the filler of personal values is damaged: {told}") from error


def _has_marks(texts: pa.Array) -> npt.NDArray[np.bool_]:
    has = pc.match_substring_regex(texts, f"[{chr(FIRST)}-{chr(LAST)}]").fill_null(False)
    return np.asarray(has.to_numpy(zero_copy_only=False), bool)


@dataclass(frozen=True)
class _Places:
    """Where the marks of texts (large strings, none of them null) stand.

    data, offsets: the texts in UTF-8. at: the byte where each mark begins; text: whose it is; sort, slot: what it says.
    """

    data: npt.NDArray[np.uint8]
    offsets: npt.NDArray[np.int64]
    at: npt.NDArray[np.int64]
    text: npt.NDArray[np.int64]
    sort: npt.NDArray[np.int64]
    slot: npt.NDArray[np.int64]

    @classmethod
    def of(cls, texts: pa.Array) -> Self:
        _, raw, flat = texts.buffers()
        offsets = np.frombuffer(raw, np.int64)[texts.offset : texts.offset + len(texts) + 1]
        data = np.frombuffer(flat, np.uint8)[: offsets[-1]]
        leads = np.flatnonzero(data == 0xEE)
        leads = leads[leads + 2 < len(data)]
        code = 0xE000 + ((data[leads + 1].astype(np.int64) & 0x3F) << 6) + (data[leads + 2].astype(np.int64) & 0x3F)
        ours = (code <= LAST) & (leads >= offsets[0])
        at, code = leads[ours], code[ours] - FIRST
        return cls(data, offsets, at, np.searchsorted(offsets, at, side="right") - 1, code // SLOTS, code % SLOTS)

    def filled(
        self, filler: Filler, locales: npt.NDArray[np.int64], rng: np.random.Generator, refused: Refused | None
    ) -> pa.Array:
        """The texts again, with a value in the place of each mark. locales: of the people of each text."""
        asked = (self.text * SLOTS + self.slot) * len(SORTS) + self.sort
        different, which = np.unique(asked, return_inverse=True)
        values, failed = drawn(_Asked.of(different, locales), filler.kept, rng, refused)
        filled = self._joined(values.take(pa.array(which)))
        given_up = np.zeros(len(self.offsets) - 1, bool)
        given_up[different[failed] // (SLOTS * len(SORTS))] = True
        return pc.if_else(pa.array(given_up), pa.scalar(None, pa.large_string()), filled)

    def _joined(self, values: pa.Array) -> pa.Array:
        """What stands between the marks and the values in their places, one after the other."""
        edges = np.empty(2 * len(self.at), np.int64)
        edges[0::2], edges[1::2] = self.at, self.at + 3
        cuts = np.sort(np.concatenate([self.offsets, edges]), kind="stable")
        pieces = pa.Array.from_buffers(
            pa.large_string(), len(cuts) - 1, [None, pa.py_buffer(cuts.tobytes()), pa.py_buffer(self.data)]
        )
        order = np.arange(len(pieces))
        places = np.searchsorted(cuts, self.at, side="right") - 1
        order[places] = len(pieces) + np.arange(len(values))
        flat = pa.concat_arrays([pieces, values]).take(pa.array(order))
        ends = np.frombuffer(flat.buffers()[1], np.int64)[: len(flat) + 1]
        starts = ends[np.searchsorted(cuts, self.offsets, side="left")]
        return pa.Array.from_buffers(
            pa.large_string(), len(self.offsets) - 1, [None, pa.py_buffer(starts.tobytes()), flat.buffers()[2]]
        )


@dataclass(frozen=True)
class _Asked:
    """The different values that are asked for: the sort and the locale of each, and which person each is about."""

    sort: npt.NDArray[np.int64]
    locale: npt.NDArray[np.int64]
    person: npt.NDArray[np.int64]
    people: int

    @classmethod
    def of(cls, asked: npt.NDArray[np.int64], locales: npt.NDArray[np.int64]) -> Self:
        persons, person = np.unique(asked // len(SORTS), return_inverse=True)
        return cls(asked % len(SORTS), locales[asked // (SLOTS * len(SORTS))], person, len(persons))


def drawn(
    asked: _Asked, kept: FillerState, rng: np.random.Generator, refused: Refused | None
) -> tuple[pa.Array, npt.NDArray[np.bool_]]:
    """The values asked for (large strings), and which of them are an original's after all tries."""
    lots = _lots(asked.people, rng)
    values = np.empty(len(asked.sort), object)
    again = np.arange(len(asked.sort))
    for turn in range(_TRIES):
        values[again] = _made(asked, kept, again, lots, max(0, turn - _PLAIN_TRIES), rng)
        bad = again[_refused(asked, values, again, refused)]
        if not len(bad):
            break
        redrawn = np.zeros(asked.people, bool)
        redrawn[asked.person[bad]] = True
        lots[redrawn] = _lots(int(redrawn.sum()), rng)
        again = np.flatnonzero(redrawn[asked.person])
    failed = np.zeros(len(values), bool)
    failed[bad] = True
    return pa.array(values, pa.large_string()), failed


def _lots(many: int, rng: np.random.Generator) -> Words:
    return rng.integers(0, 2**62, many, dtype=np.uint64)


def _refused(
    asked: _Asked, values: npt.NDArray[np.object_], rows: npt.NDArray[np.int64], refused: Refused | None
) -> npt.NDArray[np.bool_]:
    if refused is None:
        return np.zeros(len(rows), bool)
    normal = [normal_value(SORTS[asked.sort[row]], values[row]) for row in rows.tolist()]
    return np.asarray(refused(normal), bool)


def _made(  # noqa: PLR0917
    asked: _Asked, kept: FillerState, rows: npt.NDArray[np.int64], lots: Words, grown: int, rng: np.random.Generator
) -> npt.NDArray[np.object_]:
    """Values for some of those asked, made a sort and a locale at a time."""
    values = np.empty(len(rows), object)
    locales = list(kept.locales)
    groups = asked.sort[rows] * len(locales) + asked.locale[rows]
    for group in np.unique(groups).tolist():
        at = np.flatnonzero(groups == group)
        sort, locale = SORTS[group // len(locales)], locales[group % len(locales)]
        forms, cases = kept.forms.get(sort, {}), kept.cases.get(sort, {})
        wanted = Wanted(sort, locale, lots[asked.person[rows[at]]], forms, cases, grown)
        values[at] = made(wanted, rng).to_numpy(zero_copy_only=False)
    return values
