"""Plans and folders that want to break things."""

import asyncio
import json
import re
import signal
import sqlite3
import threading
import time

import pytest

import parhelion as ph
from parhelion.describing.contract import Place, Row
from parhelion.describing.ground.library import indexed
from parhelion.describing.plan import read_plan
from parhelion.describing.plan.model import Sources
from parhelion.describing.project import run_key
from parhelion.describing.store import open_store
from parhelion.waiting import waited
from tools.brain import brain
from tools.scripted import Latency, Rule, Script, Scripted

PLAN = """\
goal: tickets
rows: 4
models: {{writer: {{model: scripted, endpoints: [{{url: {url}, read: 1.0, written: 2.0}}]}}}}
fields:
  mood: {{make: category, values: {{calm: 3, cross: 1}}}}
{fields}
{more}
"""
TICKET = '  ticket: {make: text, prompt: "Write a ticket, {{ mood }}."}'


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr("parhelion.llm.hedging.SOONEST", 600.0)  # what is counted is made once
    with Scripted(Script(), process=False) as running:
        yield running


@pytest.fixture
def plan(tmp_path, server):
    """Writes a plan, and returns its file."""

    def write(fields=TICKET, more="", name="plan.yaml"):
        file = tmp_path / "project" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(PLAN.format(url=server.url, fields=fields, more=more), encoding="utf-8")
        return file

    return write


