"""Masking leaves no value that was found, and nothing else is touched; what is filled in is nobody's."""

import json
import re
from functools import partial

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from personal_texts import FOUND, NOBODYS, masked

from parhelion.errors import ModelFileError
from parhelion.personal import MARKED, Filler, PersonalConfig, mark, mask, normal_value, read_mark, values_of
from parhelion.personal.elsewhere import everywhere

PIECES = st.sampled_from(
    [value for _, _, value in FOUND] + [text for text, _, _ in FOUND] + list(NOBODYS)
    + [" ", ", ", "\n", "\u200b", "😀", "مرحبا ", "\ue000", "\ue06f", "\uf8ff", "é", "e\u0301", "x", "7", "@", ". "]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=8).map("".join) | st.text(max_size=60)


def parts(text):
    """What stands between the marks of a text, and the marks."""
    return re.split(MARKED, text), re.findall(MARKED, text)


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(TEXTS, min_size=1, max_size=4))
def test_no_value_is_left_and_nothing_else_is_touched(texts):
    done = masked(texts)
    plain = [re.sub(MARKED, "\N{REPLACEMENT CHARACTER}", text) for text in texts]
    every = pa.array(plain, pa.string())
    found = everywhere(every, values_of(every), np.arange(len(texts)), 10)
    filled = done.filler.fill(done.texts, np.random.default_rng(0)).to_pylist()
    for text, values, hidden, whole in zip(plain, found, done.texts.to_pylist(), filled, strict=True):
        between, marks = parts(hidden)
        assert [read_mark(each).sort for each in marks] == [value.sort for value in values]
        ends = [0, *(value.end for value in values)]
        starts = [*(value.start for value in values), len(text)]
        assert between == [text[end:start] for end, start in zip(ends, starts, strict=True)]
        for value in values:
            assert not re.search(rf"(?<!\w){re.escape(value.text)}(?!\w)", " ".join(between))
        assert re.fullmatch(".+".join(map(re.escape, between)), whole, re.DOTALL)
        assert not re.search(MARKED, whole)


def test_the_same_value_has_the_same_mark():
    hidden = masked(["Call 020 7946 0123 or 020-7946-0123, not 020 7946 0999"]).texts[0].as_py()
    assert hidden == f"Call {mark('phone', 0)} or {mark('phone', 0)}, not {mark('phone', 1)}"


def test_what_is_about_one_person_agrees():
    text = "I am Anna Weber (anna.weber@home.org, @aweber77). Ask Peter, or Mrs Weber. Yours, Anna"
    done = masked([text])
    assert [read_mark(each) for each in parts(done.texts[0].as_py())[1]] == [
        ("name", 0), ("email", 0), ("username", 0), ("first_name", 1), ("last_name", 0), ("first_name", 0)
    ]  # fmt: skip
    for seed in range(20):
        filled = done.filler.fill(done.texts, np.random.default_rng(seed))[0].as_py()
        name, email, ask, family, last = re.fullmatch(
            r"I am (.+) \((.+)@example\.\w+, @\S+\)\. Ask (.+), or Mrs (.+)\. Yours, (.+)", filled
        ).groups()
        assert name == f"{last} {family}"
        assert re.sub(r"\W", "", family.lower())[:3] in email
        assert ask != ""


def test_values_that_belong_to_originals_are_not_used():
    done = masked(["ask Anna about it"] * 3)
    drawn = Filler.from_state(done.filler.state())
    texts = pa.array([f"{mark('first_name', 0)} {mark('code', 0)}"] * 500)
    originals = set()
    for seed in range(3):
        filled = drawn.fill(texts, np.random.default_rng(seed), partial(np.isin, test_elements=list(originals)))
        new = {part for text in filled.to_pylist() for part in text.lower().split(" ")}
        assert not new & originals
        originals |= new


def test_where_everything_belongs_to_originals_names_grow_and_a_text_is_given_up_at_last():
    filler = Filler.from_state({"locales": {"en": 1}, "forms": {"code": {"1": 1}}, "cases": {}})
    texts = pa.array([mark("first_name", 0), mark("code", 0), "plain"])
    short = filler.fill(texts, np.random.default_rng(0), lambda values: np.array([len(v) < 12 for v in values]))
    assert all(len(text) >= 12 for text in short.to_pylist()[:1])
    none = filler.fill(texts, np.random.default_rng(0), lambda values: np.ones(len(values), bool))
    assert none.to_pylist() == [None, None, "plain"]


def test_numbers_look_as_many_originals_do():
    texts = [f"order AB-{1000 + row}x for {row} of us, call 07700 {900000 + row}" for row in range(30)]
    done = masked(texts)
    filled = done.filler.fill(done.texts, np.random.default_rng(0)).to_pylist()
    assert all(
        re.fullmatch(r"order [A-Z]{2}-[1-9]\d{3}[a-z] for \d+ of us, call 0\d{4} \d{6}", each) for each in filled
    )
    assert not {re.findall(r"\S+", each)[1] for each in filled} & {each.split()[1] for each in texts}


