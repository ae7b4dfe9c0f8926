"""A server that speaks like a model provider and does what its script says: answers, delays, limits, fails and lies.

>>> from tools.scripted import Fault, Rule, Script, Scripted
>>> script = Script(rules=(Rule(user="capital of France", reply="Paris"),), faults=(Fault("500", every=10),))
>>> with Scripted(script) as server:
...     server.url
'http://127.0.0.1:.../v1'

Standard library alone; the README beside this file tells the rest.
"""

from .kinds import KINDS
from .log import Call, Stats
from .plain import read_script
from .problems import ScriptError
from .request import Request
from .running import Scripted, ScriptedError
from .script import Fault, Latency, Limit, Rule, Script

__all__ = [
    "KINDS", "Call", "Fault", "Latency", "Limit", "Request", "Rule", "Script", "ScriptError", "Scripted",
    "ScriptedError", "Stats", "read_script",
]  # fmt: skip
