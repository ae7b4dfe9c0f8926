"""Search services as they document their answers, on real servers here; lists of addresses; keys that stay secret."""

import asyncio
import json
import sqlite3

import pytest
from loopback_pages import HTML, TEXT, Serving

from parhelion.retrieval import Brave, Fetcher, Hit, Local, LocalIndex, SearchError, SearXNG, Tavily, Urls, document_of
from parhelion.retrieval.fetching import Manners

KEY = "tvly-s3cret-key"
JSON = {"Content-Type": "application/json"}
FOUND = {"url": "https://example.org/a", "title": "A &amp; B", "content": "About <strong>a</strong>."}
BAD = [
    {"url": "javascript:alert(1)", "title": "x", "content": "y"},
    {"title": "without an address"},
    {"url": None},
    "no result",
    {**FOUND, "title": "again"},
]
SEARXNG = {
    "query": "a",
    "number_of_results": 0,
    "results": [{**FOUND, "engine": "x", "score": 2.5}, *BAD],
    "answers": [],
}
TAVILY = {"query": "a", "results": [{**FOUND, "score": 0.9, "raw_content": None}, *BAD], "response_time": "1.2"}
BRAVE = {"type": "search", "web": {"type": "search", "results": [{**FOUND, "description": FOUND["content"]}, *BAD]}}
PROVIDERS = {
    "searxng": (SearXNG, "/search", SEARXNG, 2.5),
    "tavily": (lambda url: Tavily(KEY, url), "/search", TAVILY, 0.9),
    "brave": (lambda url: Brave(KEY, url), "/res/v1/web/search", BRAVE, 1.0),
}


@pytest.fixture(params=PROVIDERS)
def case(request):
    with Serving() as site:
        make, path, answer, score = PROVIDERS[request.param]
        site.page(path, json.dumps(answer), JSON)
        yield site, make(site.url), path, score


def search(provider, query="herons in winter", limit=5):
    return asyncio.run(provider.search(query, limit))


def test_results_become_hits(case):
    site, provider, _, score = case
    assert search(provider) == [Hit("https://example.org/a", "A & B", "About a.", score)]
    asked = site.asked[0]
    said = asked.path + asked.body.decode()
    assert "herons" in said
    assert KEY not in said


def test_keys_go_where_the_services_want_them():
    with Serving() as site:
        site.page("/search", json.dumps(TAVILY), JSON)
        site.page("/res/v1/web/search", json.dumps(BRAVE), JSON)
        search(Tavily(KEY, site.url), limit=50)
        search(Brave(KEY, site.url))
    tavily, brave = site.asked
    assert (tavily.method, tavily.headers["Authorization"]) == ("POST", f"Bearer {KEY}")
    assert json.loads(tavily.body) == {"query": "herons in winter", "max_results": 20}
    assert brave.headers["X-Subscription-Token"] == KEY


@pytest.mark.parametrize("key", ["two\nlines", "clé", "a\x00b"])
def test_keys_that_are_none(key):
    for provider in (Tavily(key), Brave(key)):
        with pytest.raises(SearchError, match="characters that no key has") as caught:
            search(provider)
        assert key not in str(caught.value)


def test_a_line_end_behind_a_key_does_no_harm():
    with Serving() as site:
        site.page("/search", json.dumps(TAVILY), JSON)
        search(Tavily(f"{KEY}\n", site.url))
    assert site.asked[0].headers["Authorization"] == f"Bearer {KEY}"


def test_keys_are_shown_nowhere():
    for provider in (Tavily(KEY), Brave(KEY)):
        assert KEY not in repr(provider) + str(provider)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 432])
def test_refusals_are_told_at_once_without_the_key(case, status):
    site, provider, path, _ = case
    site.page(path, f"invalid key {KEY}", JSON, status)
    with pytest.raises(SearchError, match=f"status {status}") as caught:
        search(provider)
    assert len(site.asked) == 1
    if not isinstance(provider, SearXNG):
        assert KEY not in str(caught.value)


def test_searxng_without_json_is_told_how_to_allow_it():
    with Serving() as site:
        site.page("/search", "Forbidden", TEXT, 403)
        with pytest.raises(SearchError, match=r"settings\.yml must name json under search\.formats"):
            search(SearXNG(site.url))


@pytest.mark.parametrize("status", [429, 500, 503])
def test_busy_services_are_asked_again(case, status):
    site, provider, path, score = case
    good, left = site.pages[path], [1, 1]
    site.pages[path] = lambda request: (
        (status, {**TEXT, "Retry-After": "0"}, b"") if left and left.pop() else good(request)
    )
    assert search(provider)[0].score == score
    assert len(site.asked) == 3


def test_busy_services_are_not_asked_for_ever(case):
    site, provider, path, _ = case
    site.page(path, "busy", {**TEXT, "Retry-After": "0"}, 429)
    with pytest.raises(SearchError, match="no answer after 4 tries: status 429"):
        search(provider)
    assert len(site.asked) == 4


@pytest.mark.parametrize(
    "body", ["", "<html>", "[]", "null", "3", "[" * 100_000, "\udcff".encode("utf-8", "surrogatepass")]
)
def test_answers_that_are_none(case, body):
    site, provider, path, _ = case
    site.page(path, body, JSON)
    with pytest.raises(SearchError):
        search(provider)


@pytest.mark.parametrize("body", ["{}", '{"results": null, "web": []}', '{"results": {"a": 1}, "web": {"results": 7}}'])
def test_answers_without_results(case, body):
    site, provider, path, _ = case
    site.page(path, body, JSON)
    assert search(provider) == []


def test_redirects_do_not_take_the_key_along(case):
    site, provider, path, _ = case
    site.page(path, headers={"Location": f"{site.url}/elsewhere"}, status=302)
    with pytest.raises(SearchError, match="status 302"):
        search(provider)
    assert len(site.asked) == 1


def test_an_address_that_is_none():
    with pytest.raises(SearchError, match="SearXNG"):
        search(SearXNG("http://[::1"))
    with pytest.raises(SearchError, match="SearXNG"):
        search(SearXNG("localhost"))


def test_the_local_index_is_a_provider():
    index = LocalIndex(sqlite3.connect(":memory:"))
    index.put(document_of("a.txt", "Herons", "They stand still."))
    assert [hit.url for hit in search(Local(index), "herons")] == ["a.txt"]


def test_a_list_of_addresses_is_fetched_once_and_searched():
    with Serving() as site:
        site.page("/a", "<title>Herons</title><p>They stand still in water.</p>", HTML)
        site.page("/b", "<title>Storks</title><p>They bring babies.</p>", HTML)
        fetcher = Fetcher(private=True, manners=Manners(pace=0))
        provider = Urls([f"{site.url}/{name}" for name in "abca"], fetcher)

        async def main():
            return await asyncio.gather(provider.search("water"), provider.search("babies"), provider.search("nothing"))

        water, babies, nothing = asyncio.run(main())
    assert [hit.url for hit in water] == [f"{site.url}/a"]
    assert [hit.title for hit in babies] == ["Storks"]
    assert nothing == []
    assert site.paths().count("/a") == 1
    assert {url.rpartition("/")[2]: fault.status for url, fault in provider.failed.items()} == {"c": 404}


def test_a_list_of_which_nothing_is_there():
    provider = Urls(["http://127.0.0.1/", "http://10.0.0.1/"], Fetcher(manners=Manners(pace=0)))
    with pytest.raises(SearchError, match=r"none of 2 pages .* no public address"):
        search(provider)
    assert search(Urls([], Fetcher())) == []
