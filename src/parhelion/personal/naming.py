"""Names of people in a text: listed names in the company of a name, and whatever stands where people say theirs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from parhelion.personal import cues
from parhelion.personal.lexicon import Habits, Lexicon, key
from parhelion.personal.ordinary import ELSEWHERE, EVERYDAY, MEANT
from parhelion.personal.values import Value
from parhelion.personal.wordlist import listed

_LETTER = r"(?:[^\W\d_]|[\u0300-\u036f\u064b-\u0652\u0900-\u0903\u093c-\u094d])"
_TOKEN = re.compile(rf"(?<!\w){_LETTER}+(?:['’]{_LETTER}{{2,}}|-{_LETTER}+)*")
_CASELESS = re.compile(r"[\u0590-\u08ff\u0900-\u0dff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,}")
_SENTENCE = re.compile(r"(?:^|[.!?:;\n…•>*\"“”(\[]|\s[-–—])\s*['\"“”‘’(]*$")
_HONORIFIC = re.compile(r" ?(?:様|さん|さま|君|殿|先生|女士|小姐|先輩|님|씨)")
_INITIALS = re.compile(r"(?<!\w)(?:[A-Z]\. ?){1,3}([A-Z][^\W\d_]{2,20}(?:-[A-Z][^\W\d_]{1,20})?)(?!\w)")
_SAID_HAN = re.compile(r"(?:我叫|名叫|我是|姓名[:：是]?)$")
_MOST = 3


def _cue_pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any of some words at the end of what is searched."""
    listed = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{listed})\s*[\"“'‘]?$")


_INTRODUCED = _cue_pattern(cues.INTRODUCTIONS)
_SURELY = _cue_pattern(cues.SURE_INTRODUCTIONS)
_LEADING = frozenset(key(_TOKEN.findall(each)[-1]) for each in cues.INTRODUCTIONS)
"""The last words of introductions."""


