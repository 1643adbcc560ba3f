"""How tests ask what becomes of one value."""

import msgspec

from handle.customer.normaliser import normalise
from handle.customer.options import CustomerOptions


def plain(field: str, value: str, country: str | None = None, **options: str) -> str | None:
    """Return the text before hashing; None where the value is refused."""
    return normalise(field, value, msgspec.convert({"country": country, **options}, CustomerOptions)).plain


def reason(field: str, value: str, country: str | None = None) -> str | None:
    """Return why a value is refused, or what was mended in it."""
    return normalise(field, value, CustomerOptions(country=country)).reason
