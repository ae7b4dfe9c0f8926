"""What must never be reached: this machine, its network, and what only looks like the web."""

import asyncio
import ssl
from ipaddress import ip_address

import pytest
from loopback_pages import CERTIFICATES, TEXT, Serving

from parhelion.retrieval import Fetcher, FetchError, Unfetched
from parhelion.retrieval.addresses import is_public
from parhelion.retrieval.fetching import Manners

QUICK = Manners(pace=0.0, seconds=60.0)


def names(**known):
    """A resolver that knows these names; a list of lists answers a query after the other."""

    async def resolve(host, port):
        asked.append(host)
        answer = known.get(host.partition(".")[0])
        if answer is None:
            raise OSError("Name or service not known")
        return answer.pop(0) if isinstance(answer[0], list) else answer

    asked = resolve.asked = []
    return resolve


def fetch(url, **options):
    async def main():
        return await Fetcher(**{"manners": QUICK, **options}).fetch(url)

    return asyncio.run(main())


def refusal(url, **options):
    with pytest.raises(FetchError) as caught:
        fetch(url, **options)
    return caught.value.kind


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.0.3",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.100.100.200",
        "0.0.0.0",
        "0.1.2.3",
        "224.0.0.1",
        "239.1.1.1",
        "240.0.0.1",
        "255.255.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "198.18.0.1",
        "198.51.100.2",
        "203.0.113.3",
        "192.88.99.1",
        "168.63.129.16",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "fe80::1",
        "fec0::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2002:808:808::1",
        "2001::1",
        "2001:0:4136:e378::1",
        "2001:db8::1",
        "3fff::1",
        "100::1",
        "5f00::1",
    ],
)
def test_addresses_that_are_not_public(address):
    assert not is_public(ip_address(address))
    assert refusal("http://pages.test/", resolver=names(pages=[address])) is Unfetched.PRIVATE
    # One bad address in an answer is enough: which of them is connected to may be anybody's choice.
    assert refusal("http://pages.test/", resolver=names(pages=["93.184.216.34", address])) is Unfetched.PRIVATE


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"],
)
def test_addresses_that_are_public(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "0x7f.1",
        "0x7f000001",
        "2130706433",
        "0177.0.0.1",
        "017700000001",
        "0",
        "127.0.0.1.",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[0:0:0:0:0:ffff:127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "[2002:7f00:1::]",
        "localhost",
        "localhost.",
        "LOCALHOST",
        "sub.localhost",
        "169.254.169.254",
        "0xa9fea9fe",
        "１２７.０.０.１",
        "127。0。0。1",
        "①②⑦.0.0.1",
    ],
)
def test_odd_spellings_of_this_machine(host):
    with Serving() as site:
        site.page("/", "secret", TEXT)
        assert refusal(f"http://{host}:8080/") in {Unfetched.PRIVATE, Unfetched.ADDRESS, Unfetched.DNS}
        assert refusal(f"http://{host}:{site.port}/") is not None
        assert site.asked == []


@pytest.mark.parametrize("host", ["127.1", "0x7f.1", "2130706433", "017700000001"])
def test_odd_spellings_are_told_as_what_they_are(host):
    assert refusal(f"http://{host}/", resolver=names()) is Unfetched.PRIVATE


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.org/",
        "gopher://example.org/",
        "data:text/html,hi",
        "javascript:alert(1)",
        "example.org",
        "",
        "//example.org/",
        "http://",
        "http:///x",
        "http://user:pw@example.org/",
        "http://example.org:22/",
        "http://example.org:6379/",
        "http://[::1",
        "http://exa mple.org/",
        "http://example.org\\@127.0.0.1/",
        "http://ex\x00ample.org/",
        "http://256.1.1.1/",
        "http://1.2.3.4.5/",
        "http://[fe80::1%25eth0]/x",
        "http://" + "a" * 5000,
        "http://\udc80/",
    ],
)
def test_addresses_that_are_none_of_pages(url):
    resolver = names(example=["127.0.0.1"])
    assert refusal(url, resolver=resolver) in {Unfetched.ADDRESS, Unfetched.DNS, Unfetched.PRIVATE}


