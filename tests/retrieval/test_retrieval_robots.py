"""What sites ask of robots, and that it is done."""

import asyncio
import time

import pytest
from loopback_pages import TEXT, Serving

from parhelion.retrieval import Fetcher, FetchError, Unfetched
from parhelion.retrieval.fetching import Manners
from parhelion.retrieval.robots import Robots, robots_of

QUICK = Manners(pace=0.0, seconds=60.0)


@pytest.fixture
def site():
    with Serving() as site:
        for path in ("/", "/private/a", "/open"):
            site.page(path, "words to read", TEXT)
        yield site


def kinds(site, *paths, fetcher=None):
    """What becomes of each page, in order, with one fetcher."""

    async def main():
        own = fetcher or Fetcher(private=True, manners=QUICK)
        for path in paths:
            try:
                await own.fetch(site.url + path)
                yield None
            except FetchError as fault:
                yield fault.kind

    async def listed():
        return [kind async for kind in main()]

    return asyncio.run(listed())


def test_what_is_forbidden_is_not_asked_for(site):
    site.page("/robots.txt", "User-agent: *\nDisallow: /private/\n", TEXT)
    assert kinds(site, "/open", "/private/a", "/") == [None, Unfetched.ROBOTS, None]
    assert site.paths() == ["/robots.txt", "/open", "/"]


def test_redirects_to_what_is_forbidden(site):
    site.page("/robots.txt", "User-agent: *\nDisallow: /private/\n", TEXT)
    site.page("/to", headers={"Location": "/private/a"}, status=302)
    assert kinds(site, "/to") == [Unfetched.ROBOTS]
    assert "/private/a" not in site.paths()


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (404, None),
        (401, None),
        (403, None),
        (410, None),
        (500, Unfetched.ROBOTS),
        (503, Unfetched.ROBOTS),
        (429, Unfetched.ROBOTS),
    ],
)
def test_robots_files_that_are_not_there(site, status, kind):
    site.page("/robots.txt", "User-agent: *\nDisallow: /\n", TEXT, status=status)
    assert kinds(site, "/open", "/") == [kind, kind]
    assert site.paths().count("/robots.txt") == 1


def test_robots_files_elsewhere(site):
    site.page("/robots.txt", headers={"Location": "/r"}, status=301)
    site.page("/r", "User-agent: parhelion\nDisallow: /open", TEXT)
    assert kinds(site, "/open") == [Unfetched.ROBOTS]


def test_a_robots_file_that_never_comes(site):
    site.pages["/robots.txt"] = lambda _: (200, TEXT, (time.sleep(0.1) or b"#" for _ in range(600)))
    fetcher = Fetcher(private=True, manners=Manners(pace=0, seconds=2.0))
    assert kinds(site, "/open", "/", fetcher=fetcher) == [Unfetched.SLOW, Unfetched.SLOW]
    assert site.paths() == ["/robots.txt"]


def test_a_delay_is_kept(site):
    site.page("/robots.txt", "User-agent: *\nCrawl-delay: 0.3", TEXT)
    began = time.monotonic()
    assert kinds(site, "/", "/open") == [None, None]
    assert time.monotonic() - began >= 0.3


def test_a_site_that_is_busy_is_left_alone(site):
    site.page("/busy", "later", {**TEXT, "Retry-After": "1"}, status=429)
    began = time.monotonic()
    assert kinds(site, "/busy", "/open") == [Unfetched.STATUS, None]
    assert time.monotonic() - began >= 1


RFC_9309 = """
User-Agent: examplebot
Disallow: /foo
Disallow: /bar

User-Agent: *
Disallow: *.gif$
Disallow: /example/
Allow: /publications

User-Agent: foobot
Disallow:/
Allow:/example/page.html
Allow:/example/allowed.gif

User-Agent: barbot
User-Agent: bazbot
Disallow: /example/page.html

User-Agent: quxbot
"""


@pytest.mark.parametrize(
    ("robot", "path", "allowed"),
    [
        ("examplebot", "/foo/x", False),
        ("examplebot", "/example/", True),
        ("parhelion", "/a.gif", False),
        ("parhelion", "/a.gif?x", True),
        ("parhelion", "/publications/x", True),
        ("FooBot", "/", False),
        ("foobot", "/example/page.html", True),
        ("barbot", "/example/page.html", False),
        ("bazbot", "/example/page.html", False),
        ("quxbot", "/example/", True),
    ],
)
def test_the_example_of_the_standard(robot, path, allowed):
    assert robots_of(RFC_9309, robot).allow(path) is allowed


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("Disallow: /a%3cd.html", "/a%3Cd.html", False),
        ("Disallow: /ü", "/%C3%BC", False),
        ("Disallow:", "/", True),
        ("Disallow: /fish*.php", "/fish/a.php?x", False),
        ("Disallow: /fish*.php$", "/fish/a.php?x", True),
        ("Allow: /a\nDisallow: /a", "/a", True),
        ("Disallow: /*$", "/any", False),
        ("Disallow: /a*b*c$", "/abcbc", False),
        ("Disallow: /a*bc$", "/abcd", True),
        ("nonsense\nDisallow /\n: :", "/", True),
        ("Sitemap: x\nDisallow: / # all", "/x", False),
    ],
)
def test_patterns(rules, path, allowed):
    assert robots_of(f"User-agent: *\n{rules}", "parhelion").allow(path) is allowed


def test_groups_of_one_name_are_one():
    own = "User-agent: parhelion/1.0\nDisallow: /a\n\n", "User-agent: Parhelion\nDisallow: /b"
    text = "User-agent: *\nDisallow: /\n\n".join(own)
    assert [robots_of("\ufeff" + text, "parhelion").allow(path) for path in ("/a", "/b", "/c")] == [False, False, True]


def test_no_pattern_takes_long():
    robots = robots_of("User-agent: *\nDisallow: /" + "a*" * 2000 + "b\n" + "Disallow: /*x\n" * 5000, "parhelion")
    assert robots.allow("/" + "a" * 4000)


def test_nothing_is_forbidden_where_nothing_is_said():
    assert Robots().allow("/anything")
    assert robots_of("\x00\xff" * 100, "parhelion").allow("/")
    assert robots_of("Disallow: /\nUser-agent: other\nDisallow: /", "parhelion").allow("/")


def test_a_robots_file_without_end(site):
    site.pages["/robots.txt"] = lambda _: (200, TEXT, (b"# more\n" * 10_000 for _ in range(100)))
    assert kinds(site, "/open") == [Unfetched.ROBOTS]
