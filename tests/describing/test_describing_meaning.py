"""Rows that repeat others in other words: found by vectors, which are asked, paid and kept like all answers."""

import json
import random
import sqlite3

import numpy as np
import pytest

import parhelion as ph
from parhelion.describing.contract import Place, Row
from parhelion.describing.plan import plan_of, plan_yaml
from parhelion.describing.rows.meaning import Meaning, Twin, Vectors
from parhelion.describing.store import Cell, open_store
from parhelion.errors import EndpointError, PlanError
from parhelion.llm.embedding_server import text_of
from tools.scripted import Fault, Rule, Script, Scripted

PLAN = """
goal: tickets of a support desk
rows: {rows}
models:
  writer: {{model: scripted, endpoints: [{{url: {url}, read: 1.0, written: 2.0}}]}}
  vectors: {{model: scripted, endpoints: [{{url: {url}, api: embeddings, read: 0.5}}]}}
fields:
  ticket: {{make: text, prompt: "Write a ticket."}}
  useful: {{make: judge, prompt: "Is this a ticket?", at_least: 1}}
duplicates: {{{duplicates}}}
attempts: 40
"""
MEANINGS = tuple(
    words.split()
    for words in (
        "my card was swallowed whole by the old machine near the northern corner of our railway station yesterday",
        "nobody answers your telephone although i have been calling patiently since early morning about seven parcels",
        "this invoice charges twice for every single lamp while half of them arrived broken inside wet boxes",
    )
)


def ticket(request):
    """One of three meanings, in words whose order the seed says: their vectors are equal, their shingles are not."""
    rng = random.Random(request.seed)
    words = [*MEANINGS[rng.randrange(3)]]
    rng.shuffle(words)
    return " ".join(words)


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr("parhelion.llm.hedging.SOONEST", 600.0)  # what is counted is made once
    rules = (
        Rule(user="^Write a ticket", reply=ticket),
        Rule(user="Is this a ticket", reply={"reason": "It is.", "mark": 5}),
    )
    with Scripted(Script(rules=rules), process=False) as running:
        yield running


@pytest.fixture
def tickets(tmp_path, server):
    """Writes the plan, and returns its file."""

    def write(rows=3, duplicates="embeddings: vectors"):
        plan = tmp_path / "plan.yaml"
        plan.write_text(PLAN.format(rows=rows, url=server.url, duplicates=duplicates))
        return plan

    return write


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path) as made:
        made.begin("r", "goal: x")
        yield made


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def vectors_asked(server):
    return server.stats().by_path.get("/v1/embeddings", 0)


def unit(*numbers):
    return np.array(numbers, np.float32) / np.float32(np.linalg.norm(numbers))


# whole runs


def test_one_row_of_each_meaning_is_kept(tickets, server):
    made = ph.describe(tickets(6))
    assert made.rows == 3
    assert "nearly repeats row" in made.stop
    rows = lines(made.folder / "data.jsonl")
    assert sorted(sorted(row["ticket"].split()) for row in rows) == sorted(map(sorted, MEANINGS))
    rejects = lines(made.folder / "rejects.jsonl")
    assert made.rejected == {"duplicates": len(rejects)}
    assert all(each["reason"] == "nearly repeats row" and "(cosine 1.000)" in each["raw"] for each in rejects)
    assert vectors_asked(server) == made.candidates
    told = [call for call in server.calls if call.path.endswith("completions")]
    assert len(told) < 2 * made.candidates  # who marks rows is not asked about twins found before


def test_by_letters_alone_they_are_all_kept(tickets, server):
    made = ph.describe(tickets(6, "threshold: 0.8"))
    assert (made.rows, vectors_asked(server)) == (6, 0)
    assert "MinHash found no two whose text (ticket) shares 0.8 or more" in (made.folder / "card.md").read_text()


def test_the_card_says_how_rows_were_told_apart(tickets):
    made = ph.describe(tickets(2, "embeddings: vectors, alike: 0.9"))
    assert (
        "no two have vectors, made of it by scripted, with a cosine of 0.9 or more."
        in (made.folder / "card.md").read_text()
    )
    card = json.loads((made.folder / "card.json").read_text())
    assert card["near_duplicates"] == {"fields": ["ticket"], "jaccard": 0.8, "model": "scripted", "cosine": 0.9}
    assert [step["out"] for step in card["funnel"] if step["step"] == "repeat no other row"] == [
        sum(made.rejected.values())
    ]


def test_the_same_plan_again_makes_no_call_and_the_same_bytes(tickets, server):
    made = ph.describe(tickets(3))
    before, calls = {file: file.read_bytes() for file in made.files}, server.stats().calls
    made = ph.describe(tickets(3))
    assert made.complete, (made.stop, made.rejected)
    assert server.stats().calls == calls
    assert {file: file.read_bytes() for file in made.files} == before


