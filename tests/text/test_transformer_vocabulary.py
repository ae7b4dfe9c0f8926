"""Texts as tokens, and tokens in rows."""

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("tokenizers")

from parhelion.personal.marks import mark
from parhelion.text.transformer.vocabulary import Vocabulary, Words
from parhelion.text.transformer.windows import NOTHING, Layout, Text, batches, rows_of

NAME = mark("name", 0)
TEXTS = ["my card is lost", "my card is stolen", f"is {NAME} there?", "中文的字", "中国的人"] * 10


def learned(texts, owners=None, least=5, tokens=1000):
    owners = np.arange(len(texts)) if owners is None else np.asarray(owners)
    return Vocabulary.learn(texts, Words(texts, owners), owners, least, tokens)


@pytest.mark.parametrize(
    "text", [*TEXTS[:5], "", " ", "\x00\r\n\t", "שלום 👩‍👩‍👧 é", "never met", f"{NAME}{NAME}", "\ufffd"]
)
def test_every_text_is_spelled_and_read_again(text):
    words = learned(TEXTS)
    assert words.decode(words.encode(text)) == text


def test_common_words_characters_and_marks_are_one_token_each():
    words = learned(TEXTS)
    assert len(words.encode("my card is")) == 3
    assert len(words.encode(NAME)) == len(words.encode("中")) == 1
    assert words.marks == NAME


def test_words_of_few_owners_leave_no_trace():
    owners = [*range(len(TEXTS)), *([7] * 20)]
    assert learned([*TEXTS, *["xylophone 秘"] * 20], owners) == learned(TEXTS)


def test_a_vocabulary_has_a_size():
    assert len(learned(TEXTS, tokens=3)) == 256 + 3 + 1
    assert len(learned([""])) == 256


def test_marks_that_are_not_known_are_not_read():
    words, other = learned(TEXTS), mark("iban", 3)
    assert not words.can_write(f"a{other}")
    assert words.decode(words.encode(f"a{other}")) is None


def test_owners_of_words_are_counted_once_however_they_write_them():
    words = Words(["Card card card", "CARD", "a card", "mine"], np.array([1, 1, 2, 3]))
    owners = dict(zip(words.words, words.owners.tolist(), strict=True))
    assert owners == {"Card": 2, "Ġcard": 2, "CARD": 2, "a": 1, "mine": 1}


@pytest.mark.parametrize("length", [0, 1, 5, 12, 13, 14, 100])
def test_every_token_of_a_text_is_written_once(length):
    layout = Layout(300, (2, 2), 16)
    tokens = np.append(np.arange(length), layout.end)
    rows = rows_of([Text(tokens, tokens)], layout.known(np.array([[0, 1]])), layout)
    assert np.concatenate([row.targets[row.targets != NOTHING] for row in rows]).tolist() == tokens.tolist()
    assert max(len(row.tokens) for row in rows) <= layout.window
    assert [row.tokens[0] for row in rows] == [layout.start] + [layout.going_on] * (len(rows) - 1)
    for row in rows:
        asked = np.flatnonzero(row.targets[:-1] != NOTHING)
        assert (row.tokens[asked + 1] == row.targets[asked]).all()


def test_batches_hold_every_row_once():
    layout = Layout(300, (), 64)
    texts = [Text(tokens, tokens) for tokens in (np.arange(n % 30 + 1) for n in range(200))]
    rows = rows_of(texts, np.zeros((200, 0), np.int64), layout)
    for rng in (None, np.random.default_rng(0)):
        made = list(batches(rows, 100, rng))
        assert sorted(np.concatenate([batch.texts for batch in made]).tolist()) == list(range(200))
        assert all(batch.tokens.size <= 100 for batch in made)
