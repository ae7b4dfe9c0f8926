"""Rate limits let through what they say."""

import asyncio
import time
from email.utils import parsedate_to_datetime

import httpx
import pytest

from tools.asking import HASTE, PATIENCE, ask, body_of, post
from tools.scripted import Fault, Limit, Scripted
from tools.scripted.limits import Gauge

NEVER = 1e9  # seconds: a window that does not end while a test runs


def let_in(limit, times, cost=1.0):
    gauge, through = Gauge(limit), []
    for at in times:
        if not gauge.wait("", cost, at):
            gauge.take("", cost)
            through.append(at)
    return through


@pytest.mark.parametrize(("most", "per", "burst"), [(20, 1, 1), (20, 1, 20), (600, 60, 5), (3, 10, 1)])
def test_a_bucket_lets_its_rate_through_and_its_burst_before(most, per, burst):
    times = [place / 1000 for place in range(60_000)]
    through = let_in(Limit(most, per=per, burst=burst), times)
    expected = 60 * most / per + burst
    assert abs(len(through) - expected) <= 1 + 0.03 * expected
    assert len([at for at in through if at == 0.0]) == 1
    assert len([at for at in through if at < 0.01]) == min(burst, 10)


def test_a_window_lets_all_through_at_once_and_begins_anew():
    through = let_in(Limit(5, kind="window", per=10), [place / 10 for place in range(250)])
    assert through == [0.0, 0.1, 0.2, 0.3, 0.4, 10.0, 10.1, 10.2, 10.3, 10.4, 20.0, 20.1, 20.2, 20.3, 20.4]


def test_waiting_as_long_as_told_is_enough():
    gauge, now = Gauge(Limit(7, per=3, burst=2)), 100.0
    for _ in range(50):
        wait = gauge.wait("", 1, now)
        now += wait
        assert not gauge.wait("", 1, now)
        gauge.take("", 1)


def test_a_call_of_more_tokens_than_there_are_is_let_in_when_nothing_is_used():
    assert let_in(Limit(100, of="tokens", per=60), [0, 1, 70], cost=500) == [0, 70]


@pytest.mark.parametrize(("how", "name"), [("seconds", "retry-after"), ("ms", "retry-after-ms"), ("none", None)])
def test_a_refusal_is_openais(how, name):
    with Scripted(process=False, limits=(Limit(1, kind="window", per=NEVER, retry_after=how),)) as server:
        first, second = ask(server), ask(server)
        assert (first.status_code, second.status_code) == (200, 429)
        assert second.json()["error"]["code"] == "rate_limit_exceeded"
        assert "Please try again in" in second.json()["error"]["message"]
        told = [header for header in second.headers if header.startswith("retry-after")]
        assert told == ([name] if name else [])
        assert server.stats().by_fault == {"rate_limit": 1}


def test_a_date_may_be_told():
    with Scripted(process=False, limits=(Limit(1, kind="window", per=NEVER, retry_after="date"),)) as server:
        ask(server)
        response = ask(server)
    wait = parsedate_to_datetime(response.headers["retry-after"]) - parsedate_to_datetime(response.headers["date"])
    assert 0 < wait.total_seconds() <= NEVER + 1


def test_keys_and_models_have_limits_of_their_own():
    limits = (Limit(1, kind="window", per=NEVER, each="key"), Limit(3, kind="window", per=NEVER, each="model"))
    with Scripted(process=False, models=("*",), limits=limits) as server:

        def status(key, model):
            return ask(server, headers={"Authorization": f"Bearer {key}"}, model=model).status_code

        assert [status("a", "x"), status("a", "x"), status("b", "x"), status("c", "x")] == [200, 429, 200, 200]
        assert [status("d", "x"), status("d", "y")] == [429, 200]


def test_refused_calls_may_count_too():
    limit = Limit(1, per=1000, burst=1, refused_count=True)
    with Scripted(process=False, limits=(limit,)) as server:
        ask(server)
        waits = [int(ask(server).headers["retry-after"]) for _ in range(3)]
    assert waits == sorted(waits)
    assert waits[2] > 2500


async def together(server, count):
    """What comes of so many calls, once all but those that hang have been answered."""
    async with httpx.AsyncClient(limits=httpx.Limits(max_connections=count), timeout=PATIENCE) as client:
        calls = [
            asyncio.create_task(client.post(f"{server.url}/chat/completions", json=body_of(str(i))))
            for i in range(count)
        ]
        while True:
            stats = server.stats()
            if stats.calls == count and sum(call.done() for call in calls) == count - stats.in_flight:
                break
            await asyncio.sleep(0.01)
        for call in calls:
            call.cancel()
        return await asyncio.gather(*calls, return_exceptions=True)


def test_so_many_at_once_and_no_more():
    hanging = Fault("hang", user="^[0-7]$")
    with Scripted(process=False, limits=(Limit(3, kind="at_once"),), faults=(hanging,)) as server:
        ended = asyncio.run(together(server, 8))
        assert [response.status_code for response in ended if isinstance(response, httpx.Response)] == [429] * 5
        assert sum(isinstance(each, asyncio.CancelledError) for each in ended) == 3
        empty(server)
        stats = server.stats()
        assert (stats.calls, stats.by_status[429], stats.by_end) == (8, 5, {"answered": 5, "broken": 3})
        assert max(call.in_flight for call in server.calls) == stats.most_in_flight
        assert [ask(server).status_code for _ in range(4)] == [200] * 4


def empty(server):
    """Returns once no call is in flight."""
    while server.stats().in_flight:
        time.sleep(0.01)


def test_calls_that_clients_give_up_make_room():
    with Scripted(process=False, limits=(Limit(1, kind="at_once"),), faults=(Fault("hang", times=2),)) as server:
        for _ in range(2):
            with pytest.raises(httpx.ReadTimeout):
                post(f"{server.url}/chat/completions", json=body_of(), timeout=HASTE)
            empty(server)
        assert ask(server).status_code == 200


def test_tokens_read_and_to_be_written_use_a_limit_up():
    with Scripted(process=False, limits=(Limit(100, kind="window", per=NEVER, of="tokens"),)) as server:
        assert [ask(server, max_tokens=40).status_code for _ in range(3)] == [200, 200, 429]
