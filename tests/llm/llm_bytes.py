"""A server that answers byte for byte what a test says, and keeps what it was asked."""

import asyncio
import json
from contextlib import asynccontextmanager
from typing import NamedTuple

from parhelion.llm.contract import Message, Parameters, Request

ASK = Request((Message("system", "Be brief."), Message("user", "Hello?")), Parameters(max_tokens=50))


class Asked(NamedTuple):
    """One request as it came."""

    method: str
    path: str
    headers: dict
    body: dict | None


class ByteServer:
    """answers: bytes, or async functions of the writer; one for each request in turn, and the last for all others."""

    def __init__(self, *answers):
        self.answers, self.asked, self.connections, self.tasks = list(answers), [], 0, set()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/v1"

    async def _serve(self, reader, writer):
        self.connections += 1
        self.tasks.add(asyncio.current_task())
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                await self._answer(head.decode(), reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self.tasks.discard(asyncio.current_task())
            writer.close()

    async def _answer(self, head, reader, writer):
        first, *lines = head.strip().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines)
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        method, path, _ = first.split()
        self.asked.append(Asked(method, path, headers, json.loads(body) if body else None))
        answer = self.answers[min(len(self.asked), len(self.answers)) - 1]
        if isinstance(answer, bytes):
            writer.write(answer)
            await writer.drain()
        else:
            await answer(writer)


@asynccontextmanager
async def serving(*answers):
    """A ByteServer while it runs."""
    server = ByteServer(*answers)
    listening = await asyncio.start_server(server._serve, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        for task in tuple(server.tasks):
            task.cancel()
        await asyncio.gather(*server.tasks)


def http(status, body, headers=()):
    """A whole HTTP answer. body: bytes, or what becomes JSON."""
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *(f"{k}: {v}" for k, v in dict(headers).items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def said(text="Hi.", *, usage=(12, 3), finish="stop", **message):
    """What an OpenAI-compatible server answers."""
    body = {"choices": [{"index": 0, "message": {"role": "assistant", "content": text, **message},
                         "finish_reason": finish}]}  # fmt: skip
    if usage:
        body["usage"] = {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)}
    return http(200, body)


def refused(text, status=400, **error):
    """An error as OpenAI words it."""
    return http(status, {"error": {"message": text, "type": "invalid_request_error", **error}})