def lines(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


SEED = '  who: {make: seed, file: data.jsonl}\n  ticket: {make: text, prompt: "Write as {{ who.name }}."}'


def test_what_a_plan_reads_is_never_replaced_by_what_it_makes(plan):
    file = plan(SEED)
    seeds = file.parent / "data.jsonl"
    seeds.write_text('{"name": "Ada"}\n{"name": "Bob"}\n')
    with pytest.raises(ph.PlanError, match=r"data.jsonl' is read by the plan, and would be replaced; rename"):
        ph.describe(file)
    assert len(lines(seeds)) == 2


def test_a_plan_that_is_called_as_the_card_is_not_replaced(plan):
    file = plan(name="card.json")
    with pytest.raises(ph.PlanError, match=r"card.json' is read by the plan"):
        ph.describe(file, file.parent)


def test_a_file_of_somebody_else_is_not_replaced(plan):
    file = plan()
    (file.parent / "data.jsonl").write_text("mine\n")
    with pytest.raises(ph.OutputError, match=r"data.jsonl' is there, and is not of this project; move it"):
        ph.describe(file)
    (file.parent / "data.jsonl").unlink()
    assert ph.describe(file).complete
    assert ph.describe(file, n=5).rows == 5  # what is its own is replaced


def test_given_questions_stay_as_they_are_written(plan):
    facts = '{"statement": "A wheel is an archive.", "quote": "a wheel is a ZIP archive", "url": "w.md"}\n'
    file = plan('  f: {make: fact}\n  t: {make: text, prompt: "Ask {{ f.quote }}"}', "facts: {file: facts.jsonl}")
    (file.parent / "facts.jsonl").write_text(facts)
    (file.parent / "questions.jsonl").write_text('"What is a wheel?"\n')
    ph.describe(file, until="facts")
    assert (file.parent / "facts.jsonl").read_text() == facts
    assert lines(file.parent / "questions.jsonl") == ["What is a wheel?"]


def test_rows_of_an_edited_table_are_made_anew(plan, server):
    file = plan(SEED.replace("data.jsonl", "people.jsonl"))
    people = file.parent / "people.jsonl"
    people.write_text('{"name": "Ada"}\n{"name": "Bob"}\n{"name": "Cy"}\n{"name": "Di"}\n')
    ph.describe(file)
    calls = server.stats().calls
    people.write_text(people.read_text().replace("Bob", "Eve"))
    made = ph.describe(file)
    assert [row["who"]["name"] for row in lines(made.folder / "data.jsonl")] == ["Ada", "Eve", "Cy", "Di"]
    assert server.stats().calls == calls + 1


@pytest.mark.parametrize("budget", [float("inf"), 1e300, 2e6])
def test_a_budget_beyond_counting_is_refused(plan, budget):
    with pytest.raises(ph.ConfigError, match="less than or equal to 1000000"):
        ph.describe(plan(), budget=budget)
    with pytest.raises(ph.PlanError, match=r"finite|1,000,000 dollars at most"):
        ph.describe(plan(more=f"budget: {budget!r}".replace("inf", ".inf").replace("1e+300", "1.0e+300")))


def test_an_empty_prompt_is_never_sent(plan, server):
    made = ph.describe(plan("  ticket: {make: text, prompt: \"{% if mood == 'sad' %}Cry.{% endif %}\"}"))
    assert made.stop == "of 20 candidates too few were good: ticket: the prompt is empty (20)"
    assert server.stats().calls == 0


def test_a_claim_that_was_left_out_rejects_its_row(plan):
    fields = (
        "  f: {make: fact}\n"
        '  s: {make: structured, prompt: "Go {{ f.quote }}", schema: {type: object, required: [m], '
        "properties: {n: {type: string}, m: {type: integer}}}}\n"
        "  g: {make: grounded, fields: [s.n]}"
    )
    file = plan(fields, "facts: {file: facts.jsonl}")
    (file.parent / "facts.jsonl").write_text('{"statement": "A", "quote": "the wheel is a zip"}\n')
    with Scripted(Script(rules=(Rule(reply={"m": 1}),)), process=False) as server:
        file.write_text(file.read_text().replace(file.read_text().split("url: ")[1].split(",")[0], server.url))
        made = ph.describe(file)
    assert made.rejected == {"g": made.candidates}
    assert "g: s.n is not there" in made.stop


def test_tasks_are_written_where_a_prompt_reads_what_is_not_given(plan):
    file = plan('  who: {make: seed, file: p.jsonl}\n  t: {make: text, prompt: "Hi {{ who.nmae }}"}')
    (file.parent / "p.jsonl").write_text('{"name": "Ada"}\n')
    task = lines(ph.describe(file, until="tasks").files[0])[0]
    assert task["fields"]["t"]["prompt"] == "Hi {{ who.nmae }}"


def test_what_was_never_good_says_the_same_when_it_is_run_again(plan):
    file = plan(TICKET + "\n  never: {make: check, that: mood == 'sad'}")
    first = ph.describe(file)
    files = {each: each.read_bytes() for each in first.files}
    again = ph.describe(file)
    assert first.stop == again.stop == "of 20 candidates too few were good: never: does not hold (20)"
    assert {each: each.read_bytes() for each in again.files} == files


def test_there_is_nothing_to_approve_before_a_preview(plan):
    with pytest.raises(ph.ConfigError, match="none was made by this plan; look at some with --preview"):
        ph.describe(plan(), approve=(1,))


def test_an_interrupted_notebook_stops_the_work_and_frees_the_project(plan, server):
    server.change(latency=Latency(30.0))
    file, main = plan(), threading.main_thread()

    def interrupt():
        while not server.stats().calls:
            time.sleep(0.01)
        signal.pthread_kill(main.ident, signal.SIGINT)

    async def notebook():
        threading.Thread(target=interrupt).start()
        return ph.describe(file)

    loop = asyncio.new_event_loop()
    try:
        with pytest.raises(KeyboardInterrupt):
            loop.run_until_complete(notebook())
    finally:
        loop.close()
    with sqlite3.connect(file.parent / "project.sqlite") as db:
        assert db.execute("SELECT count(*) FROM calls WHERE ended IS NULL").fetchone() == (0,)
    server.change(latency=Latency(0.0))
    assert ph.describe(file).complete


def test_work_in_a_thread_raises_what_it_raised():
    async def wrong():
        raise ph.PlanError("so it is")

    async def notebook():
        return waited(wrong())

    with pytest.raises(ph.PlanError, match="so it is"):
        asyncio.run(notebook())


def test_a_folder_that_cannot_be_written_is_told(plan, mounted):
    with pytest.raises(ph.OutputError, match="choose a place that you may write to"):
        ph.describe(plan(), mounted("size=1m,ro") / "project")


def test_no_key_in_an_address_is_passed_on(plan, server):
    file = plan()
    file.write_text(file.read_text().replace(server.url, f"'{server.url}?key=secretpw&v=1'"))
    with pytest.raises(ph.PlanError, match="holds a secret") as caught:
        ph.describe(file)
    assert "secretpw" not in str(caught.value)


def test_a_disk_that_is_full_while_documents_are_read_is_told(tmp_path):
    (tmp_path / "docs").mkdir()
    for number in range(20):
        (tmp_path / "docs" / f"{number}.md").write_text(" ".join(f"word{number}x{at}" for at in range(2000)))
    with open_store(tmp_path / "project") as store:
        store.db.execute("PRAGMA max_page_count = 80")
        with pytest.raises(ph.OutputError, match=r"project.sqlite'.* free some space, and run it again"):
            indexed(Sources(documents=("docs",)), store, tmp_path, lambda *_: None)
        store.db.execute("PRAGMA max_page_count = 100000")
        assert indexed(Sources(documents=("docs",)), store, tmp_path, lambda *_: None).added == 20


WHEELS = (
    "# Wheels\n\nA wheel is a ZIP archive with a specially formatted name and the extension whl. "
    "The wheel format was described by Daniel Holth in the year 2012. Installers copy its files and build nothing.\n"
)


def test_what_a_project_writes_is_no_document_of_its_own(plan):
    fields = '  f: {make: fact}\n  t: {make: text, prompt: "Ask {{ f.quote }}"}'
    file = plan(fields, "sources: {documents: [.]}\nduplicates: null")
    (file.parent / "wheels.md").write_text(WHEELS)
    with Scripted(Script(rules=(Rule(reply=brain),)), process=False) as server:
        file.write_text(re.sub(r"url: [^,]+,", f"url: {server.url},", file.read_text(), count=1))
        made = ph.describe(file)
        assert (made.rows, made.notes) == (4, ())
        (file.parent / "eggs.md").write_text(WHEELS.replace("wheel", "egg").replace("whl", "egg"))
        assert ph.describe(file, n=12).rows == 12
    card = json.loads((file.parent / "card.json").read_text())
    assert sorted({source["title"] for source in card["sources"]}) == ["Wheels"]
    assert sum(source["rows"] for source in card["sources"]) == 12
    assert all(source["sha256"] for source in card["sources"])  # also those of the rows made before


def test_a_preview_tries_its_own_rows_whatever_a_longer_run_has_tried(plan):
    file = plan()
    run = run_key(read_plan(file), file.parent)
    with open_store(file.parent) as store:
        store.begin(run, "")
        for slot in range(40):
            store.put_row(run, Row(Place(slot, 0), "rejected", {}, "ticket", "empty answer"))
    made = ph.describe(file, preview=3)
    assert (made.rows, made.candidates) == (3, 43)
