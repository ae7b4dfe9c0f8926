"""The server starts, is watched, changed and stopped, in a process or a thread, and as a program."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tools.asking import PATIENCE, QA, ask, asked_json, get, port_of, post, said
from tools.ports import free_port
from tools.scripted import Fault, Latency, Rule, Script, Scripted, ScriptedError, ScriptError
from tools.scripted.matching import waiting
from tools.scripted.request import Request
from tools.scripted.server import Server

PROGRAM = Path(__file__).parent / "scripted"


@pytest.fixture(params=[False, True], ids=["thread", "process"])
def apart(request):
    return request.param


def test_it_is_watched_changed_and_reset(apart):
    with Scripted(process=apart) as server:
        assert (server.pid is not None) == apart
        ask(server, "a")
        ask(server, "a")
        ask(server, "b", model="none")
        stats = server.stats()
        assert (stats.calls, stats.repeated, stats.by_status) == (3, 1, {200: 2, 404: 1})
        one, two, three = server.calls
        assert (one.prompt, one.call) == (two.prompt, two.call) != (three.prompt, three.call)
        assert stats.told_written == one.told_written + two.told_written == 2 * one.written > 0
        server.change(faults=(Fault("500"),))
        assert ask(server).status_code == 500
        server.reset()
        assert server.stats().calls == 0
        server.change(faults=())
        assert ask(server).status_code == 200
        with pytest.raises(ScriptError):
            server.change(faults=("500",))


def test_both_ways_answer_alike():
    with Scripted(process=True) as one, Scripted(process=False) as other:
        assert asked_json(one, schema=QA) == asked_json(other, schema=QA)


def test_the_port_is_free_afterwards(apart):
    port = free_port()
    for _ in range(2):
        with Scripted(process=apart, port=port) as server:
            assert port_of(server) == port
            ask(server)
    with Scripted(process=apart, port=port), pytest.raises(ScriptedError), Scripted(process=apart, port=port):
        pass
    assert not [thread for thread in threading.enumerate() if thread.name == "scripted"]


def test_it_stops_while_calls_hang(apart):
    with (
        Scripted(process=apart, faults=(Fault("hang"),)) as server,
        socket.create_connection(("127.0.0.1", port_of(server))) as sock,
    ):
        sock.sendall(b"GET /v1/models HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n")
        get(f"{server.url}/models")


def test_a_stopped_process_goes_on_and_ends():
    with Scripted(process=True) as server:
        os.kill(server.pid, signal.SIGSTOP)
        with pytest.raises(httpx.TimeoutException):
            post(f"{server.url}/chat/completions", json={}, timeout=0.1)
        os.kill(server.pid, signal.SIGCONT)
        assert ask(server).status_code == 200
        os.kill(server.pid, signal.SIGSTOP)
        pid = server.pid
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_process_ends_with_the_one_that_started_it():
    code = (
        "import os, sys\n"
        f"sys.path.insert(0, {str(PROGRAM.parents[1])!r})\n"
        "from tools.scripted import Scripted\n"
        "server = Scripted(process=True).__enter__()\n"
        "print(server.url, flush=True)\n"
        "os._exit(1)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    last = time.monotonic() + PATIENCE
    with suppress(httpx.NetworkError, httpx.RemoteProtocolError):  # the latter while the port is being closed
        while get(f"{done.stdout.strip()}/models").status_code == 200:
            assert time.monotonic() < last, "the server is still there"


def until_answered(server):
    """Asks until there is an answer. Returns its status."""
    while True:
        with suppress(httpx.NetworkError, httpx.RemoteProtocolError):  # the latter while the port is being closed
            return ask(server).status_code


def test_connections_are_refused(apart):
    with Scripted(process=apart, faults=(Fault("refuse", lasting=3600, times=1),)) as server:
        with pytest.raises(httpx.NetworkError):
            ask(server)
        for _ in range(3):
            with pytest.raises(httpx.ConnectError):
                ask(server)


def test_connections_are_refused_for_a_while(apart):
    with Scripted(process=apart, port=free_port(), faults=(Fault("refuse", lasting=0.3, times=1),)) as server:
        with pytest.raises(httpx.NetworkError):
            ask(server)
        assert until_answered(server) == 200
        assert server.stats().by_fault == {"refuse": 1}


def test_connections_are_refused_in_a_span_of_time():
    with Scripted(process=False, port=free_port()) as server:
        server.change(faults=(Fault("refuse", seconds=(3600, 7200)),))
        assert ask(server).status_code == 200
        server.change(faults=(Fault("refuse", seconds=(0, 0.3)),))
        assert until_answered(server) == 200
        server.change(faults=(Fault("refuse", seconds=(0, 3600)), Fault("refuse", seconds=(0.1, 0.2))))
        with suppress(httpx.NetworkError, httpx.RemoteProtocolError):
            while ask(server).status_code == 200:
                pass


def test_the_longest_of_refusals_at_once_counts():
    async def main():
        server = Server(Script())
        await server.start()
        server.refuse(0.02)
        server.refuse(3600)
        await asyncio.sleep(0.1)
        heard = server.listening
        await server.stop()
        return heard

    assert asyncio.run(main()) is None


def test_a_function_that_fails_is_told_to_the_client_and_to_the_test():
    def reply(request):
        raise KeyError("nothing like it")

    server = Scripted(rules=(Rule(reply=reply),)).__enter__()
    response = ask(server)
    assert (response.status_code, response.json()["error"]["type"]) == (500, "script_error")
    assert "nothing like it" in server.stats().errors[0]
    with pytest.raises(ScriptedError, match="nothing like it"):
        server.__exit__(None, None, None)


def test_a_function_needs_this_process():
    with pytest.raises(ScriptError, match="in this process"):
        Scripted(rules=(Rule(reply=str),), process=True)


def test_the_log_forgets_and_the_sums_do_not():
    with Scripted(process=False, remember=3) as server:
        for place in range(5):
            ask(server, str(place))
        assert [call.number for call in server.calls] == [3, 4, 5]
        assert server.stats().calls == server.stats().by_status[200] == 5
        assert [call["number"] for call in get(f"{server.url.removesuffix('v1')}_scripted/calls?after=4").json()] == [5]


def test_a_script_is_changed_over_http():
    with Scripted(process=False) as server:
        page = f"{server.url.removesuffix('v1')}_scripted"
        rules = [{"user": "hello", "reply": "good day"}]
        assert post(f"{page}/script", json={"rules": rules}).json()["rules"][0]["reply"] == "good day"
        assert said(ask(server)) == "good day"
        wrong = post(f"{page}/script", json={"rule": [], "faults": [{"kind": "hang", "share": 2}]})
        assert wrong.status_code == 400
        assert [line.split(":")[0] for line in wrong.json()["error"]["problems"]] == ["rule", "faults[0].share"]
        assert post(f"{page}/script", content=b"{").status_code == 400
        assert get(f"{page}/script").json()["seed"] == 0
        assert post(f"{page}/reset").json() == {}
        assert get(f"{page}/stats").json()["calls"] == 0


@pytest.mark.parametrize(
    ("latency", "low", "high"),
    [(Latency(0.2), 0.2, 0.2), (Latency(0.1, upto=0.3), 0.1, 0.3), (Latency(1, tail=0.5, tail_seconds=9), 1, 10)],
)
def test_latencies_are_drawn_by_the_seed(latency, low, high):
    requests = [Request("", {}, "", "", "", [], call=str(place)) for place in range(200)]
    drawn = [waiting(latency, request, 0) for request in requests]
    assert drawn == [waiting(latency, request, 0) for request in requests]
    assert min(drawn) == pytest.approx(low, abs=0.01)
    assert max(drawn) == pytest.approx(high, abs=0.01)


def test_a_log_normal_latency_has_its_median():
    requests = [Request("", {}, "", "", "", [], call=str(place)) for place in range(999)]
    drawn = sorted(waiting(Latency(0.5, sigma=0.5), request, 0) for request in requests)
    assert drawn[499] == pytest.approx(0.5, rel=0.1)
    assert drawn[-1] > 1


def test_a_stream_has_pauses_between_its_tokens():
    with Scripted(process=False, latency=Latency(per_token=0.002), rules=(Rule(reply="a b c d e f g h"),)) as server:
        assert ask(server, stream=True).elapsed.total_seconds() > 0.016
        assert ask(server).elapsed.total_seconds() > 0.016


def program(*arguments, **others):
    return subprocess.Popen(
        [sys.executable, str(PROGRAM), *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **others
    )


def test_it_is_a_program(tmp_path):
    script = tmp_path / "script.json"
    script.write_text(json.dumps({"rules": [{"reply": "from the file"}], "models": ["small"]}))
    with program("--script", script, "--fault", "fenced", "--key", "k", "--rate", "1000", "--latency", "0") as running:
        url = running.stdout.readline().split()[0]
        body = {"model": "small", "messages": [{"role": "user", "content": "a"}]}
        answer = post(f"{url}/chat/completions", json=body, headers={"Authorization": "Bearer k"})
        assert answer.json()["choices"][0]["message"]["content"] == "```json\nfrom the file\n```"
        running.send_signal(signal.SIGINT)
        assert json.loads(running.stdout.read())["by_status"] == {"200": 1}
    assert running.returncode == 0


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--fault", "hangs"], "the nearest are 'hang'"),
        (["--fault", "hang:much"], "'much' is no share"),
        (["--script", "none.json"], "none.json: No such file"),
        (["--script", "/dev/null"], "no JSON"),
        (["--rate", "-1"], "must be above 0"),
        (["--host", "192.0.2.1"], "192.0.2.1"),
    ],
)
def test_wrong_use_is_told_in_a_line(arguments, why):
    with program(*arguments) as running:
        errors = running.stderr.read()
    assert running.returncode == 2
    assert why in errors
    assert "Traceback" not in errors


def test_help_tells_of_every_fault():
    with program("--help") as running:
        text = running.stdout.read()
    assert "gigantic" in text
    assert "--latency" in text


def test_the_folder_works_wherever_it_lies(tmp_path):
    (tmp_path / "mock").symlink_to(PROGRAM)
    code = "from mock import Scripted, Script; print(Script().seed, Scripted.__module__)"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "0 mock.running\n"
    assert Script().seed == 0
