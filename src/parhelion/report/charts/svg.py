"""Elements of SVG, escaped. Colours come by class from the page's style sheet: a chart is light or dark with it."""

from collections.abc import Iterable
from unicodedata import east_asian_width

from markupsafe import Markup, escape

from parhelion.report import words

Attribute = str | float | None


def element(tag: str, *inside: str, **attributes: Attribute) -> Markup:
    """An element. Text inside is escaped, elements are not; attributes of None are left out; `class_` is class.

    >>> str(element("text", "a < b", x=1.26, class_="label", text_anchor="end", fill=None))
    '<text x="1.3" class="label" text-anchor="end">a &lt; b</text>'
    >>> str(element("path", d="M0 0"))
    '<path d="M0 0"/>'
    """
    named = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{_spelled(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    body = "".join(escape(one) for one in inside)
    return Markup(f"<{tag}{named}>{body}</{tag}>" if body else f"<{tag}{named}/>")  # noqa: S704 (all parts are escaped)


def _spelled(value: str | float) -> str:
    return str(escape(value)) if isinstance(value, str) else near(value)


def near(value: float) -> str:
    """A length to a tenth of a pixel.

    >>> near(3.04), near(3.25), near(-0.01)
    ('3', '3.2', '0')
    """
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def drawing(width: float, height: float, title: str, description: str, *inside: str, kind: str = "") -> Markup:
    """A chart: a picture with a name and a description for those who do not see it."""
    return element(
        "svg",
        element("title", title),
        element("desc", description),
        *inside,
        viewBox=f"0 0 {near(width)} {near(height)}",
        width=width,
        height=height,
        role="img",
        class_=f"chart {kind}".strip(),
    )


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> Markup:
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def label(x: float, y: float, text: str, class_: str = "label", anchor: str | None = None) -> Markup:
    return element("text", text, x=x, y=y, class_=class_, text_anchor=anchor)


def fitted(text: str, room: float, size: float = 12.0) -> str:
    """Text cut so that it is about as wide as there is room, in letters of a size.

    >>> fitted("Married-civ-spouse", 140), fitted("Married-civ-spouse", 70), fitted("名前名前名前", 60)
    ('Married-civ-spouse', 'Marr…ouse', '名前…名前')
    """
    line = words.short(text, 200)
    wide = size * sum(1.0 if east_asian_width(letter) in "WF" else 0.6 for letter in line)
    return line if wide <= room else words.short(line, max(3, int(len(line) * room / wide)))


def path(points: Iterable[tuple[float, float]], class_: str, *, closed: bool = False) -> Markup:
    """A line through points.

    >>> str(path([(0, 1), (2, 3)], "real"))
    '<path d="M0 1L2 3" class="real"/>'
    """
    d = "M" + "L".join(f"{near(x)} {near(y)}" for x, y in points)
    return element("path", d=d + ("Z" if closed else ""), class_=class_)
