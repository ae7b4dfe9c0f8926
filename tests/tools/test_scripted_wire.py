"""HTTP as clients speak it, well and badly."""

import json

import httpx
import pytest

from tools.asking import HASTE, PATIENCE, body_of, get, port_of, post, wire
from tools.scripted import Latency, Scripted
from tools.scripted.wire import BadHTTP, Reader


@pytest.fixture(scope="module")
def server():
    with Scripted(process=False) as running:
        yield running


BODY = json.dumps(body_of()).encode()


def sent(body=BODY, *headers, version="1.1"):
    lines = [f"POST /v1/chat/completions HTTP/{version}", "Host: x", *headers]
    if not any("ength" in line or "ncoding" in line for line in headers):
        lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def test_a_connection_is_kept(server):
    with httpx.Client(timeout=PATIENCE) as client:
        for _ in range(3):
            assert client.get(f"{server.url}/models").status_code == 200
        assert server.stats().connections == 1


def test_requests_may_come_together_and_are_answered_in_order(server):
    bodies = [json.dumps(body_of(f"number {i}")).encode() for i in range(5)]
    with wire(server) as talk:
        got = talk(b"".join(map(sent, bodies[:-1])) + sent(bodies[-1], "Connection: close"))
    assert got.count(b"HTTP/1.1 200 OK") == 5
    numbers = [int(part.split(b'"')[0]) for part in got.split(b'"id": "chatcmpl-')[1:]]
    assert numbers == sorted(numbers)


def test_requests_may_come_in_small_parts():
    reader, whole = Reader(), sent()
    for place in range(len(whole)):
        assert reader.next() is None
        reader.feed(whole[place : place + 1])
    assert reader.next().body == BODY


@pytest.mark.parametrize("trailer", [b"", b"x: y\r\n"])
def test_bodies_may_come_in_chunks(server, trailer):
    chunks = b"%x;note=1\r\n%b\r\n%x\r\n%b\r\n0\r\n%b\r\n" % (10, BODY[:10], len(BODY) - 10, BODY[10:], trailer)
    with wire(server) as talk:
        got = talk(sent(chunks, "Transfer-Encoding: chunked") + sent(BODY, "Connection: close"))
    assert got.count(b"HTTP/1.1 200 OK") == 2


def test_a_client_that_waits_is_told_to_go_on(server):
    with wire(server) as talk:
        head = sent(b"", "Expect: 100-continue", f"Content-Length: {len(BODY)}")
        assert talk(head, b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        assert talk(BODY, b"}}").startswith(b"HTTP/1.1 200 OK")


def test_head_has_no_body(server):
    with wire(server) as talk:
        got = talk(b"HEAD /v1/models HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert got.endswith(b"\r\n\r\n")
    assert b"content-length: 0" not in got


def test_old_clients_get_one_answer_in_one_piece(server):
    stream = json.dumps(body_of(stream=True)).encode()
    with wire(server) as talk:
        got = talk(sent(stream, version="1.0"))
    assert b"transfer-encoding" not in got
    assert got.endswith(b"data: [DONE]\n\n")


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"hello\r\n\r\n", 400),
        (b"GET / HTTP/2\r\nHost: x\r\n\r\n", 505),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n", 413),
        (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        (b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nlong: " + b"x" * 70_000, 431),
    ],
)
def test_what_is_no_request_is_refused_and_ends_the_connection(server, request_, status):
    with wire(server) as talk:
        got = talk(request_)
    assert got.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"connection: close" in got


def test_headers_that_never_end_are_not_kept():
    reader = Reader()
    reader.feed(b"x" * 70_000)
    with pytest.raises(BadHTTP):
        reader.next()


def test_absolute_targets_and_repeated_headers_are_read():
    reader = Reader()
    reader.feed(b"GET http://host/a?b=c HTTP/1.1\r\nHost: x\r\nAccept: a\r\nAccept: b\r\n\r\n")
    request = reader.next()
    assert (request.path, request.query, request.headers["accept"]) == ("/a", "b=c", "a, b")


def test_unknown_paths_and_methods(server):
    base = f"http://127.0.0.1:{port_of(server)}"
    assert get(f"{base}/v1/none").status_code == 404
    assert get(f"{base}/v1/chat/completions").status_code == 405
    assert post(f"{base}/v1/models").headers["allow"] == "GET, HEAD"
    assert get(f"{base}/_scripted/none").status_code == 404


def test_a_client_that_leaves_is_noticed():
    with Scripted(process=False, latency=Latency(600)) as server:
        with pytest.raises(httpx.ReadTimeout):
            post(f"{server.url}/chat/completions", json=body_of(), timeout=HASTE)
        while not server.stats().by_end:
            pass
        assert server.stats().by_end == {"left": 1}
        assert get(f"{server.url}/models").status_code == 200
