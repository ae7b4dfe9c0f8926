"""Trust in a network's folder, and what it does to the answers and rows in a project's store."""

import asyncio
import json

import pytest
from trust_books import KeptBook
from trust_people import SCHEMA, task
from trust_world import Node, babbler, fair
from virtual_time import run

from parhelion.describing.contract import Ask, Place, Row
from parhelion.describing.desk import Desk
from parhelion.describing.plan.model import ModelPlan, Server
from parhelion.describing.store import open_store
from parhelion.errors import ConfigError
from parhelion.llm import Budget, Pool
from parhelion.network import Folder, Standing, invite, remove
from parhelion.network.standing import FolderBook, Record
from parhelion.network.trust import CHECKING, Referee


@pytest.fixture
def network(tmp_path):
    folder = Folder(tmp_path / "net")
    folder.make(address="127.0.0.1")
    for name in ("one", "two"):
        invite(name, folder.path, output=tmp_path / f"{name}.join")
    return folder


def test_what_is_kept_is_read_by_another_program(network):
    FolderBook(network).keep("one", Record(valid=40, proven=True, marks={"p": [3, 4]}).model_dump())
    FolderBook(network).keep("two", Record(fallen="junk").model_dump())
    assert FolderBook(network).read()["one"] == Record(valid=40, proven=True, marks={"p": [3, 4]}).model_dump()
    referee = Referee(proven=print, fallen=print, mark=lambda _: 0, seed=0, book=FolderBook(network))
    assert referee.standings() == {
        "one": Standing("proven"), "two": Standing("fallen", "junk; not asked until it is invited anew")
    }  # fmt: skip
    assert not referee.admits("two")


def test_who_is_invited_anew_begins_anew(network):
    FolderBook(network).keep("two", Record(fallen="junk").model_dump())
    remove("two", network.path)
    assert FolderBook(network).read() == {}
    invite("two", network.path, output=network.path.parent / "again.join")
    assert FolderBook(network).read() == {}


def test_nothing_is_kept_of_strangers(network):
    FolderBook(network).keep("three", Record().model_dump())
    assert FolderBook(network).read() == {}


def test_it_is_the_owners_alone(network):
    FolderBook(network).keep("one", Record().model_dump())
    assert (network.path / "trust.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("text", ["", "[]", '{"nodes": {"one": {}}}', '{"nodes": {}, "more": 1}', "\x00"])
def test_a_damaged_file_is_named(network, text):
    (network.path / "trust.json").write_text(text)
    with pytest.raises(ConfigError, match=r"trust\.json"):
        FolderBook(network).read()


class World:
    def __init__(self):
        self.wrong, self.heard = set(), []


WRITER = ModelPlan(model="m", endpoints=(Server(url="http://localhost:1/v1"),))


def asked(number):
    return Ask("qa", "writer", task(number).messages, SCHEMA, seed=number)


def test_rows_wait_and_go_with_their_nodes(tmp_path):
    """Through the desk and the store that a project has."""
    world = World()

    async def main(store):
        nodes = [Node("own", fair, world, trusted=True), Node("good", fair, world), Node("bad", babbler, world)]
        pool = Pool("m", nodes, budget=Budget(None), journal=store.journal, patience=5)
        referee = Referee(
            proven=store.release, fallen=store.withdraw,
            mark=store.last_cell, seed=3, book=KeptBook(store.get, store.set), project="p",
        )  # fmt: skip
        desk = Desk(store, {"writer": WRITER}, {"writer": pool}, referee)
        store.begin("run", "goal: x")
        pending = list(range(80))
        while pending:
            answers = await asyncio.gather(*(desk.ask(asked(number)) for number in pending))
            for number, answer in zip(pending, answers, strict=True):
                state = "held" if answer.held else "accepted"
                store.put_row("run", Row(Place(number, 0), state, {"qa": answer.value}, cells=(answer.key,)))
            for name in ("good", "bad"):
                await referee.settle(pool, name)
            pending = [row.place.slot for row in store.rows("run", "pending")]
        await pool.close()
        return referee

    with open_store(tmp_path) as store:
        referee = run(main(store))
        assert store.counts("run").accepted == 80
        said = {json.dumps(row.values["qa"]) for row in store.rows("run", "accepted")}
        assert not said & {text for _, text in world.wrong}
        assert {name: each.trust for name, each in referee.standings().items()} == {"good": "proven", "bad": "fallen"}
        assert store.last_cell("bad") == 0
        assert sum(line.field == CHECKING for line in store.ledger()) >= 2
