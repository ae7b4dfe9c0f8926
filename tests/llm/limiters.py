"""Servers that limit their callers in all usual ways, and a caller with endless work, in virtual time."""

import heapq
import random
from collections import Counter

from parhelion.llm.pace import Pace


class Bucket:
    """Tokens that fill up at a rate, `size` at most; a call takes one."""

    def __init__(self, rate, size):
        self.rate, self.size, self.tokens, self.then = rate, size, size, 0.0

    def takes(self, now):
        self.tokens = min(self.size, self.tokens + (now - self.then) * self.rate)
        self.then = now
        if self.tokens < 1 - 1e-9:
            return False
        self.tokens -= 1
        return True

    def ended(self):
        pass

    def after(self, now):
        return max(0.0, (1 - self.tokens) / self.rate)


class Window:
    """So many calls in each window, counted anew."""

    def __init__(self, rate, seconds, offset=0.0):
        self.rate, self.seconds, self.offset, self.window, self.count = rate, seconds, offset, None, 0

    def takes(self, now):
        window = (now + self.offset) // self.seconds
        if window != self.window:
            self.window, self.count = window, 0
        self.count += 1
        return self.count <= self.rate * self.seconds

    def ended(self):
        pass

    def after(self, now):
        return self.seconds - (now + self.offset) % self.seconds


class Crowd:
    """So many calls at once."""

    def __init__(self, most):
        self.most, self.now = most, 0

    def takes(self, now):
        if self.now >= self.most:
            return False
        self.now += 1
        return True

    def ended(self):
        self.now -= 1

    def after(self, now):
        return 1.0


def work(limiter, seconds, *, slots=None, latency=(0.2, 2.0), refusal=0.05, told=False, changes=(), seed=0):
    """Calls let through and calls refused, for each second. refusal: seconds of a refusal, None for a call's own.

    changes: (when, what to do to the limiter).
    """
    rng, pace, out, now = random.Random(seed), Pace(slots), 0, 0.0
    passed, refused, events, number = Counter(), Counter(), [], 0
    for when, change in changes:
        number += 1
        heapq.heappush(events, (when, number, change))
    while now < seconds:
        opens = pace.opens_at(out)
        if opens is not None and opens <= now:
            call, takes, number = pace.sent(now, out), limiter.takes(now), number + 1
            out += 1
            took = rng.uniform(*latency)
            (passed if takes else refused)[int(now)] += 1
            ends = now + (took if takes or refusal is None else refusal)
            heapq.heappush(events, (ends, number, (call, takes, limiter.after(now) if told else None)))
            continue
        if opens is not None and (not events or opens <= events[0][0]):
            now = opens
            continue
        now, _, event = heapq.heappop(events)
        if callable(event):
            event(limiter)
            continue
        call, takes, after = event
        if takes:
            limiter.ended()
            pace.answered(call, now, out)
        else:
            pace.refused(call, now, after)
        out -= 1
    return passed, refused


def queued(parallel, answers, seconds=0.5):
    """The calls at once that a server with a queue is asked for in the end: it answers so many side by side."""
    pace, free, ends, now = Pace(), [0.0] * parallel, [], 0.0
    for _ in range(answers):
        while pace.opens_at(len(ends)) is not None:
            call = pace.sent(now, len(ends))
            begins = max(heapq.heappop(free), now)
            heapq.heappush(free, begins + seconds)
            heapq.heappush(ends, (begins + seconds, call.number, call))
        now, _, call = heapq.heappop(ends)
        pace.answered(call, now, len(ends) + 1)
    return pace.limit


def between(counts, start, end):
    return sum(counts[k] for k in range(start, end))
