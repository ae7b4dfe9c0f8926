"""The pages below /_scripted/, by which a running server is watched and changed. No key is needed."""

import json
from dataclasses import replace
from typing import Any, Protocol
from urllib.parse import parse_qs

from .plain import script_fields
from .problems import ScriptError
from .request import Refused
from .script import Script
from .understanding import parsed
from .wire import Http, Response


class Controlled(Protocol):
    """What is watched and changed."""

    script: Script

    def play(self, script: Script) -> None:
        """Do what another script says."""
        ...

    def reset(self) -> None:
        """Forget all calls."""
        ...

    def stats(self) -> dict[str, Any]:
        """The sums."""
        ...

    def calls(self, after: int = 0) -> list[dict[str, Any]]:
        """The calls."""
        ...


class Control:
    """GET stats, calls?after=N and script; POST script (the fields that change) and reset."""

    def __init__(self, app: Controlled) -> None:
        self.app = app

    def respond(self, http: Http) -> Response:
        """The answer to a request below /_scripted/."""
        method = "GET" if http.method == "HEAD" else http.method
        try:
            return _json(200, self._page(method, http.path.removeprefix("/_scripted/"), http))
        except ScriptError as error:
            return _json(400, {"error": {"message": str(error), "problems": str(error).split("\n")}})
        except Refused as refused:
            return _json(refused.status, {"error": {"message": refused.message}})

    def _page(self, method: str, page: str, http: Http) -> Any:
        if (method, page) == ("GET", "stats"):
            return self.app.stats()
        if (method, page) == ("GET", "calls"):
            after = parse_qs(http.query).get("after", ["0"])[0]
            return self.app.calls(int(after) if after.isdecimal() else 0)
        if (method, page) == ("GET", "script"):
            return self.app.script.json()
        if (method, page) == ("POST", "script"):
            self.app.play(replace(self.app.script, **script_fields(parsed(http))))
            return self.app.script.json() if self.app.script.plain else {}
        if (method, page) == ("POST", "reset"):
            self.app.reset()
            return {}
        pages = "GET stats, GET calls?after=N, GET script, POST script, POST reset"
        raise Refused(404, f"There is no {method} {page}; there are {pages}.")


def _json(status: int, value: Any) -> Response:
    return Response(status, json.dumps(value).encode())
