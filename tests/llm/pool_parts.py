"""Endpoints that behave as they are told, in the time of the event loop, and a journal that remembers."""

import asyncio
import random

from parhelion.llm.contract import CallError, Failing, Message, Parameters, Price, Reply, Request, Usage

USAGE = Usage(10, 5)
FREE = Price()


def request(text="hello", most=100):
    return Request((Message("user", text),), Parameters(max_tokens=most))


class Answers:
    """An endpoint that answers after a time. seconds: a number, or two for a random time between them.

    script: what the first calls do instead: a CallError to raise, or a number of seconds. takes: a limiter.
    """

    trusted = True

    def __init__(self, name, seconds=0.1, *, slots=None, price=FREE, weight=1.0, script=(), always=None, takes=None):
        self.name, self.seconds, self.slots, self.price, self.weight = name, seconds, slots, price, weight
        self.script, self.always, self.limiter = list(script), always, takes
        self.calls, self.out, self.most_out, self.cancelled, self.closed, self.frozen = 0, 0, 0, 0, False, False
        self.at, self.usage, self.random = [], USAGE, random.Random(name)

    async def send(self, request):
        self.calls += 1
        self.out += 1
        self.most_out = max(self.most_out, self.out)
        self.at.append(asyncio.get_running_loop().time())
        try:
            return await self._answer(request)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.out -= 1

    async def _answer(self, request):
        does = self.script.pop(0) if self.script else self.always
        if self.frozen:
            await asyncio.Event().wait()
        if self.limiter is not None and not self.limiter.takes(asyncio.get_running_loop().time()):
            await asyncio.sleep(0.02)
            raise CallError(Failing.LIMITED, self.name, "429 too many requests")
        seconds = self.random.uniform(*self.seconds) if isinstance(self.seconds, tuple) else self.seconds
        if seconds:
            await asyncio.sleep(does if isinstance(does, (int, float)) else seconds)
        if isinstance(does, CallError):
            raise does
        return Reply(request.messages[0].content.upper(), self.usage, self.name)

    async def close(self):
        self.closed = True


class Remembers:
    """A journal that asserts what every journal relies on: a call is opened once, and closed once."""

    def __init__(self, known=None):
        self.replies, self.calls, self.open = dict(known or {}), [], {}

    def known(self, key):
        return self.replies.get(key)

    def opened(self, key, *, field, model, endpoint, reserved):
        self.open[len(self.calls)] = key
        self.calls.append({"key": key, "field": field, "model": model, "endpoint": endpoint, "reserved": reserved})
        return len(self.calls) - 1

    def closed(self, number, *, cost, reply, failing=None):
        key = self.open.pop(number)
        self.calls[number] |= {"cost": cost, "reply": reply, "failing": failing}
        if reply is not None:
            self.replies[key] = reply

    @property
    def cost(self):
        return sum(call["cost"] for call in self.calls)


def failure(failing, why="no", **more):
    return CallError(failing, "", why, **more)


async def ask_all(pool, count, *, field="f", ask=None, first=0):
    """The replies, or the exceptions, to so many requests at once."""
    asks = (pool.ask(ask or request(f"q{k}"), key=f"k{k}", field=field) for k in range(first, first + count))
    return await asyncio.gather(*asks, return_exceptions=True)
