"""Personal values of texts, found."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from parhelion.personal import cues
from parhelion.personal.config import PersonalConfig
from parhelion.personal.elsewhere import Single, Standing
from parhelion.personal.lexicon import Habits, Lexicon, key, lexicon, split
from parhelion.personal.naming import names
from parhelion.personal.numbers import numbers
from parhelion.personal.patterns import shown
from parhelion.personal.plain import plainly
from parhelion.personal.values import Value, normal_value

_REGIONS = ("US", "GB", "DE", "FR", "ES", "IT", "NL", "IN")
_TELLING = (
    r"[\pN@]|://|www\.|(?i:\.(?:com|org|net|uk|de|fr|eu|edu|gov|info|biz|ru|nl|pl|tv|at|ch|es|it|be|pt|br|us|ca|au|ie|"
    r"se|no|dk|fi|cz|ua|cn|jp|io|co|me|mobi|in)\b|\bdot\b|password|passwor[dt]|passcode|kennwort|mot de passe|contrase|"
    r"wachtwoord|senha|\bpwd?\b|user|login|nick|handle|skype|insta|snapchat|twitter|telegram|benutzer|identifiant|"
    r"usuario|utente|gebruiker|utilizador|secret|\bcode\b|[^\x00-\x{24f}]\d)"
)
_BETWEEN = r"[\s.,:!\"“'‘-]*"
_ANYBODY = "|".join(map(re.escape, (*sorted(cues.TITLES), *cues.SURE_INTRODUCTIONS)))
_SOMEBODY = "|".join(sorted(cues.GREETINGS | cues.PARTINGS))
_CUED = rf"(?:^|[^\pL])(?:(?i:{_ANYBODY}){_BETWEEN}\pL|(?i:{_SOMEBODY}){_BETWEEN}[\p{{Lu}}\p{{Lt}}\p{{Lo}}])"
"""Where a name may stand that no list knows."""
_AT_ONCE = 100_000
_FEW = 500


class Finder(Protocol):
    """Whoever finds personal values."""

    def find(self, texts: pa.Array) -> list[list[Value]]:
        """For each text its values, in order; none overlap. A null has none."""


@dataclass(frozen=True)
class Patterns:
    """Our own finder. shared: identifiers, as they are compared, that so many owners share that they are nobody's."""

    lexicon: Lexicon
    habits: Habits
    shared: frozenset[str] = frozenset()

    def find(self, texts: pa.Array) -> list[list[Value]]:
        return [without(found, self.shared) for found in self.candidates(texts)]

    def candidates(self, texts: pa.Array) -> list[list[Value]]:
        """Values, with identifiers that many may share."""
        told, named = self._sieved(texts)
        found: list[list[Value]] = [[] for _ in range(len(texts))]
        rows = np.flatnonzero(told | named)
        looked_at = texts.take(pa.array(rows)).to_pylist()
        for row, text, digits, name in zip(rows.tolist(), looked_at, told[rows], named[rows], strict=True):
            found[row] = self._of(text, told=digits, named=name)
        return found

    def _sieved(self, texts: pa.Array) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """Which texts may have values that are told by their signs, and which may have names."""
        told = pc.match_substring_regex(texts, _TELLING).fill_null(False).to_numpy(zero_copy_only=False)
        cued = pc.match_substring_regex(texts, _CUED).fill_null(False).to_numpy(zero_copy_only=False)
        parts = [self._listed(texts.slice(start, _AT_ONCE)) for start in range(0, len(texts), _AT_ONCE)]
        return told, cued | np.concatenate([np.zeros(0, bool), *parts])

    def _listed(self, texts: pa.Array) -> npt.NDArray[np.bool_]:
        """Whether a word of a text could be a name by itself."""
        words, starts = split(texts.fill_null(""))
        coded = words.dictionary_encode()
        could = np.array([self._could(word) for word in coded.dictionary.to_pylist()], bool)
        many = np.concatenate([[0], np.cumsum(could[coded.indices.to_numpy()])])
        return np.diff(many[starts]) > 0

    def _could(self, word: str) -> bool:
        if not word:
            return False
        if word[0] > "\u058f":
            return word[0] > "\u2fff" or word in self.lexicon.given
        known = key(word)
        if known not in self.lexicon.given:
            return False
        return word[0].isupper() or (known in self.lexicon.sure and not self.habits.everyday(known))

    def _of(self, text: str, *, told: bool, named: bool) -> list[Value]:
        plain, places = plainly(text)
        found: list[Value] = []
        if told or places:
            digits = any(map(str.isdigit, plain))
            found.extend(shown(plain, digits=digits))
            if digits:
                found = apart(found)
                found.extend(numbers(blotted(plain, found), _REGIONS))
        if named:
            found.extend(names(plain, self.lexicon, self.habits))
        return placed(text, apart(repeated(plain, apart(found))), places)


