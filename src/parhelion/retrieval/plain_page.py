"""The words of a page, by the standard library alone."""

import re
from collections import Counter
from collections.abc import Iterable
from html.parser import HTMLParser

from parhelion.retrieval.hidden import Styles, styles_of

# fmt: off
_VOID = frozenset([
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
])
BLOCKS = frozenset([
    "address", "article", "aside", "blockquote", "body", "br", "dd", "div", "dl", "dt", "fieldset", "figcaption",
    "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p",
    "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
])
# fmt: on
_REPEATED = frozenset(["p", "li", "dt", "dd", "tr", "td", "th"])  # one ends where the next begins
MARGINS = frozenset(["nav", "footer", "aside"])
_STYLE = re.compile(r"<style\b[^>]*>(.*?)</style", re.IGNORECASE | re.DOTALL)
_BLANKS = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")


class _Words(HTMLParser):
    """The words that are seen. open: the tags that are open, and whether each is hidden by itself."""

    def __init__(self, styles: Styles) -> None:
        super().__init__(convert_charrefs=True)
        self.title: list[str] = []
        self.words: list[str] = []
        self.language = ""
        self._styles = styles
        self._open: list[tuple[str, bool]] = []
        self._counts: Counter[str] = Counter()
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in reversed(attrs)}
        if tag == "html":
            self.language = self.language or attributes.get("lang", "")
        self._end_before(tag)
        if tag in BLOCKS:
            self.words.append("\n")
        if tag not in _VOID:
            hidden = tag in MARGINS or self._styles.hide(tag, attributes)
            self._open.append((tag, hidden))
            self._counts[tag] += 1
            self._hidden += hidden

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # HTML knows no elements that close themselves: `<div hidden/>` hides what follows.
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self.words.append("\n")
        if self._counts[tag]:
            while self._close() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            (self.title if self._open and self._open[-1][0] == "title" else self.words).append(data)

    def _end_before(self, tag: str) -> None:
        """Close what nobody closed: a paragraph before a block, an item before the next."""
        last = self._open[-1][0] if self._open else ""
        if last in _REPEATED and (last == tag or (last == "p" and tag in BLOCKS)):
            self._close()

    def _close(self) -> str:
        tag, hidden = self._open.pop()
        self._counts[tag] -= 1
        self._hidden -= hidden
        return tag


def plain_page(html: str) -> tuple[str, str, str]:
    """Title, text and language of a page.

    >>> plain_page("<html lang=en><title>T</title><p>Seen.<p hidden>Not.</p><script>no()</script>Also.")
    ('T', 'Seen.\\nAlso.', 'en')
    """
    words = _Words(styles_of("\n".join(_STYLE.findall(html))))
    words.feed(html)
    words.close()
    return "".join(words.title), joined(words.words), words.language


def joined(words: Iterable[str]) -> str:
    """Words with one space or one line end between them."""
    return _LINES.sub("\n", _BLANKS.sub(" ", "".join(words))).strip()
