"""Texts in tables as users meet them: named or found, with labels of any kind, odd texts, and what is said of them."""

import csv
import datetime as dt
import errno
import os
import signal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from text_cases import SUBJECTS, about, mails

import parhelion as ph
from parhelion.errors import ConfigError, DataError, OutputError, SchemaError
from parhelion.overlap import Originals

LABELS, TEXTS = mails()
N = len(TEXTS)
RNG = np.random.default_rng(7)


@pytest.fixture(autouse=True)
def same_numbers(monkeypatch):
    """A test draws the same whichever others were run before it, in whatever order they are dealt out."""
    monkeypatch.setattr(f"{__name__}.RNG", np.random.default_rng(8))


def table(**columns):
    return pa.table({"label": LABELS, "text": TEXTS} | columns)


def fitted(data=None, **options):
    return ph.fit(table() if data is None else data, **{"text": "text"} | options)


def texts_of(made, name="text"):
    return made[name].to_pylist()


@pytest.fixture(scope="session")
def mailed():
    """A model of labelled texts."""
    return fitted(label="label")


def test_texts_are_written_for_their_labels_and_copy_none(mailed):
    made = mailed.sample(600, seed=1)
    for label in SUBJECTS:
        own = texts_of(made.filter(pc.equal(made["label"], label)))
        assert about(label, own) > 0.85
    originals = Originals.of(pa.array(TEXTS))
    texts = made["text"].combine_chunks()
    assert not originals.verbatim(texts).any()
    assert originals.longest(texts).max() < 50
    assert not originals.sequences(texts).any()
    assert "[text]" not in set(texts_of(made))


def test_a_seed_is_a_result_and_a_file_is_the_same_model(mailed, tmp_path):
    mailed.save(tmp_path / "m.parhelion")
    loaded = ph.load(tmp_path / "m.parhelion")
    made = mailed.sample(150, seed=5)
    assert loaded.sample(150, seed=5).equals(made)
    assert not mailed.sample(150, seed=6)["text"].equals(made["text"])
    assert loaded.summary() == mailed.summary()
    assert fitted(label="label").sample(150, seed=5).equals(made)


def test_one_thread_gives_what_two_do(mailed, monkeypatch):
    made = mailed.sample(9000, seed=2)
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    assert mailed.sample(9000, seed=2).equals(made)


def test_rows_that_are_chosen(mailed):
    made = mailed.sample(40, where="label = 'app'")
    assert about("app", texts_of(made)) > 0.85
    assert pc.value_counts(mailed.sample(30, balance="label")["label"]).field(1).to_pylist() == [10, 10, 10]
    assert mailed.sample(4, each="label").num_rows == 12
    with pytest.raises(ConfigError, match=r"label has no value 'refund'.*there are: 'app', 'card', 'parcel'"):
        mailed.sample(3, where="label = 'refund'")


def test_temperature_longest_and_stop(mailed):
    kinds = [len(set(texts_of(mailed.sample(300, temperature=t)))) for t in (0.3, 2.0)]
    assert kinds[0] < kinds[1]
    assert max(map(len, texts_of(mailed.sample(100, longest=30)))) <= 30
    assert not any(sign in text for text in texts_of(mailed.sample(100, stop=["e", "."])) for sign in "e.")
    assert set(texts_of(mailed.sample(5, longest=1))) == {"[text]"}  # nothing is so short


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"temperature": 0}, "greater than 0"), ({"temperature": 3}, "less than or equal to 2"),
        ({"longest": 0}, "greater than or equal to 1"), ({"stop": ""}, "would end every text"),
        ({"stop": ["ok", "\ud800"]}, "lone surrogate"), ({"temprature": 1}, "did you mean 'temperature'"),
    ],
)  # fmt: skip
def test_wrong_ways_to_draw_are_told(mailed, options, said):
    with pytest.raises(ConfigError, match=said):
        mailed.sample(3, **options)


DAYS = (np.datetime64("2024-01-01") + RNG.integers(0, 360, N)).astype("datetime64[D]")
NUMBERED = [list(SUBJECTS).index(label) for label in LABELS]


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ([label == "card" for label in LABELS], "label = true"), ([2 * i + 1 for i in NUMBERED], "label = 5"),
        (np.arange(N) % 20, None), (RNG.gamma(2, 20, N).round(2), "label > 20"), (DAYS, "month(label) = 12"),
        (DAYS.astype("datetime64[us]"), None), ([None if i % 4 == 0 else LABELS[i] for i in range(N)], None),
        ([f"the {label} department of the whole company" for label in LABELS], None),
        ([f"u{i % 9}@example.com" for i in range(N)], None), (pa.array(NUMBERED).cast(pa.decimal128(20)), None),
        (pa.array(LABELS).dictionary_encode(), None), (np.where(np.arange(N) % 9, NUMBERED, np.inf), None),
        (pa.array([dt.timedelta(hours=i) for i in NUMBERED]), None),
    ],
    ids=str,
)  # fmt: skip
def test_any_label(values, where):
    """Categories, booleans, numbers, moments; and whatever looks like text or a person's, taken for a category."""
    model = fitted(table(label=values), label="label")
    assert model.texts[0].context == ("label",)
    made = model.sample(20, where=where)
    assert all(isinstance(text, str) for text in texts_of(made))


