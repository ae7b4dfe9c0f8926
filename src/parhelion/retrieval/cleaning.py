"""Text without the characters that nobody sees, but a language model reads."""

import re

# Spelled by number, as an editor shows none of them. Soft hyphen, Arabic letter mark, fillers, Mongolian separator,
# zero-width space and marks of direction, embeddings and overrides, word joiner to invisible plus, isolates and
# shaping, interlinear annotation, byte order mark, selectors and tags (which spell whole hidden sentences).
_UNSEEN = (
    (0x00, 0x08), (0x0E, 0x1F), (0x7F, 0x9F), (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160),
    (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200B), (0x200E, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F),
    (0x3164, 0x3164), (0xD800, 0xDFFF), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF9, 0xFFFB), (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)  # fmt: skip
_CLASS = "".join(f"{chr(first)}-{chr(last)}" for first, last in _UNSEEN)
# Joiners and variation selectors belong to words of many scripts and to emoji: one of them, after a sign beyond ASCII.
_JOINER, _SELECTOR = "\u200c\u200d", "\ufe00-\ufe0f"
_ODD = re.compile(
    f"[{_CLASS}]"
    f"|(?<![^\\x00-\\x7f{_JOINER}])[{_JOINER}]|[{_JOINER}](?![^\\s\\x00-\\x7f])"
    f"|(?<![^\\x00-\\x7f{_JOINER}{_SELECTOR}])[{_SELECTOR}]"
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_NEWLINES = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"\s+")
LONGEST_TITLE = 300


def clean(text: str) -> str:
    """A text with lines ended by `\\n` alone, and without control, zero-width and direction characters.

    >>> clean("one\\r\\ntwo\\x00 th\\u200bree")
    'one\\ntwo three'
    >>> persian = "\\u0645\\u06cc\\u200c\\u062e\\u0648\\u0627\\u0647\\u0645"  # whose spelling needs the joiner
    >>> clean(persian) == persian
    True
    """
    return (_CONTROL if text.isascii() else _ODD).sub("", _NEWLINES.sub("\n", text))


def one_line(text: str, longest: int = LONGEST_TITLE) -> str:
    """A text as a title: clean, in one line, not too long.

    >>> one_line("  A\\n title ")
    'A title'
    """
    return _SPACES.sub(" ", clean(text[: longest * 4])).strip()[:longest]
