"""Personal values are found wherever they stand, and what is nobody's is left alone."""

import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest
from personal_texts import FOUND, NOBODYS, found

from parhelion.codecs.people import made_up
from parhelion.errors import MissingExtraError
from parhelion.personal import PersonalConfig, finder, normal_value, values_of


@pytest.mark.parametrize(("text", "sort", "value"), FOUND)
def test_a_value_is_found(text, sort, value):
    assert (sort, value) in found(text)


@pytest.mark.parametrize("text", NOBODYS)
def test_what_is_nobodys_is_left(text):
    assert found(text) == []


@pytest.mark.parametrize(("text", "sort", "value"), FOUND)
def test_places_are_those_of_the_text(text, sort, value):
    del sort, value
    for each in values_of(pa.array(["😀 " + text]))[0]:
        assert ("😀 " + text)[each.start : each.end] == each.text


@pytest.mark.parametrize("locale", ["en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "ru"])
def test_most_listed_names_are_found_in_the_middle_of_a_sentence(locale):
    names = made_up("name", locale, np.arange(200, dtype=np.uint64), 3).to_pylist()
    texts = pa.array([f"we gave the parcel to {name} today" for name in names])
    hits = sum((name in {value.text for value in each}) for name, each in zip(names, values_of(texts), strict=True))
    assert hits > 170


@pytest.mark.parametrize("sort", ["email", "phone", "iban", "credit_card", "ip_address", "url"])
@pytest.mark.parametrize("locale", ["en", "de", "fr", "en-gb"])
def test_every_made_up_value_is_found(sort, locale):
    made = made_up(sort, locale, np.arange(50, dtype=np.uint64), 5).to_pylist()
    for value, each in zip(made, values_of(pa.array([f"it is {value}, he said" for value in made])), strict=True):
        assert [(one.sort, one.text) for one in each] == [(sort, value)]


def test_a_word_that_the_corpus_writes_small_is_no_name():
    texts = ["Chase is a bank"] + ["they chase me every day"] * 5
    assert values_of(pa.array(texts))[0] == []
    texts = ["we saw Sunniva there"] + ["very sunniva weather"] * 5
    assert values_of(pa.array(texts))[0] == []


def test_a_number_that_many_share_is_nobodys():
    texts = pa.array([f"send WIN to 87121, ref {50_000 + row}" for row in range(12)])
    assert {value.text for each in values_of(texts) for value in each} == {str(50_000 + row) for row in range(12)}
    one_owner = np.zeros(12, np.int64)
    assert all("87121" in {value.text for value in each} for each in values_of(texts, one_owner))
    assert all("87121" in {value.text for value in each} for each in values_of(texts, protect=12))


def test_the_finder_goes_by_the_texts_it_was_given():
    corpus = pa.array(["text WIN to 87121"] * 12)
    known = finder(PersonalConfig(), corpus)
    assert known.find(pa.array(["text WIN to 87121 or 87122", None])) == [
        [each for each in values_of(pa.array(["text WIN to 87121 or 87122"]))[0] if each.text == "87122"],
        [],
    ]


def test_values_are_compared_however_they_are_written():
    assert normal_value("phone", "+49 30 23125 001") == normal_value("phone", "030/23125001")
    assert normal_value("name", "ANNA  weber") == normal_value("name", "Anna Weber")
    assert normal_value("code", "８３91") == normal_value("code", "83 91")


@pytest.mark.parametrize(
    "text",
    ["a", "1", "1 ", "a.", "Ab ", "a@", "1-", "ab:", "my name is ", "John ", "x1", "(", "12 rue de la ", "😀", "محمد ",
     "王伟", "www.", "123 ", "12 Ab Cd Ef ", "aB-", "a [at] ", "\n", "password ", "1.a", "\u0301", "AB-", "+", "é1"],
)  # fmt: skip
def test_a_long_text_of_one_pattern_is_read(text):
    values_of(pa.array([text * (20_000 // len(text))]))


def test_presidio_that_is_not_installed_is_named():
    script = (
        "import sys; sys.modules['presidio_analyzer'] = None\nimport pyarrow as pa\n"
        "from parhelion.personal import PersonalConfig, finder\n"
        "finder(PersonalConfig(finder='presidio'), pa.array(['a']))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert MissingExtraError.__name__ in done.stderr
    assert "pip install 'parhelion[presidio]'" in done.stderr