def test_a_form_that_few_share_is_not_kept():
    texts = [f"code {row}{row}-QQ/{row}" for row in range(10, 14)] + ["nothing here"] * 30
    assert masked(texts).filler.state()["forms"]["code"] == {}


def test_names_are_written_as_originals_write_them():
    names = ("john", "steve", "michael", "sarah", "lisa", "kevin", "david", "laura", "peter", "susan", "emily", "jason")
    done = masked([f"please call {name} for me" for name in names] * 3)
    filled = done.filler.fill(done.texts, np.random.default_rng(0)).to_pylist()
    assert done.counts == {"first_name": 36}
    assert all(text.islower() for text in filled)


def test_people_are_of_the_languages_of_the_originals():
    german = [f"Mein Name ist {name} Müller" for name in ("Jürgen", "Wolfgang", "Ulrike", "Günther", "Heike")] * 6
    assert "de" in masked(german).filler.state()["locales"]
    russian = ["Меня зовут Анна Иванова"] * 20 + ["my name is John Smith"] * 20
    done = masked(russian)
    filled = done.filler.fill(done.texts, np.random.default_rng(0)).to_pylist()
    assert all(re.fullmatch(r"Меня зовут [\u0400-\u04ff -]+", text) for text in filled[:20])
    assert all(re.fullmatch(r"my name is [^\u0400-\u04ff]+", text) for text in filled[20:])
    assert set(
        mask(pa.array(german), np.arange(30), PersonalConfig(locales=("fr",)), 10).filler.state()["locales"]
    ) == {"fr"}


@pytest.mark.parametrize("many", [1, 3, 10])
@pytest.mark.parametrize("secret", ["8391 2764", "ZX81-Q77", "281265017", "x7Kq-92LP", "4711", "PX3748"])
@pytest.mark.parametrize("told", ["my pin is {}", "{}", "the code {} ok?", "I paid with {} on 12/05/2021"])
def test_a_secret_is_never_left(many, secret, told):
    texts = [told.format(secret)] * many + ["we pay 100 a month"] * 50
    done = masked(texts)
    signs = secret.replace(" ", "")
    assert all(signs not in text.replace(" ", "") for text in done.texts.to_pylist())
    assert normal_value("code", secret) in done.values
    assert done.texts[-1].as_py() == texts[-1]


def test_nulls_blanks_and_types_are_kept():
    texts = pa.array([None, "", " ", "ask Anna about it"], pa.large_string())
    done = mask(texts, np.arange(4), PersonalConfig(), 10)
    assert done.texts.type == pa.large_string()
    assert done.texts.to_pylist()[:3] == [None, "", " "]
    filled = done.filler.fill(done.texts, np.random.default_rng(0))
    assert filled.type == pa.large_string()
    assert filled.to_pylist()[:3] == [None, "", " "]
    assert mask(pa.array([], pa.string()), np.arange(0), PersonalConfig(), 10).texts.to_pylist() == []
    assert done.filler.fill(pa.array([], pa.string()), np.random.default_rng(0)).to_pylist() == []


def test_one_rng_gives_one_result_also_for_a_slice():
    done = masked([f"ask Anna about {row}77" for row in range(50)])
    first, second = (done.filler.fill(done.texts, np.random.default_rng(4)) for _ in range(2))
    assert first.equals(second)
    part = done.filler.fill(done.texts.slice(10, 5), np.random.default_rng(4)).to_pylist()
    assert all(text.startswith("ask ") and not re.search(MARKED, text) for text in part)


def test_a_filler_is_the_same_again_from_its_state():
    done = masked([f"call 07700 {900100 + row}, Anna" for row in range(30)])
    again = Filler.from_state(json.loads(json.dumps(done.filler.state())))
    assert again == done.filler


ALTERED = (
    {"locales": {}}, {"locales": {"xx": 1}}, {"locales": {"en": 0}}, {"locales": {"en": -1}}, {"locales": "en"},
    {"locales": {"en": 2**60}}, {"locales": {"en": 1.5}}, {"forms": {"code": {"<script>": 1}}},
    {"forms": {"code": {"9" * 50: 1}}}, {"forms": {"code": {"": 1}}}, {"forms": {"secret": {"9": 1}}},
    {"cases": {"name": {"mixed": 1}}}, {"more": 1},
)  # fmt: skip


@pytest.mark.parametrize("change", ALTERED)
def test_an_altered_state_is_refused(change):
    state = masked(["ask Anna"]).filler.state() | change
    with pytest.raises(ModelFileError):
        Filler.from_state(state)


LOCALES = "en en-gb de de-ch fr es es-mx it pt pt-br nl sv da no fi pl cs tr hu el ru uk fa ja zh ko ar-eg en-au de-at"


def test_every_sort_can_be_filled_in_every_locale():
    marks = "".join(map(chr, range(0xE000, 0xE000 + 14 * 8)))
    for locale in LOCALES.split():
        filler = Filler.from_state({"locales": {locale: 1}, "forms": {}, "cases": {"name": {"lower": 1}}})
        filled = filler.fill(pa.array([marks, "x" + marks]), np.random.default_rng(0)).to_pylist()
        assert not re.search(MARKED, "".join(filled))
