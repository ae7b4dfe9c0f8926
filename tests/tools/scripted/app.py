"""From a request to a response: who may call, what is asked, which limit, fault and rule are meant, what is said."""

import json
import traceback
from dataclasses import asdict
from time import monotonic
from typing import Any, Protocol

from . import anthropic, content, embeddings, openai, spoiling
from .answer import Answer, as_json, stopped, usual
from .connection import Connection
from .control import Control
from .kinds import BODY, CONNECTION, CONTENT, SHAPE
from .limits import Gauge, admit
from .log import Call, Log
from .matching import Match, waiting
from .request import Refused, Request, short_hash
from .script import Fault, Script
from .understanding import allowed, fits, key_of, models, parsed
from .wire import BadHTTP, Http, Response
from .words import TOKEN

SHAPES: dict[str, Any] = {module.PATH: module for module in (openai, anthropic, embeddings)}


class Doors(Protocol):
    """Where connections come in."""

    def refuse(self, seconds: float) -> None:
        """Take no connection for a while."""
        ...

    def schedule(self) -> None:
        """The script is another one."""
        ...


class App:
    """All but the sockets."""

    def __init__(self, script: Script, doors: Doors) -> None:
        self.doors = doors
        self.connections: set[Connection] = set()
        self.control = Control(self)
        self._take(script)
        self._forget()

    def play(self, script: Script) -> None:
        """Do what another script says from now on; its clock and its counts begin anew."""
        self._take(script)
        self.doors.schedule()

    def reset(self) -> None:
        """Forget all calls; counts, limits and the clock begin anew. Calls in flight end in the old log."""
        self.play(self.script)
        self._forget()

    def _take(self, script: Script) -> None:
        self.script, self.began = script, monotonic()
        self.rules = [Match(rule, f"rule {place}", script.seed) for place, rule in enumerate(script.rules)]
        self.faults = [Match(fault, f"fault {place}", script.seed) for place, fault in enumerate(script.faults)]
        self.gauges = [Gauge(limit) for limit in script.limits]

    def _forget(self) -> None:
        self.log, self.said = Log(self.script.remember, monotonic), content.Said()

    def bad(self, error: BadHTTP) -> Response:
        """The answer to bytes that are no request."""
        body = json.dumps(openai.error(Refused(error.status, str(error)))).encode()
        return Response(error.status, body, ending="close")

    def respond(self, http: Http) -> Response:
        """The answer to a request; an error of the server itself is one too, and is kept for who looks at it."""
        if http.path.startswith("/_scripted/"):
            return self.control.respond(http)
        log, shape = self.log, SHAPES.get(http.path, openai)
        call = log.open(http.path)
        given: list[tuple[Gauge, str]] = []
        try:
            response = self.answered(http, call, shape, given)
        except Refused as refused:
            response = self.refused(refused, call, shape)
        except Exception:  # noqa: BLE001 (the server's boundary: a function of the script may raise anything)
            log.errors.append(traceback.format_exc())
            message = f"The scripted server failed: {traceback.format_exc(limit=-1)}"
            response = self.refused(Refused(500, message, kind="script_error", fault="script_error"), call, shape)
        call.status = response.status

        def done(ended: str) -> None:
            for gauge, who in given:
                gauge.give_back(who)
            log.close(call, ended)

        response.done = done
        return response

    def refused(self, refused: Refused, call: Call, shape: Any) -> Response:
        """An error."""
        call.fault = "+".join(filter(None, (call.fault, refused.fault)))
        return spoiling.error_json(refused, anthropic if shape is anthropic else openai)

    def answered(self, http: Http, call: Call, shape: Any, given: list[tuple[Gauge, str]]) -> Response:
        """An answer, or Refused."""
        key = key_of(http)
        call.key = short_hash(key)[:8] if key else ""
        allowed(key, self.script.keys)
        if http.path not in SHAPES:
            return self.listed(http, call)
        if http.method != "POST":
            raise Refused(405, f"{http.method} is not allowed here; use POST.", headers={"allow": "POST"})
        request = shape.parse(parsed(http), http.path)
        self.number(request, call, http)
        fits(request, self.script, anthropic=shape is anthropic)
        given += admit(self.gauges, request, monotonic())
        fired = self.fired(request)
        return self.decided(request, call, shape, fired)

    def listed(self, http: Http, call: Call) -> Response:
        """The models; faults that name the path befall these too."""
        request = Request(http.path, {}, "", "", "", [], key=call.key, call=short_hash(http.path))
        request.seen = self.log.seen(request.call)
        fired = [match.when for match in self.faults if match.when.path and match.meant(request, self.now())]
        if early := self.early(fired, call):
            return early
        response = Response(body=json.dumps(models(http, self.script)).encode())
        for fault in fired:
            if fault.kind in BODY | CONNECTION:
                spoiling.spoil_bytes(fault, response, request, self.script.seed)
        response.delay += sum(fault.lasting for fault in fired if fault.kind == "slow")
        return response

    def now(self) -> float:
        """Seconds since the script began."""
        return monotonic() - self.began

    def number(self, request: Request, call: Call, http: Http) -> None:
        """Fill in what a request has from the server, and what the log has from a request."""
        request.key, request.number = call.key, call.number
        request.call = short_hash(http.path.encode() + b"\n" + http.body)
        request.prompt = short_hash(json.dumps([request.body.get("system"), request.messages]))
        request.seen = self.log.seen(request.call)
        schema = json.dumps(request.schema, ensure_ascii=False) if request.schema is not None else ""
        request.read = sum(len(TOKEN.findall(text)) + 4 for text in request.texts) + len(TOKEN.findall(schema))
        call.model, call.prompt, call.call, call.read = request.model, request.prompt, request.call, request.read

    def fired(self, request: Request) -> list[Fault]:
        """The faults that befall a call."""
        now = self.now()
        return [match.when for match in self.faults if match.meant(request, now) and not _timed(match.when)]

    def early(self, fired: list[Fault], call: Call) -> Response | None:
        """The response where a fault leaves no answer. Raises Refused."""
        call.fault = "+".join(fault.kind for fault in fired)
        delay = sum(fault.lasting for fault in fired if fault.kind == "slow")
        for fault in fired:
            if fault.kind == "refuse":
                self.doors.refuse(fault.lasting)
            if fault.kind in spoiling.NOTHING:
                return Response(cut=-1, ending=spoiling.NOTHING[fault.kind], delay=delay)
            if error := spoiling.failure(fault):
                raise error
        return None

    def decided(self, request: Request, call: Call, shape: Any, fired: list[Fault]) -> Response:
        """What is sent, after all that befalls it."""
        if early := self.early(fired, call):
            return early
        if shape is embeddings:
            answer, payload = None, embeddings.payload(request, self.script.dimensions)
        else:
            reply = self.reply(request)
            if isinstance(reply, Fault):
                fired = [*fired, reply]
                if early := self.early(fired, call):
                    return early
                reply = usual(request, self.script.seed)
            answer = self.spoken(reply, request, fired)
            call.written = answer.written
            payload = shape.payload(answer, request)
        return self.sent(payload, answer, request, call, shape=shape, fired=fired)

    def reply(self, request: Request) -> str | Fault:
        """What the first rule says that is meant for a call and has an answer; the usual where none has."""
        now = self.now()
        for rule in [match.when for match in self.rules if match.meant(request, now)]:
            reply = rule.reply(request) if callable(rule.reply) else rule.reply
            if reply is not None:
                return reply if isinstance(reply, str | Fault) else as_json(reply)
        return usual(request, self.script.seed)

    def spoken(self, text: str, request: Request, fired: list[Fault]) -> Answer:
        """The answer after faults of its content, ended where it must."""
        answer, kind = Answer(text), content.kind_of(request)
        for fault in fired:
            if fault.kind in CONTENT:
                content.spoil(fault.kind, answer, request, self.script.seed, self.said)
        self.said.keep(kind, request.prompt, text)
        stopped(answer, request, self.script.context - request.read)
        return answer

    def sent(
        self, payload: dict[str, Any], answer: Answer | None, request: Request, call: Call, *, shape: Any,
        fired: list[Fault],
    ) -> Response:  # fmt: skip
        """The response: the JSON or the events of an answer, after faults of either."""
        for fault in fired:
            if fault.kind in SHAPE:
                payload = spoiling.spoil_payload(fault, payload, shape)
        latency, response = self.script.latency, Response()
        streams = request.stream and payload.keys() & {"choices", "content"}
        if streams and answer is not None:
            pieces = _pieces(answer.text or answer.declined or "")
            response.pieces = list(shape.events(payload, request, pieces))
            response.chunked, response.kind, response.gap = True, "text/event-stream", latency.per_token
        else:
            response.body = json.dumps(payload, ensure_ascii=False).encode(errors="replace")
        response.delay = waiting(latency, request, self.script.seed)
        response.delay += 0 if streams else latency.per_token * call.written
        response.delay += sum(fault.lasting for fault in fired if fault.kind == "slow")
        if not streams or request.usage_in_stream:
            call.told_read, call.told_written = shape.told(payload)
        self.corrupt(response, request, call, fired)
        response.headers["x-request-id"] = f"req-{request.number}"
        return response

    def corrupt(self, response: Response, request: Request, call: Call, fired: list[Fault]) -> None:
        """Faults of the bytes; usage that cannot be read was not told."""
        for fault in fired:
            if fault.kind in BODY | CONNECTION:
                spoiling.spoil_bytes(fault, response, request, self.script.seed)
                if fault.kind in {"garbage", "html", "empty", "truncated"}:
                    call.told_read = call.told_written = 0

    def stats(self) -> dict[str, Any]:
        """The sums, as JSON."""
        return self.log.stats(len(self.connections)).json()

    def calls(self, after: int = 0) -> list[dict[str, Any]]:
        """The calls that the log holds, from the one after this number."""
        return [asdict(call) for call in self.log.calls if call.number > after]


def _timed(fault: Fault) -> bool:
    """Whether it is not calls that bring it about, but the clock."""
    return fault.kind == "refuse" and fault.seconds is not None


def _pieces(text: str) -> list[str]:
    """A text in pieces of a token and the white space before it."""
    ends = [found.end() for found in TOKEN.finditer(text)] or [len(text)]
    ends[-1] = len(text)
    return [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]
