"""Does a statement say more than its quote? Numbers and names can be looked up without asking anybody."""

import re

from parhelion.describing.ground.quotes import plain

BEYOND = "statement beyond the quote"
_AROUND = 500  # characters of the page on either side of a quote that a statement may take names from
_NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:[.,]\d+)*")
_WORD = re.compile(r"[^\W_]+(?:[_'][^\W_]+)*_*")
_COUNTED = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


def numbers(text: str) -> set[str]:
    """The numbers in a text, without sign; 1,000 and 1000 are one, 3.1 and 3.10 may be two versions.

    >>> sorted(numbers("At least 1,000 of 3.10 in three cases"))
    ['1000', '3.10']
    """
    return {_number(match[0]) for match in _NUMBER.finditer(plain(text).text)}


def counted(text: str) -> set[str]:
    """The numbers that a text has, also those it has as words, to twelve."""
    return numbers(text) | {str(_COUNTED.index(word)) for word in words(text) if word in _COUNTED}


def words(text: str) -> list[str]:
    """The words of a text, without case."""
    return [match[0].casefold() for match in _WORD.finditer(plain(text).text)]


def names(text: str) -> set[str]:
    """Words that name something: capitals inside, digits or underscores, or a capital that begins no sentence.

    >>> sorted(names("The author, Barry Warsaw, calls is_valid() on PEP pages. Nobody minds."))
    ['barry', 'is_valid', 'pep', 'warsaw']
    """
    whole = plain(text).text
    return {m[0].casefold() for m in _WORD.finditer(whole) if _names(m[0], begins=_begins(whole, m.start()))}


def beyond(statement: str, page: str, start: int, end: int, title: str = "") -> set[str]:
    """The numbers and names of a statement that neither its quote, nor the text around it, nor the title has.

    >>> page = "PEP 8 limits lines to 79 characters. Docstrings have 72."
    >>> beyond("PEP 8 limits lines to 79 characters", page, 0, 36), sorted(beyond("Guido set 80", page, 0, 36))
    (set(), ['80'])
    >>> sorted(beyond("In 1999 it was Guido who set 79", page, 0, 36))
    ['1999', 'guido']
    """
    near = f"{title}\n{page[max(0, start - _AROUND) : end + _AROUND]}"
    known = set(words(near)) | {part for word in words(near) for part in word.split("'")}
    lacking = {name for name in names(statement) if not _known(name, known)}
    if _capitals_are_common(near):
        lacking = {name for name in lacking if not name.isalpha()}
    return lacking | (numbers(statement) - counted(near))


def _known(name: str, known: set[str]) -> bool:
    """A name, its possessive and its plural are one."""
    bare = name.removesuffix("'s")
    return bool({name, bare, bare.removesuffix("s"), f"{bare}s"} & known)


def _names(word: str, *, begins: bool) -> bool:
    if word.isdigit():
        return False
    marked = any(c.isdigit() or c == "_" for c in word) or any(c.isupper() for c in word[1:])
    return marked or (word[0].isupper() and len(word) > 1 and not begins)


def _begins(text: str, place: int) -> bool:
    """Does a sentence, or something quoted, begin here?"""
    before = text[:place].rstrip(" \"'([*_")
    return not before or before[-1] in ".!?:"


def _capitals_are_common(text: str) -> bool:
    """In some languages every noun has a capital, which then names nothing."""
    inner = [m[0] for m in _WORD.finditer(text) if m[0][0].isalpha() and not _begins(text, m.start())]
    return sum(word[0].isupper() for word in inner) > 0.25 * max(len(inner), 20)


def _number(text: str) -> str:
    """Without sign, and with a point for decimals; a comma before three digits parts thousands, and so do two points.

    >>> [_number(n) for n in ("1,000", "1.000.000", "3.50", "-7", "3,5", "3.125")]
    ['1000', '1000000', '3.50', '7', '3.5', '3.125']
    """
    digits = text.lstrip("+-")
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+|\d{1,3}(?:\.\d{3}){2,}", digits):
        return digits.replace(",", "").replace(".", "")
    return digits.replace(",", ".")
