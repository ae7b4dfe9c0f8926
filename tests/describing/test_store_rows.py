"""Rows and cells: all accounted for, at every moment."""

import random

import pytest

from parhelion.describing.contract import Place, Row
from parhelion.describing.rows.nearness import Nearness
from parhelion.describing.store import Cell, Counts, RunPlace, fact_mark, open_store
from parhelion.errors import DataError
from parhelion.llm.contract import Reply, Usage

FACT = {"statement": "s", "quote": "q", "url": "u", "title": "t"}


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path) as made:
        made.begin("r", "goal: x")
        yield made


def cells(store, *names, endpoint="good", held=False):
    for name in names:
        store.keep_cell(Cell(name, "f", name.upper(), endpoint=endpoint, held=held))


def test_a_cell_is_given_back_as_it_was_kept(store):
    value = {"a": [1, 2.5, None, True, "é\ud83c 🎉\x00"], "": {}}
    store.keep_cell(Cell("k", "field", value, endpoint="e", held=True))
    store.keep_cell(Cell("bad", "field", None, "not JSON", "{raw", "e"))
    value["a"][-1] = "é\ufffd 🎉\x00"  # half a character is none
    assert store.cell("k") == Cell("k", "field", value, endpoint="e", held=True, number=1)
    assert store.cell("bad") == Cell("bad", "field", None, "not JSON", "{raw", "e", number=2)
    assert store.cell("none") is None
    assert (store.last_cell("e"), store.last_cell("elsewhere")) == (2, 0)


def test_a_cell_that_is_asked_again_is_replaced_in_its_place(store):
    store.keep_cell(Cell("k", "f", None, "no good", "raw", "e"))
    store.keep_cell(Cell("k", "f", 1, endpoint="e2"))
    assert store.cell("k") == Cell("k", "f", 1, endpoint="e2", number=1)


def test_a_value_that_cannot_be_kept_is_named(store):
    with pytest.raises(DataError, match=r"row 0\.0: 'a'\.'b'\[1\] is a complex"):
        store.put_row("r", Row(Place(0, 0), "accepted", {"a": {"b": [0, 1j]}, "c": 1}))
    with pytest.raises(DataError, match="no run 'nowhere'"):
        store.put_row("nowhere", Row(Place(0, 0), "accepted", {}))
    loop = []
    loop.append(loop)
    with pytest.raises(DataError, match="more than 100"):
        store.keep_cell(Cell("k", "f", loop))
    assert store.counts("r").candidates == 0


@pytest.mark.parametrize("state", ["pending", "held", "accepted", "rejected"])
def test_a_row_is_given_back_as_it_was_put(store, state):
    cells(store, "a", "b", "c", held=state == "held")
    row = Row(Place(4, 2), state, {"z": 1, "a": {"x": [None]}}, "f", "why", "raw", {"level": "hard"}, ("c", "a", "b"))
    assert store.put_row("r", row) == state
    assert store.row("r", Place(4, 2)) == row
    assert list(store.row("r", Place(4, 2)).values) == ["z", "a"]
    assert store.row("r", Place(4, 1)) is None


def test_rows_come_by_slot_and_attempt_whatever_is_put_meanwhile(store):
    rng, places = random.Random(1), [Place(slot, attempt) for slot in range(150) for attempt in range(3)]
    for place in rng.sample(places, len(places)):
        store.put_row("r", Row(place, "rejected" if place.attempt < 2 else "accepted", {"n": place.slot}))
    seen = []
    for row in store.rows("r"):
        seen.append(row.place)
        store.put_row("r", Row(row.place, row.state, {"n": -1}))
    assert seen == places
    assert [row.place.slot for row in store.rows("r", "accepted")] == list(range(150))
    assert [*store.rows("r", "held")] == []


def test_candidates_are_always_accounted_for(store):
    rng, states = random.Random(2), {}
    for _ in range(300):
        place = Place(rng.randrange(20), rng.randrange(4))
        state = rng.choice(["pending", "held", "accepted", "rejected"])
        row = Row(place, state, {}, rng.choice("ab") if state == "rejected" else "")
        try:
            store.put_row("r", row)
        except DataError as fault:
            assert "one candidate at a time" in str(fault)  # noqa: PT017 (most are let in)
        else:
            states[place] = row
        counts = store.counts("r")
        assert counts.candidates == counts.accepted + sum(counts.rejected.values()) + counts.pending + counts.held
        assert counts.candidates == len(states)
    expected = [row.state for row in states.values()]
    assert (counts.accepted, counts.pending, counts.held) == tuple(map(expected.count, ["accepted", "pending", "held"]))
    assert sum(times for _, _, times in store.rejects("r")) == sum(counts.rejected.values())


def test_counts_by_stratum_and_by_fact(store):
    for slot, (level, state) in enumerate(
        [("hard", "accepted"), ("hard", "held"), ("easy", "accepted"), ("hard", "rejected")]
    ):
        store.put_row("r", Row(Place(slot, 0), state, {"f": FACT}, stratum={"level": level}))
    store.put_row("r", Row(Place(9, 0), "accepted", {}))
    assert store.stratum_counts("r", "level") == {"hard": 1, "easy": 1}
    assert store.stratum_counts("r", "level", ("accepted", "held")) == {"hard": 2, "easy": 1}
    assert store.uses("r") == {fact_mark(FACT): 3}
    store.put_row("r", Row(Place(0, 0), "rejected", {"f": FACT}))
    assert store.uses("r") == {fact_mark(FACT): 2}


