"""An internet address as proxies write it, with a port, in brackets or mapped; and whether it is public.

Not public are private, shared, loopback, link-local and reserved ranges by IANA's special-purpose registries. The
ranges for documentation (192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24, 2001:db8::/32, 3fff::/20) count as public: no
real customer has one, and they stand for public addresses in every sample and test.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from ipaddress import IPv4Address, IPv6Address, ip_network

from omnicapi.values.identifiers import APPENDIX

Address = IPv4Address | IPv6Address

_NOT_PUBLIC = {
    4: ("0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.168.0.0/16 "
        "198.18.0.0/15 224.0.0.0/3"),
    6: "::/127 64:ff9b:1::/48 100::/64 2001::/23 5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8",
}  # fmt: skip
_RANGES = {
    version: sorted((int(network[0]), int(network[-1])) for network in map(ip_network, ranges.split()))
    for version, ranges in _NOT_PUBLIC.items()
}
_STARTS = {version: [first for first, _ in ranges] for version, ranges in _RANGES.items()}

# capi-param-builder's token, once or repeated; the last group of an IPv4 address has at most three digits (§3.7).
_TOKENS = re.compile(rf"(?:{APPENDIX})+\Z")
_V4_WITH_PORT = re.compile(r"([0-9.]+):[0-9]{1,5}")
_V6_IN_BRACKETS = re.compile(r"\[([^\]%]+)(?:%[^\]]*)?\](?::[0-9]{1,5})?")
_LONGEST = 80
"""Characters of an IPv6 address in brackets with a zone, a port and a token, as ``Forwarded`` writes it."""


def parsed(text: str) -> Address | None:
    """Return the address that a text is, or ``None``.

    It may have a port, brackets, quotation marks, a zone (``%eth0``), ``for=`` before it (RFC 7239) or
    capi-param-builder's token behind it; an IPv4 address mapped into IPv6 is itself.
    """
    bare = text.strip().strip('"').removeprefix("for=").strip('"')
    bare = _TOKENS.sub("", bare) if len(bare) <= _LONGEST else ""
    found = _V4_WITH_PORT.fullmatch(bare) or _V6_IN_BRACKETS.fullmatch(bare)
    bare = found[1] if found else bare.partition("%")[0]
    try:
        if ":" not in bare:
            return IPv4Address(bare)
        address = IPv6Address(bare)
    except ValueError:
        return None
    return address.ipv4_mapped or address


def is_public(address: Address) -> bool:
    """Tell whether an address can be that of a customer."""
    return is_public_number(address.version, int(address))


def is_public_number(version: int, number: int) -> bool:
    """Tell the same of an address by its version, 4 or 6, and its number."""
    at = bisect_right(_STARTS[version], number) - 1
    return at < 0 or number > _RANGES[version][at][1]
