"""Keys of the network's members: ed25519 pairs, in the form that NATS calls NKeys.

The server keeps public keys alone, and a member proves that it has the other half by signing a number that the server
makes up: no secret ever crosses the wire, with or without TLS.
"""

import secrets
from typing import NamedTuple

from parhelion.errors import missing_extra


class Key(NamedTuple):
    """A pair. seed: the secret half, as its owner keeps it; public: what the server knows."""

    seed: str
    public: str


def new_key() -> Key:
    """A new pair.

    >>> key = new_key()
    >>> key.seed[:2], key.public[:1], public_of(key.seed) == key.public
    ('SU', 'U', True)
    """
    try:
        import nkeys  # noqa: PLC0415 (an extra)
    except ImportError:
        raise missing_extra("network", "parhelion network") from None
    seed = nkeys.encode_seed(secrets.token_bytes(32), nkeys.PREFIX_BYTE_USER).decode()
    return Key(seed, public_of(seed))


def public_of(seed: str) -> str:
    """The public half. Raises ValueError for what is no seed, or has a letter wrong.

    >>> public_of("SU" + "A" * 56)
    Traceback (most recent call last):
    ValueError: not the secret half of a key
    """
    try:
        import nkeys  # noqa: PLC0415
    except ImportError:
        raise missing_extra("network", "parhelion network") from None
    try:
        prefix, raw = nkeys.decode_seed(bytearray(seed.encode()))
        whole = nkeys.encode_seed(bytes(raw), prefix).decode() == seed  # decoding does not look at the checksum
    except (nkeys.NkeysError, ValueError):
        whole = False
    if not whole:
        raise ValueError("not the secret half of a key")
    public: bytes = nkeys.from_seed(bytearray(seed.encode())).public_key
    return public.decode()
