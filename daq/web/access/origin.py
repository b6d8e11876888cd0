"""Which requests are let in at all: by the name they call, and by where they come from. Pure."""

import ipaddress
from collections.abc import Collection, Mapping
from typing import cast
from urllib.parse import urlsplit

from daq.config.types import is_loopback

SAFE = frozenset({"GET", "HEAD"})
"""Methods that change nothing."""


def is_ours(host: str, names: Collection[str]) -> bool:
    """Whether a ``Host`` header is a name of this machine's loopback, or one of ``names``.

    A page on the Internet can let its own name point to 127.0.0.1 and read what answers there
    (DNS rebinding); it cannot choose what the browser says of the name.
    """
    name = urlsplit(f"//{host}").hostname if _is_plain(host) else None
    return name is not None and (is_loopback(name) or name in names)


def is_own_page(method: str, headers: Mapping[str, str], host: str) -> bool:
    """Whether a request that changes something comes from a page of ours.

    Browsers say where a form or a script was; what does not come from one has a token instead.
    """
    if method in SAFE:
        return True
    site = headers.get("Sec-Fetch-Site")
    if site is not None and site != "same-origin":
        return False
    origin = headers.get("Origin")
    if origin is None:
        return site == "same-origin"
    return urlsplit(origin).netloc.lower() == host.lower()


def _is_plain(host: str) -> bool:
    try:
        urlsplit(f"//{host}").port  # noqa: B018 - raises for what is none
    except ValueError:
        return False
    return not set(host) & set("/?#@\\")


def shown_address(peer: object) -> str:
    """The address of the other end, without port; IPv6 by its network, which is one household."""
    host = str(cast("tuple[object, ...]", peer)[0]) if isinstance(peer, tuple) and peer else ""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if not isinstance(address, ipaddress.IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))
