"""Whole runs: a plan or a sentence, a server that is scripted, and the files that come of it."""

import asyncio
import json
import sqlite3
from collections import Counter

import pyarrow.parquet as pq
import pytest

import parhelion as ph
from parhelion.describing.snapshot import Snapshot
from tools.brain import brain
from tools.scripted import Fault, Latency, Rule, Script, Scripted

TICKETS = """
goal: tickets of a support desk
rows: {rows}
seed: 3
models:
  writer:
    model: scripted
    endpoints:
      - {{url: {url}, read: 1.0, written: 2.0}}
fields:
  mood: {{make: category, values: {{calm: 3, cross: 1}}}}
  who: {{make: person, hidden: true}}
  ticket: {{make: text, prompt: "{prompt} {{{{ who.name }}}}, who is {{{{ mood }}}}."}}
  fix:
    make: structured
    prompt: "Solve: {{{{ ticket }}}}"
    schema:
      type: object
      properties: {{answer: {{type: string}}, days: {{type: integer, minimum: 1, maximum: 9}}}}
      required: [answer, days]
      additionalProperties: false
  size: {{make: expression, value: ticket | length}}
quotas:
  mood: {{calm: 0.75, cross: 0.25}}
"""


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr("parhelion.llm.hedging.SOONEST", 600.0)  # what is counted is made once
    with Scripted(Script(), process=False) as running:
        yield running


@pytest.fixture
def tickets(tmp_path, server):
    """Writes the plan, and returns its file."""

    def write(rows=20, prompt="Write a ticket by", more=""):
        plan = tmp_path / "tickets" / "plan.yaml"
        plan.parent.mkdir(exist_ok=True)
        plan.write_text(TICKETS.format(rows=rows, url=server.url, prompt=prompt) + more)
        return plan

    return write


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_plan_becomes_exactly_as_many_rows_with_their_quotas(tickets):
    made = ph.describe(tickets(20))
    assert (made.rows, made.stop, made.complete) == (20, "complete", True)
    rows = lines(made.folder / "data.jsonl")
    assert len(rows) == 20
    assert Counter(row["mood"] for row in rows) == {"calm": 15, "cross": 5}
    assert all(row["size"] == len(row["ticket"]) and 1 <= row["fix"]["days"] <= 9 for row in rows)
    assert "who" not in rows[0]
    assert pq.read_table(made.folder / "data.parquet").num_rows == 20
    assert made.candidates == made.rows + sum(made.rejected.values()) + made.held + made.pending


def test_the_same_plan_again_makes_no_call_and_the_same_bytes(tickets, server):
    made = ph.describe(tickets(12))
    before, calls = {file: file.read_bytes() for file in made.files}, server.stats().calls
    assert ph.describe(made.folder / "plan.yaml").rows == 12
    assert server.stats().calls == calls
    assert {file: file.read_bytes() for file in made.files} == before


def test_one_edited_prompt_makes_its_cells_and_those_after_it_alone(tickets, server):
    ph.describe(tickets(10))
    server.reset()
    plan = tickets(10)
    plan.write_text(plan.read_text().replace('"Solve: ', '"Solve at once: '))
    made = ph.describe(plan)
    assert made.rows == 10
    assert server.stats().calls == 10  # the tickets are kept
    server.reset()
    assert ph.describe(tickets(10, prompt="Write a long ticket by")).rows == 10
    assert server.stats().calls == 20


def test_more_rows_keep_those_that_are_there(tickets, server):
    first = lines(ph.describe(tickets(8)).folder / "data.jsonl")
    calls = server.stats().calls
    more = lines(ph.describe(tickets(12)).folder / "data.jsonl")
    assert more[:8] == first
    assert server.stats().calls == calls + 8


def test_a_preview_shows_rows_and_what_all_would_cost(tickets):
    plan = tickets(500)
    shown = ph.describe(plan, preview=20)
    assert (shown.rows, len(shown.preview), shown.files) == (20, 20, ())
    whole = ph.describe(plan, n=200)
    assert shown.forecast is not None
    assert abs(shown.forecast.cost * 200 / 500 - whole.spent) < 0.15 * whole.spent


