"""What comes before an answer: the key, the JSON, the model, what the server lacks, and the room there is."""

import json
from hmac import compare_digest
from typing import Any
from urllib.parse import unquote

from . import checks
from .request import Refused, Request
from .script import Script
from .wire import Http


def key_of(http: Http) -> str:
    """The key that was given, empty for none."""
    bearer = http.headers.get("authorization", "")
    return http.headers.get("x-api-key") or (bearer[7:].strip() if bearer[:7].lower() == "bearer " else "")


def allowed(key: str, keys: tuple[str, ...]) -> None:
    """Raises Refused (401) where a key is not one of those known."""
    if keys and not any(compare_digest(key.encode(), known.encode()) for known in keys):
        if key:
            shown = f"{key[:3]}…{key[-2:]}" if len(key) > 8 else "…"
            raise Refused(401, f"Incorrect API key provided: {shown}.", code="invalid_api_key")
        raise Refused(401, "You didn't provide an API key. Put it in an Authorization header, as Bearer KEY.")


def parsed(http: Http) -> dict[str, Any]:
    """The JSON object that a request is. Raises Refused (400)."""
    try:
        body = json.loads(http.body, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        message = f"We could not parse the JSON body of your request. ({str(error)[:100]})"
        raise Refused(400, message) from error
    if not isinstance(body, dict):
        raise Refused(400, f"The body must be a JSON object, not {type(body).__name__}.")
    return body


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def fits(request: Request, script: Script, *, anthropic: bool) -> None:
    """Raises Refused where the model is not there, where something asked is lacking, or where it is too long."""
    if "*" not in script.models and request.model not in script.models:
        raise no_model(request.model)
    lacking(request, script.refuses)
    most = 0 if anthropic else request.max_tokens or 0
    if request.read < script.context and request.read + most <= script.context:
        return
    if anthropic:
        raise Refused(400, f"prompt is too long: {request.read} tokens > {script.context} maximum")
    raise Refused(
        400,
        f"This model's maximum context length is {script.context} tokens. However, you requested "
        f"{request.read + most} tokens ({request.read} in the messages, {most} in the completion). "
        "Please reduce the length of the messages or completion.",
        param="messages",
        code="context_length_exceeded",
    )


def no_model(name: str) -> Refused:
    """A model that is not there."""
    message = f"The model `{name}` does not exist or you do not have access to it."
    return Refused(404, message, param="model", code="model_not_found")


def lacking(request: Request, refuses: tuple[str, ...]) -> None:
    """Raises Refused where a request has what this server lacks."""
    body = request.body
    wanted = body.get("response_format")
    for name in refuses:
        if name in {"max_completion_tokens", "seed", "response_format"} and body.get(name) is not None:
            raise checks.unsupported(name)
        if name == "max_tokens" and body.get(name) is not None:
            raise checks.unsupported(name, "max_completion_tokens")
        if name == "temperature" and body.get(name) not in {None, 1}:
            message = f"Unsupported value: 'temperature' does not support {body[name]} with this model. Only 1 is."
            raise Refused(400, message, param=name, code="unsupported_value", fault="refuses")
        if name == "json_schema" and isinstance(wanted, dict) and wanted.get("type") == name:
            message = "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model."
            raise Refused(400, message, param="response_format", fault="refuses")
        if name == "loose_schemas" and request.schema is not None and (why := checks.loose(request.schema, "()")):
            message = f"Invalid schema for response_format '{request.schema_name}': {why}"
            raise Refused(400, message, param="response_format", code="invalid_json_schema", fault="refuses")
        if name == "tools" and body.get("tools"):
            raise checks.unsupported(name)
        if name == "stream" and request.stream:
            raise checks.unsupported(name)
        if name == "system" and request.system:
            raise Refused(400, "Only user and assistant roles are supported!", param="messages", fault="refuses")


def models(http: Http, script: Script) -> dict[str, Any]:
    """All models, or one. Raises Refused where the path is another, or the model is not there."""
    path = http.path.rstrip("/")
    if path != "/v1/models" and not path.startswith("/v1/models/"):
        raise Refused(404, f"Unknown request URL: {http.method} {http.path}.", code="unknown_url")
    if http.method not in {"GET", "HEAD"}:
        raise Refused(405, f"{http.method} is not allowed here; use GET.", headers={"allow": "GET, HEAD"})
    data = [_model(name, script.context) for name in script.models]
    if path == "/v1/models":
        return {"object": "list", "data": data, "has_more": False}
    name = unquote(path.removeprefix("/v1/models/"))
    if name not in script.models and "*" not in script.models:
        raise no_model(name)
    return _model(name, script.context)


def _model(name: str, context: int) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 1_700_000_000, "owned_by": "scripted", "max_model_len": context}
