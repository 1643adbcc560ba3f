"""What a client may choose about customer information, and the defaults."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import msgspec

from handle.customer.places.country_codes import COUNTRIES, alpha2


class CustomerOptions(msgspec.Struct, frozen=True, cache_hash=True, forbid_unknown_fields=True):
    """Settings of one source, or of one row of it; docs/normalisation.md says who may need which reading.

    Make them once and use them for many values: results that recur are remembered by options.
    Raises ``ValueError`` where ``country`` is not an ISO 3166-1 alpha-2 code in capitals.
    """

    country: str | None = None
    """Where phones, states and postal codes are from unless they say so themselves: alpha-2 in capitals, ``BR``."""
    date_format: str | None = None
    """How birth dates are written, ``%d/%m/%Y``; only the order of day, month and year counts. None: only dates
    that can be read in one way."""
    phone_form: Literal["any", "international"] = "any"
    """``international``: digits without ``+`` always begin with a country code."""
    city_form: Literal["letters", "ascii", "both"] = "letters"
    """Letters of any script (``sãopaulo``), their ASCII form (``saopaulo``), or one hash of each."""
    zip_form: Literal["whole", "before_dash", "both"] = "whole"
    """``01310100`` as Meta's documentation, ``01310`` as its SDK, or one hash of each. US ZIPs always have 5 digits."""
    external_id_form: Literal["lower", "as_is"] = "lower"
    """``lower``: no white space, lower case, hashed. ``as_is``: only trimmed and not hashed."""
    default_birthdays: bool = True
    """Whether 1900-01-01, 1901-01-01 and 1970-01-01 are sent like any other birth date."""
    google_hashed: bool = False
    """Whether hashed values were made by Google's rules (meta-capi.md §6.4)."""

    def __post_init__(self) -> None:
        """Refuse a country that no rule could use."""
        if self.country is not None and self.country not in COUNTRIES:
            raise ValueError("country is an ISO 3166-1 alpha-2 code in capitals, such as BR")

    def in_country(self, country: str | None) -> CustomerOptions:
        """Give the same settings for a row that names its country, by code or name; unknown: unchanged."""
        code = alpha2(country) if country else None
        return self if code is None or code == self.country else _with_country(self, code)


@lru_cache(maxsize=1024)
def _with_country(options: CustomerOptions, code: str) -> CustomerOptions:
    return msgspec.structs.replace(options, country=code)


DEFAULT = CustomerOptions()
"""What applies where nothing was chosen."""
