"""Personal values: of people who do not exist, the same ones in every column of a row."""

import ipaddress
import re
import typing

import numpy as np
import phonenumbers
import pyarrow as pa
import pytest
from mimesis.locales import Locale
from stdnum import iban, luhn

from parhelion.codecs import Draw, Protection, observe
from parhelion.errors import DataError, SchemaError
from parhelion.schema.columns import Personal, PersonalColumn, TextColumn

LOCALES = [each.value for each in Locale]
WHAT = typing.get_args(Personal)


def made(what, locale="en", rows=200, first=0, seed=3):
    codec = observe(pa.array(["x"]), PersonalColumn(name="p", what=what, locale=locale))
    codes = np.zeros(rows, np.int32)
    return (
        codec.codec(Protection()).decode(codes, Draw(np.random.default_rng(0), seed, first, first + rows)).to_pylist()
    )


@pytest.mark.parametrize("locale", LOCALES)
def test_every_value_can_be_made_in_every_locale(locale):
    for what in WHAT:
        values = made(what, locale, rows=30)
        assert all(value and value == value.strip() for value in values), what


@pytest.mark.parametrize("what", WHAT)
def test_a_row_is_the_same_person_in_whatever_part_it_is_made(what):
    assert made(what, rows=50)[30:] == made(what, rows=20, first=30)


@pytest.mark.parametrize("locale", ["en", "de", "ja", "hu", "ru", "fr"])
def test_the_columns_of_a_row_agree(locale):
    columns = [made(what, locale) for what in ("name", "first_name", "last_name", "email", "username")]
    for name, given, family, email, username in zip(*columns, strict=True):
        assert given in name
        assert family in name
        assert email.startswith(username + "@")


def test_an_email_tells_the_name():
    for name, email in zip(made("name"), made("email"), strict=True):
        given, family = (re.sub("[^a-z]", "", part.lower()) for part in name.split(" ", 1))
        assert re.fullmatch(rf"{given}\.{family}\d+@example\.(com|org|net)", email)


@pytest.mark.parametrize("what", ["email", "username", "url"])
def test_addresses_on_the_net_are_unique_and_reach_nobody(what):
    values = made(what, rows=50_000)
    assert len(set(values)) == 50_000
    assert all("example." in value for value in values) or what == "username"


@pytest.mark.parametrize("locale", LOCALES)
def test_phone_numbers_are_valid(locale):
    numbers = made("phone", locale, rows=100)
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(number)) for number in numbers)
    assert len(set(numbers)) > 50


def test_phones_for_drama():
    assert all(re.fullmatch(r"\+1 \d{3}-555-01\d\d", number) for number in made("phone", "en"))
    assert all(number.startswith("+33 ") for number in made("phone", "fr"))


@pytest.mark.parametrize("locale", LOCALES)
def test_accounts_and_cards_have_right_check_digits(locale):
    assert all(iban.is_valid(value) for value in made("iban", locale))
    assert all(luhn.is_valid(value) and len(value) == 16 for value in made("credit_card", locale))


def test_machines_are_private():
    assert all(ipaddress.ip_address(value).is_private for value in made("ip_address"))


def test_seeds_make_different_people():
    assert made("name", seed=1) != made("name", seed=2)


def test_missing_stays_missing():
    spec = PersonalColumn(name="p", what="city", locale="de")
    values = pa.array(["Wien", None, "Graz"])
    codec = observe(values, spec).codec(Protection())
    made = codec.decode(codec.encode(values), Draw(np.random.default_rng(0), 1, 0, 3))
    assert made.is_null().to_pylist() == [False, True, False]


def test_numbers_are_made_of_digits():
    codec = observe(pa.array([4930123456]), PersonalColumn(name="p", what="phone", locale="fr")).codec(Protection())
    value = codec.decode(np.zeros(1, np.int32), Draw(np.random.default_rng(0), 1, 0, 1))
    assert value.type == pa.int64()
    assert str(value[0].as_py()).startswith("33")


def test_an_unknown_locale_is_refused_with_the_nearest():
    with pytest.raises(SchemaError, match=r"column 'p': there are no names of the locale 'de_DE'; did you mean 'de'\?"):
        observe(pa.array(["x"]), PersonalColumn(name="p", what="name", locale="de_DE"))


def test_yes_and_no_is_nothing_personal():
    with pytest.raises(DataError, match=r"'p' is said to be personal \(name\), and holds bool"):
        observe(pa.array([True]), PersonalColumn(name="p", what="name"))


def test_texts_that_say_nothing_have_a_code_of_their_own():
    values = pa.array(["a secret", None, "", " \t", "another"])
    codec = observe(values, TextColumn(name="t")).codec(Protection())
    codes = codec.encode(values)
    assert (codec.size, codes.tolist(), codec.written(codes).tolist()) == (
        3,
        [2, 0, 1, 1, 2],
        [True, False, False, False, True],
    )
    made = codec.decode(codes, Draw(np.random.default_rng(0), 1, 0, 5)).to_pylist()
    assert made == ["[text]", None, "", "", "[text]"]


def test_texts_are_marked_placeholders():
    values = pa.array(["a secret", None])
    codec = observe(values, TextColumn(name="t")).codec(Protection())
    assert codec.decode(codec.encode(values), Draw(np.random.default_rng(0), 1, 0, 2)).to_pylist() == ["[text]", None]
    with pytest.raises(DataError, match="'t' is said to be text, and holds int64"):
        observe(pa.array([1]), TextColumn(name="t"))
