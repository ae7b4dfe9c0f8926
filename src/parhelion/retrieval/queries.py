"""Words as the full-text index of SQLite knows them."""

import re
from collections.abc import Iterable, Iterator

LONGEST_QUERY = 2000
MOST_TERMS = 64
STOP_WORDS = frozenset([
    "a", "about", "after", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be", "because", "been",
    "before", "being", "between", "but", "by", "can", "could", "did", "do", "does", "doing", "during", "each",
    "for", "from", "further", "had", "has", "have", "having", "he", "her", "here", "hers", "him", "his", "how", "i",
    "if", "in", "into", "is", "it", "its", "itself", "just", "me", "more", "most", "my", "no", "nor", "not", "now",
    "of", "off", "on", "once", "only", "or", "other", "our", "out", "over", "own", "same", "she", "should", "so",
    "some", "such", "than", "that", "the", "their", "them", "then", "there", "these", "they", "this", "those",
    "through", "to", "too", "under", "until", "up", "very", "was", "we", "were", "what", "when", "where", "which",
    "while", "who", "whom", "why", "will", "with", "would", "you", "your",
])  # fmt: skip
# Scripts written without spaces between words: Chinese, Japanese, Thai, Lao, Burmese, Khmer.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_SIGN = re.compile(f"[{_UNSPACED}]")
_RUN = re.compile(f"[{_UNSPACED}]+|[^{_UNSPACED}]+")
_WORD = re.compile(r"[^\W_]+")


def spaced(text: str) -> str:
    """A text with every sign of a script without spaces as a word of its own.

    >>> spaced("Python \u5165\u9580")
    'Python  \u5165  \u9580 '
    """
    return text if text.isascii() else _SIGN.sub(r" \g<0> ", text)


def expression(query: str) -> str:
    """A query as an expression of FTS5 that any of its words fulfils; empty where it has no words.

    Names such as `pyproject.toml` and words with a number are looked for whole, and by their parts. Whatever the
    query holds, it stands between quotes: no operator of FTS5 is left in it.

    >>> expression('What is "PEP 517"?')
    '"PEP 517" OR "PEP" OR "517"'
    >>> expression("to be OR not")
    '"to" OR "be" OR "OR" OR "not"'
    >>> expression("!?")
    ''
    """
    words = [word for chunk in query[:LONGEST_QUERY].split() for word in _words(chunk)]
    telling = [word for word in words if word.casefold() not in STOP_WORDS] or words
    terms = [*_numbered(telling), *telling, *(part for word in telling for part in _parts(word))]
    unique = {" ".join(_WORD.findall(term)).casefold(): term for term in reversed(terms)}
    return " OR ".join(f'"{spaced(term).strip()}"' for term in list(unique.values())[::-1][:MOST_TERMS])


def _words(chunk: str) -> Iterator[str]:
    """The words of what stands between two spaces; those of scripts without spaces as pairs of signs."""
    for run in _RUN.findall(chunk):
        if _SIGN.match(run):
            yield from (run[place : place + 2] for place in range(max(len(run) - 1, 1)))
        elif found := _WORD.findall(run):
            yield " ".join(found)


def _numbered(words: Iterable[str]) -> Iterator[str]:
    """Words and the numbers that follow them: `PEP 517`."""
    before = ""
    for word in words:
        if before and word.isdecimal() and word.isascii():
            yield f"{before} {word}"
        before = word


def _parts(word: str) -> list[str]:
    parts = word.split()
    return [part for part in parts if part.casefold() not in STOP_WORDS] if len(parts) > 1 else []
