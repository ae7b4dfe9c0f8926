"""Nodes of people nobody knows: what hostile ones get into the data, and what it costs to keep them out.

In memory and in virtual time, through the real pool and the real referee: ten nodes of which two are hostile, 2,000
rows. tests/network/trust_world.py has the manners, and how honest nodes word things differently.
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests" / "network"))

from trust_world import babbler, colluder, copier, fair, outcome, poisoner, rephraser, replayer

from _figure import Figure

MANNERS = {
    "junk": babbler, "replay": replayer, "copied answers": copier, "answers to other tasks": rephraser,
    "junk, agreed upon": colluder, "one answer in forty wrong": poisoner,
}  # fmt: skip


def trust(tasks: int = 2000, seeds: int = 3) -> list[Figure]:
    """20 % of the nodes are hostile, each time in another way; with no trusted endpoint."""
    figures = [_against(name, manner, tasks, seeds) for name, manner in MANNERS.items()]
    honest = [outcome(fair, tasks=tasks, seed=seed) for seed in range(seeds)]
    cost = max(each.checking for each in honest)
    fallen = sum(len(each.fallen) for each in honest)
    reached = f"{fallen} of {10 * seeds} nodes fall; {cost:.1%} of calls spent on checking"
    return [*figures, Figure("nobody is hostile", reached, "0; 10 %", fallen == 0 and cost <= 0.1)]


def _against(name: str, manner: object, tasks: int, seeds: int) -> Figure:
    found = [outcome(manner, tasks=tasks, seed=seed) for seed in range(seeds)]
    bad, cost = max(each.bad for each in found), max(each.checking for each in found)
    reached = f"{bad:.2%} of rows delivered are bad; {cost:.1%} of calls spent on checking (worst of {seeds} seeds)"
    details = {"bad": [each.bad for each in found], "checking": [each.checking for each in found]}
    return Figure(f"20 % hostile nodes: {name}", reached, "0.1 %; 10 %", bad <= 0.001 and cost <= 0.1, details)