def test_a_run_that_goes_on_compares_with_the_rows_that_were_there(tickets, server):
    made = ph.describe(tickets(3))
    assert made.complete, (made.stop, made.rejected)
    asked = vectors_asked(server)
    made = ph.describe(tickets(5))
    assert made.rows == 3
    assert vectors_asked(server) > asked
    assert len({call.prompt for call in server.calls if call.path.endswith("embeddings")}) == vectors_asked(server)


def test_another_likeness_asks_for_no_vector_again(tickets, server):
    made = ph.describe(tickets(3))
    assert made.complete, (made.stop, made.rejected)
    calls = server.stats().calls
    assert ph.describe(tickets(3, "embeddings: vectors, alike: 0.9")).complete
    assert server.stats().calls == calls


def test_vectors_are_paid_and_the_ledger_is_what_the_server_reports(tickets, server):
    made = ph.describe(tickets(3))
    with sqlite3.connect(made.folder / "project.sqlite") as db:
        paid = dict(db.execute("SELECT field, sum(cost) FROM calls GROUP BY field"))
        (read, written), (vectors,) = (
            db.execute("SELECT sum(read), sum(written) FROM calls").fetchone(),
            db.execute("SELECT sum(read) FROM calls WHERE field = 'duplicates'").fetchone(),
        )
    assert (read, written) == (server.stats().read, server.stats().written)
    assert paid["duplicates"] == vectors * 500_000 > 0
    assert made.spent == sum(paid.values())


def test_a_budget_holds_for_vectors_too(tickets):
    made = ph.describe(tickets(6), budget=0.0025)
    assert 0 < made.spent <= 0.0025 * 10**12
    assert "budget" in made.stop


def test_a_text_that_the_model_cannot_take_rejects_its_row_alone(tickets, server):
    server.change(faults=(Fault("400", path="embeddings", calls=(2, 2)),))
    made = ph.describe(tickets(3))
    assert made.complete
    assert sum("takes this request" in each["reason"] for each in lines(made.folder / "rejects.jsonl")) == 1


def test_answers_that_are_no_vectors_are_asked_again(tickets, server):
    kinds = ("garbage", "html", "empty_choices", "500")
    server.change(faults=tuple(Fault(kind, path="embeddings", calls=(nth, nth)) for nth, kind in enumerate(kinds, 1)))
    made = ph.describe(tickets(3))
    assert made.complete, (made.stop, made.rejected)


def test_a_server_without_embeddings_is_told_at_once(tickets, server):
    plan = tickets(3)
    plan.write_text(plan.read_text().replace("vectors: {model: scripted", "vectors: {model: minilm"))
    with pytest.raises(EndpointError, match=r"minilm.*there are: 'scripted'"):
        ph.describe(plan)


def test_an_empty_text_has_a_vector_too(tickets, server):
    plan = tickets(2, "fields: [nothing], embeddings: vectors")
    plan.write_text(plan.read_text().replace("  useful:", "  nothing: {make: expression, value: \"''\"}\n  useful:"))
    assert ph.describe(plan).rows == 1
    assert vectors_asked(server) == 1


