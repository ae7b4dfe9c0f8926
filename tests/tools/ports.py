"""Ports for servers that have to be told theirs."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

FIRST, MANY = 20_000, 12_000  # below those that the system gives out by itself (on Linux: from 32768 on)
_places = count(os.getpid() % 120 * 100)  # programs that run beside each other begin at different ones


def free_port() -> int:
    """One that nobody has, that nobody gets who asks for any, and that this function has not given before.

    >>> free_port() != free_port()
    True
    """
    return next(port for place in _places if _is_free(port := FIRST + place % MANY))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("", port))
        except OSError:
            return False
    return True


@contextmanager
def dead_port() -> Iterator[int]:
    """One at which nobody listens, nor can while this lasts."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]
