import json
import random
from collections import Counter

import pytest
from hand_answers import plan_of

from parhelion.describing.contract import Fact, Place, Row
from parhelion.describing.rows.tasks import Tasks, describe_task, fact_value

FIELDS = {
    "fact": {"make": "fact"},
    "answer": {"make": "text", "prompt": "{{ fact.quote | fenced }}", "longest": 300},
    "true": {"make": "grounded", "fields": ["answer"]},
}


def plan_with(rows, uses=3, seed=0, fields=FIELDS):
    return plan_of(rows=rows, facts={"uses": uses}, seed=seed, fields=fields)


def facts(n, pages=10):
    return [
        Fact(
            f"statement {i}",
            f"quote {i}",
            i,
            i + 1,
            f"page {i % pages}",
            "",
            f"sha {i % pages}",
            "",
            f"question {i % 7}",
        )
        for i in range(n)
    ]


def rejected(place, fact, reason="not supported by the fact"):
    return Row(place, "rejected", {"fact": fact_value(fact)}, "true", reason)


def accepted(place, fact):
    return Row(place, "accepted", {"fact": fact_value(fact)})


def test_each_fact_serves_as_many_slots_as_the_plan_says_and_the_pages_evenly():
    tasks = Tasks(plan_with(60), facts(20))
    got = [tasks.fact_for(Place(slot, 0)) for slot in range(61)]
    assert got[60] is None
    assert set(Counter(got[:60]).values()) == {3}
    assert tasks.most_rows() == 60
    assert tasks.covered() == "the ground is covered: 20 facts carry 60 rows"
    first = Tasks(plan_with(10), facts(200))
    assert len({first.fact_for(Place(slot, 0)).url for slot in range(10)}) == 10
    assert len({first.fact_for(Place(slot, 0)).question for slot in range(10)}) >= 4


def test_few_slots_are_spread_over_all_pages_however_unequal():
    many = [*facts(100, 1), *(Fact("s", f"q{i}", 0, 1, f"small {i}", "", "", "", "") for i in range(9))]
    tasks = Tasks(plan_with(20), many)
    served = Counter(tasks.fact_for(Place(slot, 0)).url for slot in range(10))
    assert set(served.values()) == {1}


def test_a_fact_meets_another_quota_each_time():
    tasks = Tasks(plan_with(90), facts(30))
    levels = {}
    for slot in range(90):
        levels.setdefault(tasks.fact_for(Place(slot, 0)), set()).add(slot % 3)
    assert sum(len(each) > 1 for each in levels.values()) > 20


def test_a_place_has_the_same_fact_each_time_and_in_each_run():
    one, two = Tasks(plan_with(100), facts(50)), Tasks(plan_with(100), facts(50))
    places = [Place(slot, 0) for slot in range(100)]
    forth = {place: one.fact_for(place) for place in places}
    back = {place: two.fact_for(place) for place in reversed(places)}
    assert forth == back
    assert forth[Place(3, 0)] == one.fact_for(Place(3, 0))
    other = Tasks(plan_with(100, seed=1), facts(50))
    assert forth != {place: other.fact_for(place) for place in places}


def test_a_retry_takes_another_fact_while_there_is_one():
    tasks = Tasks(plan_with(10, uses=1), facts(12))
    had = [tasks.fact_for(Place(0, attempt)) for attempt in range(3)]
    assert len(set(had)) == 3
    assert tasks.fact_for(Place(0, 1)) == had[1]


def test_where_there_is_no_other_fact_the_same_is_tried_again_unless_it_is_of_no_use():
    tasks = Tasks(plan_with(2, uses=1), facts(2))
    first = tasks.fact_for(Place(0, 0))
    for attempt in (1, 2):
        tasks.told(rejected(Place(0, attempt - 1), first))
        assert tasks.fact_for(Place(0, attempt)) == (first if attempt == 1 else None)
    assert tasks.most_rows() == 1
    assert tasks.covered() == "the ground is covered: 1 facts carry 1 rows (1 more were of no use)"


def test_rejections_for_other_reasons_do_not_count_against_a_fact():
    tasks = Tasks(plan_with(2, uses=1), facts(2))
    for attempt in range(4):
        fact = tasks.fact_for(Place(0, attempt))
        tasks.told(rejected(Place(0, attempt), fact, reason="is not valid JSON"))
    assert tasks.most_rows() == 2


