"""What a page says: its title and its main text, without what nobody sees."""

import re
from copy import deepcopy
from importlib.util import find_spec
from typing import Any, NamedTuple

from parhelion.errors import missing_extra
from parhelion.retrieval.cleaning import clean, one_line
from parhelion.retrieval.hidden import styles_of
from parhelion.retrieval.plain_page import BLOCKS, MARGINS, joined, plain_page

# Trafilatura takes seconds for a megabyte; longer pages are lists and logs, of which it has nothing to choose.
LONGEST_CHOSEN = 1_000_000
MOST_CHOSEN = 25_000  # elements
# It climbs from every element to the root: the depths of all elements together, a hundred times a usual page's.
DEEPEST_CHOSEN = 1_000_000
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
    return _chosen(html, url)


def local_page(html: str) -> Page:
    """The main text of a page on this machine: all of it where trafilatura is not installed."""
    return _page(*plain_page(html)) if find_spec("trafilatura") is None else web_page(html)


def _page(title: str, text: str, language: str) -> Page:
    language = language.strip()
    return Page(one_line(title), clean(text).strip(), language if _LANGUAGE.fullmatch(language) else "")


def _chosen(html: str, url: str | None) -> Page:
    """The main text as trafilatura chooses it, or all that is seen where it finds none."""
    from trafilatura import bare_extraction  # noqa: PLC0415 (an extra, and a second to import)

    tree = _seen(html)
    if tree is None:
        return Page("", "", "")
    language = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    title = " ".join(tree.xpath("//title[1]//text()"))
    if len(html) > LONGEST_CHOSEN or _is_monstrous(tree):
        return _page(title, words_of(tree), language)
    found: Any = bare_extraction(deepcopy(tree), url=url, include_comments=False, with_metadata=False)
    chosen = (found.text or "").strip() if found is not None else ""
    return _page(title, chosen or words_of(tree), language)


def _seen(html: str) -> Any:
    """The tree of a page without its comments and what is within hidden elements; None where there is no tree."""
    from lxml import etree, html as pages  # noqa: PLC0415, I001 (an extra)

    parser = pages.HTMLParser(remove_comments=True, remove_pis=True, recover=True, encoding="utf-8")
    try:
        tree = pages.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    for behind in list(tree.itersiblings()):
        tree.append(behind)  # what stands behind `</html>` is shown, too
    styles = styles_of("\n".join(sheet.text or "" for sheet in tree.iter("style")))
    elements = [each for each in tree.iter() if isinstance(each.tag, str)]
    for element in elements:
        if styles.hide(element.tag.lower(), dict(element.attrib)):
            # Emptied, not dropped: the text behind it would be joined anew for each.
            element.clear(keep_tail=True)
    return tree


def _is_monstrous(tree: Any) -> bool:
    """Whether a tree has so many elements, or so deep ones, that choosing among them would take long."""
    from lxml import etree  # noqa: PLC0415 (an extra)

    depth = depths = elements = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        elements += event == "start"
        depths += depth
    return elements > MOST_CHOSEN or depths > DEEPEST_CHOSEN


def words_of(tree: Any) -> str:
    """All words of a tree but those of its margins, a line for each block."""
    from lxml import etree  # noqa: PLC0415 (an extra)

    words: list[str] = []
    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        if event == "start" and (element.tag in MARGINS or element.tag in {"head", "title"}):
            walk.skip_subtree()
            continue
        words.append("\n" if element.tag in BLOCKS else "")
        if event == "start":
            words.append(element.text or "")
        elif element is not tree:
            words.append(element.tail or "")
    return joined(words)
