"""What a site asks of robots: RFC 9309, and the delay that many sites ask for besides."""

import re
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote, unquote_to_bytes

LONGEST = 512_000
_LINE = re.compile(r"^\s*([A-Za-z-]+)\s*:\s*(.*?)\s*$")


class _Rule(NamedTuple):
    allow: bool
    pattern: str


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules for one robot. delay: seconds between two requests, where the site asks for some."""

    rules: tuple[_Rule, ...] = ()
    delay: float = 0.0

    def allow(self, path: str) -> bool:
        """Whether a path (with its query) may be fetched: the longest pattern that fits decides; of equals, a yes.

        >>> robots = robots_of("User-agent: *\\nDisallow: /a/\\nAllow: /a/b\\nDisallow: /*.png$", "parhelion")
        >>> [robots.allow(path) for path in ("/", "/a/x", "/a/b", "/x.png", "/x.png?1")]
        [True, False, True, False, True]
        """
        path = _canonical(path)
        fitting = [rule for rule in self.rules if _fits(rule.pattern, path)]
        return not fitting or max(fitting, key=lambda rule: (len(rule.pattern), rule.allow)).allow


def robots_of(text: str, name: str) -> Robots:
    """The rules of a robots.txt for the robot of a name; those for all where it has none of its own."""
    groups = _groups(text[:LONGEST])
    own = [group for names, group in groups if name.lower() in names]
    lines = [line for group in own or [group for names, group in groups if "*" in names] for line in group]
    rules = tuple(_Rule(key == "allow", _canonical(value)) for key, value in lines if key != "crawl-delay" and value)
    return Robots(rules, max((_seconds(value) for key, value in lines if key == "crawl-delay"), default=0.0))


def _groups(text: str) -> list[tuple[set[str], list[tuple[str, str]]]]:
    """The names of robots, and what is said to them."""
    groups: list[tuple[set[str], list[tuple[str, str]]]] = []
    naming = False
    for line in text.lstrip("\ufeff").splitlines():
        found = _LINE.match(line.partition("#")[0])
        key, value = (found[1].lower(), found[2]) if found else ("", "")
        if key == "user-agent":
            if not naming:
                groups.append((set(), []))
            groups[-1][0].add(value.partition("/")[0].strip().lower())
            naming = True
        elif key in {"allow", "disallow", "crawl-delay"}:
            naming = False
            if groups:
                groups[-1][1].append((key, value))
    return groups


def _canonical(path: str) -> str:
    """A path with every sign spelled in one way."""
    return quote(unquote_to_bytes(path.replace("%2F", "%252F").replace("%2f", "%252F")), safe="/*$?&=;:@,+!~'()%")


def _seconds(text: str) -> float:
    return float(text) if re.fullmatch(r"\d{1,6}(?:\.\d{1,6})?", text) else 0.0


def _fits(pattern: str, path: str) -> bool:
    """Whether a pattern fits the beginning of a path, or with `$` all of it; `*` is anything.

    Each part is taken at its first place, so that no pattern takes long.
    """
    first, *rest = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    place, last = len(first), len(first)
    for part in rest:
        last = path.find(part, place)
        if last < 0:
            return False
        place = last + len(part)
    if not pattern.endswith("$") or place == len(path):
        return True
    return bool(rest) and path.endswith(rest[-1]) and len(path) - len(rest[-1]) >= last
