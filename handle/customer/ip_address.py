"""``client_ip_address``: the customer's public address, never hashed (meta-capi.md §3.5; CIP)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from socket import AF_INET6, inet_ntop, inet_pton

from handle.customer.already_hashed import refuse_hashed
from handle.customer.options import CustomerOptions
from handle.customer.reasons import Reason
from handle.customer.steps import Normalised, Step, Stepped, refused
from handle.customer.text import opaque
from omnicapi.values.ip_address import is_public, is_public_number, parsed

_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
# The first octets of the ranges above; whether an address with one of them is public is asked the long way.
_SPECIAL_OCTET = r"(?:0|10|100|127|169|172|192|198|22[4-9]|2[345]\d)\."
_is_public_v4 = re.compile(rf"(?!{_SPECIAL_OCTET}){_OCTET}(?:\.{_OCTET}){{3}}", re.ASCII).fullmatch
_SEPARATORS = re.compile(r"[,;\s]+")


def steps(_: CustomerOptions) -> tuple[Step, ...]:
    """Give the steps of the rule."""
    return (
        Step("trim", opaque),
        Step("not hashed?", refuse_hashed),
        Step("first public address", _first_public),
    )


def ordinary(text: str, _: CustomerOptions) -> str | None:
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
    return text if usual and is_public_number(6, int.from_bytes(packed)) else None


def prefer_ipv6(addresses: Iterable[Normalised]) -> Normalised:
    """Choose among several addresses of one customer: the first IPv6, else the first IPv4 (CIP), else a refusal."""
    found = list(addresses)
    public = [address for address in found if address.value is not None]
    by_preference = sorted(public, key=lambda address: ":" not in (address.value or ""))
    return next(iter((*by_preference, *found)), refused(Reason.EMPTY))


def _first_public(text: str) -> Stepped:
    """Take the first public address of a list such as ``X-Forwarded-For``; its first entry is nearest the customer."""
    worst = Reason.NOT_AN_IP
    for entry in _SEPARATORS.split(text):
        address = parsed(entry)
        if address is not None and is_public(address):
            return str(address)
        worst = worst if address is None else Reason.PRIVATE_ADDRESS
    return refused(Reason.NUMBER_NOT_IP if text.isdecimal() else worst)
