"""Of ten nodes two are hostile, each in its own way: what they answer is not delivered, and checking costs little."""

import pytest
from trust_world import babbler, colluder, copier, fair, lazy, outcome, poisoner, rephraser, replayer, sleeper


@pytest.mark.parametrize("manner", [babbler, replayer, copier], ids=lambda manner: manner.__name__)
def test_two_hostile_nodes_of_ten_deliver_nothing(manner):
    found = outcome(manner, tasks=2000)
    assert sorted(found.fallen) == ["h0", "h1"]
    assert found.accepted == 2000
    assert found.bad <= 0.001
    assert found.checking <= 0.1


@pytest.mark.parametrize("manner", [rephraser, lazy, sleeper, poisoner, colluder], ids=lambda manner: manner.__name__)
def test_nor_do_others_and_no_honest_node_falls(manner):
    found = outcome(manner, tasks=600, trusted=1, honest_nodes=4)
    assert found.accepted == 600
    assert found.bad <= 0.002
    assert not [name for name in found.fallen if name.startswith(("n", "own"))]
    assert found.checking <= 0.15  # a third are hostile, and each has few tasks


def test_honest_nodes_are_all_proven_and_stay():
    found = outcome(fair, tasks=800)
    assert found.fallen == []
    assert len(set(found.proven)) == 10
    assert found.held == 0
    assert found.checking <= 0.1


def test_the_same_seed_gives_the_same_run():
    one, two = (outcome(replayer, tasks=100, seed=4) for _ in range(2))
    assert (one.calls, one.fallen, one.proven) == (two.calls, two.fallen, two.proven)
