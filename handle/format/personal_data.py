"""Finds personal data where it must not be: in custom data, links and ids (meta-capi.md §4.3; docs/adr/0022).

A property is personal by its name (``email``, ``first_name``) or by its value: it holds an e-mail address, or the
telephone number that the same event gives as customer information. Keys of Meta's for the location of intent (``city``,
``region``, ``country``, ``postal_code``) are not about the person and stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from omnicapi.values.personal_data import holds_email

_SEPARATORS = re.compile(r"[\W_]+")
_NOT_DIGITS = re.compile(r"\D+")
_PHONE_DIGITS = range(8, 16)
_TELLING_DIGITS = 8
_MAX_DEPTH = 16
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_.:\- ]{1,64}").fullmatch

_NAMES = """
    em email emailaddress mail useremail customeremail sha256emailaddress
    ph phone phonenumber telephone mobile mobilephone cellphone whatsappnumber sha256phonenumber
    fn ln firstname lastname middlename fullname givenname familyname surname customername username
    db dob dateofbirth birthdate birthday ge gender sex
    zip zipcode ip ipaddress clientipaddress
    address addressline1 addressline2 street streetaddress homeaddress
    cpf ssn socialsecuritynumber nationalid passport passportnumber taxid driverlicense
    creditcard creditcardnumber cardnumber iban password
"""
NAMES = frozenset(_NAMES.split())
"""Names of properties that hold personal data, lower-case and without separators (``First Name`` → ``firstname``)."""


def phone_digits(phones: Iterable[str]) -> frozenset[str]:
    """Return the last eight digits of an event's telephone numbers, for :func:`cleaned` to look for.

    They are the same with and without country code and trunk zero.
    """
    digits = (_NOT_DIGITS.sub("", phone) for phone in phones)
    return frozenset(number[-_TELLING_DIGITS:] for number in digits if len(number) in _PHONE_DIGITS)


def cleaned(value: Any, phones: frozenset[str], depth: int = 0) -> tuple[Any, bool]:
    """Return a JSON value without the personal data in it, and whether anything was removed.

    A text that holds personal data becomes ``None``; objects and lists lose the members concerned. What is nested more
    than 16 levels deep counts as personal: nobody can have looked at it.
    """
    if isinstance(value, str):
        return (None, True) if _is_personal(value, phones) else (value, False)
    if isinstance(value, dict | list):
        if depth == _MAX_DEPTH:
            return None, True
        members = value.items() if isinstance(value, dict) else enumerate(value)
        kept, removed = _kept(members, phones, depth + 1)
        return (kept if isinstance(value, dict) else list(kept.values())), removed
    if phones and type(value) is int and _is_phone(str(abs(value)), phones):
        return None, True
    return value, False


def is_personal_name(key: str) -> bool:
    """Say whether a property of this name holds personal data."""
    return _SEPARATORS.sub("", key).lower() in NAMES or holds_email(key)


def shown(key: str) -> str:
    """Return a property's name for a warning, or ``*`` where the name itself could tell about a person."""
    return key if _PLAIN_KEY(key) else "*"


def link_without_email(url: str) -> str:
    """Return ``url``, which holds an e-mail address, without the parts that hold one.

    Query parameters go one by one and the others keep their exact text (``fbclid`` is case-sensitive); a path that
    holds one is cut to the site's root. What cannot be mended becomes an empty text.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    query = "&".join(pair for pair in parts.query.split("&") if not holds_email(pair))
    path = "/" if holds_email(parts.path) else parts.path
    fragment = "" if holds_email(parts.fragment) else parts.fragment
    clean = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], path, query, fragment))
    return "" if holds_email(clean) else clean


def _is_personal(text: str, phones: frozenset[str]) -> bool:
    return holds_email(text) or (bool(phones) and _is_phone(_NOT_DIGITS.sub("", text), phones))


def _is_phone(digits: str, phones: frozenset[str]) -> bool:
    return len(digits) in _PHONE_DIGITS and digits[-_TELLING_DIGITS:] in phones


def _kept(members: Iterable[tuple[Any, Any]], phones: frozenset[str], depth: int) -> tuple[dict[Any, Any], bool]:
    """Return the members of an object, or of a list by index, that may stay, and whether any may not."""
    kept: dict[Any, Any] = {}
    removed_any = False
    for key, member in members:
        if isinstance(key, str) and is_personal_name(key):
            removed_any = True
            continue
        clean, removed = cleaned(member, phones, depth)
        removed_any |= removed
        if not (removed and clean is None):
            kept[key] = clean
    return kept, removed_any
