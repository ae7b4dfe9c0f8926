"""How the tests of the scripted server ask it."""

import json
import socket
import ssl
from contextlib import contextmanager

import httpx

QA = {
    "title": "qa",
    "type": "object",
    "properties": {
        "question": {"type": "string"},
        "answers": {"type": "array", "items": {"type": "string"}, "minItems": 1},
        "stars": {"type": "integer", "minimum": 1, "maximum": 5},
    },
    "required": ["question", "answers", "stars"],
    "additionalProperties": False,
}


PATIENCE = 60.0  # seconds
HASTE = httpx.Timeout(PATIENCE, read=1.0)  # for an answer that is not to come
UNUSED = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # httpx makes one for each call otherwise, which takes long


def get(url, **others):
    """A response, on a connection of its own."""
    return httpx.get(url, verify=UNUSED, timeout=PATIENCE, **others)


def post(url, **others):
    """A response, on a connection of its own."""
    return httpx.post(url, **{"verify": UNUSED, "timeout": PATIENCE, **others})


def streamed(url, **others):
    """A response that is read bit by bit."""
    return httpx.stream("POST", url, verify=UNUSED, timeout=PATIENCE, **others)


def body_of(text="hello", schema=None, **others):
    """The body of a chat completion."""
    body = {"model": "scripted", "messages": [{"role": "user", "content": text}], **others}
    if schema is not None:
        body["response_format"] = {"type": "json_schema", "json_schema": {"name": "made", "schema": schema}}
    return body


def ask(server, text="hello", schema=None, headers=None, **others):
    """The response to one chat completion, on a connection of its own."""
    return post(f"{server.url}/chat/completions", json=body_of(text, schema, **others), headers=headers)


def said(response):
    """The text of an answer."""
    return response.json()["choices"][0]["message"]["content"]


def asked_json(server, text="hello", schema=QA, **others):
    """The JSON of an answer."""
    return json.loads(said(ask(server, text, schema, **others)))


def port_of(server):
    """The port it listens at."""
    return int(server.url.rpartition(":")[2].removesuffix("/v1"))


@contextmanager
def wire(server):
    """A bare connection: a function that sends bytes and returns what comes until it has what is waited for."""
    with socket.create_connection(("127.0.0.1", port_of(server)), timeout=PATIENCE) as sock:

        def talk(data, until=b""):
            sock.sendall(data)
            got = b""
            while not until or until not in got:
                more = sock.recv(65536)
                if not more:
                    break
                got += more
            return got

        yield talk