def run(tasks, rows, rng, order, stored=None):
    """Rows in any order, rejected at random, until all slots are done or given up."""
    stored = [] if stored is None else stored
    open_places = [Place(slot, 0) for slot in range(rows)]
    while open_places:
        place = open_places.pop(order(len(open_places)))
        fact = tasks.fact_for(place)
        if fact is None:
            continue
        row = (
            rejected(place, fact, rng.choice(["number not in the fact", "only partly supported by the fact"]))
            if rng.random() < 0.5
            else accepted(place, fact)
        )
        tasks.told(row)
        stored.append(row)
        if row.state == "rejected" and place.attempt < 6:
            open_places.append(Place(place.slot, place.attempt + 1))
    return stored


@pytest.mark.parametrize("seed", range(6))
def test_no_fact_serves_more_slots_than_it_may_whatever_happens(seed):
    rng = random.Random(seed)
    tasks = Tasks(plan_with(90), facts(31))
    stored = run(tasks, 90, rng, rng.randrange)
    served = Counter(row.values["fact"]["statement"] for row in stored if row.state == "accepted")
    assert max(served.values()) <= 3
    assert served.total() > 40


@pytest.mark.parametrize("seed", range(4))
def test_a_run_goes_on_where_it_stopped(seed):
    whole = run(Tasks(plan_with(40), facts(20)), 40, random.Random(seed), lambda n: 0)
    half = whole[: len(whole) // 2]
    resumed = Tasks(plan_with(40), facts(20), rows=half)
    for row in half:
        assert fact_value(resumed.fact_for(row.place)) == row.values["fact"]
    untouched = [Place(slot, 0) for slot in range(40) if slot not in {row.place.slot for row in half}]
    again = Tasks(plan_with(40), facts(20), rows=half)
    assert [again.fact_for(place) for place in untouched] == [resumed.fact_for(place) for place in untouched]
    served = Counter(row.values["fact"]["statement"] for row in half if row.state == "accepted")
    rest = run(again, 0, random.Random(seed), lambda n: 0)
    assert rest == []
    for place in untouched:
        fact = again.fact_for(place)
        if fact is not None:
            served[fact.statement] += 1
    assert max(served.values()) <= 3


def test_two_facts_of_one_row_are_two():
    fields = {"one": {"make": "fact"}, "two": {"make": "fact"}}
    plan = plan_with(30, fields=fields)
    one, two = Tasks(plan, facts(20), field="one"), Tasks(plan, facts(20), field="two")
    assert all(one.fact_for(Place(slot, 0)) != two.fact_for(Place(slot, 0)) for slot in range(30))


def test_no_facts_carry_no_rows():
    tasks = Tasks(plan_with(5), [])
    assert tasks.fact_for(Place(0, 0)) is None
    assert tasks.covered().startswith("no fact was found in the sources; name more of them")


def test_a_task_is_plain_data():
    plan = plan_with(5)
    fact = fact_value(facts(1)[0])
    from parhelion.describing.rows.messages import messages_for

    def messages(name):
        return messages_for(name, plan, {"fact": fact}) if name == "answer" else None

    task = json.loads(
        json.dumps(describe_task(Place(3, 1), plan, {"fact": fact}, messages=messages, stratum={"level": "hard"}))
    )
    assert (task["slot"], task["attempt"], task["stratum"], task["given"]) == (3, 1, {"level": "hard"}, {"fact": fact})
    assert list(task["fields"]) == ["answer", "true"]
    assert [m["role"] for m in task["fields"]["answer"]["messages"]] == ["system", "user"]
    assert task["fields"]["answer"]["longest"] == 300
    assert task["fields"]["true"] == {"make": "grounded", "fields": ["answer"]}


def test_rows_of_a_preview_keep_their_facts_and_none_is_used_too_often():
    few = facts(4)
    preview = Tasks(plan_with(60), few)
    rows = [accepted(Place(slot, 0), preview.fact_for(Place(slot, 0))) for slot in range(10)]
    whole = Tasks(plan_with(60), [*few, *facts(20)[4:]], rows=rows)
    got = [whole.fact_for(Place(slot, 0)) for slot in range(60)]
    assert [fact_value(fact) for fact in got[:10]] == [row.values["fact"] for row in rows]
    assert max(Counter(got).values()) <= 3
    assert None not in got