def test_several_labels_and_one_named_twice():
    model = fitted(table(stars=np.arange(N) % 5), label=["label", "stars", "label"])
    assert model.texts[0].context == ("label", "stars")


def test_a_label_that_says_nothing_is_told():
    for values in ([f"l{i}" for i in range(N)], ["same"] * N):
        model = fitted(table(label=values), label="label")
        assert model.texts[0].context == ()
        assert any("is not written for 'label'" in note for note in model.notes)
        assert model.sample(5).num_rows == 5


def test_without_labels_the_columns_that_tell_something_are_the_context():
    data = table(noise=RNG.normal(size=N), more=RNG.integers(0, 3, N))
    assert fitted(data).texts[0].context == ("label",)
    assert [part.column for part in ph.fit(data).texts] == ["text"]


def test_texts_beside_orders_between_columns():
    low = RNG.integers(0, 50, N)
    model = fitted(table(low=low, high=low + RNG.integers(0, 9, N)), label=["label", "low"])
    assert any("<=" in str(rule) for rule in model.table.rules)
    made = model.sample(60, where="low > 20", balance="label")
    assert pc.all(pc.less_equal(made["low"], made["high"])).as_py()


def test_texts_missing_empty_and_blank_come_as_often():
    odd = [None if i % 5 == 0 else "  " if i % 5 == 1 else text for i, text in enumerate(TEXTS)]
    texts = texts_of(fitted(table(text=odd), label="label").sample(500))
    assert 0.12 < np.mean([text is None for text in texts]) < 0.28
    assert 0.12 < np.mean([text == "" for text in texts]) < 0.28


@pytest.mark.parametrize("value", [None, "", "\t \n"])
def test_no_text_at_all(value):
    model = fitted(table(text=pa.array([value] * N, pa.string())), label="label")
    assert model.texts == ()
    assert set(texts_of(model.sample(5))) == {"" if value else None}  # an empty cell is a missing one


@pytest.mark.parametrize(
    "texts",
    [["my parcel is late"] * N, [f"Your order {10_000 + 37 * i} was sent to you" for i in range(N)]],
    ids=["alike", "alike but for a number"],
)
def test_texts_that_are_alike_become_a_placeholder_and_the_user_is_told(texts):
    model = fitted(table(text=texts), label="label")
    assert set(texts_of(model.sample(9))) == {"[text]"}
    assert any("so alike that none can be written" in note for note in model.notes)


def test_few_rows():
    model = fitted(table().slice(0, 60), label="label")
    assert all(texts_of(model.sample(30)))
    assert any("words are shared by enough people" in note for note in model.notes)


@pytest.mark.parametrize("protect", [1, 50])
def test_any_protection(protect):
    made = fitted(label="label", protect=protect).sample(60)
    assert not set(texts_of(made)) & set(TEXTS)


def test_very_long_texts():
    long = [*TEXTS[:-3], "lorem ipsum dolor " * 60_000, "x" * 1_000_000, "word " * 200_000]
    assert max(map(len, texts_of(fitted(table(text=long), label="label").sample(50)))) < 200


@pytest.mark.parametrize(
    "end",
    ["\U0001f600\U0001f468\u200d\U0001f469", "שלום לכולם", "\u4f60\u597d\u5417", "\x00nul", "a\r\nb", "\u202ex\ufeff"],
)  # fmt: skip
def test_any_characters(end, tmp_path):
    model = fitted(table(text=[f"{text} {end}" for text in TEXTS]), label="label")
    made = model.sample(60)
    assert any(end in text for text in texts_of(made))
    model.write(tmp_path / "made.parquet", 60)
    assert pq.read_table(tmp_path / "made.parquet")["text"].to_pylist() == texts_of(made)


def test_private_characters_of_the_originals_are_no_marks():
    made = fitted(table(text=[f"{text} \ue000" for text in TEXTS]), label="label").sample(50)
    assert any("\ufffd" in text for text in texts_of(made))


def test_two_columns_of_text_of_odd_names(tmp_path):
    data = pa.table({"label": LABELS, "a.b": TEXTS, "text0.engine \U0001f600/..": mails(seed=4)[1]})
    model = ph.fit(data, label="label")
    model.save(tmp_path / "m.parhelion")
    made = model.sample(40)
    assert ph.load(tmp_path / "m.parhelion").sample(40).equals(made)
    assert made.column_names == data.column_names
    assert not made["a.b"].equals(made[2])


def test_texts_of_one_person_count_as_one():
    who = [f"u{i % 40}" for i in range(N)]
    said = [f"{text} abracadabra" if name == "u7" else text for text, name in zip(TEXTS, who, strict=True)]
    plain, person = (
        fitted(table(text=[f"{text} abracadabra" if i % 2 else text for i, text in enumerate(TEXTS)]), label="label"),
        fitted(table(text=said, who=who), label="label", person="who", protect=3),
    )
    assert any("abracadabra" in text for text in texts_of(plain.sample(200)))
    assert not any("abracadabra" in text for text in texts_of(person.sample(500)))


