"""What the server does: frozen, checked when made, and plain JSON where no Python function is in it."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from .kinds import KINDS, REFUSALS
from .problems import ScriptError, nearest, refuse, wrong_parts, wrong_when


@dataclass(frozen=True, kw_only=True)
class When:
    """For which calls. All that is given must hold; where nothing is given, every call is meant.

    user, system, model, schema, path: regular expressions that are searched in the last message of the user, the
    system message, the name of the model, the name and title of the schema, and the path. Of the calls where these
    are found: every = 3 means the third, sixth, …; calls = (2, 4) the second to the fourth; times = 1 the first for
    which all else holds; share = 0.1 a tenth, drawn by the seed of the script, the request, and how often it came.
    seconds = (10, 20): between these seconds after the start.
    """

    user: str = ""
    system: str = ""
    model: str = ""
    schema: str = ""
    path: str = ""
    share: float = 1.0
    every: int = 0
    calls: tuple[int, int] | None = None
    times: int = 0
    seconds: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class Rule(When):
    """An answer: a text, a value that is sent as JSON, or a function that gets the Request and returns either.

    A function may also return a Fault, or None where the next rule is to answer. Functions need the server to be in
    this process.

    >>> Rule(user="(?i)capital of france", reply="Paris").reply
    'Paris'
    >>> Rule(user="(", reply="")
    Traceback (most recent call last):
    tools.scripted.problems.ScriptError: user: '(' is no regular expression: missing ), ...
    """

    reply: Any

    def __post_init__(self) -> None:
        refuse(wrong_when(self))


@dataclass(frozen=True)
class Fault(When):
    """Something that goes wrong. Several can befall one call; the first that leaves no answer decides.

    retry_after: seconds, or any text, for the header of that name. lasting: seconds. size: bytes.

    >>> Fault("hangs")
    Traceback (most recent call last):
    tools.scripted.problems.ScriptError: kind: 'hangs' is no fault; the nearest are 'hang', 'hang_body'
    """

    kind: str
    retry_after: float | str | None = None
    as_date: bool = False
    lasting: float = 1.0
    size: int | None = None
    factor: float = 10.0

    def __post_init__(self) -> None:
        wrong = wrong_when(self)
        if self.kind not in KINDS:
            wrong.append(f"kind: {self.kind!r} is no fault{nearest(self.kind, KINDS)}")
        if self.lasting < 0:
            wrong.append(f"lasting: {self.lasting} is below 0")
        refuse(wrong)


@dataclass(frozen=True)
class Latency:
    """Seconds before the first byte: `seconds`; uniform up to `upto`; log-normal around the median `seconds`.

    tail: the share of calls that take `tail_seconds` more. per_token: more for each token that is written; a stream
    has them between its chunks.

    >>> Latency(0.5, upto=0.2)
    Traceback (most recent call last):
    tools.scripted.problems.ScriptError: latency: upto is 0.2, which is below seconds, 0.5
    """

    seconds: float = 0.0
    upto: float | None = None
    sigma: float = 0.0
    tail: float = 0.0
    tail_seconds: float = 0.0
    per_token: float = 0.0

    def __post_init__(self) -> None:
        wrong = [
            f"latency: {name} is {getattr(self, name)}, which is below 0"
            for name in ("seconds", "sigma", "tail", "tail_seconds", "per_token")
            if getattr(self, name) < 0
        ]
        if self.upto is not None and self.upto < self.seconds:
            wrong.append(f"latency: upto is {self.upto}, which is below seconds, {self.seconds}")
        if self.upto is not None and self.sigma:
            wrong.append("latency: either upto or sigma")
        if self.tail > 1:
            wrong.append(f"latency: tail is {self.tail}; a share is between 0 and 1")
        refuse(wrong)


@dataclass(frozen=True)
class Limit:
    """At most so many requests (or tokens) `per` seconds, of the whole server, of each key or of each model.

    kind: `bucket` fills evenly and holds `burst`; `window` begins anew every `per` seconds; `at_once` counts the calls
    in flight. retry_after: `seconds`, `date`, `ms` or `none`, for what a 429 tells. refused_count: calls that are
    refused use the limit up too.

    >>> Limit(20, kind="pail")
    Traceback (most recent call last):
    tools.scripted.problems.ScriptError: limit: kind is 'pail'; it is one of bucket, window, at_once
    """

    most: float
    kind: str = "bucket"
    per: float = 1.0
    burst: float = 1.0
    of: str = "requests"
    each: str = "server"
    retry_after: str = "seconds"
    refused_count: bool = False

    def __post_init__(self) -> None:
        wrong = [
            f"limit: {name} is {getattr(self, name)!r}; it is one of {', '.join(choices)}"
            for name, choices in _CHOICES.items()
            if getattr(self, name) not in choices
        ]
        wrong += [
            f"limit: {name} is {getattr(self, name)}; it must be above 0"
            for name in ("most", "per", "burst")
            if not getattr(self, name) > 0
        ]
        refuse(wrong)


_CHOICES = {
    "kind": ("bucket", "window", "at_once"),
    "of": ("requests", "tokens"),
    "each": ("server", "key", "model"),
    "retry_after": ("seconds", "date", "ms", "none"),
}


@dataclass(frozen=True)
class Script:
    """All that a server does.

    models: the names that are there, `*` for any. keys: those that may call; none: everybody. context: the tokens
    that fit, read and written. refuses: what it answers with 400, see REFUSALS. dimensions: of embeddings. remember:
    the calls that the log holds; sums go on beyond.

    >>> Script(models=("small",), keys=("secret",), latency=Latency(0.5), limits=(Limit(20),)).json()["models"]
    ['small']
    """

    seed: int = 0
    models: tuple[str, ...] = ("scripted",)
    keys: tuple[str, ...] = ()
    context: int = 131_072
    latency: Latency = Latency()
    limits: tuple[Limit, ...] = ()
    rules: tuple[Rule, ...] = ()
    faults: tuple[Fault, ...] = ()
    refuses: tuple[str, ...] = ()
    dimensions: int = 256
    remember: int = 100_000

    def __post_init__(self) -> None:
        wrong = [
            f"refuses: {name!r} is not known{nearest(name, REFUSALS)}" for name in self.refuses if name not in REFUSALS
        ]
        wrong += [f"{name}: at least 1" for name in ("context", "dimensions", "remember") if getattr(self, name) < 1]
        for name, kind in PARTS.items():
            wrong += wrong_parts(name, getattr(self, name), kind)
        for name in ("models", "keys", "refuses"):
            if isinstance(getattr(self, name), str):
                wrong.append(f"{name}: a tuple of texts, not one text")
        refuse(wrong)

    @property
    def plain(self) -> bool:
        """Whether it is JSON: no function is in it."""
        return not any(callable(rule.reply) for rule in self.rules)

    def json(self) -> dict[str, Any]:
        """The script as JSON. Raises ScriptError where a rule has a function."""
        if not self.plain:
            raise ScriptError("rules: a function cannot be written as JSON; run the server in this process")
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return plain


PARTS: dict[str, type] = {"limits": Limit, "rules": Rule, "faults": Fault}
