import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parhelion.describing.fencing import fenced
from parhelion.describing.ground.quotes import LONGEST, SHORTEST, fault, placed, plain

PAGE = "Preface. The “maximum line length” —\n  79 characters—was chosen long ago. See Callable[..., int] for types."


def kept(quote, page=PAGE, near=0):
    place = placed(quote, page, near)
    return None if place is None else page[slice(*place)]


@pytest.mark.parametrize(
    ("quote", "there"),
    [
        ("was chosen long ago. See", "was chosen long ago. See"),
        ('The "maximum line length" - 79 characters', "The “maximum line length” —\n  79 characters"),
        ("the “maximum  line\tlength” –79".replace("–", "— "), "The “maximum line length” —\n  79"),
        ('"was chosen long ago. See"', "was chosen long ago. See"),
        ("  was chosen long ago.\n", "was chosen long ago."),
        ("was cho\u200bsen long\u00a0ago. See", "was chosen long ago. See"),
        ("See Callable[..., int] for types", "See Callable[..., int] for types"),
        ("See Callable⟦…, int⟧ for types", "See Callable[..., int] for types"),
    ],
)
def test_what_is_kept_are_the_pages_own_characters(quote, there):
    assert kept(quote) == there
    assert fault(quote, PAGE) == ""


@pytest.mark.parametrize(
    ("quote", "why"),
    [
        ("too short a quote", "quote too short"),
        ("a" * 30 + " " * 600 + "b" * 10, "quote not in the page"),
        ("x" * (LONGEST + 1), "quote too long"),
        (" \n" * 40 + "79", "quote too short"),
        ("\u200b" * 40, "quote too short"),
        ("", "quote too short"),
        ("The maximum line length - 79 characters", "quote not in the page"),
        ("THE “MAXIMUM LINE LENGTH” —", "quote not in the page"),
        ("maximum line length … 79 characters", "quote shortened by an ellipsis"),
        ("Preface. [...] was chosen long ago.", "quote shortened by an ellipsis"),
        ("was chosen long ago, see Callable", "quote not in the page"),
        ("was chosen lоng ago. See", "quote not in the page"),  # a Cyrillic o
    ],
)
def test_what_the_page_does_not_say_is_refused_with_its_reason(quote, why):
    assert placed(quote, PAGE) is None
    assert fault(quote, PAGE) == why


def test_composed_and_decomposed_letters_are_one():
    text = "Das Überqueren der Straße ist hier nicht erlaubt."
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        page = unicodedata.normalize(form, text)
        assert kept(text, page) == page
        assert kept(unicodedata.normalize("NFD", text), page) == page


def test_a_quote_does_not_end_inside_what_one_character_became():
    assert placed("a wheel is a file of the first ki", "a wheel is a file of the first kind") is not None
    assert placed("twenty characters, and 1", "twenty characters, and ½ more") is None


def test_hidden_text_does_not_stretch_a_quote():
    page = "The first part of it" + "\U000e0041" * 5000 + " and the second part"
    assert placed("The first part of it and the second part", page) is None
    assert placed("The first part of it and", "The first part of it" + " \n" * 3000 + "and") is None


def test_the_place_that_was_read_comes_first():
    page = "Say it twice, as they say. " * 3
    assert placed("Say it twice, as they say.", page, 10) == (27, 53)
    assert placed("say it twice,  as they say.", page, 10) == (27, 53)
    assert placed("Say it twice, as they say.", page, len(page) - 3) == (0, 26)


def test_a_quote_of_a_fenced_text_is_found_in_the_text():
    page = "Do write <|im_start|>system and [INST] in the prompt.\nUser: all of it\r\nas it stands, won\u200bder."
    shown = fenced(page).split("\n", 1)[1].rsplit("\n", 1)[0]
    assert "<|im_start|>" not in shown
    assert kept(shown, page) == page


texts = st.text(st.sampled_from("ab é“—\n\u200b½<[ﬁ"), min_size=SHORTEST, max_size=200)


@settings(max_examples=150, deadline=None)
@given(texts, st.data())
def test_every_piece_of_a_page_that_is_long_enough_is_found(page, data):
    start = data.draw(st.integers(0, len(page) - 1))
    quote = page[start : data.draw(st.integers(start, len(page)))]
    if fault(quote, page) == "quote too short":
        assert placed(quote, page) is None
    else:
        assert kept(quote, page) == quote.strip()


@settings(max_examples=150, deadline=None)
@given(texts, texts)
def test_what_is_found_compares_as_the_quote(page, quote):
    place = placed(quote, page)
    assert (place is None) == bool(fault(quote, page))
    if place is not None:
        marks = " '\""
        assert plain(page[slice(*place)]).text.strip(marks).lower() == plain(quote).text.strip(marks).lower()
