"""Values that stand elsewhere in the texts, where nothing beside them tells what they are.

`I told Mark` has a name, `Mark, why?` need not; `code 4711` has a code, `4711 points` has none. Whether a word points
at somebody depends on how many wrote it, in whatever sense: what many wrote is nobody's, what few wrote is a value
wherever it stands, and so is what is one nearly always.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from parhelion.personal.marks import Sort
from parhelion.personal.values import Value, normal_value

_ALONE: frozenset[Sort] = frozenset({"first_name", "last_name", "name", "username", "code"})
_TIES = r".,'’_/+#*=-"
_PIECE = re.compile(rf"\w+(?:[{_TIES}]\w+)*")
_BETWEEN = rf"[^\pL\pM\pN{_TIES}]+"
_WORD = re.compile(r"[^\W\d_]+")
_LETTERS = r"[^\pL\pM]+"
_TIED = re.compile(rf"[{_TIES}]+")
_LONG = 3  # digits of a number that may be somebody's
_DIGITS = "(?s)" + ".*".join([r"\pN"] * _LONG)
_REACH = 8  # parts of a word that make one number, at most

Owners = npt.NDArray[np.int64]


class Single(NamedTuple):
    """A value of one word: whether it has digits, and how it is compared."""

    coded: bool
    normal: str

    @classmethod
    def of(cls, text: str) -> Self:
        coded = any(map(str.isdigit, text))
        return cls(coded, normal_value("code" if coded else "name", text))


def singles(found: Iterable[Iterable[Value]]) -> dict[Single, Sort]:
    """The values of one word that nothing but what stands beside them may tell, and the sort of each."""
    out: dict[Single, Sort] = {}
    for values in found:
        for value in values:
            if value.sort in _ALONE and (value.sort == "code" or _WORD.fullmatch(value.text)):
                out.setdefault(Single.of(value.text), value.sort)
    return out


class Standing(NamedTuple):
    """Where values stand, told or not: the row and the number of each value, each pair once."""

    rows: npt.NDArray[np.int64]
    numbers: npt.NDArray[np.int64]

    @classmethod
    def of(cls, texts: pa.Array, values: Mapping[Single, int]) -> Self:
        """values: each with its number."""
        parts = [
            _standing(texts, {each.normal: at for each, at in values.items() if each.coded == coded}, coded=coded)
            for coded in (False, True)
        ]
        pairs = np.unique(np.concatenate(parts), axis=0)
        return cls(pairs[:, 0], pairs[:, 1])

    def beside(self, more: Sequence[tuple[int, int]]) -> Self:
        """With other places beside these."""
        both = np.array([*zip(self.rows.tolist(), self.numbers.tolist(), strict=True), *more], np.int64).reshape(-1, 2)
        return type(self)(both[:, 0], both[:, 1])

    def owners(self, owners: Owners, many: int) -> npt.NDArray[np.int64]:
        """How many owners wrote each of `many` values."""
        pairs = np.unique(np.stack([self.numbers, owners[self.rows]], axis=1), axis=0)
        return np.bincount(pairs[:, 0], minlength=many).astype(np.int64)


def _standing(texts: pa.Array, numbers: Mapping[str, int], *, coded: bool) -> npt.NDArray[np.int64]:
    if not numbers:
        return np.zeros((0, 2), np.int64)
    rows, words, which = _words(texts, coded=coded)
    known = np.array([_number(word, numbers, coded=coded) for word in words], np.int64)
    at = known[which]
    pairs: npt.NDArray[np.int64] = np.stack([rows, at], axis=1)
    return pairs[at >= 0]


def _words(texts: pa.Array, *, coded: bool) -> tuple[npt.NDArray[np.int64], list[str], npt.NDArray[np.int32]]:
    """The words of texts: the row of each, the different ones, and which of these each is."""
    rows = np.flatnonzero(np.asarray(pc.match_substring_regex(texts, r"\pN" if coded else r"\pL").fill_null(False)))
    lists = pc.split_pattern_regex(texts.take(pa.array(rows)), _BETWEEN if coded else _LETTERS)
    words = lists.flatten().dictionary_encode()
    own = np.repeat(rows, pc.list_value_length(lists).to_numpy(zero_copy_only=False))
    return own, words.dictionary.to_pylist(), words.indices.to_numpy()


def numbers_in(texts: pa.Array) -> tuple[npt.NDArray[np.int64], list[str]]:
    """All words with three digits and more, and parts of words that have as many: the row of each, and how it is
    compared.

    >>> numbers_in(pa.array(["from 20 to 2010, ZX-817", None, "no", "at 30'00's"]))
    (array([0, 0, 0, 3, 3]), ['2010', 'zx817', '817', '3000', '3000s'])
    """
    some = np.flatnonzero(pc.fill_null(pc.match_substring_regex(texts, _DIGITS), False))
    rows, words, which = _words(texts.take(pa.array(some)), coded=True)
    held = [_numbers_of(word) for word in words]
    many = np.array([len(numbers) for numbers in held], np.int64)[which]
    return np.repeat(some[rows], many), [number for at in which.tolist() for number in held[at]]


def _numbers_of(word: str) -> list[str]:
    """What stands between ties, alone and with what it is tied to, where it has three digits."""
    parts = _TIED.split(word)
    spans = (
        "".join(parts[start:stop])
        for start in range(len(parts))
        for stop in range(start + 1, min(start + _REACH, len(parts)) + 1)
    )
    return list(dict.fromkeys(normal_value("code", span) for span in spans if sum(map(str.isdigit, span)) >= _LONG))


def _number(word: str, numbers: Mapping[str, int], *, coded: bool) -> int:
    if not coded:
        return numbers.get(normal_value("name", word), -1)
    digits = any(map(str.isdigit, word))
    return numbers.get(normal_value("code", word.strip(_TIES)), -1) if digits else -1


def everywhere(texts: pa.Array, found: list[list[Value]], owners: Owners, protect: int) -> list[list[Value]]:
    """The values found, and wherever else words stand that are values somewhere, if at most `protect` owners wrote them
    or half of those who did meant a value.

    >>> from parhelion.personal import values_of
    >>> texts = pa.array(["Dear Mark, my code is 4711", "a bite mark", "so many points: £4711"])
    >>> told = values_of(texts)
    >>> [[value.text for value in values] for values in told]
    [['Mark', '4711'], [], []]
    >>> [[value.text for value in values] for values in everywhere(texts, told, np.arange(3), 10)]
    [['Mark', '4711'], ['mark'], ['4711']]
    """
    sorts = singles(found)
    numbers = {value: at for at, value in enumerate(sorts)}
    standing = Standing.of(texts, numbers)
    wrote = standing.owners(owners, len(sorts))
    meant = _told(found, numbers).owners(owners, len(sorts))
    masked = (wrote <= protect) | (2 * meant >= wrote)
    hidden = {value: sort for (value, sort), kept in zip(sorts.items(), masked.tolist(), strict=True) if kept}
    out = list(found)
    rows = np.unique(standing.rows[masked[standing.numbers]])
    for row, text in zip(rows.tolist(), texts.take(pa.array(rows)).to_pylist(), strict=True):
        out[row] = sorted([*found[row], *_more(text, found[row], hidden)])
    return out


def _told(found: list[list[Value]], numbers: Mapping[Single, int]) -> Standing:
    """Where values were found."""
    places = [
        (row, numbers[single])
        for row, values in enumerate(found)
        for value in values
        if (single := Single.of(value.text)) in numbers
    ]
    return Standing(*np.array(places, np.int64).reshape(-1, 2).T)


def _more(text: str, found: list[Value], hidden: Mapping[Single, Sort]) -> Iterator[Value]:
    """Hidden values that were not found in a text."""
    covered = bytearray(len(text))
    for value in found:
        covered[value.start : value.end] = b"\x01" * (value.end - value.start)
    for look in (_PIECE, _WORD):
        for each in look.finditer(text):
            sort = hidden.get(Single.of(each[0]))
            if sort and not any(covered[each.start() : each.end()]):
                covered[each.start() : each.end()] = b"\x01" * (each.end() - each.start())
                yield Value(each.start(), each.end(), sort, each[0])
