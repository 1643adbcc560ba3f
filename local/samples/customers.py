"""Invented customers. Addresses and phones lie in ranges that are reserved for fiction, so they belong to no one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields, replace

_FIRST_NAMES = ("Ana", "Bruno", "Chloé", "Dmitri", "Emma", "Farah", "Giovanni", "Hana", "Ivy", "João")
_LAST_NAMES = ("Almeida", "Brown", "Castro", "Dubois", "Evans", "Fischer", "Garcia", "Hughes", "Ito")
_CITIES = ("London", "Leeds", "Bristol", "Glasgow", "Cardiff", "Stoke-on-Trent", "York")
_POSTCODES = ("SW1A 1AA", "LS1 4DY", "BS1 4ST", "G2 1DU", "CF10 1EP", "ST1 1HP", "YO1 7HH")
_HASHED_SHARE = 3
"""Every third customer comes hashed, as from a source that hashes before it exports."""


@dataclass(frozen=True)
class Customer:
    """Customer information as a source writes it: as typed by somebody, or hashed by Meta's rules."""

    external_id: str
    email: str
    phone: str
    first_name: str
    last_name: str
    birth_date: str
    city: str
    postcode: str
    country: str


NOBODY = Customer(*[""] * 9)
"""A row whose customer is not known."""


def customer(index: int) -> Customer:
    """Return customer number ``index``; two numbers below 9,000 give two different people."""
    first = _FIRST_NAMES[index % len(_FIRST_NAMES)]
    last = _LAST_NAMES[index // len(_FIRST_NAMES) % len(_LAST_NAMES)]
    typed = Customer(
        external_id=f"member{index:05}",
        email=f"{first}.{last}.{index}@Example.com",
        phone=f"+44 20 7946 {index % 1000:04}",
        first_name=first,
        last_name=last,
        birth_date=f"{1950 + index % 50}-{1 + index % 12:02}-{1 + index % 28:02}",
        city=_CITIES[index % len(_CITIES)],
        postcode=_POSTCODES[index % len(_POSTCODES)],
        country="GB",
    )
    return _hashed(typed) if index % _HASHED_SHARE == 0 else typed


def _hashed(typed: Customer) -> Customer:
    plain = replace(typed, phone=typed.phone.removeprefix("+"))
    return Customer(**{field.name: _hash(getattr(plain, field.name)) for field in fields(Customer)})


def _hash(value: str) -> str:
    """Hash one value; for these customers small letters without spaces and dashes are all that Meta's rules ask."""
    return hashlib.sha256(value.lower().replace(" ", "").replace("-", "").encode()).hexdigest()
