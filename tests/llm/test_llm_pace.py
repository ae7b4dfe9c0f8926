"""How fast an endpoint may be asked is found out from what it refuses, however it limits; all in virtual time."""

import pytest
from limiters import Bucket, Crowd, Window, between, queued, work

from parhelion.llm.pace import Pace


def double(limiter):
    limiter.rate *= 2


def share(passed, rate, start, end):
    return between(passed, start, end) / (rate * (end - start))


def wasted(passed, refused, start, end):
    return between(refused, start, end) / (between(passed, start, end) + between(refused, start, end))


CASES = [
    pytest.param(rate, slots, told, make, id=f"{rate} a second, {slots} slots, {name}{', told' if told else ''}")
    for rate, slots in ((2, None), (20, None), (20, 128), (200, 512))
    for told in (False, True)
    for name, make in (
        ("bucket of half a second", lambda rate: Bucket(rate, max(rate // 2, 2))),
        ("bucket of a second", lambda rate: Bucket(rate, rate)),
        ("window of a second", lambda rate: Window(rate, 1.0)),
    )
]


@pytest.mark.parametrize(("rate", "slots", "told", "make"), CASES)
def test_a_rate_is_found_within_a_minute_and_kept_with_little_waste(rate, slots, told, make):
    seconds = 240 if rate < 200 else 120
    passed, refused = work(make(rate), seconds, slots=slots, told=told)
    assert share(passed, rate, 60, seconds) >= 0.9
    assert wasted(passed, refused, 60, seconds) < 0.02


@pytest.mark.parametrize("told", [False, True])
@pytest.mark.parametrize("offset", [0.0, 25.0])
@pytest.mark.parametrize("rate", [2, 20])
def test_calls_counted_by_the_minute_are_spread_over_the_minutes(rate, offset, told):
    passed, refused = work(Window(rate, 60.0, offset), 360, slots=64, told=told)
    assert share(passed, rate, 0, 360) >= 0.9
    assert wasted(passed, refused, 120, 360) < 0.03


@pytest.mark.parametrize("rate", [2, 20])
def test_a_bucket_of_a_minute_is_used_up_and_then_kept_pace_with(rate):
    passed, refused = work(Bucket(rate, 60 * rate), 360)
    assert share(passed, rate, 0, 60) > 1.8
    assert share(passed, rate, 60, 360) >= 0.95
    assert wasted(passed, refused, 120, 360) < 0.03


@pytest.mark.parametrize("rate", [2, 20])
def test_a_limit_that_is_doubled_is_found_within_minutes_and_one_that_is_halved_at_once(rate):
    def halve(limiter):
        limiter.rate /= 4

    passed, refused = work(Bucket(rate, rate), 450, changes=[(120, double), (330, halve)])
    assert share(passed, 2 * rate, 240, 330) >= 0.9
    assert share(passed, rate / 2, 390, 450) >= 0.9
    assert wasted(passed, refused, 390, 450) < 0.1


def test_calls_at_once_are_cut_at_the_first_refusal_of_a_burst_alone():
    pace = Pace(slots=64)
    calls = [pace.sent(0.0, out) for out in range(64)]
    for call in calls:
        pace.refused(call, 0.1)
    assert pace.limit == 48
    pace.refused(pace.sent(10.0, 47), 10.1)
    assert pace.limit == 36


@pytest.mark.parametrize("told", [False, True])
@pytest.mark.parametrize("latency", [(0.5, 0.5), (0.2, 2.0)])
@pytest.mark.parametrize("most", [10, 24, 64])
def test_a_server_that_takes_so_many_at_once_is_not_asked_for_more(most, latency, told):
    passed, refused = work(Crowd(most), 300, latency=latency, told=told)
    assert share(passed, most / (sum(latency) / 2), 60, 300) >= 0.95
    assert wasted(passed, refused, 60, 300) < 0.01


def test_a_server_that_takes_a_few_at_once_is_not_asked_for_more():
    passed, refused = work(Crowd(4), 300, latency=(0.5, 0.5))
    assert share(passed, 4 / 0.5, 60, 300) >= 0.85
    assert wasted(passed, refused, 60, 300) < 0.03


@pytest.mark.parametrize("most", [12, 48])
def test_another_number_at_once_is_found_out(most):
    def change(limiter):
        limiter.most = most

    passed, refused = work(Crowd(24), 300, latency=(0.5, 0.5), changes=[(100, change)])
    assert share(passed, most / 0.5, 220, 300) >= 0.95
    assert wasted(passed, refused, 100, 300) < 0.02


def test_more_than_it_may_be_asked_for_is_never_tried():
    def change(limiter):
        limiter.most = 1000

    passed, _ = work(Crowd(12), 200, slots=16, latency=(0.5, 0.5), changes=[(100, change)])
    assert between(passed, 190, 200) == 10 * 16 / 0.5


def test_a_server_that_comes_to_count_by_time_is_paced_again():
    class Both(Crowd):
        bucket = None

        def takes(self, now):
            return (self.bucket is None or self.bucket.takes(now)) and super().takes(now)

    def count(limiter):
        limiter.bucket = Bucket(10, 10)

    passed, refused = work(Both(24), 420, latency=(0.5, 0.5), changes=[(120, count)])
    assert share(passed, 24 / 0.5, 60, 120) >= 0.95
    assert share(passed, 10, 240, 420) >= 0.9
    assert wasted(passed, refused, 240, 420) < 0.02


def test_without_a_limit_calls_at_once_grow_fast_and_a_given_number_is_trusted():
    passed, _ = work(Crowd(10**6), 10, latency=(0.5, 0.5))
    assert share(passed, 256 / 0.5, 5, 10) == 1.0
    assert Pace(slots=300).limit == 300
    assert Pace(slots=None).limit == 8


def test_a_server_that_queues_is_not_drowned():
    assert 8 <= queued(4, 2000) <= 64
    assert queued(300, 20000) == 256


def test_what_the_server_asks_for_is_kept():
    pace = Pace(slots=4)
    pace.refused(pace.sent(0.0, 0), 0.2, after=20.0)
    assert pace.opens_at(0) == 20.2
    pace.refused(pace.sent(20.2, 0), 20.3, after=5.0)
    assert pace.opens_at(0) == 25.3