def apart(found: Iterable[Value]) -> list[Value]:
    """Values that do not overlap, in order; those first in line win."""
    listed = list(found)
    if len(listed) < 2:
        return listed
    covered = bytearray(max(value.end for value in listed))
    kept: list[Value] = []
    for value in listed:
        if not any(covered[value.start : value.end]):
            covered[value.start : value.end] = b"\x01" * (value.end - value.start)
            kept.append(value)
    return sorted(kept)


def blotted(text: str, found: Sequence[Value]) -> str:
    """The text with its values covered, so that nobody finds parts of them."""
    if not found:
        return text
    pieces, end = [], 0
    for value in found:
        pieces += [text[end : value.start], "\x00" * (value.end - value.start)]
        end = value.end
    return "".join(pieces) + text[end:]


def repeated(text: str, found: list[Value]) -> list[Value]:
    """The values, and wherever else in the text they stand as whole words."""
    more: list[Value] = []
    different = {value.text: value.sort for value in found}
    once = [value for value in different if text.count(value) > 1] if len(different) <= _FEW else list(different)
    for start in range(0, len(once), _FEW):
        listed = "|".join(map(re.escape, sorted(once[start : start + _FEW], key=len, reverse=True)))
        again = re.finditer(rf"(?<!\w)(?:{listed})(?!\w)", text)
        more.extend(Value(each.start(), each.end(), different[each[0]], each[0]) for each in again)
    return found + more


def placed(text: str, found: list[Value], places: list[int] | None) -> list[Value]:
    """Values of the plain text at their places in the text itself."""
    if places is None:
        return found
    spans = ((places[value.start], places[value.end - 1] + 1, value.sort) for value in found)
    return [Value(start, end, sort, text[start:end]) for start, end, sort in spans]


def without(found: list[Value], shared: frozenset[str]) -> list[Value]:
    """Values but for the identifiers that are nobody's."""
    if not shared:
        return found
    return [value for value in found if value.sort != "code" or normal_value("code", value.text) not in shared]


def shared_codes(
    texts: pa.Array, found: list[list[Value]], owners: npt.NDArray[np.int64], protect: int
) -> frozenset[str]:
    """Identifiers, as they are compared, that more than `protect` owners share, told to be one or not."""
    codes = sorted({normal_value("code", value.text) for values in found for value in values if value.sort == "code"})
    numbers = {code: at for at, code in enumerate(codes)}
    told = [
        (row, numbers[normal_value("code", value.text)])
        for row, values in enumerate(found)
        for value in values
        if value.sort == "code"
    ]
    standing = Standing.of(texts, {Single.of(code): at for code, at in numbers.items()})
    many = standing.beside(told).owners(owners, len(codes))
    return frozenset(code for code, by in zip(codes, many.tolist(), strict=True) if by > protect)


def patterns(texts: pa.Array) -> Patterns:
    """Our finder, knowing how these texts write their words."""
    return Patterns(lexicon(), Habits.of(texts.drop_null()))


def values_of(texts: pa.Array, owners: npt.NDArray[np.int64] | None = None, protect: int = 10) -> list[list[Value]]:
    """The personal values of texts, each of an owner of its own where nobody is named.

    >>> values_of(pa.array(["Dear Anna, write to jo@home.com or 10 Downing Street", "3.5 % of £1000 at 12:30", None]))
    [[Value(start=5, end=9, sort='first_name', text='Anna'),
      Value(start=20, end=31, sort='email', text='jo@home.com'),
      Value(start=35, end=52, sort='address', text='10 Downing Street')], [], []]
    """
    found = patterns(texts).candidates(texts)
    shared = shared_codes(texts, found, np.arange(len(texts)) if owners is None else owners, protect)
    return [without(values, shared) for values in found]


def finder(
    config: PersonalConfig, texts: pa.Array, owners: npt.NDArray[np.int64] | None = None, protect: int = 10
) -> Finder:
    """The finder that was asked for; texts: those whose habits and shared identifiers it goes by."""
    own = patterns(texts)
    shared = shared_codes(texts, own.candidates(texts), np.arange(len(texts)) if owners is None else owners, protect)
    ours = Patterns(own.lexicon, own.habits, shared)
    if config.finder == "patterns":
        return ours
    from parhelion.personal.presidio import Presidio  # noqa: PLC0415  # an optional dependency

    return Presidio.of(ours, config.language)
