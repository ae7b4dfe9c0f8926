"""Texts with a mark in the place of every personal value."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from parhelion.personal.config import PersonalConfig
from parhelion.personal.elsewhere import everywhere
from parhelion.personal.filling import Filler
from parhelion.personal.finding import Finder, Patterns, patterns, shared_codes, without
from parhelion.personal.lexicon import key
from parhelion.personal.marks import MARKED, Sort, mark, unmarked
from parhelion.personal.values import Value, normal_value

_OF_PEOPLE = frozenset({"name", "first_name", "last_name", "email", "username"})
_MANY_NAMES = 500
_NAMES = frozenset({"first_name", "last_name"})


@dataclass(frozen=True)
class Masked:
    """texts: each value is one mark, the same one wherever the value comes again in its text; a first name, an e-mail
    or a user name of a person named in the text has that person's slot. filler: makes other values in the place of
    the marks. values: all different values found, as they are compared (`normal_value`); of hundreds of names, first
    names and last names alone that more than `protect` owners share are left out. counts: how many values of each sort
    were found. texts_with: how many texts had any.
    """

    texts: pa.Array
    filler: Filler
    values: tuple[str, ...]
    counts: dict[Sort, int]
    texts_with: int


def mask(texts: pa.Array, owners: npt.NDArray[np.int64], config: PersonalConfig, protect: int) -> Masked:
    """Mask the personal values of texts. owners: who wrote each; an identifier that more than `protect` of them share,
    and a form that `protect` share, may be seen; no other value may.

    >>> masked = mask(pa.array(["I am Anna Weber. Yours, Anna", "hello"]), np.array([0, 1]), PersonalConfig(), 10)
    >>> masked.texts.to_pylist(), masked.counts
    (['I am \\ue010. Yours, \\ue000', 'hello'], {'name': 1, 'first_name': 1})
    """
    plain = texts.cast(pa.string()) if texts.type != pa.string() else texts
    plain = _own_marks(plain)
    found = _found(plain, owners, config, protect)
    rows = np.array([row for row, values in enumerate(found) if values], np.int64)
    marked = [_marked(text, found[row]) for row, text in zip(rows, plain.take(pa.array(rows)).to_pylist(), strict=True)]
    changed = np.zeros(len(plain), bool)
    changed[rows] = True
    return Masked(
        texts=pc.replace_with_mask(plain, pa.array(changed), pa.array(marked, pa.string())).cast(texts.type),
        filler=Filler.of(found, owners, config, protect),
        values=_different(found, owners, protect),
        counts=dict(Counter(value.sort for values in found for value in values)),
        texts_with=len(rows),
    )


def _own_marks(texts: pa.Array) -> pa.Array:
    """Texts without marks of their own, looked for first: hardly any has them."""
    return unmarked(texts) if pc.any(pc.match_substring_regex(texts, MARKED)).as_py() else texts


def _found(texts: pa.Array, owners: npt.NDArray[np.int64], config: PersonalConfig, protect: int) -> list[list[Value]]:
    own = patterns(texts)
    candidates = own.candidates(texts)
    shared = shared_codes(texts, candidates, owners, protect)
    if config.finder == "patterns":
        return everywhere(texts, [without(values, shared) for values in candidates], owners, protect)
    from parhelion.personal.presidio import Presidio  # noqa: PLC0415  # an optional dependency

    asked: Finder = Presidio.of(Patterns(own.lexicon, own.habits, shared), config.language)
    return everywhere(texts, asked.find(texts), owners, protect)


def _marked(text: str, values: list[Value]) -> str:
    """The text with its values as marks."""
    pieces, end = [], 0
    for value, slot in zip(values, slots(values), strict=True):
        pieces += [text[end : value.start], mark(value.sort, slot)]
        end = value.end
    return "".join(pieces) + text[end:]


@dataclass
class _Person:
    """Somebody of a text: the words of their name, and the values that are theirs."""

    words: frozenset[str]
    values: set[tuple[Sort, str]] = field(default_factory=set)


def slots(values: list[Value]) -> list[int]:
    """The number of each value in its text: values of a person share one, other values are numbered by sort.

    >>> slots([Value(0, 0, "name", "Jo Ray"), Value(0, 0, "first_name", "Al"), Value(0, 0, "email", "jo.ray@home.org")])
    [0, 1, 0]
    """
    people: list[_Person] = []
    others: dict[tuple[Sort, str], int] = {}
    counts: Counter[Sort] = Counter()
    given = []
    for value in values:
        normal = normal_value(value.sort, value.text)
        if value.sort in _OF_PEOPLE:
            given.append(_person(people, value, normal))
            continue
        if (value.sort, normal) not in others:
            others[value.sort, normal] = counts[value.sort]
            counts[value.sort] += 1
        given.append(others[value.sort, normal])
    return given


def _person(people: list[_Person], value: Value, normal: str) -> int:
    """Which person a value is about; somebody new where nobody before."""
    for at, person in enumerate(people):
        if (value.sort, normal) in person.values:
            return at
    words = frozenset(map(key, normal.replace("-", " ").split()))
    for at, person in enumerate(people):
        if _about(person, value.sort, normal, words):
            person.values.add((value.sort, normal))
            return at
    people.append(_Person(words if value.sort not in ("email", "username") else frozenset(), {(value.sort, normal)}))
    return len(people) - 1


def _about(person: _Person, sort: Sort, normal: str, words: frozenset[str]) -> bool:
    if any(held == sort for held, _ in person.values):
        return False
    if sort in ("email", "username"):
        own = normal.partition("@")[0]
        return any(len(word) > 2 and word in own for word in person.words)
    if words & person.words:
        return True
    mailed = [text.partition("@")[0] for held, text in person.values if held in ("email", "username")]
    return any(len(word) > 2 and word in text for text in mailed for word in words)


def _different(found: list[list[Value]], owners: npt.NDArray[np.int64], protect: int) -> tuple[str, ...]:
    """All values, but for names alone that so many have that they tell nobody, where hardly another would be left."""
    held: dict[str, set[int]] = {}
    whole = set()
    for values, owner in zip(found, owners.tolist(), strict=True):
        for value in values:
            normal = normal_value(value.sort, value.text)
            if value.sort in _NAMES:
                held.setdefault(normal, set()).add(owner)
            else:
                whole.add(normal)
    rare = {name for name, by in held.items() if len(by) <= protect or len(held) <= _MANY_NAMES}
    return tuple(sorted(whole | rare))