def test_a_password_in_an_address_is_shown_nowhere():
    with pytest.raises(FetchError) as caught:
        fetch("http://ann:s3cret@example.org/")
    assert "s3cret" not in str(caught.value) + caught.value.url


def test_redirects_to_this_machine_are_refused_too():
    """The first host is public as far as anybody can see; what it sends on to is not."""
    with Serving() as inside, Serving() as outside:
        inside.page("/", "secret", TEXT)
        for place, target in enumerate(
            (f"{inside.url}/", "http://169.254.169.254/latest/meta-data/", "http://inner.test/")
        ):
            outside.page(f"/{place}", headers={"Location": target}, status=302)

        async def main(place):
            fetcher = Fetcher(manners=QUICK, resolver=names(outer=["93.184.216.34"], inner=["10.0.0.1"]))
            follow_on_loopback(fetcher, outside)
            await fetcher.fetch(f"http://outer.test:8080/{place}")

        for place, kind in enumerate((Unfetched.ADDRESS, Unfetched.PRIVATE, Unfetched.PRIVATE)):
            with pytest.raises(FetchError) as caught:
                asyncio.run(main(place))
            assert caught.value.kind is kind
        assert inside.asked == []
        assert len(outside.asked) == 6


def follow_on_loopback(fetcher, site):
    """Let one public address be answered by a server here: what the network does, not the fetcher."""
    connect = asyncio.SelectorEventLoop.sock_connect

    async def connected(loop, sock, address):
        return await connect(loop, sock, ("127.0.0.1", site.port) if address[0] == "93.184.216.34" else address)

    loop = asyncio.get_running_loop()
    loop.sock_connect = connected.__get__(loop)


def test_a_name_is_looked_up_once_for_a_request():
    """A second look-up could answer otherwise (DNS rebinding): the connection goes to the address that was checked."""
    resolver = names(pages=[["127.0.0.1"], ["127.0.0.1"], ["10.9.9.9"]])
    with Serving() as site:
        site.page("/", "words", TEXT)
        document = fetch(f"http://pages.test:{site.port}/", resolver=resolver, private=True)
        assert document.text == "words"
        assert resolver.asked == ["pages.test", "pages.test"]  # for robots.txt, and for the page
        assert site.asked[-1].headers["Host"] == f"pages.test:{site.port}"


def test_a_name_that_turns_private_later_is_refused():
    resolver = names(pages=[["127.0.0.1"]])
    assert refusal("http://pages.test/", resolver=resolver) is Unfetched.PRIVATE
    assert resolver.asked == ["pages.test"]


def test_the_next_address_is_tried_where_the_first_is_dead():
    with Serving() as site:
        site.page("/", "words", TEXT)
        resolver = names(pages=["127.0.0.9", "127.0.0.1"])
        assert fetch(f"http://pages.test:{site.port}/", resolver=resolver, private=True).text == "words"


def trusting():
    return ssl.create_default_context(cafile=CERTIFICATES / "authority.pem")


def test_certificates_are_checked_against_the_name():
    with Serving(tls=True) as site:
        site.page("/", "words", TEXT)
        resolver = names(pages=["127.0.0.1"], other=["127.0.0.1"])
        good = f"https://pages.test:{site.port}/"
        assert fetch(good, resolver=resolver, private=True, tls=trusting()).text == "words"
        assert refusal(good, resolver=resolver, private=True) is Unfetched.TLS
        asked = len(site.asked)
        for bad in (f"https://other.test:{site.port}/", f"https://127.0.0.1:{site.port}/"):
            assert refusal(bad, resolver=resolver, private=True, tls=trusting()) is Unfetched.TLS
        assert len(site.asked) == asked


def test_no_such_host():
    assert refusal("http://nowhere.test/", resolver=names()) is Unfetched.DNS
    assert refusal("http://nowhere.test/", resolver=names(nowhere=[[]])) is Unfetched.DNS
    assert refusal("http://nowhere.test/", resolver=names(nowhere=["no address"])) is Unfetched.DNS
