"""A whole run over a real nats-server: whose nodes are trusted, whose rows are held, and who falls."""

import asyncio
import csv
import json
import random
import re
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "network"))

from network_tools import needs_server, town
from trust_people import honest, junk, task

import parhelion as ph
from parhelion.llm.contract import Message, Price, Reply, Request, Usage

pytestmark = needs_server
ROWS = 60
_FENCED = re.compile(r"\]\n(.*)\n\[end of data", re.DOTALL)


class Says:
    """A model of a volunteer's machine."""

    price, slots, weight, trusted = Price(), None, 1.0, True

    def __init__(self, name, manner):
        self.name, self.manner, self.random, self.said = name, manner, random.Random(name), []

    async def send(self, request):
        await asyncio.sleep(0.01)
        # After an answer that was no good, the last message is what was wrong with it.
        whole = next(found for each in request.messages if (found := _FENCED.search(each.content)))
        asked = Message("user", whole[1])
        value = self.manner(Request((request.messages[0], asked)), self.random)
        self.said.append(value)
        return Reply(json.dumps(value), Usage(10, 10), self.name)

    async def close(self):
        """Nothing to let go of."""


def written(folder, trust="any"):
    """A plan whose rows are asked of nodes alone."""
    with (folder / "tasks.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["prompt"])
        rows.writerows([task(number).messages[1].content] for number in range(ROWS))
    plan = folder / "plan.yaml"
    record = {"type": "object", "properties": {"question": {"type": "string"}, "answer": {"type": "string"},
              "level": {"type": "integer"}}, "required": ["question", "answer", "level"]}  # fmt: skip
    fields = {
        "task": {"make": "seed", "file": "tasks.csv", "hidden": True},
        "record": {
            "make": "structured", "schema": record, "prompt": "{{ task.prompt }}", "system": "You make one row."
        },
    }  # fmt: skip
    models = {"writer": {"model": "m", "endpoints": [{"network": "net", "trust": trust}]}}
    told = {"goal": "questions", "rows": ROWS, "models": models, "fields": fields, "duplicates": None}
    plan.write_text(json.dumps(told))  # JSON is YAML
    return plan


def rows_of(made):
    return [json.loads(line)["record"] for line in (made.folder / "data.jsonl").read_text().splitlines()]


def run(folder, nodes, *, own=(), trust="any"):
    """Makes all rows with these nodes."""

    async def main():
        async with town(folder) as there:
            for name, node in nodes.items():
                await there.join(name, {"m": node}, own=name in own)
            return await asyncio.to_thread(ph.describe, written(folder, trust))

    return asyncio.run(main())


def test_nodes_of_others_make_rows_once_they_are_proven(tmp_path):
    nodes = {name: Says(name, honest) for name in ("ann", "bob", "cyd")}
    made = run(tmp_path, nodes)
    assert (made.rows, made.held, made.stop) == (ROWS, 0, "complete")
    assert all(node.said for node in nodes.values())
    trust = json.loads((tmp_path / "net" / "trust.json").read_text())["nodes"]
    assert {name for name, page in trust.items() if page["record"]["proven"]} == set(nodes)


def test_what_a_hostile_node_answers_is_made_again_by_others(tmp_path):
    nodes = {name: Says(name, honest) for name in ("mine", "bob", "cyd")} | {"eve": Says("eve", junk)}
    made = run(tmp_path, nodes, own=("mine",))
    assert made.rows == ROWS, made.stop
    wrong = [json.dumps(value) for value in nodes["eve"].said]
    assert wrong
    assert not [row for row in rows_of(made) if json.dumps(row) in wrong]
    trust = json.loads((tmp_path / "net" / "trust.json").read_text())["nodes"]
    assert trust["eve"]["record"]["fallen"]


def test_a_private_plan_goes_to_own_nodes_alone(tmp_path):
    nodes = {"mine": Says("mine", honest), "theirs": Says("theirs", honest)}
    made = run(tmp_path, nodes, own=("mine",), trust="own")
    assert made.rows == ROWS
    assert len(nodes["mine"].said) == ROWS
    assert nodes["theirs"].said == []


def test_one_node_of_another_alone_cannot_be_judged_and_that_is_said(tmp_path):
    made = run(tmp_path, {"ann": Says("ann", honest)})
    assert made.rows < ROWS
    assert made.held > 0
    assert "ann" in made.stop


def test_a_node_that_answers_in_no_shape_falls_and_costs_few_rows(tmp_path):
    def shapeless(request, rng):
        return {"junk": rng.random()}

    nodes = {"mine": Says("mine", honest), "eve": Says("eve", shapeless), "eva": Says("eva", shapeless)}
    made = run(tmp_path, nodes, own=("mine",))
    assert made.rows == ROWS
    assert made.candidates <= ROWS + 10
    trust = json.loads((tmp_path / "net" / "trust.json").read_text())["nodes"]
    assert any("unusable" in page["record"]["fallen"] for page in trust.values())
