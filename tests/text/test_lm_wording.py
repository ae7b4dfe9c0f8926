"""Marks as words and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parhelion.personal.marks import SORTS, mark
from parhelion.text.lm.wording import marked, worded

PIECES = [
    "[", "]", "[[", "!", " ", "name 1", "first name 2", "[name 1]", "[!name 1]", "[ ! name 1 ]", "[First Name 3]",
    "[!!iban 8]", "poſtcode 1", "[poſtcode 1]", "\n", "é😀", "8", "1]", "[url ", mark("name", 0), mark("iban", 7),
]  # fmt: skip


@pytest.mark.parametrize("sort", SORTS)
def test_every_mark_has_words_of_its_own(sort):
    marks = [mark(sort, slot) for slot in range(8)]
    assert [marked(worded(one)) for one in marks] == marks
    assert worded(marks[2]) == f"[{sort.replace('_', ' ')} 3]"


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_words_and_marks_are_never_confused(text):
    assert marked(worded(text)) == text
    assert not any("\ue000" <= character <= "\uf8ff" for character in worded(text))


@given(st.text(max_size=40))
def test_any_text_comes_back(text):
    assert marked(worded(text)) == text


@pytest.mark.parametrize("spaced", ["[first name 1]", "[ first name 1 ]", "[First Name 1]", "[first name1]"])
def test_a_tokenizer_may_move_spaces_and_change_case(spaced):
    assert marked(f"Dear {spaced},") == f"Dear {mark('first_name', 0)},"


@pytest.mark.parametrize("other", ["[first name 9]", "[first name 0]", "[firstname 1]", "first name 1", "[name]"])
def test_what_is_no_mark_stays(other):
    assert marked(other) == other == worded(other)
