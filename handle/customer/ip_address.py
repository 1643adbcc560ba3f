"""``client_ip_address``: the customer's public address, never hashed (meta-capi.md §3.5; CIP).

Private, shared, loopback, link-local and reserved ranges are refused by IANA's special-purpose registries. The ranges
for documentation (192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24, 2001:db8::/32, 3fff::/20) are let through: no real
customer has one, and they stand for public addresses in every sample and test.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_network
from socket import AF_INET6, inet_ntop, inet_pton

from handle.customer.already_hashed import refuse_hashed
from handle.customer.options import Options
from handle.customer.reasons import Reason
from handle.customer.steps import Normalised, Step, Stepped, refused
from handle.customer.text import opaque

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
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
# The first octets of the ranges above; whether an address with one of them is public is asked the long way.
_SPECIAL_OCTET = r"(?:0|10|100|127|169|172|192|198|22[4-9]|2[345]\d)\."
_is_public_v4 = re.compile(rf"(?!{_SPECIAL_OCTET}){_OCTET}(?:\.{_OCTET}){{3}}", re.ASCII).fullmatch
# capi-param-builder's token, once or repeated; the last group of an IPv4 address has at most three digits (§3.7).
_TOKENS = re.compile(r"(?:\.(?:[A-Za-z0-9_-]{8}|A[Qgw]|B[AQg]))+\Z")
_V4_WITH_PORT = re.compile(r"([0-9.]+):[0-9]{1,5}")
_V6_IN_BRACKETS = re.compile(r"\[([^\]]+)\](?::[0-9]{1,5})?")
_LONGEST_ADDRESS = 64  # an IPv6 address in brackets with a port and a token


def steps(_: Options) -> tuple[Step, ...]:
    """Give the steps of the rule."""
    return (
        Step("trim", opaque),
        Step("not hashed?", refuse_hashed),
        Step("first public address", _first_public),
    )


def ordinary(text: str, _: Options) -> str | None:
    """Settle a public address in its usual form at once."""
    if ":" not in text:
        return text if _is_public_v4(text) else None
    if "." in text:
        return None  # it holds an IPv4 address, which is what counts then
    try:
        packed = inet_pton(AF_INET6, text)
    except (OSError, ValueError):
        return None
    usual = inet_ntop(AF_INET6, packed) == text
    return text if usual and _is_public(6, int.from_bytes(packed)) else None


def prefer_ipv6(addresses: Iterable[Normalised]) -> Normalised:
    """Choose among several addresses of one customer: the first IPv6, else the first IPv4 (CIP), else a refusal."""
    found = list(addresses)
    public = [address for address in found if address.value is not None]
    by_preference = sorted(public, key=lambda address: ":" not in (address.value or ""))
    return next(iter((*by_preference, *found)), refused(Reason.EMPTY))


def _first_public(text: str) -> Stepped:
    """Take the first public address of a list such as ``X-Forwarded-For``; its first entry is nearest the customer."""
    worst = Reason.NOT_AN_IP
    for entry in text.split(","):
        address = _address(entry.strip())
        if address is not None and _is_public(address.version, int(address)):
            return str(address)
        worst = worst if address is None else Reason.PRIVATE_ADDRESS
    return refused(Reason.NUMBER_NOT_IP if text.isdecimal() else worst)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    text = _TOKENS.sub("", text) if len(text) <= _LONGEST_ADDRESS else ""
    with_port = _V4_WITH_PORT.fullmatch(text) or _V6_IN_BRACKETS.fullmatch(text)
    try:
        return _parsed(with_port[1] if with_port else text)
    except ValueError:
        return None


def _parsed(text: str) -> IPv4Address | IPv6Address:
    if ":" not in text:
        return IPv4Address(text)
    address = IPv6Address(text)
    return address.ipv4_mapped or address


def _is_public(version: int, number: int) -> bool:
    at = bisect_right(_STARTS[version], number) - 1
    return at < 0 or number > _RANGES[version][at][1]
