"""What an event already says about its person in another place is put where Meta looks for it (docs/adr/0024).

Nothing is looked up and nothing is guessed: the click id stands in the page's address, the browser id and Google
Analytics' client id are stable ids like a membership number, and a country follows from a phone or a currency only
where the client says so. Each addition is counted by name, so that a user sees what enrichment brings.
"""

from __future__ import annotations

from functools import lru_cache

import msgspec
import phonenumbers

from handle.customer.click_ids import choose_fbc
from omnicapi.messages import Event

_COOKIE_SEGMENTS = 4


class Enrichment(msgspec.Struct, frozen=True):
    """What to add; each is a setting (docs/datasets.md)."""

    external_id_from_fbp: bool = True
    external_id_from_ga_client_id: bool = True
    fbc_from_fbclid: bool = True
    country_from_phone: bool = False
    country_from_currency: frozenset[str] = frozenset()
    """Currencies whose country is also the customer's: the first two letters of the code (ISO 4217)."""


def external_ids(fbp: str | None, ga_client_id: str | None, enrichment: Enrichment, added: list[str]) -> list[str]:
    """Return the ids to hash beside the membership number: the fbp cookie cut to its own four parts, and GA's id.

    The cookie's fifth part, where there is one, depends on the tool that wrote it (ga4-gtm.md §6).
    """
    ids = []
    if fbp and enrichment.external_id_from_fbp:
        ids.append(".".join(fbp.split(".", _COOKIE_SEGMENTS)[:_COOKIE_SEGMENTS]))
        added.append("external_id from fbp")
    if ga_client_id and enrichment.external_id_from_ga_client_id:
        ids.append(ga_client_id)
        added.append("external_id from ga_client_id")
    return ids


def click_id(event: Event, enrichment: Enrichment, added: list[str]) -> str | None:
    """Return what to send as fbc: the cookie, or one made of a newer fbclid in the page's address (§3.6).

    It was created when the event happened: the same event tried again later gives the same value.
    """
    cookie = event.user_data.fbc
    if not enrichment.fbc_from_fbclid or not event.event_source_url:
        return cookie
    chosen = choose_fbc(cookie, event.event_source_url, event.event_time * 1000)
    if chosen is not cookie:
        added.append("fbc from fbclid")
    return chosen


def country(phone: str | None, currency: str | None, enrichment: Enrichment, added: list[str]) -> str | None:
    """Return the person's country in alpha-2, where the client wants it told from a phone (digits) or a currency."""
    if enrichment.country_from_phone and phone is not None and (region := _region(phone)):
        added.append("country from phone")
        return region
    if currency is not None and currency in enrichment.country_from_currency:
        added.append("country from currency")
        return currency[:2]
    return None


@lru_cache(maxsize=8192)
def _region(phone: str) -> str | None:
    """Return the country of an international number; ``None`` for shared codes that do not tell it."""
    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(f"+{phone}"))
    except phonenumbers.NumberParseException:
        return None
    return region if region and region.isalpha() else None
