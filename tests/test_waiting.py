"""Work that is interrupted: never in the middle of a step, and to its end."""

import asyncio
import signal
import threading

import pytest

from parhelion.waiting import at_once, waited


def interrupt():
    signal.raise_signal(signal.SIGINT)


async def aside(work):
    return waited(work)


def stopped(work, **options):
    """What the work that is interrupted raises; the handlers of signals are as they were."""
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt) as caught:
        waited(work, **options)
    assert signal.getsignal(signal.SIGINT) is before
    return caught.value


def test_a_step_is_done_to_its_end_before_the_work_is_cancelled():
    told = []

    async def work():
        interrupt()
        told.append("step")
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            told.append("cancelled")
            raise

    stopped(work())
    assert told == ["step", "cancelled"]


def test_a_second_one_does_not_stop_the_tidying_up():
    told = []

    async def work():
        try:
            interrupt()
            await asyncio.sleep(60)
        finally:
            interrupt()
            await asyncio.sleep(0.01)
            interrupt()
            told.append("tidy")

    stopped(work())
    assert told == ["tidy"]


def test_a_second_one_cancels_again_where_it_may():
    told = []

    async def work():
        try:
            interrupt()
            await asyncio.sleep(60)
        finally:
            try:
                interrupt()
                await asyncio.sleep(60)
            finally:
                told.append("left")

    stopped(work(), again=True)
    assert told == ["left"]


def test_it_is_told_even_where_the_work_came_to_its_end_all_the_same():
    async def work():
        interrupt()
        return 3

    stopped(work())


def test_what_goes_wrong_while_tidying_up_is_told_with_it():
    async def work():
        try:
            interrupt()
            await asyncio.sleep(60)
        finally:
            raise OSError("no space")

    assert str(stopped(work()).__cause__) == "no space"


def test_in_a_part_that_may_be_interrupted_it_is_raised_right_there():
    told = []

    async def work():
        try:
            with at_once():
                interrupt()
                told.append("never")
        finally:
            interrupt()
            await asyncio.sleep(0.01)
            told.append("tidy")

    stopped(work())
    assert told == ["tidy"]


def test_such_a_part_is_not_begun_after_it():
    told = []

    async def work():
        interrupt()
        try:
            with at_once():
                told.append("never")
        finally:
            await asyncio.sleep(0.01)
            told.append("tidy")

    stopped(work())
    assert told == ["tidy"]


def test_such_a_part_is_as_any_other_elsewhere():
    with at_once():
        pass

    async def work():
        with at_once():
            return 3

    assert asyncio.run(aside(work())) == 3


def test_what_any_handler_raises_is_raised_at_the_end():
    told = []

    def leave(number, _):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise SystemExit(number)

    async def work():
        try:
            signal.raise_signal(signal.SIGTERM)
            await asyncio.sleep(60)
        finally:
            signal.raise_signal(signal.SIGTERM)
            await asyncio.sleep(0.01)
            told.append("tidy")

    before = signal.signal(signal.SIGTERM, leave)
    try:
        with pytest.raises(SystemExit) as caught:
            waited(work())
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, before)
    assert (caught.value.code, told) == (signal.SIGTERM, ["tidy"])


def test_a_handler_that_raises_nothing_stops_nothing():
    heard = []

    async def work():
        interrupt()
        await asyncio.sleep(0.01)
        return 3

    before = signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    try:
        assert waited(work()) == 3
    finally:
        signal.signal(signal.SIGINT, before)
    assert heard == [signal.SIGINT]


def test_work_aside_has_ended_when_it_is_told():
    told, main = [], threading.main_thread()

    async def work():
        signal.pthread_kill(main.ident, signal.SIGINT)
        told.append("step")
        try:
            await asyncio.sleep(60)
        finally:
            signal.pthread_kill(main.ident, signal.SIGINT)
            await asyncio.sleep(0.05)
            told.append("tidy")

    loop = asyncio.new_event_loop()
    try:
        with pytest.raises(KeyboardInterrupt):
            loop.run_until_complete(aside(work()))
    finally:
        loop.close()
    assert told == ["step", "tidy"]


def test_work_that_is_stopped_before_it_begins_is_not_begun(monkeypatch):
    told = []

    async def work():
        told.append("begun")

    run = asyncio.run

    def late(coroutine):
        interrupt()
        return run(coroutine)

    monkeypatch.setattr(asyncio, "run", late)
    stopped(work())
    assert told == []
