"""Whether two answers are to one request: how often honest pairs fail, and what else passes."""

import random

import pytest
from trust_people import honest, junk, random_words, task

from parhelion.llm.contract import Message, Request
from parhelion.network.likeness import ENOUGH, LEAVES, Likeness, agree, parts

PAIRS = 150


def ask(text):
    return Request((Message("user", text),))


def seen(make=honest, seed=0, tasks=160):
    likeness, rng = Likeness(), random.Random(seed)
    for number in range(tasks):
        likeness.add(task(number, seed), make(task(number, seed), rng), "somebody", known=True)
    return likeness


def share(likeness, other, seed=0):
    """How often an honest answer agrees with another one."""
    rng, agreeing = random.Random(seed + 1), 0
    for number in range(1000, 1000 + PAIRS):
        request = task(number, seed)
        agreeing += likeness.evidence(request, honest(request, rng), other(request, rng)) > 0
    return agreeing / PAIRS


def elsewhere(request, rng):
    return honest(task(rng.randrange(5000, 9000)), rng)


@pytest.mark.parametrize("seed", [0, 1])
def test_honest_pairs_agree(seed):
    assert share(seen(seed=seed), honest, seed) >= 0.99


@pytest.mark.parametrize("other", [junk, random_words, elsewhere])
def test_others_do_not(other):
    assert share(seen(), other) <= 0.05


def test_others_do_not_where_a_fifth_of_what_was_seen_is_junk():
    rng = random.Random(3)
    likeness = seen(lambda request, _: (junk if rng.random() < 0.2 else honest)(request, rng))
    assert share(likeness, honest) >= 0.99
    assert share(likeness, elsewhere) <= 0.05


def test_what_has_nothing_to_do_with_its_request_is_strange():
    likeness, rng = seen(), random.Random(5)
    requests = [task(number) for number in range(1000, 1200)]
    assert sum(likeness.strange(each, honest(each, rng)) for each in requests) <= 6
    assert sum(likeness.strange(each, junk(each, rng)) for each in requests) >= 195
    assert sum(likeness.strange(each, elsewhere(each, rng)) for each in requests) >= 180


def test_nothing_is_said_before_enough_was_seen():
    likeness, rng, request = Likeness(), random.Random(0), task(0)
    for number in range(1, ENOUGH):
        assert likeness.evidence(request, honest(request, rng), junk(request, rng)) == 0
        assert not likeness.judges(honest(request, rng))
        likeness.add(task(number), honest(task(number), rng), "somebody", known=True)


def test_texts_that_do_not_depend_on_what_was_asked_are_not_judged():
    likeness, rng = Likeness(), random.Random(0)
    story = lambda: f"Once upon a time {junk(None, rng)['answer']}"  # noqa: E731
    for number in range(100):
        likeness.add(ask(f"Tell story number {number} of the {number % 7}th kind."), story(), "a", known=True)
    assert likeness.grip < 0.75
    assert not likeness.judges(story())
    assert likeness.evidence(ask("Tell a story."), story(), story()) == 0
    assert not likeness.strange(ask("Tell a story."), "x" * 60)


def test_one_prompt_for_all_is_not_judged():
    likeness, rng = Likeness(), random.Random(0)
    for number in range(60):
        likeness.add(ask("Invent a name and a story."), honest(task(number), rng), "a", known=True)
    assert likeness.grip == 0
    assert likeness.evidence(ask("Invent a name and a story."), honest(task(1), rng), honest(task(2), rng)) <= 1


def test_marks_and_yes_or_no_count_as_evidence_by_how_rare_they_are():
    likeness, rng = Likeness(), random.Random(0)
    for number in range(96):
        likeness.add(ask(f"Is row {number} good?"), {"good": rng.random() < 0.5, "kind": "a"}, "a", known=True)
    same = likeness.evidence(ask("?"), {"good": True, "kind": "a"}, {"good": True, "kind": "a"})
    other = likeness.evidence(ask("?"), {"good": True, "kind": "a"}, {"good": False, "kind": "a"})
    assert 0.2 < same < 1
    assert -2 < other < -0.8


def test_what_nearly_all_say_is_no_evidence():
    likeness = Likeness()
    for number in range(96):
        likeness.add(ask(f"Is row {number} good?"), number != 40, "a", known=True)
    assert likeness.evidence(ask("?"), True, True) == 0


def test_answers_without_spaces_between_words_compare_too():
    rng, likeness = random.Random(0), Likeness()
    signs = [chr(0x4E00 + number) for number in range(2000)]

    def chinese(number):
        own = random.Random(number)
        words = ["".join(own.sample(signs, 3)) for _ in range(8)]
        rng.shuffle(words)
        return "的是".join(words[:6])

    for number in range(96):
        likeness.add(ask(chinese(number)), chinese(number), "a", known=True)
    assert all(likeness.evidence(ask(chinese(k)), chinese(k), chinese(k)) > 0 for k in range(200, 230))
    assert sum(likeness.evidence(ask(chinese(k)), chinese(k), chinese(k + 50)) > 0 for k in range(200, 230)) <= 1


@pytest.mark.parametrize(
    "value",
    [
        None, "", [], {}, 10**400, -(10**400), float("nan"), float("inf"), True, "\ud800" * 50, "\x00" * 500,
        "ﷺ" * 50_000, [[]] * 1000, list(range(10**5)), {"a": {"b": [1, "x" * 10**6]}}, "\u0301" * 9000,
    ],
)  # fmt: skip
def test_no_value_is_too_odd(value):
    likeness = seen(tasks=40)
    assert len(parts(value).open) + len(parts(value).closed) <= LEAVES
    likeness.add(task(1), value, "somebody", known=True)
    for other in (value, honest(task(3), random.Random(0)), 3, 0.5):
        assert abs(likeness.evidence(task(3), value, other)) < 300
        likeness.strange(task(3), value)
        agree(value, other)


def test_a_deep_value_is_read_as_far_as_it_matters():
    value = "down here"
    for _ in range(50_000):
        value = [value]
    assert len(parts(value).closed) <= 1


def test_what_somebody_said_is_forgotten():
    likeness, rng = seen(tasks=40), random.Random(0)
    for number in range(20):
        likeness.add(task(number), junk(task(number), rng), "bad", known=False)
    before = likeness.grip
    likeness.forget("bad")
    assert likeness.grip > before
    assert likeness.grip == seen(tasks=40).grip
