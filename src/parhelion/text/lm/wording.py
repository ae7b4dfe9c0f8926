"""Marks in words: how a pretrained model, which never saw them, reads and writes them.

U+E000, the first name of a person, is `[first name 1]`. No token is added to the model, so no embedding has to be
learned, and the words mean to it what they mean to us. A text that holds such words itself gets a `!` into the
bracket, and one more if it has some, so that both ways agree: `worded` is one to one, and `marked` is its inverse.
Lower case and free spaces: tokenizers that know one case only, or set words apart, still give a mark back.
"""

import re

from parhelion.personal.marks import MARKED, SORTS, mark, read_mark

_SORT_OF = {sort.replace("_", " "): sort for sort in SORTS}
_MARK = re.compile(MARKED)
# Longer names first: "first name" before "name". Spaces: what a tokenizer may put in.
_WORDS = re.compile(
    r"\[([ !]*)(" + "|".join(sorted(_SORT_OF, key=len, reverse=True)) + r") ?([1-8]) ?\]", re.ASCII | re.IGNORECASE
)


def worded(text: str) -> str:
    """A text's marks as words.

    >>> worded("Dear \\ue000, [name 2] and [!name 2] stay")
    'Dear [first name 1], [!name 2] and [!!name 2] stay'
    """
    return _MARK.sub(_in_words, _WORDS.sub(lambda words: "[!" + words[0][1:], text))


def marked(text: str) -> str:
    """The inverse: words as marks. What is no mark's words stays.

    >>> marked("Dear [first name 1], [!name 2], [name 9]") == "Dear \\ue000, [name 2], [name 9]"
    True
    """
    return _WORDS.sub(_as_mark, text)


def _in_words(character: re.Match[str]) -> str:
    sort, slot = read_mark(character[0])
    return f"[{sort.replace('_', ' ')} {slot + 1}]"


def _as_mark(words: re.Match[str]) -> str:
    escaped, name, number = words.groups()
    return words[0].replace("!", "", 1) if "!" in escaped else mark(_SORT_OF[name.lower()], int(number) - 1)