def test_what_is_still_to_be_done(store):
    for place, state in [((0, 0), "accepted"), ((1, 0), "rejected"), ((1, 1), "rejected"), ((2, 0), "held"),
                         ((3, 0), "rejected"), ((3, 1), "pending"), ((9, 0), "pending")]:  # fmt: skip
        store.put_row("r", Row(Place(*place), state, {}))
    assert store.open_places("r", 6) == [(1, 2), (3, 1), (4, 0), (5, 0)]
    assert store.open_places("r", 0) == []


def test_a_slot_has_one_candidate_at_a_time(store):
    store.put_row("r", Row(Place(0, 0), "accepted", {}))
    with pytest.raises(DataError, match=r"row 0\.1 of run 'r' cannot be accepted: 0\.0 is accepted"):
        store.put_row("r", Row(Place(0, 1), "accepted", {}))
    store.put_row("r", Row(Place(0, 1), "rejected", {}))
    store.begin("other", "")
    store.put_row("other", Row(Place(0, 1), "accepted", {}))


def test_withdrawn_answers_take_their_rows_with_them(store):
    near = Nearness(store, "r", 0.8)
    cells(store, "early", endpoint="bad")
    since = store.last_cell("bad")
    cells(store, "good")
    cells(store, "b1", "b2", "b3", "b4", endpoint="bad")
    for number, answer in enumerate(["early:0", "b1:0", "open:0"]):
        opened = store.journal.opened(answer, field="f", model="m", endpoint="bad", reserved=9)
        store.journal.closed(opened, cost=number, reply=Reply("x", Usage(1, 1), "bad"))
    rows = [
        Row(Place(0, 0), "accepted", {"f": FACT}, stratum={"l": 1}, cells=("good", "b1")),
        Row(Place(1, 0), "accepted", {"f": FACT}, cells=("early", "good")),
        Row(Place(2, 0), "rejected", {}, "f", "no good", "raw", cells=("good", "b2")),
        Row(Place(3, 0), "held", {}, cells=("b3",)),
    ]
    store.keep_cell(Cell("b3", "f", 1, endpoint="bad", held=True))
    for row in rows:
        store.put_row("r", row)
        near.add(row.place, f"a long text about number {row.place.slot}" * 3)
    ledger = store.ledger()
    assert store.withdraw("bad", since) == [RunPlace("r", Place(0, 0)), RunPlace("r", Place(3, 0))]
    assert store.row("r", Place(0, 0)) == Row(Place(0, 0), "pending", {}, stratum={"l": 1})
    assert store.row("r", Place(1, 0)) == rows[1]
    assert store.row("r", Place(2, 0)) == Row(Place(2, 0), "rejected", {}, "f", "no good", "raw", cells=("good",))
    assert store.counts("r") == Counts(4, 1, {"f": 1}, 2, 0)
    assert [store.cell(key) is None for key in ("early", "good", "b1", "b2", "b3", "b4")] == [0, 0, 1, 1, 1, 1]
    assert [store.journal.known(key) for key in ("early:0", "b1:0", "open:0")] == [None] * 3
    assert near.twin_of("a long text about number 0" * 3) is None
    assert near.twin_of("a long text about number 1" * 3) == Place(1, 0)
    assert store.uses("r") == {fact_mark(FACT): 1}
    assert store.open_places("r", 4) == [(0, 0), (2, 1), (3, 0)]
    assert store.ledger() == ledger
    assert store.withdraw("bad", since) == []


def test_a_row_made_of_answers_that_were_withdrawn_meanwhile_is_to_be_made_anew(store):
    cells(store, "a", endpoint="bad")
    store.withdraw("bad", 0)
    assert store.put_row("r", Row(Place(0, 0), "accepted", {"f": "A"}, cells=("a",))) == "pending"
    assert store.row("r", Place(0, 0)) == Row(Place(0, 0), "pending", {})
    assert store.put_row("r", Row(Place(1, 0), "rejected", {"f": "A"}, "f", "no", cells=("a",))) == "rejected"


def test_numbers_of_cells_are_never_given_twice(store):
    cells(store, "a", "b", endpoint="bad")
    store.withdraw("bad", 0)
    cells(store, "c", endpoint="good")
    assert store.cell("c").number == 3


def test_held_answers_hold_their_rows_until_they_are_released(store):
    cells(store, "a", endpoint="new", held=True)
    cells(store, "b", endpoint="newer", held=True)
    assert store.put_row("r", Row(Place(0, 0), "accepted", {}, cells=("a",))) == "held"
    store.put_row("r", Row(Place(1, 0), "held", {}, cells=("a", "b")))
    assert store.release("new") == [RunPlace("r", Place(0, 0))]
    assert store.release("newer") == [RunPlace("r", Place(1, 0))]
    assert store.counts("r") == Counts(2, 2, {}, 0, 0)
    assert not store.cell("a").held
    assert store.put_row("r", Row(Place(2, 0), "held", {}, cells=("a",))) == "accepted"


def test_what_is_written_together_is_kept_together(store):
    with pytest.raises(RuntimeError), store.writing():  # noqa: PT012 (both belong to it)
        store.put_row("r", Row(Place(0, 0), "accepted", {}))
        raise RuntimeError
    assert store.counts("r").candidates == 0


def test_values_by_name(store):
    store.set("forecast", {"cost": 1, "rows": [1, 2]})
    store.set("forecast", {"cost": 2})
    assert store.get("forecast") == {"cost": 2}
    assert store.get("none", 3) == 3
    assert store.plan("r") == "goal: x"
    store.begin("r", "goal: y")
    assert store.plan("r") == "goal: y"
