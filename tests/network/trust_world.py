"""A run of many tasks over honest and hostile nodes, through a real pool, with what a store does with the rows."""

import asyncio
import json
import random
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "llm"))

from trust_people import honest, junk, random_words, task
from virtual_time import run

from parhelion.llm import Budget, Pool
from parhelion.llm.contract import Price, Reply, Unanswered, Usage
from parhelion.network.trust import CHECKING, Referee


class Journal:
    """Remembers replies by key, and counts the calls of each field."""

    def __init__(self):
        self.replies, self.open, self.calls = {}, {}, Counter()

    def known(self, key):
        return self.replies.get(key)

    def opened(self, key, *, field, model, endpoint, reserved):
        number = len(self.open)
        self.open[number] = key, field
        return number

    def closed(self, number, *, cost, reply, failing=None):
        key, field = self.open[number]
        self.calls[field] += 1
        if reply is not None:
            self.replies[key] = reply


class Node:
    """Answers as its manner says. wrong: the texts that it gave and that are not honest answers."""

    price, slots, weight = Price(), 4, 1.0

    def __init__(self, name, manner, world, *, trusted=False):
        self.name, self.manner, self.world, self.trusted = name, manner, world, trusted
        self.rng, self.said, self.asked = random.Random(name), [], []

    async def send(self, request):
        await asyncio.sleep(self.rng.uniform(0.05, 0.15))
        self.asked.append(request)
        good, value = self.manner(self, request)
        text = json.dumps(value)
        self.said.append(value)
        if good:
            self.world.heard.append(value)
        else:
            self.world.wrong.add((request.messages[1].content, text))
        return Reply(text, Usage(1, 1), self.name)

    async def close(self):
        pass


def fair(node, request):
    return True, honest(request, node.rng)


def babbler(node, request):
    return False, junk(request, node.rng)


def wordy(node, request):
    return False, random_words(request, node.rng)


def replayer(node, request):
    return (False, node.rng.choice(node.said)) if node.said else fair(node, request)


def copier(node, request):
    heard = node.world.heard
    return (False, node.rng.choice(heard)) if heard else fair(node, request)


def rephraser(node, request):
    """Answers honestly, to another task."""
    return False, honest(task(node.rng.randrange(10**6), 9), node.rng)


def lazy(node, request):
    return babbler(node, request) if node.rng.random() < 0.1 else fair(node, request)


def sleeper(node, request):
    return rephraser(node, request) if len(node.said) >= 60 else fair(node, request)


def poisoner(node, request):
    return rephraser(node, request) if len(node.said) > 50 and node.rng.random() < 0.025 else fair(node, request)


def colluder(node, request):
    """Says the same junk as its like to the same request."""
    return False, junk(request, random.Random(request.messages[1].content))


MANNERS = [babbler, wordy, replayer, copier, rephraser, lazy, sleeper, poisoner, colluder]


@dataclass
class Outcome:
    """What came of a run. bad: the share of accepted rows that are not honest answers."""

    accepted: int
    held: int
    bad: float
    checking: float
    fallen: list
    proven: list
    referee: Referee
    pool: Pool
    calls: Counter


class World:
    """Rows that wait for answers, and the answers that are kept, with numbers, as a store keeps them."""

    def __init__(self, manner, *, tasks=2000, honest_nodes=8, hostile=2, trusted=0, seed=0):
        self.wrong, self.heard, self.seed = set(), [], seed
        self.cells, self.number, self.todo = {}, 0, list(range(tasks))
        self.fallen, self.proven = [], []
        nodes = [Node(f"own{k}", fair, self, trusted=True) for k in range(trusted)]
        nodes += [Node(f"n{k}", fair, self) for k in range(honest_nodes)]
        nodes += [Node(f"h{k}", manner, self) for k in range(hostile)]
        self.nodes, self.journal = {node.name: node for node in nodes}, Journal()
        self.pool = Pool("m", nodes, budget=Budget(None), journal=self.journal, patience=5)
        self.referee = Referee(proven=self.release, fallen=self.withdraw, mark=self.mark, seed=seed)

    def release(self, name):
        self.proven.append(name)
        for number, cell in self.cells.items():
            if cell[1] == name:
                self.cells[number] = (*cell[:3], False, cell[4])

    def withdraw(self, name, since):
        self.fallen.append(name)
        for number, cell in list(self.cells.items()):
            if cell[1] == name and cell[2] > since:
                del self.cells[number]
                self.todo.append(number)

    def mark(self, name):
        return max((cell[2] for cell in self.cells.values() if cell[1] == name), default=0)

    async def one(self, number, again):
        request, refused = task(number, self.seed), frozenset()
        while True:
            key = f"{number}.{again}+{len(refused)}"
            reply = await self.pool.ask(request, key=key, field="qa", avoid=refused)
            value = json.loads(reply.text)
            if await self.referee.look(self.pool, request, value, reply, key=key, field="qa"):
                self.number += 1
                held = self.referee.held(reply.endpoint)
                asked = request.messages[1].content
                self.cells[number] = reply.text, reply.endpoint, self.number, held, asked
                return
            refused |= {reply.endpoint}

    async def run(self):
        rounds = Counter()

        async def worker():
            while self.todo:
                number = self.todo.pop(0)
                rounds[number] += 1
                await self.one(number, rounds[number])

        while self.todo:
            await asyncio.gather(*(worker() for _ in range(4 * len(self.nodes))))
            for name in list(self.nodes):
                if any(cell[1] == name and cell[3] for cell in self.cells.values()):
                    await self.referee.settle(self.pool, name)
        await self.pool.close()
        return self.outcome()

    def outcome(self):
        accepted = [cell for cell in self.cells.values() if not cell[3]]
        bad = sum((cell[4], cell[0]) in self.wrong for cell in accepted)
        checking = self.journal.calls[CHECKING] / self.journal.calls.total()
        return Outcome(
            len(accepted), len(self.cells) - len(accepted), bad / max(len(accepted), 1), checking,
            self.fallen, self.proven, self.referee, self.pool, self.journal.calls,
        )  # fmt: skip


def outcome(manner, **options):
    """Run a world in a time that takes none."""

    async def main():
        return await World(manner, **options).run()

    return run(main())


__all__ = ["MANNERS", "Unanswered", "World", "outcome"]