def test_a_budget_is_never_exceeded_and_the_ledger_is_what_the_server_reports(tickets, server):
    plan = tickets(400)
    full = ph.describe(plan, n=10).spent
    limit = full * 5 / 10**12
    made = ph.describe(plan, budget=limit)
    assert 10 < made.rows < 400
    assert "budget" in made.stop
    assert made.spent <= full * 5
    with sqlite3.connect(made.folder / "project.sqlite") as db:
        read, written, cost = db.execute("SELECT sum(read), sum(written), sum(cost) FROM calls").fetchone()
    stats = server.stats()
    assert (read, written) == (stats.read, stats.written)
    assert cost == made.spent == read * 1_000_000 + written * 2_000_000


def test_rejected_rows_are_replaced_and_told_with_their_reasons(tickets):
    plan = tickets(15, more="")
    plan.write_text(
        plan.read_text()
        .replace("  size:", "  short: {make: check, that: fix.days < 7}\n  size:")
        .replace("seed: 3", "seed: 4")
    )
    made = ph.describe(plan)
    assert made.rows == 15
    assert all(row["fix"]["days"] < 7 for row in lines(made.folder / "data.jsonl"))
    rejects = lines(made.folder / "rejects.jsonl")
    assert len(rejects) == sum(made.rejected.values()) > 0
    assert {reject["field"] for reject in rejects} == {"short"}


def test_what_cannot_be_done_ends_with_an_honest_reason(tickets):
    plan = tickets(5)
    plan.write_text(plan.read_text().replace("  size:", "  never: {make: check, that: fix.days > 9}\n  size:"))
    made = ph.describe(plan)
    assert (made.rows, made.complete) == (0, False)
    assert "too few were good: never" in made.stop


def test_repeated_answers_are_near_duplicates(tickets, server):
    server.change(rules=(Rule(user="Write a ticket", reply="My card was swallowed by the machine at the corner."),))
    made = ph.describe(tickets(3, more="duplicates: {fields: [ticket]}\n"))
    assert made.rows == 1
    assert made.rejected == {"duplicates": 14}


def test_bad_answers_are_corrected_or_rejected_and_never_delivered(tickets, server):
    lost = [Fault(kind, calls=(nth, nth + 1)) for nth, kind in ((3, "html"), (9, "empty_choices"), (15, "500"))]
    server.change(faults=(*lost, Fault("truncated", share=0.1), Fault("fenced", share=0.1)))
    made = ph.describe(tickets(20))
    assert made.rows == 20
    assert all(set(row["fix"]) == {"answer", "days"} for row in lines(made.folder / "data.jsonl"))


def test_no_model_that_answers_is_an_error_at_once(tickets, server):
    server.change(models=("other",))
    with pytest.raises(ph.EndpointError, match="there are: 'other'"):
        ph.describe(tickets(5))


def test_a_snapshot_adds_up(tickets, server):
    server.change(latency=Latency(0.05))
    seen: list[Snapshot] = []
    ph.describe(tickets(30), watch=seen.append)
    rows = [now for now in seen if now.stage == "rows"]
    assert rows
    assert all(now.candidates == now.accepted + now.rejected + now.held + now.pending for now in rows)


def test_a_watch_sees_the_end(tickets):
    seen: list[Snapshot] = []
    ph.describe(tickets(3), watch=seen.append)
    assert (seen[-1].stage, seen[-1].accepted) == ("rows", 3)


def test_a_watch_that_raises_stops_the_run_which_goes_on_afterwards(tickets, server):
    def enough(now: Snapshot) -> None:
        if now.accepted:
            raise LookupError("I have seen enough")

    server.change(latency=Latency(0.05))
    plan = tickets(500)
    with pytest.raises(LookupError, match="seen enough"):
        ph.describe(plan, watch=enough)
    assert len(server.calls) < 1000  # two of each row
    server.change(latency=Latency(0))
    assert ph.describe(plan).rows == 500


