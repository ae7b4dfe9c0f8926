"""Invitations and the folder they are kept in; no server is needed."""

import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from parhelion.errors import ConfigError, OutputError
from parhelion.network import Folder, invite, read_invitation, remove
from parhelion.network.conf import server_conf


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "net"
    Folder(made).make(address="example.org", websocket=443)
    return made


def join_file(folder, name, **options):
    return invite(name, folder, output=folder.parent / f"{name}.join", **options)


def test_a_join_file_holds_all_that_a_node_needs(folder):
    made = join_file(folder, "garage-pc", own=True, days=7)
    invitation = read_invitation(made.file)
    assert invitation.urls == made.urls == ("nats://example.org:4222", "ws://example.org:443")
    assert (made.member.own, invitation.until) == (True, made.member.until)
    assert (made.member.until - made.member.invited).days == 7
    assert Folder(folder).node("garage-pc") == made.member


def test_the_server_is_told_public_keys_alone(folder):
    made = join_file(folder, "a")
    network = Folder(folder)
    conf = server_conf(network.settings(), network.nodes().values())
    assert made.member.key in conf
    for path in (network.nodes_file, network.settings_file):
        conf += path.read_text()
    assert read_invitation(made.file).seed not in conf
    assert network.owner().seed not in conf
    assert network.owner().seed not in repr(read_invitation(made.file)) + made.file.read_text()
    assert read_invitation(made.file).seed not in repr(read_invitation(made.file))


def test_only_their_owner_can_read_the_files(folder):
    made = join_file(folder, "a")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in [*folder.iterdir(), made.file]:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    Folder(folder).nodes_file.chmod(0o644)
    join_file(folder, "b")
    assert stat.S_IMODE(Folder(folder).nodes_file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Garage PC", "did you mean 'garage-pc'?"),
        ("a.b", "did you mean 'a-b'?"),
        ("*", "use a-z, 0-9"),
        (">", "use a-z, 0-9"),
        ("", "use a-z, 0-9"),
        ("-a", "did you mean 'a'?"),
        ("a" * 33, "from 1 to 32"),
        ("a\n", "did you mean 'a'?"),
        ('a"}]', "did you mean 'a'?"),
    ],
)
def test_names_that_cannot_be_subjects_are_refused(folder, name, said):
    with pytest.raises(ConfigError, match=said.replace("?", r"\?")):
        join_file(folder, name)
    assert not Folder(folder).nodes()


def test_a_name_is_given_once(folder):
    join_file(folder, "a")
    with pytest.raises(ConfigError, match="has a node 'a' already; choose another name, as 'a-2'"):
        invite("a", folder, output=folder.parent / "other.join")
    remove("a", folder)
    assert not Folder(folder).nodes()
    with pytest.raises(OutputError, match="exists"):
        join_file(folder, "a")
    assert not Folder(folder).nodes()


def test_a_change_within_the_same_moment_is_seen(folder):
    network, seen = Folder(folder), set()
    for name in "abc":
        join_file(folder, name)
        os.utime(network.nodes_file, ns=(7, 7))
        seen.add(network.stamp())
    assert len(seen) == 3


def test_many_may_be_invited_at_once(folder):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: join_file(folder, f"node-{n}"), range(24)))
    assert len(Folder(folder).nodes()) == 24


def test_removing_whom_nobody_knows_names_who_was_meant(folder):
    with pytest.raises(ConfigError, match="nobody was invited yet"):
        remove("garage-pc", folder)
    join_file(folder, "garage-pc")
    with pytest.raises(ConfigError, match="did you mean 'garage-pc'"):
        remove("garage-cp", folder)


@pytest.mark.parametrize("days", [0, -1, 1e9, float("nan")])
def test_days_that_are_none_are_refused(folder, days):
    with pytest.raises(ConfigError, match="days is"):
        join_file(folder, "a", days=days)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "../x"}, "name: "),
        ({"seed": "SU" + "A" * 56}, "seed: not the secret half of a key"),
        ({"seed": "short"}, "seed: "),
        ({"urls": []}, "urls: "),
        ({"run": "rm"}, "run is not known here"),
        ({"parhelion": 2}, "parhelion: "),
    ],
)
def test_a_damaged_join_file_says_where_and_keeps_its_secret(folder, change, said):
    file = join_file(folder, "a").file
    seed = read_invitation(file).seed
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    with pytest.raises(ConfigError) as caught:
        read_invitation(file)
    assert said in str(caught.value)
    assert seed not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]", b"null"])
def test_what_is_no_join_file_is_refused(tmp_path, content):
    file = tmp_path / "a.join"
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=r"a\.join"):
        read_invitation(file)
    with pytest.raises(ConfigError, match="cannot read"):
        read_invitation(tmp_path / "none.join")


def test_a_folder_that_holds_no_network_says_how_to_make_one(tmp_path):
    with pytest.raises(ConfigError, match="parhelion network start"):
        invite("a", tmp_path)
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(OutputError, match="is not empty and holds no network"):
        Folder(tmp_path).make()
    with pytest.raises(OutputError, match="there is a file of that name"):
        Folder(tmp_path / "letter.txt").make()


def test_a_network_keeps_its_owner_and_its_settings(folder):
    before = Folder(folder).owner()
    settings = Folder(folder).make(port=5000)
    assert (settings.port, settings.address, settings.websocket) == (5000, "example.org", 443)
    assert Folder(folder).owner() == before
    with pytest.raises(ConfigError, match="port: "):
        Folder(folder).make(port=70_000)
