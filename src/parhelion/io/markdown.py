"""Text for Markdown files: dataset cards, and what Hugging Face reads of them."""

from collections.abc import Sequence

_SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
    (100_000_000, "10M<n<100M"),
    (1_000_000_000, "100M<n<1B"),
)
_SPECIAL = str.maketrans({**{sign: f"\\{sign}" for sign in "\\`*_[]|#~$"}, "<": "&lt;", ">": "&gt;", "&": "&amp;"})


def plain(text: str) -> str:
    """Text on one line that Markdown and HTML leave as it is.

    >>> plain("a|b\\n<script>\\x00*")
    'a\\\\|b &lt;script&gt;\ufffd\\\\*'
    """
    line = " ".join(text.split())
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in line).translate(_SPECIAL)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table; its cells are plain text."""
    lines = [head, ["---"] * len(head), *[[plain(cell) for cell in row] for row in rows]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def size_category(rows: int) -> str:
    """What Hugging Face calls a set of so many rows."""
    return next((words for most, words in _SIZES if rows < most), "n>1B")
