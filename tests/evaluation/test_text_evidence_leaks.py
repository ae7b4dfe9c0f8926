"""Whatever is planted in synthetic texts is found: copies, spans, names, rare sequences, secrets, members."""

import numpy as np
import pyarrow as pa
import pytest
from texts_drawn import replaced, texts

import parhelion as ph
from parhelion.errors import ConfigError
from parhelion.evaluation.canaries import Canaries
from parhelion.evaluation.reading import case_of
from parhelion.evaluation.text import Scorer, exposure, measure
from parhelion.schema import CategoryColumn, Table, TextColumn

TABLE = Table(name="mails", columns=(TextColumn(name="body"), CategoryColumn(name="about")))
ROWS = 500
LONG = "the committee met on thursday and found that nobody had ever seen the missing blue folder since"
STRANGE = "seventeen purple walruses quietly juggle marmalade"


def case(synthetic, train=None, holdout=None, **options):
    train = texts(ROWS, 1) if train is None else train
    return case_of(train, synthetic, texts(ROWS, 3) if holdout is None else holdout, TABLE, quick=True, **options)


def scores(found):
    return {score.key.removeprefix("text."): score for score in found.scores}


@pytest.fixture(scope="module")
def clean():
    return measure(case(texts(ROWS, 2)))


def test_texts_of_the_same_kind_are_as_real_ones(clean):
    told = scores(clean)
    assert told["utility"].value > 0.95
    assert told["detection"].value < 0.58
    assert abs(told["membership"].value - 0.5) < 0.08
    assert told["spans"].value == pytest.approx(told["spans"].reference, abs=0.08)
    assert told["personal"].value == 0
    for name in ("length", "words", "pairs"):
        assert told[name].value < told[name].reference + 0.05, name
    assert not [sentence for sentence in clean.findings if "repeat" not in sentence and "six words" not in sentence]


def test_a_copy_is_found_by_every_test_of_privacy():
    train = texts(ROWS, 1)
    told = scores(measure(case(train, train)))
    assert told["verbatim"].value == told["copies"].value == 1
    assert told["membership"].value > 0.55
    assert told["detection"].value < 0.6  # it is not what tells a copy


def test_one_copied_text_and_one_long_span_are_found():
    train = replaced(texts(ROWS, 1), [LONG, "you know, " + LONG.replace("folder", "binder")])
    made = replaced(texts(ROWS, 2), [LONG.upper(), "but " + LONG[:60]])
    found, without = measure(case(made, train)), measure(case(replaced(made, ["nothing", "much"]), train))
    told, before = scores(found), scores(without)
    assert told["verbatim"].value == pytest.approx(before["verbatim"].value + 1 / ROWS)
    assert told["spans"].value >= before["spans"].value + 2 / ROWS - 1e-9
    assert any("word for word" in sentence for sentence in found.findings)
    assert LONG not in found.model_dump_json()


def test_a_rare_sequence_of_words_is_found():
    train = replaced(texts(ROWS, 1), [f"i said {STRANGE} yesterday"])
    made = replaced(texts(ROWS, 2), [f"well {STRANGE} now"] * 30)
    told = scores(measure(case(made, train)))
    assert told["sequences"].value >= 30 / ROWS
    assert told["sequences"].value > scores(measure(case(texts(ROWS, 2), train)))["sequences"].value


def test_personal_values_are_counted_by_sort_and_never_shown():
    mails = [f"write to {name}.quandt{at}@kluge-mail.example please" for at, name in enumerate(("odo", "wim", "uta"))]
    train = replaced(texts(ROWS, 1), mails)
    made = replaced(texts(ROWS, 2), ["ask uta.QUANDT2@kluge-mail.example about it", *mails[:1]])
    found = measure(case(made, train))
    assert scores(found)["personal"].value == pytest.approx(2 / ROWS)
    counted = {one.sort: (one.real, one.synthetic) for one in found.columns[0].personal}
    assert counted["email"] == (3, 2)
    assert "quandt" not in found.model_dump_json().lower()


