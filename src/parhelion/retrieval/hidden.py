"""Which elements of a page nobody sees: what they say is not what the page says, and may be meant to mislead."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

# Never shown, or no words of the page. `noscript` is for readers without JavaScript, such as this one, and is kept.
UNREAD = frozenset([
    "script", "style", "template", "iframe", "object", "embed", "applet", "canvas", "svg", "math", "audio", "video",
    "map", "input", "select", "option", "datalist", "textarea", "button", "dialog", "frame", "frameset", "noframes",
    "noembed",
])  # fmt: skip
LONGEST_STYLE = 2000
LONGEST_SHEETS = 300_000
_LENGTH = re.compile(r"(-?)(\d{0,9})(\.\d{0,9})?([a-z%]{0,5})")
_SIMPLE = re.compile(r"([a-z][a-z0-9]*)?([.#][\w-]+)?", re.IGNORECASE)
_NONE = {
    "display": ("none",), "visibility": ("hidden", "collapse"), "content-visibility": ("hidden",),
    "color": ("transparent",), "-webkit-text-fill-color": ("transparent",),
}  # fmt: skip
# Letters of less than two pixels are not read, nor what is all but transparent.
_SMALLEST_LETTERS = {"px": 2.0, "pt": 1.5, "": 2.0, "%": 10.0, "em": 0.1, "rem": 0.1}
_SMALLEST: dict[str, dict[str, float]] = {
    "font-size": _SMALLEST_LETTERS, "opacity": {"": 0.05, "%": 5.0}, "width": {}, "height": {},
    "max-width": {}, "max-height": {}, "zoom": {"": 0.05, "%": 5.0},
}  # fmt: skip
_MOVING = frozenset(
    ["left", "right", "top", "bottom", "text-indent", "margin", "margin-left", "margin-top", "translate"]
)
_FAR = {
    "px": 300.0,
    "pt": 300.0,
    "em": 20.0,
    "rem": 20.0,
    "ch": 30.0,
    "%": 90.0,
    "vw": 90.0,
    "vh": 90.0,
    "cm": 10.0,
    "in": 4.0,
}


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
    for rule in _uncommented(sheets[:LONGEST_SHEETS]).split("}"):
        before, _, body = rule.rpartition("{")
        if before and _hides(body):
            # Within `@media {` the selector stands behind its brace, after `@import x;` behind the semicolon.
            each = (selector.strip() for selector in before.rpartition("{")[2].rpartition(";")[2].split(","))
            hidden |= {_lowered(selector) for selector in each if selector and _SIMPLE.fullmatch(selector)}
    # Whoever hides everything shows it again by a script; without one there would be no page.
    return Styles(frozenset(hidden - {"html", "body", "main", "article"}))


def _uncommented(sheets: str) -> str:
    first, *rest = sheets.split("/*")
    return first + "".join(part.partition("*/")[2] for part in rest)


def _lowered(selector: str) -> str:
    tag, mark = _SIMPLE.fullmatch(selector).groups("")  # type: ignore[union-attr]  # only called with what matches
    return str(tag).lower() + str(mark)


def _hides_itself(attributes: Mapping[str, str]) -> bool:
    if "hidden" in attributes or attributes.get("aria-hidden", "").strip().lower() == "true":
        return True
    return _hides(attributes.get("style", ""))


@lru_cache(maxsize=4096)
def _hides(style: str) -> bool:
    """Whether the declarations of a style hide what they are for."""
    if not style:
        return False
    declared = [_declaration(each) for each in _uncommented(style[:LONGEST_STYLE]).lower().split(";")]
    return any(_hidden_by(name, value) for name, value in declared) or _same_colours(dict(declared))


def _declaration(text: str) -> tuple[str, str]:
    name, _, value = text.partition(":")
    return name.strip(), " ".join(value.replace("!important", "").split())


def _hidden_by(name: str, value: str) -> bool:
    if name in _NONE:
        return value in _NONE[name]
    if name in _SMALLEST:
        return _is_small(value, _SMALLEST[name])
    if name in _MOVING:
        return any(_is_far(part) for part in value.split())
    if name == "font":
        return any(
            _is_small(part.partition("/")[0], _SMALLEST["font-size"]) for part in value.split() if part[0] in "0.1"
        )
    if name in {"clip", "clip-path"}:
        return _is_clipped("".join(value.split()))
    return name == "transform" and _is_transformed("".join(value.split()))


def _is_small(value: str, least: Mapping[str, float]) -> bool:
    """Whether a length is nothing at all, or less than the least of its unit."""
    size, unit, _ = _length(value)
    return size == 0 or (size is not None and size < least.get(unit, 0.0))


def _length(value: str) -> tuple[float | None, str, bool]:
    """How long a length is, its unit, and whether it is negative; None where it is no length."""
    found = _LENGTH.fullmatch(value)
    if found is None or (not found[2] and found[3] in {None, "."}):
        return None, "", False
    return float((found[2] or "0") + (found[3] or "")), found[4], bool(found[1])


def _is_far(value: str) -> bool:
    size, unit, negative = _length(value)
    return negative and size is not None and size >= _FAR.get(unit, 1e9)


def _is_clipped(value: str) -> bool:
    if value.startswith("inset("):
        return value.startswith(("inset(5", "inset(6", "inset(7", "inset(8", "inset(9", "inset(100%")) and "%" in value
    return value.startswith(("rect(0", "rect(1px", "circle(0"))


def _is_transformed(value: str) -> bool:
    """Whether a transformation makes its element nothing, or takes it far away."""
    for call in value.split(")"):
        name, _, arguments = call.partition("(")
        each = arguments.split(",")
        if name.startswith("scale") and any(_is_small(part, {"": 0.05}) for part in each):
            return True
        if name.startswith("translate") and any(_is_far(part) for part in each) and "-50%" not in each:
            return True
    return False


def _same_colours(declared: Mapping[str, str]) -> bool:
    """Whether text and ground have one colour: `color: #fff; background: #fff`."""
    colour = declared.get("color")
    return bool(colour) and colour in {declared.get("background"), declared.get("background-color")}
