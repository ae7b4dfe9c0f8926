"""How the page looks: contrast in light and dark, focus that is seen, nothing told by colour alone, print."""

import re
from functools import cache
from importlib.resources import files

import pytest

CSS = files("parhelion.report").joinpath("templates", "page.css").read_text("utf-8")
WORDS = ("ink", "soft", "accent", "held", "missed", "unsure", "untold")
MARKS = ("ink", "accent-fill", "cool", "strong")
GROUNDS = ("paper", "card", "wash")


def colours(text):
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", text))


@cache
def palette(mode):
    light, dark = (found.group(1) for found in re.finditer(r":root \{(.*?)\}", CSS, re.DOTALL))
    return colours(light) if mode == "light" else colours(light) | colours(dark)


def luminance(colour):
    """Relative luminance (WCAG 2.2)."""
    digits = colour.lstrip("#")
    digits = digits if len(digits) == 6 else "".join(2 * one for one in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_that_of_the_standard():
    assert contrast("#000", "#ffffff") == 21
    assert contrast("#767676", "#fff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
def test_words_and_marks_can_be_seen(mode, ground):
    known = palette(mode)
    assert set(known) >= {*WORDS, *MARKS, *GROUNDS}
    for word in WORDS:
        assert contrast(known[word], known[ground]) >= 4.5, word
    for mark in MARKS:
        assert contrast(known[mark], known[ground]) >= 3, mark


def test_colours_are_named_once():
    rules = CSS.split("* { box-sizing", 1)[1].split("@media print")[0]
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b", rules)
    assert not re.findall(r"\brgba?\(", rules)
    assert set(re.findall(r"var\(--([\w-]+)\)", CSS)) <= {*palette("light"), "serif", "sans", "mono"}


def test_focus_is_seen():
    assert re.search(r":focus-visible \{ outline: 2px solid var\(--accent\)", CSS)
    assert "outline: none" not in CSS
    assert "outline: 0" not in CSS


def test_dark_is_for_screens_and_print_shows_all():
    assert "@media screen and (prefers-color-scheme: dark)" in CSS
    printed = CSS.split("@media print", 1)[1]
    assert "details-content" in printed
    assert "nav, .skip, .filter, .more { display: none" in printed


def test_motion_can_be_refused():
    assert "@media (prefers-reduced-motion: reduce)" in CSS