def test_values_that_many_share_point_at_nobody():
    train = replaced(texts(ROWS, 1), ["call us at +49 30 901820 or info@kluge-mail.example"] * 30)
    made = replaced(texts(ROWS, 2), ["it is info@kluge-mail.example they say"])
    assert scores(measure(case(made, train)))["personal"].value == 0


def test_members_are_told_where_synthetic_texts_are_made_of_theirs():
    rng = np.random.default_rng(0)

    def signed(table):
        return replaced(
            table, [f"{body} {''.join(rng.choice(list('qxzjkvw'), 8))}" for body in table["body"].to_pylist()]
        )

    train, unseen = signed(texts(ROWS, 1)), signed(texts(1_100, 3))
    leaked = scores(measure(case(train, train, unseen)))
    assert leaked["membership"].value > 0.95
    assert leaked["tpr"].interval[0] > 0.05


def test_without_held_out_texts_membership_is_not_told_and_copies_of_both_halves_are():
    real = texts(ROWS, 1)
    found = measure(case_of(real, replaced(texts(ROWS, 2), real["body"].to_pylist()[:50]), None, TABLE, quick=True))
    told = scores(found)
    assert told["membership"].untold
    assert told["copies"].reference is None
    assert told["verbatim"].value >= 50 / ROWS


def test_other_texts_among_the_held_out_ones_are_no_membership():
    unseen = replaced(texts(ROWS, 3), [f"{body} lorem ipsum dolor" for body in texts(ROWS, 3)["body"].to_pylist()])
    told = scores(measure(case(texts(ROWS, 2), None, unseen)))
    assert told["membership"].value > 0.6
    assert told["membership"].reference > 0.6


def test_secrets_that_come_out_are_exposed_and_those_that_do_not_are_not():
    rng = np.random.default_rng(5)
    canaries = Canaries.made(rng, ("the code of my safe is ######", "write to ????????@mail.example"), times=(1, 5))
    made = texts(300, 2)["body"].to_pylist()
    kept = exposure(pa.array(made), canaries, rng)
    assert not any(one.verbatim for one in kept)
    assert np.mean([one.exposure for one in kept]) < 5
    out = exposure(pa.array(made + canaries.texts[:1]), canaries, rng)
    assert [one.verbatim for one in out] == [True, False, False, False]
    assert out[0].exposure == out[0].most == 12


def test_a_secret_that_is_only_likely_has_a_high_exposure():
    rng = np.random.default_rng(6)
    canaries = Canaries.made(rng, ("the code of my safe is ######",), times=(10,))
    part = canaries.every[0].text[:-1]  # all but the last digit
    (one,) = exposure(pa.array([*texts(300, 2)["body"].to_pylist(), f"{part} or so"]), canaries, rng)
    assert not one.verbatim
    assert one.exposure > 8


def test_canaries_are_judged_with_the_rest():
    canaries = Canaries.made(np.random.default_rng(7), ("the code of my safe is ######",), times=(3,))
    made = replaced(texts(ROWS, 2), canaries.texts[:1])
    options = {"schema": TABLE, "quick": True, "canaries": canaries}
    report = ph.evaluate(texts(ROWS, 1), made, texts(ROWS, 3), **options)
    found = report.text
    assert scores(found)["canaries"].value == 1
    assert "text.canaries" in {one.score for one in report.verdict.of("missed")}
    assert found.canaries[0].verbatim
    assert canaries.every[0].secret not in found.model_dump_json()
    assert "planted secret" in found.findings[0]


def test_what_is_no_canary_is_refused():
    with pytest.raises(ConfigError, match="0 times"):
        Canaries.made(np.random.default_rng(0), times=(0,))


def test_a_scorer_knows_what_it_has_read():
    read = pa.array(["the quick brown fox jumps over the lazy dog", "grüße 🎉"] * 3)
    scorer = Scorer.of(read)
    known, other, empty = scorer.log_likelihood(pa.array(["grüße 🎉", "grüsse 🎈", ""]))
    assert other < known < 0
    assert np.isfinite(empty)
    one_byte = scorer.log_likelihood(pa.array([chr(at) for at in range(128)]))
    assert np.exp(one_byte).sum() < 1