@dataclass(frozen=True)
class Words:
    """A text's words. start, end: their places; keys: how they are looked up."""

    text: str
    lexicon: Lexicon
    habits: Habits
    start: list[int]
    end: list[int]
    keys: list[str]

    @classmethod
    def of(cls, text: str, lexicon: Lexicon, habits: Habits) -> "Words":
        spans = [found.span() for found in _TOKEN.finditer(text)]
        keys = [key(text[start:end]) for start, end in spans]
        return cls(text, lexicon, habits, [start for start, _ in spans], [end for _, end in spans], keys)

    def written(self, at: int) -> str:
        return self.text[self.start[at] : self.end[at]]

    def capital(self, at: int) -> bool:
        return self.text[self.start[at]].isupper()

    def worth(self) -> list[int]:
        """The words that may begin a name: those listed, those with a capital, and those after an introduction."""
        given, family, text = self.lexicon.given, self.lexicon.family, self.text
        return [
            at
            for at, (word, start, before) in enumerate(zip(self.keys, self.start, ["", *self.keys], strict=False))
            if text[start].isupper() or word in given or word in family or word in cues.PARTICLES or before in _LEADING
        ]

    def initial(self, at: int) -> bool:
        """Whether a word begins a sentence, where a capital says nothing."""
        start = self.start[at]
        return bool(_SENTENCE.search(self.text[max(0, start - 12) : start]))

    def between(self, at: int) -> str:
        """What stands before a word and after the one before it."""
        return self.text[self.end[at - 1] if at else 0 : self.start[at]]

    @cached_property
    def titled(self) -> bool:
        """Whether nearly all words have capitals, so that they say nothing."""
        longer = [at for at in range(len(self.keys)) if self.end[at] - self.start[at] > 3]
        return len(longer) > 3 and sum(map(self.capital, longer)) > 0.7 * len(longer)

    def plausible(self, at: int) -> bool:
        """Whether an unknown word with a capital could be a name."""
        word = self.keys[at]
        return (
            self.capital(at)
            and len(word) > 1
            and word not in cues.NO_NAMES
            and word not in cues.TITLES
            and not self.habits.everyday(word)
            and (word not in EVERYDAY or word in self.lexicon.given or word in self.lexicon.family)
            and word not in _FUNCTION
        )

    def listed(self, at: int) -> bool:
        """Whether a word is a given name, written as one, and neither a place nor an everyday word."""
        word = self.keys[at]
        if "-" in word:
            first, _, second = word.partition("-")
            return self.capital(at) and first in self.lexicon.sure and second in self.lexicon.given
        if word not in self.lexicon.sure or self.habits.everyday(word):
            return False
        if self.capital(at):
            return True
        return len(word) > 3 and not self.habits.common(word) and self._small_name(at)

    def _small_name(self, at: int) -> bool:
        """Names in lower case are believed where the corpus knows them with a capital, or uses none."""
        word = self.keys[at]
        return self.habits.capital[word] >= max(1, self.habits.small[word] // 2) or not self.habits.cased


_FUNCTION = listed("""
i the a an this that these those and or but if when what why how where who which it is are was were be have has had do
does did can could will would shall should may might must not no yes please thanks thank you your my our we he she
they to of in on at for from with by about as so just also only more here there now then der die das ein eine und oder
ich du er sie es wir ihr ist sind war nicht mit von zu le la les un une et ou je tu il elle nous vous est sont el los
las una y o yo ella son lo gli uno e io lui lei noi voi de het een en ik jij hij zij wij os um uma eu ele ela nós
""")


def names(text: str, lexicon: Lexicon, habits: Habits) -> Iterator[Value]:
    """The names of a text, in order: `name` where it has a given and a family name, or one of the two."""
    if _CASELESS.search(text):
        yield from _caseless(text, lexicon)
    words = Words.of(text, lexicon, habits)
    end = 0
    for at in words.worth():
        if at >= end and (end := _named(words, at)) > at:
            yield _value(words, at, end)
    for found in _INITIALS.finditer(text):
        if key(found[1]) in lexicon.kin or key(found[1]) in lexicon.sure:
            yield Value(found.start(), found.end(), "name", found[0])


def _value(words: Words, at: int, end: int) -> Value:
    start, stop = words.start[at], words.end[end - 1]
    particles = _particles(words, at)
    if particles and end - at == particles + 1:
        return Value(start, stop, "last_name", words.text[start:stop])
    if end - at > 1:
        return Value(start, stop, "name", words.text[start:stop])
    family = words.keys[at] not in words.lexicon.given and (
        words.keys[at] in words.lexicon.family or (at and words.keys[at - 1] in cues.TITLES)
    )
    titled = at > 0 and words.keys[at - 1] in cues.TITLES and words.keys[at] in words.lexicon.family
    return Value(start, stop, "last_name" if family or titled else "first_name", words.text[start:stop])


def _named(words: Words, at: int) -> int:
    """The word after the name that begins at a word, or the word itself where none does."""
    word, cue = words.keys[at], _cue(words, at)
    if cue and _starts(words, at, cue):
        return _extended(words, at)
    if word in words.lexicon.given or "-" in word:
        if words.listed(at) and not (words.titled and words.initial(at)):
            return _extended(words, at)
        return _doubtful(words, at)
    return at


def _doubtful(words: Words, at: int) -> int:
    """`Mark Johnson`, `Paris Hilton`; `for Grace` in the middle of a sentence where `grace` is no usual word."""
    word = words.keys[at]
    if not words.capital(at) or (words.habits.everyday(word) and words.habits.common(word)):
        return at
    end = _extended(words, at)
    verb = words.initial(at) and word in EVERYDAY and word not in MEANT
    if end > at + 1 and not verb and word not in _FUNCTION and words.keys[end - 1] in words.lexicon.kin:
        return end
    if word in cues.MONTHS:
        return at
    alone = not words.initial(at) and not words.titled and words.written(at).istitle() and len(word) > 2
    rather = words.habits.capital[word] >= words.habits.small[word]
    return at + 1 if alone and word in MEANT and rather and words.habits.cased else at


def _cue(words: Words, at: int) -> str:
    """What stands before a word and says that a name may come: `title`, `greeting`, `parting`, `sure`, `said`."""
    if not at:
        return ""
    between, before = words.between(at), words.keys[at - 1]
    if before in cues.TITLES and between in (" ", ". ", "."):
        return "title"
    if before in cues.GREETINGS and between == " ":
        return "greeting"
    if before in cues.PARTINGS and _signs(words, at, between):
        return "parting"
    if before not in _LEADING:
        return ""
    lead = words.text[max(0, words.start[at] - 32) : words.start[at]].lower()
    if between.strip(" :\"“'‘") == "" and _INTRODUCED.search(lead):
        return "sure" if _SURELY.search(lead) else "said"
    return ""


def _signs(words: Words, at: int, between: str) -> bool:
    """Whether a parting is followed by who signs: at the end of the text, or on a line of its own."""
    if between.strip(" \n\r\t,.!-–x") or len(between) > 12:
        return False
    rest = words.text[words.end[at] :]
    return "\n" in between or ("," in between and len(rest) < 30) or len(rest) < 20


def _starts(words: Words, at: int, cue: str) -> bool:
    """Whether a name begins after a cue."""
    word, given = words.keys[at], words.keys[at] in words.lexicon.given
    known = given or word in words.lexicon.family
    if word in cues.PARTICLES and cue in ("title", "sure"):
        return _particles(words, at) > 0
    if word in cues.NO_NAMES or word in cues.TITLES or word in _FUNCTION:
        return False
    if not words.capital(at):
        return _starts_small(words, at, cue, known=known)
    if cue in ("title", "sure"):
        return words.plausible(at) or (known and cue == "title")
    if cue in ("greeting", "parting"):
        return (known and not words.habits.everyday(word)) or (_alone(words, at, cue) and words.plausible(at))
    doubtful = word in EVERYDAY or word in ELSEWHERE or words.habits.everyday(word)
    return given and not doubtful


def _starts_small(words: Words, at: int, cue: str, *, known: bool) -> bool:
    """In lower case only a name that is hardly a word, and not after every cue."""
    word = words.keys[at]
    if word in EVERYDAY or word in ELSEWHERE or len(word) < 3 or (words.habits.common(word) and cue != "sure"):
        return False
    if _is_caseless(words.written(at)):
        return known or cue == "sure"
    if cue == "sure":
        return known or (not words.habits.common(word) and not words.text[words.end[at] :].strip(" .,!"))
    return known and (cue == "title" or word in words.lexicon.sure)


def _is_caseless(word: str) -> bool:
    return word.lower() == word.upper()


def _alone(words: Words, at: int, cue: str) -> bool:
    """Whether a comma or the end of the line comes after the one or two words that a greeting or a parting is for."""
    if cue == "greeting" and words.keys[at - 1] in ("tell", "ask", "morning", "afternoon", "evening"):
        return False
    rest = words.text[words.end[at] : words.end[at] + 40]
    return bool(re.match(r"(?: [^\W\d_][\w'’-]{1,20})?\s?(?:[,!:\n]|\.?$| [-–])", rest))


def _extended(words: Words, at: int) -> int:
    """The end of a name: further given names, initials, particles and family names, all parted by single blanks."""
    particles = _particles(words, at)
    end, small = at + particles + 1, not particles and not words.capital(at)
    while end < min(len(words.keys), at + particles + 1 + _MOST):
        step = _step(words, end, small=small)
        if not step:
            break
        end += step
    return end


def _step(words: Words, at: int, *, small: bool) -> int:
    """How many words a name goes on from a word: a family name, `J.` and one, `van den` and one."""
    between, word = words.between(at), words.keys[at]
    if between not in (" ", ". ", "  ", ". ") or (between == ". " and words.end[at - 1] - words.start[at - 1] > 1):
        return 0
    after = at + 1
    if len(word) == 1 and words.capital(at) and after < len(words.keys) and words.between(after) in (". ", " "):
        return 2 if _family(words, after, small=False) and words.text[words.end[at]] in ". " else 0
    if word in cues.PARTICLES:
        many = _particles(words, at)
        return many + 1 if many else 0
    return int(_family(words, at, small=small))


def _particles(words: Words, at: int) -> int:
    """How many particles stand before a family name here: `van den Berg`."""
    many = 0
    while many < 3 and at + many + 1 < len(words.keys) and words.keys[at + many] in cues.PARTICLES:
        many += 1
        if words.between(at + many) != " ":
            return 0
    return many if many and words.plausible(at + many) else 0


def _family(words: Words, at: int, *, small: bool) -> bool:
    word = words.keys[at]
    if word in cues.NO_NAMES or word in _FUNCTION:
        return False
    listed = word in words.lexicon.family or word in words.lexicon.sure
    if small or not words.capital(at):
        caseless = _is_caseless(words.written(at))
        rare = not words.habits.everyday(word) and not words.habits.common(word) and word not in EVERYDAY
        return small and listed and (caseless or (len(word) > 3 and rare))
    if listed:
        return words.plausible(at)
    unlike = words.titled or words.written(at).isupper() or word in ELSEWHERE or word in EVERYDAY
    return not unlike and words.plausible(at) and not words.habits.small[word]


def _caseless(text: str, lexicon: Lexicon) -> Iterator[Value]:
    """Names in scripts without capitals and without blanks: a listed family name and a listed given name beside it,
    or one of the two before a word of respect."""
    for run in _HAN.finditer(text):
        at = run.start()
        while at < run.end():
            size = _han_name(text, at, run.end(), lexicon)
            if size:
                yield Value(at, at + size, "name", text[at : at + size])
            at += max(size, 1)


def _han_name(text: str, at: int, end: int, lexicon: Lexicon) -> int:
    """How long the name is that begins at a sign; 0 where none does."""
    for first in (3, 2, 1):
        if text[at : at + first] not in lexicon.family or at + first > end:
            continue
        for second in (3, 2, 1)[: 3 if _SAID_HAN.search(text, max(0, at - 4), at) else 2]:
            stop = at + first + second
            if stop <= end and text[at + first : stop] in lexicon.given:
                return first + second
        if first > 1 and _HONORIFIC.match(text, at + first):
            return first
    return 0
