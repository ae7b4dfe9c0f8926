"""What the small languages of the house share: a text cut into pieces, read from the front, and refused with the place
where it goes wrong."""

import re
from typing import ClassVar, NamedTuple, NoReturn

from parhelion.errors import ParhelionError, SchemaError

NAME = r"[^\W\d]\w*(?:[.\-/]\w+)*"
NUMBER = r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])"
MOMENT = r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?)?(?![\w-])"
"""Names that need no quotes, numbers, dates and moments, as regular expressions."""


class Token(NamedTuple):
    """A piece of a text, and where it begins and ends in it (from 0)."""

    kind: str
    text: str
    place: int
    end: int


class Tokens:
    """The pieces of a text, taken from the front.

    A language says what its texts are (`noun`) and what messages call them (`what`), what pieces look like (a pattern
    whose groups are named as the kinds of pieces are), what to do about what is no piece, and which error it raises.
    """

    what: ClassVar[str] = "rule"
    noun: ClassVar[str] = "rule"
    pattern: ClassVar[re.Pattern[str]]
    advice: ClassVar[str] = ""
    error: ClassVar[type[ParhelionError]] = SchemaError

    def __init__(self, text: str) -> None:
        self.text = text
        self.left = self._tokens()[::-1]
        self.at = 0  # where the last piece taken ends

    def _tokens(self) -> list[Token]:
        found, place, end = [], 0, len(self.text.rstrip())
        while place < end:
            match = self.pattern.match(self.text, place)
            if match is None or match.lastgroup is None:
                start = place + len(self.text[place:]) - len(self.text[place:].lstrip())
                rest = self.text[start:].split()[0][:20]
                raise self.error(
                    f"{self.what} {self.text!r}: {rest!r} at place {start} is no part of a {self.noun}; {self.advice}"
                )
            kind = match.lastgroup
            place = match.end()
            found.append(Token(kind, self.plain(kind, match[kind]), match.start(kind), place))
        return found

    def plain(self, kind: str, text: str) -> str:
        """What a piece of this kind says."""
        del kind
        return text

    def hint(self, got: str) -> str:
        """What else to say of a piece that stands in a wrong place."""
        del got
        return ""

    def refuse(self, expected: str) -> NoReturn:
        if not self.left:
            raise self.error(f"{self.what} {self.text!r}: expected {expected}, and the {self.noun} ends there")
        got, place = self.left[-1].text, self.left[-1].place
        raise self.error(
            f"{self.what} {self.text!r}: expected {expected} at place {place}, and got {got!r}{self.hint(got)}"
        )

    def next(self) -> Token:
        return self.left[-1] if self.left else Token("end", "", len(self.text), len(self.text))

    def pop(self) -> Token:
        piece = self.left.pop()
        self.at = piece.end
        return piece

    def take(self, *texts: str) -> str:
        """The next sign or word where it is one of these, else nothing."""
        piece = self.next()
        if piece.kind in ("sign", "word") and piece.text in texts:
            return self.pop().text
        return ""