# what a plan may say


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("embeddings: vectors", "embeddings: vektors"), "duplicates.embeddings (line 10) is 'vektors', which is no"),
        (("embeddings: vectors", "embeddings: writer"), "models.writer.endpoints.0 (line 5) makes no vectors, which"),
        ((' a ticket."', ' one", model: vectors'), "fields.ticket.model (line 8) is 'vectors', which makes vectors"),
        (("embeddings: vectors", "alike: 0"), "duplicates.alike (line 10) is 0: input should be greater than 0"),
        (("embeddings: vectors", "alike: 1.5"), "duplicates.alike (line 10) is 1.5"),
        (("  ticket:", "  duplicates: {make: expression, value: '1'}\n  ticket:"), "call it 'duplicates_'"),
        (("rows: 3", "facts: {model: vectors}"), "facts.model (line 3) is 'vectors', which makes vectors and writes"),
        (("{url: x, api: embeddings, read: 0.5}", "{network: net}"), "models.vectors.endpoints.0 (line 6) makes no"),
        (("  writer:", "  zero: {model: z, endpoints: [{url: http://x, api: embeddings}]}\n  writer:"), "stands first"),
        (("api: embeddings", "api: embedding"), "models.vectors.endpoints.0.api (line 6) is 'embedding'"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_with_its_place(change, problem):
    text = PLAN.format(rows=3, url="x", duplicates="embeddings: vectors")
    assert change[0] in text
    with pytest.raises(PlanError) as caught:
        plan_of(text.replace(*change).replace("url: x", "url: 'http://x'"))
    assert problem in str(caught.value)


def test_vectors_of_nothing_are_no_use():
    models = "models: {v: {model: m, endpoints: [{url: 'http://x', api: embeddings}]}}\n"
    with pytest.raises(PlanError, match="no field is compared; name some"):
        plan_of(f"goal: g\n{models}fields: {{age: {{make: number, between: [1, 9]}}}}\nduplicates: {{embeddings: v}}\n")


def test_a_plan_with_vectors_reads_back_the_same():
    plan = plan_of(PLAN.format(rows=3, url="http://x", duplicates="embeddings: vectors, alike: 0.9"))
    assert plan_of(plan_yaml(plan)) == plan


# which rows are alike


def put(store, place, vector, state="accepted", endpoint="e"):
    """A row with its vector, as it lies in a store."""
    keys = (f"{place} text", f"{place} vector")
    held = state == "held"
    store.keep_cell(Cell(keys[0], "ticket", "x", endpoint=endpoint, held=held))
    store.keep_cell(Cell(keys[1], "duplicates", text_of(vector), endpoint="v"))
    store.put_row("r", Row(Place(*place), state, {"ticket": "x"}, cells=keys))


def test_the_nearest_of_many_is_found_and_none_that_was_taken_out():
    rng = np.random.default_rng(1)
    every = rng.normal(size=(2500, 16)).astype(np.float32)
    every /= np.linalg.norm(every, axis=1, keepdims=True)
    known = Vectors(16)
    for slot, vector in enumerate(every):
        known.put(Place(slot, 0), vector)
    for slot in range(0, 2500, 2):
        known.take_out(Place(slot, 0))
    for vector in rng.normal(size=(20, 16)).astype(np.float32):
        cosines = every[1::2] @ vector
        assert known.nearest(vector) == Twin(Place(2 * int(cosines.argmax()) + 1, 0), pytest.approx(cosines.max()))
        assert known.nearest(vector, since=2499).place == Place(2499, 0)
        assert known.nearest(vector, since=2500) is None


def test_two_rows_in_the_making_that_mean_the_same_are_not_both_kept(store):
    meaning = Meaning(store, "r", "v", 0.9)
    first, second, third = Place(0, 0), Place(1, 0), Place(2, 0)
    assert all(meaning.twin_of(place, unit(1, 2, 3)) is None for place in (first, second, third))
    assert meaning.later_twin_of(first) is None
    meaning.settle(second, kept=False)
    put(store, first, unit(1, 2, 3))
    meaning.settle(first, kept=True)
    assert meaning.later_twin_of(third) == Twin(first, pytest.approx(1))


@pytest.mark.parametrize(("alike", "angle", "twin"), [(1, 0.0, True), (0.95, 0.31, True), (0.95, 0.33, False)])
def test_rows_are_alike_from_the_cosine_on_that_the_plan_says(store, alike, angle, twin):
    put(store, (4, 1), unit(1, 0))
    found = Meaning(store, "r", "v", alike).twin_of(Place(5, 0), unit(np.cos(angle), np.sin(angle)))
    assert (found is not None) == twin


def test_accepted_and_held_rows_of_this_run_come_back_and_no_others(store):
    store.begin("other", "goal: y")
    one_hot = np.eye(4, dtype=np.float32)
    for slot, state in enumerate(("accepted", "held", "rejected", "pending")):
        put(store, (slot, 0), one_hot[slot], state)
    again = Meaning(store, "r", "v", 0.9)
    found = [again.twin_of(Place(9, slot), vector) for slot, vector in enumerate(one_hot)]
    assert [twin and twin.place.slot for twin in found] == [0, 1, None, None]
    assert Meaning(store, "other", "v", 0.9).twin_of(Place(9, 0), one_hot[0]) is None


def test_withdrawn_rows_are_compared_with_no_more(store):
    put(store, (0, 0), unit(1, 0, 0), endpoint="liar")
    put(store, (1, 0), unit(5, 1, 0))
    meaning = Meaning(store, "r", "v", 0.9)
    assert meaning.twin_of(Place(2, 0), unit(1, 0, 0)).place == Place(0, 0)
    store.withdraw("liar", 0)
    assert meaning.twin_of(Place(2, 0), unit(1, 0, 0)).place == Place(1, 0)
    assert meaning.twin_of(Place(0, 0), unit(0, 0, 1)) is None
    put(store, (0, 0), unit(0, 0, 1))
    meaning.settle(Place(0, 0), kept=True)
    assert meaning.twin_of(Place(2, 0), unit(1, 0, 0)).place == Place(1, 0)
    assert meaning.twin_of(Place(2, 0), unit(0, 0, 1)).place == Place(0, 0)


def test_no_likeness_is_too_small_to_come_to_an_end(store):
    put(store, (0, 0), unit(1, 0), endpoint="liar")
    meaning = Meaning(store, "r", "v", 1e-12)
    assert meaning.twin_of(Place(1, 0), unit(1, 1)) is not None
    store.withdraw("liar", 0)
    assert meaning.twin_of(Place(1, 0), unit(1, 1)) is None


@pytest.mark.parametrize("size", [1, 5])
def test_vectors_of_two_sizes_are_of_two_models(store, size):
    put(store, (0, 0), unit(1, 0, 0))
    with pytest.raises(EndpointError, match=rf"vectors of {min(size, 3)} and {max(size, 3)} numbers.*the same model"):
        Meaning(store, "r", "v", 0.9).twin_of(Place(1, 0), unit(*[1] * size))
