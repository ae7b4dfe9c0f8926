"""Ctrl-C at every moment of a call's life: whatever was begun is written down to its end."""

import signal
import sys
from contextlib import contextmanager, suppress

import pytest

import parhelion as ph
from parhelion.describing.store.calls import Calls
from parhelion.describing.store.database import Database
from parhelion.llm.pool import Pool
from tools.killing import look, write_plan
from tools.scripted import Scripted

LIFE = (
    Pool._start, Pool._call, Pool._close_call, Pool._ended, Pool._answered, Pool._let_go, Calls.opened, Calls.closed,
    Database.writing.__wrapped__,
)  # fmt: skip


@contextmanager
def interrupted(function, line, times):
    """Ctrl-C when the line is reached for so many times, and twice more soon after. Yields whether it came to that."""
    code, before = function.__code__, sys.gettrace()
    reached, sent = [], []

    def look_on(frame, event, _):
        if event == "line" and frame.f_code is code and frame.f_lineno == line:
            reached.append(line)
        if event == "line" and len(reached) >= times and len(sent) < 3:
            sent.append(line)
            signal.raise_signal(signal.SIGINT)
        return look_on

    sys.settrace(lambda frame, *_: look_on if frame.f_code is code else None)
    try:
        yield sent
    finally:
        sys.settrace(before)


def moments(function):
    """The lines that a function may be at."""
    first = function.__code__.co_firstlineno
    return sorted({line for *_, line in function.__code__.co_lines() if line and line > first})


@pytest.fixture(scope="module")
def server():
    with Scripted() as running:
        yield running


@pytest.mark.parametrize("function", LIFE, ids=lambda function: function.__qualname__)
def test_every_call_of_an_interrupted_run_is_settled(tmp_path, server, function):
    came = 0
    for line in moments(function):
        plan = write_plan(tmp_path / f"at {line}", server.url, rows=6, slots=4)
        with interrupted(function, line, 5) as sent, suppress(KeyboardInterrupt):
            ph.describe(plan)
            assert not sent
        came += bool(sent)
        assert look(plan.parent).lost == 0, f"line {line}"
    assert came > 1