def test_it_runs_where_an_event_loop_runs_already(tickets):
    async def notebook():
        return ph.describe(tickets(3))

    assert asyncio.run(notebook()).rows == 3


DOCUMENTS = {
    "wheels.md": "# Wheels\n\nA wheel is a ZIP archive with a specially formatted name and the extension whl. "
    "The wheel format was described by Daniel Holth in the year 2012. Installers copy its files and build nothing.\n",
    "eggs.md": "# Eggs\n\nAn egg is an older format for distributing packages of Python. "
    "Setuptools introduced the egg format in the year 2004. Eggs are not supported by modern installers any more.\n",
}


def test_a_sentence_becomes_rows_that_rest_on_documents(tmp_path):
    folder = tmp_path / "documents"
    folder.mkdir()
    for name, text in DOCUMENTS.items():
        (folder / name).write_text(text)
    with Scripted(Script(rules=(Rule(reply=brain),))) as server:
        sentence = "questions about packaging with a correct answer, difficulty and the document it comes from"
        made = ph.describe(sentence, tmp_path / "qa", n=8, documents=(str(folder),), endpoint=server.url)
        calls = server.stats().calls
        assert made.rows == 8
        assert made.facts > 0
        assert ph.describe(sentence, tmp_path / "qa").rows == 8
        assert server.stats().calls == calls
    rows = lines(tmp_path / "qa" / "data.jsonl")
    assert set(rows[0]) == {"question", "answer", "difficulty", "document"}
    assert {row["document"] for row in rows} <= {"Wheels", "Eggs"}
    with sqlite3.connect(tmp_path / "qa" / "project.sqlite") as db:
        facts = db.execute('SELECT quote, "start", "end", text FROM facts JOIN pages USING (url, sha256)').fetchall()
    assert facts
    assert all(text[start:end] == quote for quote, start, end, text in facts)
    card = json.loads((tmp_path / "qa" / "card.json").read_text())
    assert sum(source["rows"] for source in card["sources"]) == 8
    assert all(source["sha256"] for source in card["sources"])


def test_stages_hand_on_what_people_can_edit(tmp_path):
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "wheels.md").write_text(DOCUMENTS["wheels.md"])
    with Scripted(Script(rules=(Rule(reply=brain),))) as server:
        asked = {"documents": (str(folder),), "endpoint": server.url}
        sentence = "questions about the wheel format, with answers"
        plan = ph.describe(sentence, tmp_path / "qa", n=3, until="plan", **asked)
        assert [file.name for file in plan.files] == ["plan.yaml"]
        facts = ph.describe(plan.files[0], until="facts")
        assert [file.name for file in facts.files] == ["questions.jsonl", "facts.jsonl"]
        tasks = ph.describe(plan.files[0], until="tasks")
    first = lines(tasks.files[0])[0]
    assert first["slot"] == 0
    assert "wheel" in json.dumps(first).lower()


def test_a_plan_made_for_another_sentence_is_not_taken(tmp_path, tickets):
    made = ph.describe(tickets(2))
    with pytest.raises(ph.PlanError, match="made for another sentence"):
        ph.describe("quite another need than that", made.folder)


def test_approved_rows_are_examples_from_then_on(tickets, server):
    plan = tickets(6)
    shown = ph.describe(plan, preview=3).preview
    server.reset()
    made = ph.describe(plan, approve=(2,), preview=3)
    assert made.rows == 3
    assert server.stats().calls >= 6  # all are asked anew
    assert lines(made.folder / "approved.jsonl") == [shown[1]]
    server.reset()
    assert ph.describe(plan, preview=3).preview == made.preview
    assert server.stats().calls == 0
    with pytest.raises(ph.ConfigError, match="there is no row 9 to approve: 3 are there"):
        ph.describe(plan, approve=(9,))


def test_a_small_budget_ends_rows_that_it_has_begun(tickets, server):
    server.change(latency=Latency(0.02))
    plan = tickets(400)
    one = ph.describe(plan, n=10).spent / 10
    made = ph.describe(plan, budget=one * 60 / 10**12)
    assert made.rows >= 40
    assert made.spent <= one * 60
