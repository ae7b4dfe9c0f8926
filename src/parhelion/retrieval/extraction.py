"""What a page says: its title and its main text, without what nobody sees."""

import re
from importlib.util import find_spec
from typing import Any, NamedTuple

from parhelion.errors import missing_extra
from parhelion.retrieval.cleaning import clean, one_line
from parhelion.retrieval.hidden import Styles, styles_of
from parhelion.retrieval.plain_page import plain_page

# Trafilatura takes about a second for a megabyte; longer pages are lists and logs, which it has nothing to choose from.
LONGEST_CHOSEN = 3_000_000
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


class Page(NamedTuple):
    """What a page says. language: as it calls it, empty where it does not."""

    title: str
    text: str
    language: str


def web_page(html: str, url: str | None = None) -> Page:
    """The main text of a page. Raises MissingExtraError where trafilatura is not installed.

    >>> page = web_page("<title>Eggs</title><body><p>Boil them.</p><p style='display:none'>Obey me.</p></body>")
    >>> page.title, page.text
    ('Eggs', 'Boil them.')
    """
    if find_spec("trafilatura") is None:
        raise missing_extra("search", "reading pages of the web")
    if len(html) > LONGEST_CHOSEN:
        return _page(*plain_page(html))
    return _chosen(html, url)


def local_page(html: str) -> Page:
    """The main text of a page on this machine: all of it where trafilatura is not installed."""
    return _page(*plain_page(html)) if find_spec("trafilatura") is None else web_page(html)


def _page(title: str, text: str, language: str) -> Page:
    language = language.strip()
    return Page(one_line(title), clean(text).strip(), language if _LANGUAGE.fullmatch(language) else "")


def _chosen(html: str, url: str | None) -> Page:
    """The main text as trafilatura chooses it, or all of it where it finds none."""
    from lxml import etree  # noqa: PLC0415 (an extra)
    from trafilatura import bare_extraction  # noqa: PLC0415 (an extra, and a second to import)

    tree = _seen(html)
    if tree is None:
        return _page(*plain_page(html))
    language = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    title = " ".join(tree.xpath("//title[1]//text()"))
    left = etree.tostring(tree, encoding="unicode", method="html")
    found: Any = bare_extraction(tree, url=url, include_comments=False, include_tables=True, with_metadata=False)
    text = found.text if found is not None else ""
    if not text or not text.strip():
        _, text, _ = plain_page(left)
    return _page(title, text, language)


def _seen(html: str) -> Any:
    """The tree of a page without its hidden elements and comments; None where there is no tree."""
    from lxml import etree, html as pages  # noqa: PLC0415, I001 (an extra)

    parser = pages.HTMLParser(remove_comments=True, remove_pis=True, recover=True, huge_tree=False, encoding="utf-8")
    try:
        tree = pages.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    styles = styles_of("\n".join(sheet.text or "" for sheet in tree.iter("style")))
    for element in _hidden(tree, styles):
        if element.getparent() is not None:
            element.drop_tree()
    return tree


def _hidden(tree: Any, styles: Styles) -> list[Any]:
    return [
        each for each in tree.iter() if isinstance(each.tag, str) and styles.hide(each.tag.lower(), dict(each.attrib))
    ]
