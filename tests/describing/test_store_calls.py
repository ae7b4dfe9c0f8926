"""Calls: written down before and after; every pico-dollar is in the ledger."""

import random

import pytest

from parhelion.describing.store import Cell, LedgerLine, open_store
from parhelion.errors import DataError
from parhelion.llm.contract import Failing, Journal, Reply, Usage


def reply(text="hello", endpoint="e", finish="stop"):
    return Reply(text, Usage(10, 20), endpoint, finish, 0.5)


def opened(store, key="k:0", reserved=100, field="f", endpoint="e"):
    return store.journal.opened(key, field=field, model="m", endpoint=endpoint, reserved=reserved)


def test_a_reply_is_known_until_its_cell_is_kept(tmp_path):
    with open_store(tmp_path) as store:
        journal: Journal = store.journal
        assert journal.known("k:0") is None
        journal.closed(opened(store), cost=30, reply=reply(finish="length"))
        for key in ("k+1:0", "other:0"):
            journal.closed(opened(store, key), cost=30, reply=reply())
    with open_store(tmp_path) as store:
        assert store.journal.known("k:0") == reply(finish="length")
        store.keep_cell(Cell("k", "f", "hello", endpoint="e"))
        assert [store.journal.known(key) for key in ("k:0", "k+1:0", "other:0")] == [None, None, reply()]
        assert store.spent() == 90


def test_of_two_replies_to_one_key_the_first_is_known(tmp_path):
    with open_store(tmp_path) as store:
        first, second = opened(store, endpoint="a"), opened(store, endpoint="b")
        store.journal.closed(second, cost=1, reply=reply("second", "b"))
        store.journal.closed(first, cost=1, reply=reply("first", "a"))
        assert store.journal.known("k:0") == reply("second", "b")
        assert store.spent() == 2


def test_failed_and_lost_calls_are_in_the_ledger_by_themselves(tmp_path):
    with open_store(tmp_path) as store:
        store.journal.closed(opened(store), cost=30, reply=reply())
        store.journal.closed(opened(store), cost=7, reply=None, failing=Failing.SLOW)
        store.journal.closed(opened(store), cost=0, reply=None)
        opened(store, reserved=500)
        assert store.spent() == 37
        assert store.ledger() == [LedgerLine("f", "m", "e", 3, 2, 10, 20, 37, 0, 0)]
    with open_store(tmp_path) as store:
        assert store.spent() == 537
        assert store.ledger() == [LedgerLine("f", "m", "e", 4, 2, 10, 20, 537, 1, 500)]
        assert store.journal.known("k:0") == reply()
        with pytest.raises(AssertionError, match="closed before"):
            store.journal.closed(4, cost=1, reply=None)


def test_the_ledger_sums_exactly_to_the_calls(tmp_path):
    rng, total, read = random.Random(1), 0, 0
    with open_store(tmp_path) as store:
        for _ in range(300):
            number = opened(store, field=rng.choice("abc"), endpoint=rng.choice("xyz"), reserved=10**15)
            cost, good = rng.randrange(10**15), rng.random() < 0.8
            store.journal.closed(
                number, cost=cost, reply=reply() if good else None, failing=None if good else Failing.LIMITED
            )
            total, read = total + cost, read + 10 * good
        lines = store.ledger()
        assert sum(line.cost for line in lines) == store.spent() == total
        assert sum(line.read for line in lines) == read
        assert sum(line.calls for line in lines) == 300
        assert len(lines) == 9


def test_a_price_beyond_64_bits_is_told(tmp_path):
    with open_store(tmp_path) as store, pytest.raises(DataError, match="64 bits"):
        opened(store, reserved=2**63)


def test_half_a_character_in_a_reply_is_replaced(tmp_path):
    with open_store(tmp_path) as store:
        store.journal.closed(opened(store), cost=1, reply=reply("a\ud800b\x00c"))
        assert store.journal.known("k:0").text == "a\ufffdb\x00c"
