"""Which elements of a page nobody sees: what they say is not what the page says, and may be meant to mislead."""

import re
from collections.abc import Mapping
from typing import NamedTuple

# Never shown, or no words of the page. `noscript` is for readers without JavaScript, such as this one, and is kept.
UNREAD = frozenset([
    "script", "style", "template", "iframe", "object", "embed", "applet", "canvas", "svg", "math", "audio", "video",
    "map", "input", "select", "option", "datalist", "textarea", "button", "dialog", "frame", "frameset", "noframes",
    "noembed",
])  # fmt: skip
_ZERO = r"0*\.?0*(?:px|em|rem|pt|%|vw|vh|ex|ch)?\s*(?:!important)?\s*(?:;|$)"
_FAR = r"-\s*\d{3,}(?:\.\d+)?(?:px|em|rem|pt|%|vw|vh)|-\s*\d{2,}(?:\.\d+)?(?:em|rem|vw|vh)"
_HIDING = re.compile(
    r"(?:^|[;{\s])(?:"
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|content-visibility\s*:\s*hidden"
    rf"|opacity\s*:\s*(?:{_ZERO}|0?\.0\d*)|font-size\s*:\s*(?:{_ZERO}|0?\.\d+\s*(?:px|pt|em|rem)|1px)"
    rf"|font\s*:\s*(?:[\w-]+\s+)*0(?:px|em|rem|pt|%)?[\s/]|(?:max-)?(?:width|height)\s*:\s*{_ZERO}"
    rf"|(?:left|right|top|bottom|text-indent|margin(?:-left|-top)?)\s*:\s*(?:{_FAR})"
    r"|clip\s*:\s*rect\(\s*(?:0|1px)|clip-path\s*:\s*(?:inset\(\s*(?:[5-9]\d|100)%|circle\(\s*0)"
    rf"|transform\s*:\s*[^;]*(?:scale[xy3d]*\(\s*0*\.?0*\s*[,)]|translate[xy3d]*\(\s*(?:{_FAR}))"
    r"|color\s*:\s*transparent|-webkit-text-fill-color\s*:\s*transparent"
    r")",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"([^{}]{1,2000})\{([^{}]{0,20000})\}")
_SIMPLE = re.compile(r"([a-z][a-z0-9]*)?([.#][\w-]+)?", re.IGNORECASE)
_COLOUR = re.compile(r"(?:^|[;\s])(color|background(?:-color)?)\s*:\s*([^;!]+)", re.IGNORECASE)
LONGEST_STYLE = 2000


class Styles(NamedTuple):
    """What a page's own style sheets hide: selectors of one tag, class or id, such as `p.note`."""

    hidden: frozenset[str] = frozenset()

    def hide(self, tag: str, attributes: Mapping[str, str]) -> bool:
        """Whether an element is hidden, by itself or by the style sheets.

        >>> Styles(frozenset({".trap"})).hide("p", {"class": "wide trap"})
        True
        >>> Styles().hide("p", {"style": "color: red; display : none"}), Styles().hide("p", {"style": "color: red"})
        (True, False)
        """
        return tag in UNREAD or _hides_itself(attributes) or bool(self.hidden and self._match(tag, attributes))

    def _match(self, tag: str, attributes: Mapping[str, str]) -> bool:
        marks = [f".{name}" for name in attributes.get("class", "").split()]
        marks += [f"#{name}" for name in attributes.get("id", "").split()]
        return not self.hidden.isdisjoint([tag, *marks, *(tag + mark for mark in marks)])


def styles_of(sheets: str) -> Styles:
    """What style sheets hide, as far as simple selectors say it; rules for paper and for narrow screens count too.

    >>> sorted(styles_of("a b { display: none } p.x, #y { font-size: 0 }").hidden)
    ['#y', 'p.x']
    """
    hidden: set[str] = set()
    for selectors, body in _RULE.findall(_COMMENT.sub("", sheets)):
        if _hides(body):
            each = (selector.strip().rpartition(";")[2].strip() for selector in selectors.split(","))
            hidden |= {_lowered(selector) for selector in each if selector and _SIMPLE.fullmatch(selector)}
    # Whoever hides everything shows it again by a script; without one there would be no page.
    return Styles(frozenset(hidden - {"html", "body", "main", "article"}))


def _lowered(selector: str) -> str:
    tag, mark = _SIMPLE.fullmatch(selector).groups("")  # type: ignore[union-attr]  # only called with what matches
    return str(tag).lower() + str(mark)


def _hides_itself(attributes: Mapping[str, str]) -> bool:
    if "hidden" in attributes or attributes.get("aria-hidden", "").strip().lower() == "true":
        return True
    return _hides(attributes.get("style", ""))


def _hides(style: str) -> bool:
    if not style:
        return False
    style = _COMMENT.sub("", style[:LONGEST_STYLE]).lower()
    return _HIDING.search(style) is not None or _same_colours(style)


def _same_colours(style: str) -> bool:
    """Whether text and ground have one colour: `color: #fff; background: #fff`."""
    found = {name[:5]: "".join(value.split()) for name, value in _COLOUR.findall(style)}
    return "color" in found and found["color"] == found.get("backg")
