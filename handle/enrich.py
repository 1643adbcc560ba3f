"""What an event already says about its person in another place is put where Meta looks for it (docs/datasets.md).

Nothing is looked up and nothing is guessed: the click id stands in the page's address, the browser id and Google
Analytics' client id are stable ids like a membership number, and a country follows from a phone or a currency only
where the client says so. Each addition is counted by name, so that a user sees what enrichment brings.
"""

from __future__ import annotations

from collections import Counter

import msgspec
import phonenumbers

from handle.customer.click_ids import choose_fbc, click_in
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


def browser_id(fbp: str | None, enrichment: Enrichment, added: Counter[str]) -> str | None:
    """Return the fbp cookie as an id to hash: its own four parts.

    The fifth, where there is one, depends on the tool that wrote it (ga4-gtm.md §6).
    """
    if fbp is None or not enrichment.external_id_from_fbp:
        return None
    added["external_id from fbp"] += 1
    return fbp if fbp.count(".") < _COOKIE_SEGMENTS else fbp.rpartition(".")[0]


def google_id(ga_client_id: str | None, enrichment: Enrichment, added: Counter[str]) -> str | None:
    """Return Google Analytics' client id as an id to normalise and hash."""
    if not ga_client_id or not enrichment.external_id_from_ga_client_id:
        return None
    added["external_id from ga_client_id"] += 1
    return ga_client_id


def click_id(event: Event, now: int, enrichment: Enrichment, added: Counter[str]) -> str | None:
    """Return what to send as fbc: the cookie, or one made of a newer fbclid in the page's address (§3.6).

    Without both, the page before may have one: a visitor who clicked on from the landing page. It was created when the
    event happened (the same event tried again later gives the same value), or ``now`` where its clock is ahead.
    """
    cookie, page, before = event.user_data.fbc, event.event_source_url, event.referrer_url
    if not enrichment.fbc_from_fbclid or not ((page and "fbclid=" in page) or (before and "fbclid=" in before)):
        return cookie
    seen_ms = min(event.event_time, now) * 1000
    chosen = choose_fbc(cookie, page, seen_ms)
    if chosen is cookie and before and click_in(cookie) is None:
        chosen = choose_fbc(cookie, before, seen_ms)
    if chosen is not cookie:
        added["fbc from fbclid"] += 1
    return chosen


def country(phone: str | None, currency: str | None, enrichment: Enrichment, added: Counter[str]) -> str | None:
    """Return the person's country in alpha-2, where the client wants it told from a phone (digits) or a currency."""
    if enrichment.country_from_phone and phone is not None and (region := _region(phone)):
        added["country from phone"] += 1
        return region
    if currency is not None and currency in enrichment.country_from_currency:
        added["country from currency"] += 1
        return currency[:2]
    return None


def _region(phone: str) -> str | None:
    """Return the country of an international number; ``None`` for shared codes that do not tell it."""
    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(f"+{phone}"))
    except phonenumbers.NumberParseException:
        return None
    return region if region and region.isalpha() else None
