"""Nobody's words: what is planted in the originals never comes out, and no text copies one."""

import re

import numpy as np
import pyarrow as pa
import pytest
from text_cases import mails

import parhelion as ph
from parhelion.overlap import Originals
from parhelion.personal import normal_value, values_of

WORDS = (
    "zyxwort", "Quibbleton", "flomorra", "Grindelvane", "oxtrebly", "vashtine", "Purnival", "kelmodry", "threxing",
    "Yolandrix",
)  # fmt: skip
FORMS = (
    ("my pin is {number}", "{number}"), ("order {code} please", "{code}"), ("ask for {word}", "{word}"),
    ("the password is {word}{short}", "{word}{short}"), ("call me on 0{number}{number}", "0{number}{number}"),
    ("I am {word} {second}", "{word} {second}"), ("mail {word}@{second}.org", "{word}@{second}.org"),
)  # fmt: skip


def planted(seed=0, plants=40):
    """Texts with secrets in them, each 1 to 10 times, alone or within others; and the secrets."""
    rng = np.random.default_rng(seed)
    labels, texts = mails(400, seed)
    secrets = []
    for plant in range(plants):
        said, secret = FORMS[plant % len(FORMS)]
        filled = {
            "number": int(rng.integers(10_000, 99_999)), "short": int(rng.integers(10, 99)),
            "code": f"{''.join(rng.choice(list('ABCDEFGHKLMNP'), 3))}-{rng.integers(1000, 9999)}",
            "word": WORDS[plant % 10] + "aeiouy"[plant // 10], "second": WORDS[(plant * 7 + 3) % 10] + "rst"[plant % 3],
        }  # fmt: skip
        said, secret = said.format(**filled), secret.format(**filled)
        secrets.append(secret)
        for place in rng.choice(len(texts), 1 + plant % 10, replace=False).tolist():
            texts[place] = (
                said if rng.random() < 0.3 else f"{texts[place]} {said}" if plant % 2 else f"{said}. {texts[place]}"
            )
    return labels, texts, [secret for secret in secrets if any(secret in text for text in texts)]


@pytest.fixture(scope="session")
def made_and_real():
    labels, texts, secrets = planted()
    model = ph.fit(pa.table({"label": labels, "text": texts}), text="text", label="label")
    return model.sample(4000, seed=3)["text"].combine_chunks(), pa.array(texts), secrets


def letters(text):
    """What is left of a text where neither case nor signs count."""
    return re.sub(r"[\W_]", "", text).casefold()


def test_no_secret_comes_out(made_and_real):
    made, _, secrets = made_and_real
    assert len(secrets) > 30
    whole = "\n".join(map(letters, made.to_pylist()))
    assert [secret for secret in secrets if letters(secret) in whole] == []


def test_no_text_copies_an_original(made_and_real):
    made, real, _ = made_and_real
    originals = Originals.of(real)
    assert not originals.verbatim(made).any()
    assert originals.longest(made).max() < 50
    assert not originals.sequences(made).any()


def test_no_personal_value_of_an_original_comes_out(made_and_real):
    made, real, _ = made_and_real
    held, shown = (
        {(value.sort, normal_value(value.sort, value.text)) for values in values_of(texts) for value in values}
        for texts in (real, made)
    )
    assert len(held) > 20
    assert len(shown) > 20  # others are made up in their places
    assert not held & shown


def test_a_value_is_none_wherever_else_its_word_stands():
    """Told to be a code in one text and not in another; a name that begins a sentence, and one that ends one."""
    labels, texts = mails(300)
    texts[5], texts[80] = f"{texts[5]} my code is 4711", f"4711 points, why? {texts[80]}"
    texts[9], texts[90] = f"I told Zebulon. {texts[9]}", f"Zebulon is late again. {texts[90]}"
    made = ph.fit(pa.table({"label": labels, "text": texts}), label="label", text="text").sample(3000, seed=2)
    whole = " ".join(made["text"].to_pylist())
    assert "4711" not in whole
    assert "zebulon" not in whole.casefold()


def test_digits_that_many_wrote_are_not_put_together_to_a_value():
    labels, texts = mails(300)
    texts = [f"{text} {('20', '10')[i % 2]}" for i, text in enumerate(texts)]
    texts[5] = f"{texts[5]} my code is 2010"
    model = ph.fit(pa.table({"label": labels, "text": texts}), label="label", text="text")
    assert "2010" not in " ".join(model.sample(1000, seed=2)["text"].to_pylist())


def test_a_number_that_many_wrote_is_nobody_s():
    labels, texts = mails(300)
    texts = [f"I paid £450. {text}" if i % 4 == 0 else text for i, text in enumerate(texts)]
    texts[5] = f"{texts[5]} my code is 450"
    made = ph.fit(pa.table({"label": labels, "text": texts}), label="label", text="text").sample(300, seed=2)
    assert any("£450" in text for text in made["text"].to_pylist())