def test_what_comes_in_comes_out(tmp_path):
    pl = pytest.importorskip("polars")
    rows = {"label": LABELS, "text": TEXTS}
    for kind in (pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())):
        assert fitted(table(text=pa.array(TEXTS).cast(kind)), label="label").sample(3).schema.field("text").type == kind
    pq.write_table(table(), tmp_path / "a.parquet")
    assert isinstance(fitted(tmp_path / "a.parquet", label="label").sample(3), pa.Table)
    assert isinstance(fitted(pl.DataFrame(rows), label="label").sample(3), pl.DataFrame)
    frame = fitted(pd.DataFrame(rows), label="label").sample(3)
    assert isinstance(frame, pd.DataFrame)
    assert frame["text"].map(type).eq(str).all()


def test_a_spreadsheet_s_csv_is_written_as_it_was(tmp_path):
    with (tmp_path / "m.csv").open("w", encoding="cp1252", newline="") as file:
        rows = zip(LABELS, TEXTS, strict=True)
        csv.writer(file, delimiter=";").writerows(
            [("Art", "Größe; Text"), *((label, f"“{text}”;\n5 €") for label, text in rows)]
        )
    model = ph.fit(tmp_path / "m.csv", text="Größe; Text", label="Art")
    model.write(tmp_path / "made.csv", 40)
    with (tmp_path / "made.csv").open(encoding="cp1252", newline="") as file:
        made = list(csv.reader(file, delimiter=";"))
    assert made[0] == ["Art", "Größe; Text"]
    assert any("”;\n5 €" in text for _, text in made[1:])


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"text": "txet"}, SchemaError, "text is 'txet', which is no column of table; did you mean 'text'"),
        ({"label": "lable"}, SchemaError, "did you mean 'label'"),
        ({"label": "text"}, ConfigError, "'text' is both text and label"),
        ({"target": "text"}, ConfigError, "'text' is both text and target"),
        ({"person": "text"}, ConfigError, "'text' is both text and person"),
        ({"text": "n"}, SchemaError, "table.n holds double, not text; columns of text are 'label', 'text'"),
        ({"kinds": {"text": "category"}}, SchemaError, "table.text is named as text, and its kind as 'category'"),
        ({"label": "label", "kinds": {"label": "text"}}, SchemaError, "named as label, and its kind as 'text'"),
        ({"text": (), "label": "label", "kinds": {"text": "category"}}, ConfigError, "name it: text='text'"),
        ({"text_engine": "ngrm"}, ConfigError, "'ngram', 'transformer', 'lm', 'prompt' or 'none'"),
        ({"ngram": {"ordr": 3}}, ConfigError, "did you mean 'ngram.order'"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_told(options, error, said):
    with pytest.raises(error, match=said.replace("(", r"\(")):
        fitted(table(n=RNG.normal(size=N)), **options)


def test_a_schema_that_says_otherwise():
    schema = fitted(text_engine="none").schema
    with pytest.raises(SchemaError, match=r"table.label is named as text, and the schema says 'category'"):
        fitted(text="label", schema=schema)
    with pytest.raises(ConfigError, match="both text and label"):
        fitted(text="text", label="text", schema=schema)


def test_half_characters_are_refused():
    with pytest.raises((DataError, UnicodeEncodeError)):
        fitted(pd.DataFrame({"label": LABELS, "text": pd.Series([f"{t}\ud800" for t in TEXTS], dtype=object)}))


def test_no_text_is_learned_where_one_says_so():
    model = fitted(text_engine="none")
    assert set(texts_of(model.sample(5))) == {"[text]"}
    assert any("free text is not learned, as you said" in note for note in model.notes)


def test_a_full_disk_leaves_nothing(mailed, mounted):
    folder = mounted("size=40k")
    with pytest.raises(OutputError, match=os.strerror(errno.ENOSPC)):
        mailed.write(folder / "made.csv", 3000)
    assert list(folder.iterdir()) == []


def test_stopping_leaves_nothing(mailed, tmp_path):
    def stop(_stage, _done, _total):
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        mailed.write(tmp_path / "made.csv", 3000, progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_a_text_has_the_length_asked_for_with_made_up_values_in_it():
    mailing = [f"{text} write to {name}{i}@home.com" for i, (text, name) in enumerate(zip(TEXTS, LABELS, strict=True))]
    model = fitted(table(text=mailing), label="label")
    plain = texts_of(model.sample(200))
    assert np.mean(["@" in text for text in plain]) > 0.3
    assert not any("home.com" in text for text in plain)
    assert max(map(len, texts_of(model.sample(200, longest=60)))) <= 60
    assert not any("." in text or "@" in text for text in texts_of(model.sample(200, stop=["@", "."])))
