"""What stops the program reaches it wherever Python happens to be."""

import ctypes
import gc
import signal
import sys
import time
import weakref

import pytest

from parhelion.cli.signals import stoppable


class Dying:
    """It is interrupted in its destructor."""

    def __del__(self):
        signal.raise_signal(signal.SIGINT)


class Round:
    """It dies when garbage is collected."""

    def __init__(self):
        self.itself = self


def in_a_destructor():
    Dying()


def in_the_collector():
    gone = Round()
    there = weakref.ref(gone, lambda _: signal.raise_signal(signal.SIGTERM))
    del gone
    gc.collect()
    assert there() is None


def in_a_callback_of_c():
    ctypes.CFUNCTYPE(None)(lambda: signal.raise_signal(signal.SIGINT))()


@pytest.mark.parametrize("drop", [in_a_destructor, in_the_collector, in_a_callback_of_c])
def test_an_interrupt_that_python_drops_is_raised_again(drop):
    hook, handler = sys.unraisablehook, signal.getsignal(signal.SIGINT)
    dropped = []

    def work():
        drop()
        dropped.append(True)
        time.sleep(600)

    with pytest.raises(KeyboardInterrupt) as caught, stoppable(last=False):
        work()
    assert dropped
    assert caught.value.args in [(signal.SIGINT,), (signal.SIGTERM,)]
    assert (sys.unraisablehook, signal.getsignal(signal.SIGINT)) == (hook, handler)


def test_one_that_is_dropped_again_is_raised_all_the_same():
    def twice():
        in_a_destructor()

        class Late:
            def __del__(self):
                time.sleep(0.5)  # interrupted in here

        Late()
        time.sleep(600)

    with pytest.raises(KeyboardInterrupt), stoppable(last=False):
        twice()


def test_whatever_else_is_dropped_goes_where_it_went(monkeypatch):
    class Faulty:
        def __del__(self):
            raise ValueError("dropped")

    heard = []
    monkeypatch.setattr(sys, "unraisablehook", lambda what: heard.append(str(what.exc_value)))
    with stoppable(last=False):
        Faulty()
    assert heard == ["dropped"]
