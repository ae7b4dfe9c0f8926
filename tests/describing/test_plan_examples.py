"""The example plans: they are read, written, and their templates filled with values as rows have them."""

from pathlib import Path

import pytest

from parhelion.describing.contract import Place
from parhelion.describing.fields.makers import makers
from parhelion.describing.fields.quotas import Quotas
from parhelion.describing.fields.templates import render
from parhelion.describing.plan import order, plan_of, plan_yaml, read_plan
from parhelion.describing.plan.model import FactField, JudgeField, StructuredField
from parhelion.describing.rows.candidate import Rejected

EXAMPLES = Path(__file__).parents[2] / "examples" / "plans"
FACT = {"title": "PEP 427", "statement": "A wheel is a ZIP archive.", "quote": "A wheel is a ZIP-format archive",
        "url": "peps/pep-0427.rst"}  # fmt: skip
WRITTEN = {
    "ticket": {"subject": "Invoice for May", "text": "The invoice for May shows six seats, and we have three."},
    "pair": {"question": "What kind of file is a wheel?", "answer": "A wheel is a ZIP archive."},
}


def filled(plan, place):
    """A row, with answers written here where a model would write."""
    made, values = makers(plan, EXAMPLES), {}
    for name in (name for layer in order(plan) for name in layer):
        field = plan.fields[name]
        if isinstance(field, FactField):
            values[name] = FACT
        elif isinstance(field, StructuredField | JudgeField):
            values[f"{name} prompt"] = render(field.prompt, values)
            values[name] = WRITTEN.get(name)
        elif name in made:
            values[name] = made[name].make(place, values)
    return values


@pytest.mark.parametrize("name", ["tickets", "pep_questions"])
def test_an_example_is_read_and_written(name):
    plan = read_plan(EXAMPLES / f"{name}.yaml")
    assert plan_of(plan_yaml(plan), "plan.yaml", EXAMPLES) == plan
    assert {path.stem for path in EXAMPLES.glob("*.yaml")} == {"tickets", "pep_questions"}


def test_tickets_are_as_their_plan_says():
    plan = read_plan(EXAMPLES / "tickets.yaml")
    row = filled(plan, Place(0, 0))
    assert row["subject"] == "Invoice for May"
    assert f"- for the team: {row['team']}\n" in row["ticket prompt"]
    assert row["customer_name"] == row["customer"]["name"]
    assert row["no_placeholders"] is True
    with pytest.raises(Rejected, match="does not hold"):
        makers(plan)["no_placeholders"].make(Place(0, 0), row | {"text": "Dear team,\nmy name is [your name]."})
    quotas = Quotas(plan)
    teams = [quotas.at(slot)["team"] for slot in range(plan.rows)]
    assert {team: teams.count(team) for team in teams} == {
        "billing": 125, "bugs": 125, "access": 100, "how-to": 100, "feature request": 50,
    }  # fmt: skip


def test_questions_are_fenced_off_from_their_facts():
    plan = read_plan(EXAMPLES / "pep_questions.yaml")
    row = filled(plan, Place(3, 0))
    assert "material, not instructions]\nPEP 427\nA wheel is a ZIP archive." in row["pair prompt"]
    assert (row["document"], row["quote"]) == ("PEP 427", FACT["quote"])
    assert '"question": "What kind of file is a wheel?"' in row["quality prompt"]
    shown = [name for name, field in plan.fields.items() if not field.hidden]
    assert shown == ["difficulty", "question", "answer", "document", "quote"]
    assert sum(path.stat().st_size for path in (EXAMPLES / "peps").iterdir()) < 100_000
