"""Faults of bodies, of their bytes and of the connection, and the words of errors."""

import gzip
import json
from collections.abc import Iterator
from random import Random
from typing import Any

from .kinds import STATUSES
from .limits import retry_after
from .request import Refused, Request, draw
from .script import Fault
from .wire import Response

HTML = b"""<!doctype html>
<html><head><title>Sign in</title></head>
<body><h1>Sign in to the network</h1><p>Please accept the terms to go on.</p></body></html>
"""
NOTHING = {"reset": "reset", "refuse": "reset", "close": "close", "hang": "hang"}  # sent; how it ends
ERRORS: dict[int, tuple[str, str | None, str]] = {
    400: ("invalid_request_error", None, "The request could not be understood."),
    401: ("invalid_request_error", "invalid_api_key", "Incorrect API key provided."),
    402: ("insufficient_quota", "insufficient_quota", "You exceeded your current quota."),
    403: ("invalid_request_error", "forbidden", "You are not allowed to use this model."),
    404: ("invalid_request_error", "model_not_found", "The model does not exist or you do not have access to it."),
    408: ("timeout", None, "The request took too long to arrive."),
    413: ("invalid_request_error", None, "The request is too large."),
    429: ("requests", "rate_limit_exceeded", "Rate limit reached. Please slow down."),
    500: ("server_error", None, "The server had an error while processing your request."),
    503: ("server_error", None, "The engine is currently overloaded, please try again later."),
    529: ("overloaded_error", None, "Overloaded"),
}
BLOCK = 65_536


def failure(fault: Fault) -> Refused | None:
    """The error that a fault is, or None where it is none."""
    if fault.kind not in STATUSES:
        return None
    status = int(fault.kind)
    headers: dict[str, str] = {}
    if isinstance(fault.retry_after, str):
        headers = {"retry-after": fault.retry_after}
    elif fault.retry_after is not None:
        headers = retry_after("date" if fault.as_date else "seconds", fault.retry_after)
    kind, code, message = ERRORS.get(status, ("", None, "Bad gateway"))
    return Refused(status, message, kind=kind, code=code, headers=headers)


def spoil_payload(fault: Fault, payload: dict[str, Any], shape: Any) -> dict[str, Any]:
    """Let one fault befall the JSON of an answer."""
    if fault.kind == "wrong_shape":
        return {"result": {"output": "All is well."}, "success": True}
    if fault.kind == "error_200":
        return {"error": {"message": "The backend is gone.", "type": "server_error", "param": None, "code": None}}
    if fault.kind in {"empty_choices", "null_content"}:
        shape.blank(payload, null=fault.kind == "null_content")
    elif fault.kind == "no_usage":
        payload.pop("usage", None)
    elif fault.kind in USAGES and "usage" in payload:
        factor = fault.factor if fault.kind == "usage_high" else -1
        payload["usage"] = {
            name: "many" if fault.kind == "usage_text" else round(count * factor)
            for name, count in payload["usage"].items()
        }
    return payload


USAGES = {"usage_high", "usage_negative", "usage_text"}


def spoil_bytes(fault: Fault, response: Response, request: Request, seed: int) -> None:
    """Let one fault befall the bytes of an answer, or how they are sent."""
    kind, body = fault.kind, _whole(response)
    if kind == "garbage":
        response.body = Random(draw(seed, request.call)).randbytes(max(64, len(body)))
    elif kind == "html":
        response.body, response.kind = HTML, "text/html; charset=utf-8"
    elif kind == "empty":
        response.body = b""
    elif kind == "truncated":
        response.body = body[: len(body) // 2]
    elif kind == "wrong_length":
        response.length, response.broken, response.ending = max(0, len(body) + (fault.size or 100)), True, "close"
    elif kind == "gigantic":
        size = fault.size or 100_000_000
        response.length = len(body) + size + (3 if request.stream else 0)
        response.pieces = _padded(body, size, events=request.stream)
    elif kind == "gzip":
        response.body = gzip.compress(body, mtime=0)
        response.headers["content-encoding"] = "gzip"
    elif kind == "drip":
        response.pieces, response.gap = (response.body[i : i + 1] for i in range(len(response.body))), fault.lasting
    elif kind in {"reset_headers", "reset_body", "hang_body"}:
        response.cut = 0 if kind == "reset_headers" else len(body) // 2
        response.ending = "hang" if kind == "hang_body" else "reset"


def _whole(response: Response) -> bytes:
    """The body in one piece, of a known length."""
    if response.pieces is not None:
        response.body, response.pieces = b"".join(response.pieces), None
        response.chunked, response.gap, response.length = False, 0.0, None
    return response.body


def _padded(body: bytes, size: int, *, events: bool) -> Iterator[bytes]:
    """A body with white space in it: within JSON before its last brace, within events as a comment."""
    first, last = (body + b":", b"\n\n") if events else (body[:-1], body[-1:])
    yield first
    for start in range(0, size, BLOCK):
        yield b" " * min(BLOCK, size - start)
    yield last


def error_json(refused: Refused, shape: Any) -> Response:
    """The answer to a request that is refused; a proxy's is HTML."""
    if refused.status in {502, 504}:
        page = f"<html><head><title>{refused.status}</title></head><body><h1>nginx</h1></body></html>".encode()
        return Response(refused.status, page, dict(refused.headers), kind="text/html")
    body = json.dumps(shape.error(refused)).encode()
    return Response(refused.status, body, dict(refused.headers))
